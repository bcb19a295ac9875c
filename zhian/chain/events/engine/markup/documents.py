"""A whole EPCIS document in XML as the document of EPCIS 2.0 in JSON: frame, header, events."""

import re
from dataclasses import dataclass

from lxml import etree

from zhian.chain.events.engine.findings import Findings, shown
from zhian.chain.events.engine.markup.extensions import (
    MORE,
    add_member,
    exact,
    member_name,
    more,
    value_of,
)
from zhian.chain.events.engine.markup.lines import Lines
from zhian.chain.events.engine.markup.names import (
    CONTEXT,
    EPCIS1,
    MASTER1,
    ORDER_1,
    OWN,
    QUERY1,
    SBDH,
    Scope,
    prefixes_in,
)
from zhian.chain.events.engine.markup.parsing import Element, line_of, parse
from zhian.chain.events.engine.markup.reading import (
    EventReader,
    Members,
    kept_context,
    local_name,
    text_of,
)
from zhian.chain.events.engine.reading import MAX_BYTES

OWN_EVENT = f"{{{OWN}}}event"
VOCABULARIES_KEPT = "zhian:vocabularyList"
MASTER_DATA_DOCUMENT = "zhian:masterDataDocument"
_OLD = frozenset({EPCIS1, QUERY1, MASTER1})
_NO_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?")
_SBDH = f"{{{SBDH}}}"


@dataclass(frozen=True, slots=True)
class Read:
    """A document in JSON form, the version it was written in, and where its values stand."""

    root: Members | None
    version: str
    lines: Lines | None


def read_xml(
    raw: bytes, findings: Findings, *, max_bytes: int = MAX_BYTES, located: bool = False
) -> Read:
    """The JSON form of an XML document; None in it when it is none of EPCIS."""
    element = parse(raw, findings, max_bytes=max_bytes)
    lines = Lines() if located else None
    if element is None:
        return Read(None, "", lines)
    reader = _DocumentReader(findings, element, lines)
    return Read(reader.document(), reader.version, lines)


def _version_of(element: Element) -> str:
    namespace = etree.QName(element).namespace
    written = (element.get("schemaVersion") or "").strip()
    if namespace in _OLD or (not namespace and written.startswith("1")):
        return written if written.startswith("1") else "1.2"
    return written or "2.0"


