"""One event object of EPCIS 2.0 in JSON as an event element of EPCIS 2.0 or 1.2."""

from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

from zhian.chain.events.engine.markup.extensions import (
    MORE,
    Names,
    json_text,
    plain,
    unwritable,
    write_members,
)
from zhian.chain.events.engine.markup.names import (
    EXTENSION_1,
    NEEDED_1,
    ORDER_1,
    ORDER_2,
    OWN,
    prefixes_in,
)
from zhian.chain.events.engine.markup.parsing import Element
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

Members = Mapping[str, object]

_EPCS = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
_QUANTITIES = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)
_PAIRS = {
    "bizTransactionList": ("bizTransaction", BIZ_TRANSACTION_TYPE),
    "sourceList": ("source", SOURCE_DESTINATION_TYPE),
    "destinationList": ("destination", SOURCE_DESTINATION_TYPE),
}
_SENSOR_WORDS = {"type": MEASUREMENT, "exception": ALERT, "component": COMPONENT}
_WRAPPERS = ("extension", "baseExtension")
_NO_FIELDS = frozenset({"type", "@context"})


def urn_of(vocabulary: Vocabulary, value: str) -> str:
    """A standard word as XML writes it: its URN, or a CURIE of the GS1 vocabularies."""
    word = vocabulary.word_of(value)
    if word is None:
        return value
    if vocabulary is COMPONENT:
        return f"cbv:Comp-{word}"
    return f"gs1:{word}" if vocabulary in (MEASUREMENT, ALERT) else vocabulary.urn + word


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _members(value: object) -> Members:
    return value if isinstance(value, dict) else {}


