"""One event element of EPCIS 2.0, 1.2 or 1.1 as the event object of EPCIS 2.0 in JSON."""

from collections.abc import Callable, Mapping

from lxml import etree

from zhian.chain.events.engine.findings import Findings, child, shown
from zhian.chain.events.engine.markup.extensions import (
    CONTEXT_KEPT,
    MORE,
    add_member,
    exact,
    member_name,
    more,
    prefix_in,
    value_of,
)
from zhian.chain.events.engine.markup.lines import Lines
from zhian.chain.events.engine.markup.names import (
    ORDER_1,
    ORDER_2,
    OWN_NAMESPACES,
    XSI,
    Scope,
    prefixes_in,
)
from zhian.chain.events.engine.markup.parsing import Element, line_of
from zhian.chain.events.engine.words import (
    ALERT,
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    SOURCE_DESTINATION_TYPE,
    Vocabulary,
)

Members = dict[str, object]

_TEXTS = frozenset(
    {
        "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "action", "parentID",
        "transformationID",
    }
)  # fmt: skip
_WORDS = {"bizStep": BIZ_STEP, "disposition": DISPOSITION}
_EPCS = frozenset(["epcList", "childEPCs", "inputEPCList", "outputEPCList"])
_QUANTITIES = frozenset(
    ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"]
)
_PAIRS = {
    "bizTransactionList": ("bizTransaction", BIZ_TRANSACTION_TYPE),
    "sourceList": ("source", SOURCE_DESTINATION_TYPE),
    "destinationList": ("destination", SOURCE_DESTINATION_TYPE),
}
_SENSOR_WORDS = {"type": MEASUREMENT, "exception": ALERT, "component": COMPONENT}
_SENSOR_NUMBERS = frozenset(
    ["value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"]
)
_WRAPPERS = frozenset({"extension", "baseExtension"})
_FRAME_ATTRIBUTES = frozenset({"schemaVersion", "creationDate"})
_EMPTY: Mapping[str, int] = {}
_POSITIONS = {
    version: {kind: {name: at for at, name in enumerate(names)} for kind, names in orders.items()}
    for version, orders in ((1, ORDER_1), (2, ORDER_2))
}
_POSITIONS[1].pop("AssociationEvent")  # 1.2 does not know it, so no order is wrong
_LAST = 1000


def local_name(element: Element) -> str | None:
    """The name of an element of EPCIS; None for an element of another namespace."""
    tag = str(element.tag)
    if tag[0] != "{":
        return tag
    name = etree.QName(element)
    return name.localname if name.namespace in OWN_NAMESPACES else None


def text_of(element: Element) -> str:
    """The text of an element without the white space around it."""
    return (element.text or "").strip()


def word_of(vocabulary: Vocabulary, text: str) -> str:
    """The bare word of a standard value; any other value as it is."""
    return vocabulary.word_of(text) or text


def kept_context(element: Element) -> object:
    """The context of JSON that XML could not declare; None without one."""
    return more(f'{{"kept": {element.get(CONTEXT_KEPT, "null")}}}').get("kept")