class _DocumentReader:
    """Reads one document; its prefixes are gathered on the way."""

    def __init__(self, findings: Findings, element: Element, lines: Lines | None) -> None:
        self._findings = findings
        self._element = element
        self._lines = lines
        self._context: dict[str, str] = {}
        self._context.update(prefixes_in(kept_context(element)))
        self._scope = Scope(self._context)
        self._scope.declare(element.nsmap)
        self.version = _version_of(element)
        generation = 1 if self.version.startswith("1") else 2
        self._events = EventReader(findings, self._context, generation, lines)

    def document(self) -> Members | None:
        element = self._element
        kind = local_name(element)
        if kind in ("EPCISDocument", "EPCISQueryDocument", "EPCISMasterDataDocument"):
            return self._frame(kind)
        if kind in ORDER_1 or (kind is None and element.find("eventTime") is not None):
            return self._bare()
        name = shown(etree.QName(element).localname)
        self._findings.add_at(line_of(element), "unknown-document", "$", value=name)
        return None

    def _with_context(self, root: Members) -> Members:
        context = kept_context(self._element)
        if context is None:
            context = [CONTEXT, self._context] if self._context else [CONTEXT]
        else:
            entries = context if isinstance(context, list) else [context]
            known = [entry for entry in entries if isinstance(entry, dict)]
            new = {
                prefix: namespace
                for prefix, namespace in self._context.items()
                if not any(entry.get(prefix) == namespace for entry in known)
            }
            context = [*entries, new] if new else context
        root["@context"] = context
        return root

    def _bare(self) -> Members:
        self._findings.event = 0
        kind = self._element.get("type") if self._element.tag == OWN_EVENT else None
        event = self._events.event(self._element, "$", kind)
        self._findings.event = None
        # a bare event is its own document: it declares nothing anew
        event.pop("@context", None)
        return self._with_context(event)

    def _frame(self, kind: str) -> Members:
        element = self._element
        root: Members = {"@context": [], "type": kind}
        old = self.version.startswith("1")
        root["schemaVersion"] = "2.0" if old else self.version
        if element.get("creationDate") is not None:
            root["creationDate"] = self._moment(str(element.get("creationDate")).strip())
        if element.get(f"{{{OWN}}}id") is not None:
            root["id"] = str(element.get(f"{{{OWN}}}id"))
        self._note(root, "creationDate", element)
        for item in element:
            self._part(kind, item, root)
        if kind == "EPCISMasterDataDocument":
            root["type"] = "EPCISDocument"
            self._scope.name(OWN, "", "zhian")
            root[MASTER_DATA_DOCUMENT] = True
            root["epcisBody"] = {"eventList": []}
        return self._with_context(root)

    def _moment(self, text: str) -> str:
        """The creation date may lack an offset in XML; it is then taken as UTC."""
        return f"{text}Z" if _NO_OFFSET.fullmatch(text) else text

    def _part(self, kind: str, item: Element, root: Members) -> None:
        name = local_name(item)
        if name == "EPCISHeader":
            self._header(item, root)
        elif name == "EPCISBody":
            self._note(root, "epcisBody", item)
            self._body(kind, item, root)
        elif name == "extension":
            self._members(item, root)
        elif name is None:
            self._member(item, root)
        else:
            self._unknown(item, "$")

    def _unknown(self, item: Element, path: str) -> None:
        name = shown(etree.QName(item).localname, 40)
        self._findings.add_at(line_of(item), "unknown-element", path, name=name)

    def _members(self, element: Element, members: Members) -> None:
        for item in element:
            self._member(item, members)

    def _member(self, item: Element, members: Members) -> None:
        if item.tag == MORE:
            members.update(more(item.text))
        else:
            name = member_name(item, self._scope, inside=False)
            add_member(members, name, value_of(item, self._scope))

    def _note(self, container: object, key: str | int, item: Element) -> None:
        if self._lines is not None:
            self._lines.note(container, key, line_of(item))

    def _body(self, kind: str, body: Element, root: Members) -> None:
        if kind == "EPCISMasterDataDocument":
            self._master_data(body, root)
            return
        holder: Members = {}
        for item in body:
            name = local_name(item)
            if name == "EventList" and kind == "EPCISDocument":
                self._note(holder, "eventList", item)
                holder["eventList"] = self._event_list(item, "$.epcisBody.eventList")
            elif name == "QueryResults" and kind == "EPCISQueryDocument":
                holder["queryResults"] = self._results(item)
            elif name == "extension":
                self._members(item, holder)
            elif name is None:
                self._member(item, holder)
            else:
                self._unknown(item, "$.epcisBody")
        if kind == "EPCISDocument":
            holder.setdefault("eventList", [])
        root["epcisBody"] = holder

    def _results(self, element: Element) -> Members:
        results: Members = {}
        for item in element:
            name = local_name(item)
            if name in ("queryName", "subscriptionID"):
                results[name] = text_of(item)
            elif name == "resultsBody":
                results[name] = self._results_body(item)
            elif name == "extension":
                self._members(item, results)
            elif name is None:
                self._member(item, results)
            else:
                self._unknown(item, "$.epcisBody.queryResults")
        body, kept = results.get("resultsBody"), results.pop(VOCABULARIES_KEPT, None)
        if isinstance(body, dict):
            body.setdefault("eventList", [])
            if kept is not None:
                body["vocabularyList"] = kept
        return results

    def _results_body(self, element: Element) -> Members:
        body: Members = {}
        path = "$.epcisBody.queryResults.resultsBody"
        for item in element:
            name = local_name(item)
            if name == "EventList":
                body["eventList"] = self._event_list(item, f"{path}.eventList")
            elif name == "VocabularyList":
                body["vocabularyList"] = self._vocabularies(item)
            else:
                self._unknown(item, path)
        return body

    def _event_list(self, element: Element, path: str) -> list[Members]:
        events: list[Members] = []
        self._gather(element, path, events, inside=False)
        return events

    def _gather(self, element: Element, path: str, events: list[Members], *, inside: bool) -> None:
        """Events stand in the list or, the newer ones, in its extension points."""
        for item in element:
            name = local_name(item)
            if name == "extension":
                self._gather(item, path, events, inside=True)
                continue
            index = len(events)
            place = f"{path}[{index}]"
            self._note(events, index, item)
            named = item.tag == OWN_EVENT or (name == "event" and inside)
            if not named and name not in ORDER_1 and not (name is None and inside):
                self._unknown(item, place)
                continue
            self._findings.event = index
            kind = item.get("type", "") if named else None
            events.append(self._events.event(item, place, kind))
            self._findings.event = None

    def _header(self, element: Element, root: Members) -> None:
        header: Members = {}
        made = element.get(f"{{{OWN}}}made") is not None
        for item in element:
            name = local_name(item)
            if item.tag == f"{_SBDH}StandardBusinessDocumentHeader":
                self._business_header(item, root, header, made=made)
            elif name == "extension":
                self._header_extension(item, header)
            elif name is None:
                self._member(item, header)
            else:
                self._unknown(item, "$.epcisHeader")
        header.update(more(element.get(MORE)))
        if header:
            root["epcisHeader"] = header

    def _header_extension(self, element: Element, header: Members) -> None:
        for item in element:
            name = local_name(item)
            if name == "EPCISMasterData":
                master: Members = {}
                self._master_data(item, master)
                header.update(master.get("epcisHeader", {}))  # type: ignore[call-overload]
            elif name == "extension":
                self._members(item, header)
            else:
                self._member(item, header)

    def _master_data(self, element: Element, root: Members) -> None:
        master: Members = {}
        for item in element:
            if local_name(item) == "VocabularyList":
                master["vocabularyList"] = self._vocabularies(item)
            else:
                self._member(item, master)
        header = root.setdefault("epcisHeader", {})
        assert isinstance(header, dict)
        header["epcisMasterData"] = master

    def _vocabularies(self, element: Element) -> list[Members]:
        return [self._vocabulary(item) for item in element if local_name(item) == "Vocabulary"]

    def _vocabulary(self, element: Element) -> Members:
        self._scope.declare(element.nsmap)
        vocabulary: Members = {"type": (element.get("type") or "").strip()}
        for item in element:
            if local_name(item) == "VocabularyElementList":
                vocabulary["vocabularyElementList"] = [self._entry(one) for one in item]
            else:
                self._member(item, vocabulary)
        return vocabulary

    def _entry(self, element: Element) -> Members:
        entry: Members = {"id": (element.get("id") or "").strip()}
        for item in element:
            name = local_name(item)
            if name == "attribute":
                attributes = entry.setdefault("attributes", [])
                assert isinstance(attributes, list)
                attributes.append(self._attribute(item))
            elif name == "children":
                entry["children"] = [text_of(one) for one in item]
            else:
                self._member(item, entry)
        return entry

    def _attribute(self, element: Element) -> Members:
        """The value of a master data attribute; its `id` is not part of the value."""
        identifier = (element.attrib.pop("id", "")).strip()
        kind = element.attrib.pop(f"{{{OWN}}}type", "")
        text = element.text or ""
        if kind == "number":
            value = exact(text)
        elif kind == "json":
            value = more(f'{{"kept": {text}}}').get("kept")
        else:
            value = value_of(element, self._scope)
        return {"id": identifier, "attribute": value}

    def _business_header(
        self, element: Element, root: Members, header: Members, *, made: bool
    ) -> None:
        """Sender, receiver and number in JSON's words; the rest of the header is kept whole."""
        found = {
            "sender": element.findtext(f"{_SBDH}Sender/{_SBDH}Identifier"),
            "receiver": element.findtext(f"{_SBDH}Receiver/{_SBDH}Identifier"),
            "instanceIdentifier": element.findtext(
                f"{_SBDH}DocumentIdentification/{_SBDH}InstanceIdentifier"
            ),
        }
        for name, text in found.items():
            if text is not None and text.strip() and not (made and text == NOT_GIVEN):
                root[name] = text.strip()
        if not made:
            name = self._scope.name(SBDH, "StandardBusinessDocumentHeader", "sbdh")
            header[name] = value_of(element, self._scope)


# stands in a header that 1.2 demands and JSON did not give
NOT_GIVEN = "not given"
