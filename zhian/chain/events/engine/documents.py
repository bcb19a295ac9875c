"""An EPCIS document as a whole: document, query document or one bare event, in JSON or XML.

XML (2.0, 1.2, 1.1) is read into the JSON form of 2.0 first, so that both are judged alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from zhian.chain.events.engine.contexts import write_out
from zhian.chain.events.engine.findings import Finding, Findings, shown
from zhian.chain.events.engine.markup.documents import read_xml
from zhian.chain.events.engine.markup.names import prefixes_in
from zhian.chain.events.engine.markup.parsing import looks_like_xml
from zhian.chain.events.engine.reading import MAX_BYTES, read_json
from zhian.chain.events.engine.shapes import Place, shape
from zhian.chain.events.engine.stencils import Imprint
from zhian.chain.events.engine.validation import (
    EVENT_SHAPES,
    judge_context,
    judge_event,
    judge_header,
    judge_text,
    judge_time,
    judge_uri,
    judge_version,
)
from zhian.chain.events.engine.words import is_uri

__all__ = ["MAX_EVENTS", "REPORT_TYPE", "Document", "Examination", "examine", "prefixes_in"]

MAX_EVENTS = 20_000
REPORT_TYPE = re.compile(r"\.sensorReport\[\d+\]\.type$")


@dataclass(frozen=True, slots=True)
class Document:
    """The events of one accepted document with the contexts they are written in.

    `events` are the event objects as parsed (numbers exact); `context` is the document's
    `@context` as it was written; `places` are index and JSON path of each event as sent;
    `root` is the whole document in JSON form, `version` the one it was written in. On the way into
    the store (`swift`) an event may be known by its imprint alone: its object is empty then, and
    `root` has no events.
    """

    kind: str
    context: object
    events: tuple[dict[str, object], ...]
    places: tuple[tuple[int, str], ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    root: Mapping[str, object] = field(default_factory=dict)
    version: str = "2.0"
    imprints: tuple[Imprint | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in a document; `document` is None exactly when there are errors.

    `remainder` is the document without its faulty events, when every error lies in an event
    (what a capture with the behaviour “proceed” may store); `readable` is the document with them.
    """

    document: Document | None
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    remainder: Document | None = None
    readable: Document | None = None


def examine(
    raw: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_events: int = MAX_EVENTS,
    xml: bool | None = None,
) -> Examination:
    """Read and judge the bytes of a document; never raises for any input.

    `xml` says which of the two it was sent as; without it the first sign decides.
    """
    if looks_like_xml(raw) if xml is None else xml:
        return _examine_xml(raw, max_bytes, max_events)
    findings = Findings()
    root = read_json(raw, findings, max_bytes=max_bytes)
    document = None if findings.errors() else _judged(findings, root, max_events)
    return _examined(findings, document)


def _examined(findings: Findings, document: Document | None) -> Examination:
    errors = findings.errors()
    if not errors:
        return Examination(document, (), findings.warnings(), None, document)
    remainder = _remainder(document, errors)
    return Examination(None, errors, findings.warnings(), remainder, document)


def _examine_xml(raw: bytes, max_bytes: int, max_events: int) -> Examination:
    """XML is read a second time for the lines, only when there is something to locate."""
    findings = Findings()
    read = read_xml(raw, findings, max_bytes=max_bytes)
    document = None
    if read.root is not None and all(error.event is not None for error in findings.errors()):
        document = _judged(findings, read.root, max_events)
    # the schema of XML does not demand it
    findings.excuse("missing-field", REPORT_TYPE)
    if document is not None:
        document = replace(document, version=read.version)
    if read.root is not None and (findings.errors() or findings.warnings()):
        again = read_xml(raw, Findings(), max_bytes=max_bytes, located=True)
        lines = again.lines
        assert lines is not None, "asked for"
        findings.locate(lambda path: lines.line_of(again.root, path))
    return _examined(findings, document)


