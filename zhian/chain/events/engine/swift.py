"""A document on its way into the store: read and judged with stencils, as little as is needed.

Only for what is faultless: whatever is found sends the whole document the long way (`examine`),
which explains. Members of events that fit a stencil are never read at all; `examine` is the twin.
"""

from collections.abc import Sequence

import msgspec

from zhian.chain.events.engine.contexts import standard_prefixes, write_out
from zhian.chain.events.engine.documents import (
    DOCUMENT,
    MAX_EVENTS,
    Document,
    Examination,
    examine,
)
from zhian.chain.events.engine.findings import Findings
from zhian.chain.events.engine.markup.names import prefixes_in
from zhian.chain.events.engine.reading import MAX_BYTES, read_quickly
from zhian.chain.events.engine.stencils import Imprint, shelf
from zhian.chain.events.engine.validation import judge_event

_KIND = "EPCISDocument"
_PATH = "$.epcisBody.eventList"
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw]).decode
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode

_Prefixes = tuple[tuple[str, str], ...]
_Event = dict[str, object]


def examine_swiftly(raw: bytes) -> Examination:
    """What `examine` finds in a JSON document; events that fit a stencil are known by imprints."""
    document = _faultless(raw) if len(raw) <= MAX_BYTES else None
    if document is None:
        return examine(raw, xml=False)
    return Examination(document, (), (), None, document)


def _faultless(raw: bytes) -> Document | None:
    """The document, when it is one of ours and nothing is wrong with it."""
    try:
        return _read_document(raw)
    except (ValueError, RecursionError):  # no JSON, no UTF-8, too deep
        return None


def _read_document(raw: bytes) -> Document | None:
    framed = _frame(raw)
    if framed is None:
        return None
    root, texts = framed
    findings = Findings()
    DOCUMENT(findings, "$", root)
    context = root.get("@context")
    # values under a renamed prefix of the standard do not stand in the text as they are judged
    if not findings.silent or standard_prefixes(context) or len(texts) > MAX_EVENTS:
        return None
    prefixes = prefixes_in(context)
    found = _events(texts, tuple(prefixes.items()))
    if found is None:
        return None
    events, imprints = found
    places = tuple((index, f"{_PATH}[{index}]") for index in range(len(events)))
    return Document(_KIND, context, tuple(events), places, prefixes, root, imprints=tuple(imprints))


def _frame(raw: bytes) -> tuple[_Event, list[bytes]] | None:
    """The document without its events, and their texts; None when that is not plain to see.

    A member written twice shows when the frame is written down again: its colon has gone.
    """
    if b"\\u00" in raw:
        return None
    top = _MEMBERS(raw)
    body = _MEMBERS(top.get("epcisBody", b"{}"))
    listed = bytes(body.get("eventList", b""))
    if not listed or bytes(top.get("type", b"")) != f'"{_KIND}"'.encode():
        return None
    root, inner = _read(top, "epcisBody"), _read(body, "eventList")
    if root is None or inner is None:
        return None
    root["epcisBody"] = inner | {"eventList": []}
    if _ENCODE(root).count(b":") != raw.count(b":") - listed.count(b":"):
        return None
    return root, [bytes(text) for text in _ITEMS(listed)]


def _read(members: dict[str, msgspec.Raw], but: str) -> _Event | None:
    """Members but one, read exactly; None when one of them is not plain."""
    found = {name: read_quickly(bytes(value)) for name, value in members.items() if name != but}
    return None if None in found.values() else found


def _events(
    texts: Sequence[bytes], prefixes: _Prefixes
) -> tuple[list[_Event], list[Imprint | None]] | None:
    """The events and imprints; None as soon as something is found in one of them."""
    stencils = shelf(prefixes)
    events: list[_Event] = []
    imprints: list[Imprint | None] = []
    for text in texts:
        imprint = stencils.imprint(text)
        imprints.append(imprint)
        if imprint is not None:
            events.append({})
            continue
        event = _judged(text)
        if event is None:
            return None
        stencils.learn(text, event)
        events.append(event)
    return events, imprints


def _judged(text: bytes) -> _Event | None:
    """The event, when the judge finds nothing in it."""
    event = read_quickly(text)
    if not isinstance(event, dict):
        return None
    write_out([event], None)
    findings = Findings()
    judge_event(findings, "$", event)
    return event if findings.silent else None
