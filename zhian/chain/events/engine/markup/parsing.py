"""From the bytes of an XML document to its root element, safely and in bounded time.

No entities, no document type with content, no network, a bounded size and depth.
"""

import re
from typing import Any

from lxml import etree

from zhian.chain.events.engine.findings import Findings
from zhian.chain.events.engine.reading import MAX_BYTES

Element = etree._Element

_UTF8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_DOCTYPE = re.compile(rb"<!DOCTYPE(?!\s+[\w:.\-]+\s*>)", re.IGNORECASE)


def looks_like_xml(raw: bytes) -> bool:
    """Whether the first sign of a text is `<`, in UTF-8 or UTF-16."""
    if raw[:2] in _WIDE_MARKS:
        return b"<" in raw[2:8]
    return raw[:256].removeprefix(_UTF8_MARK).lstrip()[:1] == b"<"


def line_of(element: Element) -> int | None:
    """The line an element starts on."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def parse(raw: bytes, findings: Findings, *, max_bytes: int = MAX_BYTES) -> Element | None:
    """The root element; None when a finding says why not."""
    if len(raw) > max_bytes:
        findings.add("too-large", "$", size=str(len(raw)), limit=str(max_bytes))
        return None
    first = _FIRST_ELEMENT.search(raw)
    if _DOCTYPE.search(raw, 0, first.start() if first else len(raw)):
        findings.add("document-type", "$")
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        _unreadable(findings, error)
        return None
    # a document type in another encoding than the one looked at above
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and (dtd.system_url or any(True for _ in dtd.iterentities())):
        findings.add("document-type", "$")
        return None
    return root


def _unreadable(findings: Findings, error: etree.XMLSyntaxError) -> None:
    line = error.lineno or None
    if "depth" in (error.msg or ""):
        findings.add_at(line, "too-deep", "$")
    else:
        findings.add_at(line, "not-xml", "$", reason=error.msg or "")