class EventReader:
    """Reads the events of one document; what is out of place becomes a finding."""

    def __init__(
        self, findings: Findings, context: dict[str, str], version: int, lines: Lines | None
    ) -> None:
        self._findings = findings
        self._context = context
        self._version = version
        self._lines = lines
        self._scope = Scope(context)
        self._path = "$"
        self._special: dict[str, Callable[[Element], object]] = {
            "readPoint": self._place,
            "bizLocation": self._place,
            "sensorElementList": self._sensors,
            "persistentDisposition": self._disposition_change,
            "errorDeclaration": self._error_declaration,
            "ilmd": self._extensible,
        }

    def event(self, element: Element, path: str, kind: str | None = None) -> Members:
        """The event object an element stands for; `kind` when the element does not name it."""
        self._path = path
        self._scope = Scope(self._context)
        self._scope.own.update(prefixes_in(kept_context(element)))
        self._scope.declare(element.nsmap)
        name = kind or local_name(element)
        if name is None:
            name = member_name(element, self._scope, inside=False)
        event: Members = {"type": "ObjectEvent" if name == "QuantityEvent" else name}
        self._attributes(element, event, ignored=_FRAME_ATTRIBUTES | {"type"})
        self._fields(element, event, _POSITIONS[self._version].get(name, _EMPTY))
        if name == "QuantityEvent":
            _as_object_event(event)
        kept = event.pop("@context", None)
        context = kept if kept is not None else self._scope.own
        return {"@context": context, **event} if context else event

    def _fields(self, element: Element, event: Members, order: Mapping[str, int]) -> None:
        last, last_name = -1, ""
        for item in element:
            name = local_name(item)
            position = _LAST if name is None else order.get(name, last)
            if position < last:
                self._out_of_order(item, last_name)
            last, last_name = max(position, last), str(item.tag)
            if name is None:
                self._foreign(item, event)
            elif name in _WRAPPERS:
                self._wrapped(item, event)
            elif not self._field(name, item, event, known=name in order):
                self._unknown(item)

    def _out_of_order(self, item: Element, after: str) -> None:
        name = etree.QName(item).localname
        self._fault(item, "element-order", after=shown(after, 40), name=name)

    def _unknown(self, item: Element) -> None:
        self._fault(item, "unknown-element", name=shown(etree.QName(item).localname, 40))

    def _fault(self, item: Element, code: str, **params: str) -> None:
        place = child(self._path, etree.QName(item).localname)
        self._findings.add_at(line_of(item), code, place, **params)

    def _field(self, name: str, item: Element, event: Members, *, known: bool) -> bool:
        """Read one field of EPCIS; False when there is none of that name."""
        if name == "certificationInfo":
            add_member(event, name, text_of(item))
            self._note(event, name, item)
            return True
        if name in event and name != "type":
            self._fault(item, "repeated-element", name=name)
            return True
        value = self._value(name, item)
        if value is None and known and name in ("epcClass", "quantity"):  # a QuantityEvent
            value = exact(text_of(item)) if name == "quantity" else text_of(item)
        if value is None:
            return False
        event[name] = value
        self._note(event, name, item)
        return True

    def _value(self, name: str, item: Element) -> object:
        if name in _TEXTS:
            return text_of(item)
        if name in _WORDS:
            return word_of(_WORDS[name], text_of(item))
        if name in _EPCS:
            return self._texts(item, "epc")
        if name in _QUANTITIES:
            return [self._quantity(one) for one in self._children(item, "quantityElement")]
        if name in _PAIRS:
            return self._pairs(item, *_PAIRS[name])
        special = self._special.get(name)
        return special(item) if special is not None else None

    def _note(self, container: object, key: str | int, item: Element) -> None:
        if self._lines is not None:
            self._lines.note(container, key, line_of(item))

    def _children(self, element: Element, name: str) -> list[Element]:
        found = []
        for item in element:
            if local_name(item) == name:
                found.append(item)
            else:
                self._unknown(item)
        return found

    def _texts(self, element: Element, name: str) -> list[str]:
        items = self._children(element, name)
        texts = [text_of(item) for item in items]
        if self._lines is not None:
            for index, item in enumerate(items):
                self._lines.note(texts, index, line_of(item))
        return texts

    def _quantity(self, element: Element) -> Members:
        fields: Members = {}
        for item in element:
            name = local_name(item)
            if name not in ("epcClass", "quantity", "uom"):
                self._unknown(item)
            elif item.get(f"{{{XSI}}}nil") not in ("true", "1"):
                text = text_of(item)
                fields[name] = exact(text) if name == "quantity" else text
                self._note(fields, name, item)
        return fields

    def _pairs(self, element: Element, name: str, vocabulary: Vocabulary) -> list[Members]:
        pairs = []
        for item in self._children(element, name):
            kind = item.get("type")
            pair: Members = {} if kind is None else {"type": word_of(vocabulary, kind.strip())}
            pair[name] = text_of(item)
            self._note(pair, name, item)
            self._note(pair, "type", item)
            pairs.append(pair)
        return pairs

    def _place(self, element: Element) -> Members:
        return self._extensible(element, "id")

    def _extensible(self, element: Element, *names: str) -> Members:
        """An object of texts with extensions, such as a read point or ILMD."""
        members: Members = {}
        self._attributes(element, members)
        for item in element:
            name = local_name(item)
            if name is None:
                self._foreign(item, members)
            elif name in names:
                members[name] = text_of(item)
                self._note(members, name, item)
            elif name == "extension":
                self._wrapped(item, members)
            else:
                self._unknown(item)
        return members

    def _disposition_change(self, element: Element) -> Members:
        changes: Members = {}
        for item in element:
            name = local_name(item)
            if name in ("set", "unset"):
                words = changes.setdefault(name, [])
                assert isinstance(words, list)
                words.append(word_of(DISPOSITION, text_of(item)))
                self._note(changes, name, item)
            else:
                self._unknown(item)
        return changes

    def _error_declaration(self, element: Element) -> Members:
        declaration: Members = {}
        self._attributes(element, declaration)
        for item in element:
            name = local_name(item)
            if name is None:
                self._foreign(item, declaration)
            elif name == "extension":
                self._wrapped(item, declaration)
            elif name == "correctiveEventIDs":
                declaration[name] = self._texts(item, "correctiveEventID")
            elif name in ("declarationTime", "reason"):
                text = text_of(item)
                declaration[name] = word_of(ERROR_REASON, text) if name == "reason" else text
                self._note(declaration, name, item)
            else:
                self._unknown(item)
        return declaration

    def _sensors(self, element: Element) -> list[Members]:
        return [self._sensor(item) for item in self._children(element, "sensorElement")]

    def _sensor(self, element: Element) -> Members:
        self._scope.declare(element.nsmap)
        sensor: Members = {}
        for item in element:
            name = local_name(item)
            if name in ("sensorMetadata", "sensorMetaData"):
                sensor["sensorMetadata"] = self._measured(item)
                self._note(sensor, "sensorMetadata", item)
            elif name == "sensorReport":
                reports = sensor.setdefault(name, [])
                assert isinstance(reports, list)
                reports.append(self._measured(item))
            elif name is None:
                self._foreign(item, sensor)
            elif name == "extension":
                self._wrapped(item, sensor)
            else:
                self._unknown(item)
        return sensor

    def _measured(self, element: Element) -> Members:
        """The attributes of sensor metadata or of one report."""
        fields: Members = {}
        for key, written in element.attrib.items():
            name, text = str(key), str(written)
            if name in _SENSOR_WORDS:
                fields[name] = word_of(_SENSOR_WORDS[name], text.strip())
            elif name in _SENSOR_NUMBERS:
                fields[name] = exact(text)
            elif name == "booleanValue":
                truth = {"true": True, "1": True, "false": False, "0": False}
                fields[name] = truth.get(text.strip(), text)
            elif name[0] != "{":
                fields[name] = text if name == "stringValue" else text.strip()
            self._note(fields, name, element)
        self._attributes(element, fields, ignored=frozenset(fields))
        return fields

    def _attributes(
        self, element: Element, members: Members, ignored: frozenset[str] = frozenset()
    ) -> None:
        """Attributes of other namespaces are extension members; what we kept is put back."""
        for key, written in element.attrib.items():
            name = etree.QName(str(key))
            if str(key) == MORE:
                members.update(more(str(written)))
            elif str(key) == CONTEXT_KEPT:
                members["@context"] = kept_context(element)
            elif not name.namespace:
                if str(key) not in ignored:
                    self._fault(element, "unknown-element", name=shown(str(key), 40))
            elif name.namespace != XSI:
                prefix = prefix_in(element, name)
                members[self._scope.name(name.namespace, name.localname, prefix)] = str(written)

    def _foreign(self, item: Element, members: Members) -> None:
        if item.tag == MORE:
            members.update(more(item.text))
            return
        name = member_name(item, self._scope, inside=False)
        add_member(members, name, value_of(item, self._scope))
        self._note(members, name, item)

    def _wrapped(self, wrapper: Element, members: Members) -> None:
        """What stands in an extension point: fields of EPCIS, or anybody's."""
        for item in wrapper:
            name = local_name(item)
            if name in _WRAPPERS:
                self._wrapped(item, members)
            elif name is None or not self._field(name, item, members, known=False):
                self._foreign(item, members)


def _as_object_event(event: Members) -> None:
    """EPCIS 2.0 has no QuantityEvent: a quantity was observed."""
    amount: Members = {}
    if "epcClass" in event:
        amount["epcClass"] = event.pop("epcClass")
    if "quantity" in event:
        amount["quantity"] = event.pop("quantity")
    event["action"] = "OBSERVE"
    event["quantityList"] = [amount]
