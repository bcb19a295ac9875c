"""What kind of file some bytes are: by their beginning, never by what the sender says."""

import codecs

# type → first bytes; the first that fits counts
_BEGINNINGS: tuple[tuple[str, bytes], ...] = (
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/gif", b"GIF8"),
    ("application/pdf", b"%PDF-"),
)
_OFFICE_PARTS = (
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"word/"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"xl/"),
)
SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
BINARY_TEXT = frozenset(range(32)) - {9, 10, 13}


def media_type(data: bytes) -> str | None:
    """The media type of a file we keep; None for anything else (programs, archives, HTML …)."""
    for found, beginning in _BEGINNINGS:
        if data.startswith(beginning):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"PK\x03\x04"):
        return next((found for found, part in _OFFICE_PARTS if part in data), None)
    return _text_type(data)


def _text_type(data: bytes) -> str | None:
    text = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text or BINARY_TEXT.intersection(data):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if text[:1] in b"{[":
        return "application/json"
    if text.startswith(b"<?xml"):
        return "application/xml"
    return None if text.startswith(b"<") else "text/plain"
