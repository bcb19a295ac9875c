"""A whole document of EPCIS 2.0 in JSON form as an XML document of EPCIS 2.0 or 1.2."""

from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

from zhian.chain.events.engine.markup.documents import MASTER_DATA_DOCUMENT, NOT_GIVEN
from zhian.chain.events.engine.markup.extensions import (
    MORE,
    PREFIX,
    Names,
    is_natural,
    json_text,
    may_be_declared,
    plain,
    write_members,
    write_value,
)
from zhian.chain.events.engine.markup.names import (
    EPCIS1,
    EPCIS2,
    LOCAL,
    MASTER1,
    MASTER2,
    ORDER_2,
    OWN,
    QUERY1,
    QUERY2,
    SBDH,
    STANDARD_PREFIXES,
    XSD,
    XSI,
)
from zhian.chain.events.engine.markup.parsing import Element
from zhian.chain.events.engine.markup.writing import EventWriter

Members = Mapping[str, object]

_FRAMES = {
    "EPCISDocument": ("epcis", EPCIS1, EPCIS2),
    "EPCISQueryDocument": ("epcisq", QUERY1, QUERY2),
    "EPCISMasterDataDocument": ("epcismd", MASTER1, MASTER2),
}
_HEAD = frozenset(
    {
        "@context", "id", "type", "schemaVersion", "creationDate", "sender", "receiver",
        "instanceIdentifier", "epcisHeader", "epcisBody", MASTER_DATA_DOCUMENT,
    }
)  # fmt: skip
_IDENTITY = ("sender", "receiver", "instanceIdentifier")


def write_xml(root: Members, prefixes: Mapping[str, str], *, old: bool) -> bytes:
    """The document in XML: EPCIS 1.2 when `old`, otherwise 2.0."""
    return _DocumentWriter(root, prefixes, old=old).document()