def _sub(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element


class EventWriter:
    """Writes events of one document; `old` writes EPCIS 1.2."""

    def __init__(self, names: Names, *, old: bool) -> None:
        self._names = names
        self._old = old

    def place(self, event_list: Element, event: Members) -> None:
        """Put an event into an event list, or into the extension point it has there."""
        kind = str(event["type"])
        if not self._old:
            if kind in ORDER_2:
                self.fill(etree.SubElement(event_list, kind), event)
            else:
                self.fill(self._foreign(_sub(event_list, "extension"), kind), event)
        elif kind in NEEDED_1:
            self.fill(etree.SubElement(event_list, kind), event)
        else:
            wrapper = _sub(event_list, "extension")
            if kind != "TransformationEvent":
                wrapper = _sub(wrapper, "extension")
            if kind in ORDER_1:
                self.fill(etree.SubElement(wrapper, kind), event)
            else:
                element = _sub(wrapper, "event")
                element.set("type", kind)
                self.fill(element, event)

    def _foreign(self, parent: Element, kind: str) -> Element:
        tag = self._names.tag(kind)
        if tag is not None:
            return etree.SubElement(parent, tag)
        element = _sub(parent, f"{{{OWN}}}event")
        element.set("type", kind)
        return element

    def fill(self, element: Element, event: Members) -> None:
        """Write the fields of an event in the order of its schema."""
        kind = str(event["type"])
        kept = event.get("@context")
        if kept is not None:
            element.set(f"{{{OWN}}}context", json_text(kept))
            inner = EventWriter(self._names.inside(prefixes_in(kept)), old=self._old)
            inner.fill(element, {n: value for n, value in event.items() if n != "@context"})
            return
        # other people's events have the fields of an association
        kind = kind if kind in ORDER_2 else "AssociationEvent"
        for name in (ORDER_1 if self._old else ORDER_2)[kind]:
            if name not in _WRAPPERS:
                self._field(element, name, event, needed=self._needed(kind) == name)
            elif self._old:
                self._wrapper(element, name, event, kind)
        known = {*ORDER_2[kind], *_NO_FIELDS}
        rest = {name: value for name, value in event.items() if name not in known}
        several = isinstance(event.get("certificationInfo"), list)
        kept = {"certificationInfo": event["certificationInfo"]} if several else None
        write_members(element, rest, self._names, kept)

    def _needed(self, kind: str) -> str | None:
        return NEEDED_1.get(kind) if self._old else None

    def _wrapper(self, element: Element, name: str, event: Members, kind: str) -> None:
        """The extension points of 1.2: the first for its own fields, the second for 2.0's."""
        if name == "baseExtension":
            base = _sub(element, name)
            self._field(base, "eventID", event)
            self._field(base, "errorDeclaration", event)
            self._later(base, ("certificationInfo",), event)
            _drop_empty(base)
            return
        wrapper = _sub(element, name)
        for field in EXTENSION_1.get(kind, ()):
            self._field(wrapper, field, event)
        if kind != "AssociationEvent":
            later = ("sensorElementList", "persistentDisposition")
            self._later(wrapper, later, event, inside=kind in EXTENSION_1)
        _drop_empty(wrapper)

    def _later(
        self,
        wrapper: Element,
        names: tuple[str, ...],
        event: Members,
        *,
        inside: bool = True,
    ) -> None:
        holder = _sub(wrapper, "extension") if inside else wrapper
        for name in names:
            self._field(holder, name, event)
        if inside:
            _drop_empty(holder)

    def _field(self, parent: Element, name: str, event: Members, *, needed: bool = False) -> None:
        if name not in event:
            if needed:
                _sub(parent, name)
            return
        value = event[name]
        if name in _EPCS:
            holder = _sub(parent, name)
            for item in _items(value):
                _sub(holder, "epc", self._names.value(str(item)))
        elif name in _QUANTITIES:
            self._quantities(_sub(parent, name), value)
        elif name in _PAIRS:
            self._pairs(parent, name, value)
        else:
            self._other(parent, name, value)

    def _other(self, parent: Element, name: str, value: object) -> None:
        if name in ("readPoint", "bizLocation"):
            self._where(_sub(parent, name), _members(value))
        elif name == "sensorElementList":
            self._sensors(parent, value)
        elif name == "persistentDisposition":
            self._change(_sub(parent, name), _members(value))
        elif name == "errorDeclaration":
            self._error(_sub(parent, name), _members(value))
        elif name == "ilmd":
            write_members(_sub(parent, name), _members(value), self._names)
        elif name in ("bizStep", "disposition"):
            vocabulary = BIZ_STEP if name == "bizStep" else DISPOSITION
            _sub(parent, name, self._word(vocabulary, value))
        else:
            _sub(parent, name, self._names.value(str(_items(value)[0])))

    def _word(self, vocabulary: Vocabulary, value: object) -> str:
        return self._names.value(urn_of(vocabulary, str(value)))

    def _quantities(self, holder: Element, value: object) -> None:
        for item in _items(value):
            element = _sub(holder, "quantityElement")
            for name in ("epcClass", "quantity", "uom"):
                if name in _members(item):
                    written = _members(item)[name]
                    _sub(element, name, self._scalar(name, written))

    def _scalar(self, name: str, value: object) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Decimal):
            return plain(value)
        return str(value) if name == "stringValue" else self._names.value(str(value))

    def _pairs(self, parent: Element, name: str, value: object) -> None:
        """An empty list of pairs has no place in XML."""
        field, vocabulary = _PAIRS[name]
        holder = _sub(parent, name) if value else parent
        for item in _items(value):
            element = _sub(holder, field, self._names.value(str(_members(item)[field])))
            if "type" in _members(item):
                element.set("type", self._word(vocabulary, _members(item)["type"]))

    def _where(self, element: Element, place: Members) -> None:
        _sub(element, "id", self._names.value(str(place["id"])))
        rest = {name: value for name, value in place.items() if name != "id"}
        write_members(element, rest, self._names)

    def _change(self, element: Element, change: Members) -> None:
        for name in ("unset", "set"):
            for item in _items(change.get(name, [])):
                _sub(element, name, self._word(DISPOSITION, item))

    def _error(self, element: Element, declaration: Members) -> None:
        for name in ("declarationTime", "reason"):
            if name in declaration:
                text = str(declaration[name])
                _sub(element, name, self._word(ERROR_REASON, text) if name == "reason" else text)
        if "correctiveEventIDs" in declaration:
            holder = _sub(element, "correctiveEventIDs")
            for item in _items(declaration["correctiveEventIDs"]):
                _sub(holder, "correctiveEventID", self._names.value(str(item)))
        known = ("declarationTime", "reason", "correctiveEventIDs")
        rest = {name: value for name, value in declaration.items() if name not in known}
        write_members(element, rest, self._names)

    def _sensors(self, parent: Element, value: object) -> None:
        holder = _sub(parent, "sensorElementList") if value else parent
        for item in _items(value):
            element, sensor = _sub(holder, "sensorElement"), _members(item)
            if "sensorMetadata" in sensor:
                self._measured(_sub(element, "sensorMetadata"), _members(sensor["sensorMetadata"]))
            for report in _items(sensor.get("sensorReport", [])):
                self._measured(_sub(element, "sensorReport"), _members(report))
            known = ("sensorMetadata", "sensorReport")
            rest = {name: value for name, value in sensor.items() if name not in known}
            write_members(element, rest, self._names)

    def _measured(self, element: Element, fields: Members) -> None:
        """Everything in attributes; an extension that is no text is kept as JSON in one of them."""
        rest: dict[str, object] = {}
        for name, value in fields.items():
            if name in _SENSOR_WORDS:
                element.set(name, self._word(_SENSOR_WORDS[name], value))
            elif ":" not in name and not unwritable(value):
                element.set(name, self._scalar(name, value))
            elif not self._attribute(element, name, value):
                rest[name] = value
        if rest:
            element.set(MORE, json_text(rest))

    def _attribute(self, element: Element, name: str, value: object) -> bool:
        tag = self._names.tag(name)
        if tag is None or not isinstance(value, str) or unwritable(value):
            return False
        element.set(tag, value)
        return True


def _drop_empty(element: Element) -> None:
    parent = element.getparent()
    if len(element) == 0 and parent is not None:
        parent.remove(element)