def _remainder(document: Document | None, errors: tuple[Finding, ...]) -> Document | None:
    faulty = {error.event for error in errors}
    if document is None or None in faulty:
        return None
    kept = [index for index in range(len(document.events)) if index not in faulty]
    return replace(
        document,
        events=tuple(document.events[index] for index in kept),
        places=tuple(document.places[index] for index in kept),
    )


def _unjudged(_findings: Findings, _path: str, _value: object) -> None:
    """The event list, judged event by event afterwards."""


def _type(_findings: Findings, _path: str, _value: object) -> None:
    """Known already."""


_HEAD: dict[str, Place] = {
    "@context": judge_context,
    "type": _type,
    "id": judge_uri,
    "schemaVersion": judge_version,
    "creationDate": judge_time,
}
DOCUMENT = shape(
    {
        **_HEAD,
        "instanceIdentifier": judge_text,
        "sender": judge_text,
        "receiver": judge_text,
        "epcisHeader": judge_header,
        "epcisBody": shape({"eventList": _unjudged}, required=("eventList",), extensible=True),
    },
    required=("@context", "schemaVersion", "creationDate", "epcisBody"),
    extensible=True,
)
_RESULTS = shape(
    {
        "queryName": judge_text,
        "subscriptionID": judge_text,
        "resultsBody": shape(
            {"eventList": _unjudged, "vocabularyList": _unjudged},
            required=("eventList",),
            extensible=True,
        ),
    },
    required=("queryName", "resultsBody"),
    extensible=True,
)
_QUERY_DOCUMENT = shape(
    {
        **_HEAD,
        "epcisBody": shape({"queryResults": _RESULTS}, required=("queryResults",), extensible=True),
    },
    required=("@context", "epcisBody"),
    extensible=True,
)
_FRAMES: dict[str, tuple[Place, tuple[str, ...]]] = {
    "EPCISDocument": (DOCUMENT, ("epcisBody", "eventList")),
    "EPCISQueryDocument": (
        _QUERY_DOCUMENT,
        ("epcisBody", "queryResults", "resultsBody", "eventList"),
    ),
}


def _judged(findings: Findings, root: object, max_events: int) -> Document | None:
    if not isinstance(root, dict):
        findings.add("not-an-object", "$")
        return None
    kind = root.get("type")
    if kind is None:
        findings.add("missing-field", "$.type", name="type")
        return None
    if not isinstance(kind, str):
        findings.add("not-text", "$.type")
        return None
    if kind in _FRAMES:
        return _framed(findings, root, kind, max_events)
    if kind in EVENT_SHAPES or is_uri(kind):
        return _bare(findings, root, kind)
    findings.add("unknown-document", "$.type", value=shown(kind))
    return None


def _framed(
    findings: Findings, root: dict[str, object], kind: str, max_events: int
) -> Document | None:
    frame, way = _FRAMES[kind]
    frame(findings, "$", root)
    events: object = root
    for name in way:
        events = events.get(name) if isinstance(events, dict) else None
    path = "$." + ".".join(way)
    if events is None:
        return None
    if not isinstance(events, list):
        findings.add("not-a-list", path)
        return None
    if len(events) > max_events:
        findings.add("too-many-events", path, count=str(len(events)), limit=str(max_events))
        return None
    write_out(events, root.get("@context"))
    for index, event in enumerate(events):
        if findings.full:
            break
        findings.event = index
        judge_event(findings, f"{path}[{index}]", event)
    findings.event = None
    context = root.get("@context")
    places = tuple((index, f"{path}[{index}]") for index in range(len(events)))
    return Document(kind, context, tuple(events), places, prefixes_in(context), root)


def _bare(findings: Findings, root: dict[str, object], kind: str) -> Document:
    findings.event = 0
    if "@context" not in root:
        findings.add("missing-field", "$['@context']", name="@context")
    write_out([root], root.get("@context"))
    judge_event(findings, "$", root)
    findings.event = None
    context = root.get("@context")
    event = {name: value for name, value in root.items() if name != "@context"}
    return Document(kind, context, (event,), ((0, "$"),), prefixes_in(context), root)