def _sub(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element


def _members(value: object) -> Members:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


class _DocumentWriter:
    """Writes one document; what it needs of our own names is declared only when used."""

    def __init__(self, root: Members, prefixes: Mapping[str, str], *, old: bool) -> None:
        self._root = root
        self._old = old
        in_force = {**STANDARD_PREFIXES, PREFIX: OWN, f"{PREFIX}-local": LOCAL, **prefixes}
        self._declared = {
            prefix: namespace
            for prefix, namespace in in_force.items()
            if may_be_declared(prefix=prefix, namespace=namespace)
        }
        self._wanted = frozenset(prefixes)
        self._names = Names(in_force, self._declared)
        self._events = EventWriter(self._names, old=old)

    def document(self) -> bytes:
        kind = str(self._root["type"])
        if self._root.get(MASTER_DATA_DOCUMENT) is True:
            kind = "EPCISMasterDataDocument"
        element = self._frame(kind) if kind in _FRAMES else self._bare(kind)
        used = [prefix for prefix in self._declared if prefix in self._wanted]
        # words such as gs1:Temperature and types such as xsd:integer stand in values
        used += ["xsd"] if self._names.typed else []
        etree.cleanup_namespaces(element, keep_ns_prefixes=used)
        etree.indent(element)
        self._names.put_sources()
        return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8")) + b"\n"

    def _nsmap(self, prefix: str, namespace: str) -> dict[str, str]:
        own = {prefix: namespace, "xsi": XSI, "xsd": XSD, PREFIX: OWN, "sbdh": SBDH}
        return {**self._declared, **own}

    def _bare(self, kind: str) -> Element:
        tag = kind if kind in ORDER_2 else self._names.tag(kind)
        nsmap = self._nsmap("epcis", EPCIS1 if self._old else EPCIS2)
        element = etree.Element(tag or f"{{{OWN}}}event", nsmap=nsmap)
        if tag is None:
            element.set("type", kind)
        element.set("schemaVersion", "1.2" if self._old else "2.0")
        event = {name: value for name, value in self._root.items() if name != "@context"}
        self._keep_context(element)
        self._events.fill(element, event)
        return element

    def _frame(self, kind: str) -> Element:
        prefix, old, new = _FRAMES[kind]
        namespace = old if self._old else new
        element = etree.Element(f"{{{namespace}}}{kind}", nsmap=self._nsmap(prefix, namespace))
        version = str(self._root.get("schemaVersion", "2.0"))
        element.set("schemaVersion", "1.2" if self._old else version)
        if "creationDate" in self._root:
            element.set("creationDate", str(self._root["creationDate"]))
        if "id" in self._root:
            element.set(f"{{{OWN}}}id", str(self._root["id"]))
        self._keep_context(element)
        self._header(element, kind)
        self._body(_sub(element, "EPCISBody"), kind)
        rest = {name: value for name, value in self._root.items() if name not in _HEAD}
        write_members(element, rest, self._names)
        return element

    def _keep_context(self, element: Element) -> None:
        """A context that is more than prefixes XML can declare is kept as JSON."""
        context = self._root.get("@context")
        entries = context if isinstance(context, list) else [context]
        if not all(self._is_plain(entry) for entry in entries):
            element.set(f"{{{OWN}}}context", json_text(context))

    def _is_plain(self, entry: object) -> bool:
        known = {**self._declared, "sbdh": SBDH, PREFIX: OWN}
        if isinstance(entry, dict):
            return all(
                isinstance(namespace, str) and known.get(prefix) == namespace
                for prefix, namespace in entry.items()
            )
        return isinstance(entry, str) and "epcis-context" in entry

    def _header(self, root: Element, kind: str) -> None:
        header = dict(_members(self._root.get("epcisHeader")))
        business = self._business_header(header)
        master = header.pop("epcisMasterData", None)
        element = _sub(root, "EPCISHeader")
        if business is not None:
            write_value(_sub(element, f"{{{SBDH}}}StandardBusinessDocumentHeader"), business,
                        self._names)  # fmt: skip
        elif any(name in self._root for name in _IDENTITY):
            self._made_header(element)
        if kind == "EPCISMasterDataDocument":
            pass
        elif isinstance(master, dict) and set(master) == {"vocabularyList"}:
            if self._old and len(element) == 0:
                self._made_header(element)
            holder = _sub(_sub(element, "extension"), "EPCISMasterData")
            self._vocabularies(holder, master["vocabularyList"])
        elif master is not None:
            header["epcisMasterData"] = master
        self._finish_header(root, element, header)

    def _finish_header(self, root: Element, element: Element, rest: Members) -> None:
        if rest:
            element.set(MORE, json_text(rest))
            if self._old and len(element) == 0:
                self._made_header(element)
        if len(element) == 0 and not rest:
            root.remove(element)

    def _business_header(self, header: dict[str, object]) -> object:
        """The business header kept from XML, taken out of the header in JSON."""
        tag = f"{{{SBDH}}}StandardBusinessDocumentHeader"
        for name, value in header.items():
            known = isinstance(value, dict) and self._names.tag(name) == tag
            if known and is_natural(value, self._names):
                return header.pop(name)
        return None

    def _made_header(self, element: Element) -> None:
        """A business header from sender, receiver and number; 1.2 demands one."""
        element.set(f"{{{OWN}}}made", "true")
        found = {name: str(self._root.get(name, NOT_GIVEN)) for name in _IDENTITY}
        header = etree.SubElement(element, f"{{{SBDH}}}StandardBusinessDocumentHeader")
        _sub(header, f"{{{SBDH}}}HeaderVersion", "1.0")
        for role in ("Sender", "Receiver"):
            partner = _sub(header, f"{{{SBDH}}}{role}")
            _sub(partner, f"{{{SBDH}}}Identifier", found[role.lower()])
        identification = _sub(header, f"{{{SBDH}}}DocumentIdentification")
        for name, text in (
            ("Standard", "EPCglobal"),
            ("TypeVersion", "1.0"),
            ("InstanceIdentifier", found["instanceIdentifier"]),
            ("Type", "Events"),
            ("CreationDateAndTime", str(self._root.get("creationDate", ""))),
        ):
            _sub(identification, f"{{{SBDH}}}{name}", text)

    def _body(self, body: Element, kind: str) -> None:
        content = dict(_members(self._root.get("epcisBody")))
        if kind == "EPCISMasterDataDocument":
            header = _members(self._root.get("epcisHeader"))
            master = _members(header.get("epcisMasterData"))
            self._vocabularies(body, master.get("vocabularyList"))
        elif kind == "EPCISQueryDocument":
            results = _members(content.pop("queryResults", None))
            namespace = QUERY1 if self._old else QUERY2
            self._results(_sub(body, f"{{{namespace}}}QueryResults"), results)
        else:
            self._event_list(body, content.pop("eventList", []))
            write_members(body, content, self._names)

    def _event_list(self, parent: Element, events: object) -> None:
        holder = _sub(parent, "EventList")
        for event in _items(events):
            self._events.place(holder, _members(event))

    def _results(self, element: Element, results: Members) -> None:
        rest = dict(results)
        for name in ("queryName", "subscriptionID"):
            if name in rest:
                _sub(element, name, str(rest.pop(name)))
        body = dict(_members(rest.pop("resultsBody", None)))
        events, vocabularies = body.pop("eventList", []), body.pop("vocabularyList", None)
        holder = _sub(element, "resultsBody")
        if vocabularies and not events:
            self._vocabularies(holder, vocabularies)
        else:
            self._event_list(holder, events)
            if vocabularies is not None:
                rest[f"{PREFIX}:vocabularyList"] = vocabularies
        write_members(element, {**rest, **body}, self._names)

    def _vocabularies(self, parent: Element, vocabularies: object) -> None:
        holder = _sub(parent, "VocabularyList")
        for item in _items(vocabularies):
            vocabulary = dict(_members(item))
            element = _sub(holder, "Vocabulary")
            element.set("type", self._names.value(str(vocabulary.pop("type", ""))))
            entries = _items(vocabulary.pop("vocabularyElementList", []))
            if entries:
                listed = _sub(element, "VocabularyElementList")
                for entry in entries:
                    self._entry(_sub(listed, "VocabularyElement"), dict(_members(entry)))
            write_members(element, vocabulary, self._names)

    def _entry(self, element: Element, entry: dict[str, object]) -> None:
        element.set("id", self._names.value(str(entry.pop("id", ""))))
        for attribute in _items(entry.pop("attributes", [])):
            fields = _members(attribute)
            value = fields.get("attribute")
            several = isinstance(value, list) and len(value) > 1
            for item in value if several and isinstance(value, list) else [value]:
                one = _sub(element, "attribute")
                one.set("id", self._names.value(str(fields.get("id", ""))))
                self._attribute(one, item)
        if "children" in entry:
            holder = _sub(element, "children")
            for child in _items(entry.pop("children")):
                _sub(holder, "id", self._names.value(str(child)))
        write_members(element, entry, self._names)

    def _attribute(self, element: Element, value: object) -> None:
        """The schema types these elements, so what is no text is marked in our own way."""
        if isinstance(value, str) and is_natural(value, self._names):
            element.text = value
        elif isinstance(value, dict) and is_natural(value, self._names) and not _marked(value):
            write_value(element, value, self._names)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            element.set(f"{{{OWN}}}type", "number")
            element.text = plain(value)
        else:
            element.set(f"{{{OWN}}}type", "json")
            element.text = json_text(value)


def _marked(value: Members) -> bool:
    """Names of our own need attributes or a place among other elements."""
    return any(name.startswith(f"{PREFIX}:") for name in value)
