"""Judging single values: each check returns None or (code, params) of what is wrong."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from zhian.chain.events.engine.findings import shown
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.rec20 import is_unit
from zhian.chain.events.engine.words import ACTIONS, Vocabulary, is_uri

MAX_URI = 2048

Fault = tuple[str, Mapping[str, str]]
Check = Callable[[object], Fault | None]

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
_OFFSET = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")
_UOM = re.compile(r"[A-Z0-9]{2,3}")
_VERSION = re.compile(r"\d+(\.\d+)*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEX = re.compile(r"[A-Fa-f0-9]+")


@lru_cache(maxsize=16_384)
def moment(text: str) -> datetime | None:
    """The aware UTC moment of an XML date-time with offset; None when it is none.

    Digits beyond microseconds are cut off; the text itself is kept in the stored document.
    """
    text = text.upper()
    if _TIME.fullmatch(text) is None:
        return None
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if 1000 <= at.year <= 9000 else None


def number(value: object) -> Decimal | None:
    """A JSON number as Decimal; None for anything else (true and false are no numbers)."""
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def text(value: object) -> Fault | None:
    return None if isinstance(value, str) else ("not-text", {})


def line(value: object) -> Fault | None:
    """Text without the control characters a document in XML could not hold."""
    if not isinstance(value, str):
        return "not-text", {}
    return ("forbidden-character", {}) if _CONTROL.search(value) else None


def uri(value: object) -> Fault | None:
    """Any URI or CURIE; GS1 identifiers among them must be well formed."""
    if not isinstance(value, str):
        return "not-text", {}
    # counted in bytes: a longer key does not fit into an index entry
    size = len(value) if value.isascii() else len(value.encode())
    if size > MAX_URI:
        return "too-long", {"length": str(size), "limit": str(MAX_URI)}
    if not is_uri(value):
        return "bad-uri", {"value": shown(value)}
    found = identify(value)
    if found.fault is None or not found.strict:
        return None
    return found.fault, {
        "value": shown(value),
        "scheme": found.scheme,
        "expected": found.expected,
    }


def time(value: object) -> Fault | None:
    if not isinstance(value, str):
        return "not-text", {}
    return None if moment(value) is not None else ("bad-time", {"value": shown(value)})


def zone_offset(value: object) -> Fault | None:
    if not isinstance(value, str):
        return "not-text", {}
    return None if _OFFSET.fullmatch(value) else ("bad-offset", {"value": shown(value)})


def decimal(value: object) -> Fault | None:
    return None if number(value) is not None else ("not-numeric", {"value": shown(value)})


def boolean(value: object) -> Fault | None:
    return None if isinstance(value, bool) else ("not-boolean", {})


def hexadecimal(value: object) -> Fault | None:
    good = isinstance(value, str) and _HEX.fullmatch(value)
    return None if good else ("not-hexadecimal", {})


def uom(value: object) -> Fault | None:
    """A unit of UN/ECE Recommendation 20, or a package of Recommendation 21."""
    if not isinstance(value, str) or not _UOM.fullmatch(value):
        return "bad-uom", {"value": shown(value)}
    return None if is_unit(value) else ("unknown-unit", {"value": value})


def version(value: object) -> Fault | None:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        return "bad-version", {"value": shown(value)}
    return None if value.split(".")[0] == "2" else ("unsupported-version", {"value": value})


def action(value: object) -> Fault | None:
    if value in ACTIONS:
        return None
    return "bad-choice", {"value": shown(value), "allowed": ", ".join(ACTIONS)}


def word(vocabulary: Vocabulary) -> Check:
    """A check for one vocabulary of the CBV: standard word, its URI, or a private URI."""

    @lru_cache(maxsize=1024)
    def known(value: str) -> bool:
        return vocabulary.allows(value)

    def check(value: object) -> Fault | None:
        if not isinstance(value, str):
            return "not-text", {}
        if known(value):
            return None
        return "unknown-word", {"value": shown(value), "name": vocabulary.name}

    return check
