"""EPC patterns of the MATCH parameters: `urn:epc:idpat:…` part by part, and single keys.

Source: EPC Tag Data Standard, pure identity patterns; EPCIS 2.0 8.2.7.1.1. A part is a literal,
`*`, or a range `[low-high]` of numbers. `…/21/*` and `…/10/*` of a Digital Link are every item
and every lot of the product; any other value ending in `*` names what begins so.
"""

import re

from zhian.chain.events.engine.grammar.predicates import Part, Pattern
from zhian.chain.events.engine.grammar.spelling import key_spellings
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.keys import lot_key

# how many parts the body of each scheme has; further dots belong to the last one
_PARTS = {
    "sgtin": 3, "lgtin": 3, "upui": 3, "sscc": 2, "sgln": 3, "pgln": 2, "grai": 3, "gdti": 3,
    "sgcn": 3, "gsrn": 2, "gsrnp": 2, "gsin": 2, "itip": 5, "giai": 2, "ginc": 2, "cpi": 3,
}  # fmt: skip
_HEAD = re.compile(r"urn:epc:(?:id|idpat|class|classpat):([a-z]+):(.+)", re.DOTALL)
_RANGE = re.compile(r"\[(\d{1,20})-(\d{1,20})\]")
_EVERY = {"/21/*": "sgtin", "/10/*": "lgtin"}


def read_pattern(value: str) -> Pattern | None:
    """The goods a MATCH value names; None when it is a pattern that cannot be read."""
    head = _HEAD.fullmatch(value)
    if head is not None and ("*" in head[2] or "[" in head[2]):
        return _patterned(value, head[1], head[2])
    for ending, scheme in _EVERY.items():
        if value.endswith(ending) and head is None:
            urn = lot_key(value.removesuffix(ending))
            body = urn.removeprefix("urn:epc:idpat:sgtin:")
            if body != urn:
                return _patterned(value, scheme, body)
    if value.endswith("*"):
        return Pattern(frozenset({value}), start=value[:-1])
    found = identify(value)
    keys = frozenset({lot_key(value), found.lot})
    whole = key_spellings(value) if found.lot != found.canonical else frozenset[str]()
    return Pattern(keys, whole=whole)


def _patterned(value: str, scheme: str, body: str) -> Pattern | None:
    count = _PARTS.get(scheme)
    if count is None:
        return None
    written = body.split(".", count - 1)
    parts = []
    for text in written:
        part = _part(text)
        if part is None or (not part.anything and "*" in text):
            return None
        parts.append(part)
    if not parts[-1].anything and len(written) < count:
        return None
    parts += [Part()] * (count - len(parts))
    return Pattern(frozenset({value, lot_key(value)}), scheme, tuple(parts))


def _part(text: str) -> Part | None:
    if text == "*":
        return Part()
    ranged = _RANGE.fullmatch(text)
    if ranged is not None:
        return Part(low=int(ranged[1]), high=int(ranged[2]))
    return Part(literal=text) if text and not set(text) & set("[]") else None


def fits(pattern: Pattern, key: str) -> bool:
    """Whether a stored key is one of those the pattern names."""
    if key in pattern.keys:
        return True
    if pattern.start:
        return key.startswith(pattern.start)
    if not pattern.scheme:
        return False
    head = _HEAD.fullmatch(key)
    if head is None or head[1] != pattern.scheme:
        return False
    parts = head[2].split(".", len(pattern.parts) - 1)
    return len(parts) == len(pattern.parts) and all(
        part_fits(part, text) for part, text in zip(pattern.parts, parts, strict=True)
    )


def part_fits(part: Part, text: str) -> bool:
    """Whether one component fits; a range takes digits only."""
    if part.anything:
        return bool(text)
    if part.low is None or part.high is None:
        return text == part.literal
    return text.isascii() and text.isdigit() and part.low <= int(text) <= part.high
