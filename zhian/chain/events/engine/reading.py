"""From the bytes of a JSON document to Python values, exactly and in bounded time.

Numbers stay exact (Decimal, int); duplicate keys, NaN, broken UTF-8, characters PostgreSQL cannot
store and runaway nesting become findings with a path, never exceptions.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import msgspec

from zhian.chain.events.engine.findings import Findings, child, shown

MAX_BYTES = 20 * 1024 * 1024
MAX_DIGITS = 40

_UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MANY_DIGITS = b"0" * MAX_DIGITS
_ALL_ZERO = bytes.maketrans(b"123456789", b"0" * 9)


class Twice(dict[str, object]):
    """An object in which a key was written twice; it lives only until it is reported."""

    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NotANumber:
    """NaN, Infinity or a number out of bounds, in the place where a number belongs."""

    text: str
    code: str = "not-a-number"


class _Parser:
    """Hooks of the JSON parser; `suspicious` says that something must be located afterwards."""

    def __init__(self) -> None:
        self.suspicious = False

    def members(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        self.suspicious = True
        twice = Twice(members)
        times = Counter(name for name, _ in pairs)
        twice.names = frozenset(name for name, count in times.items() if count > 1)
        return twice

    def constant(self, text: str) -> NotANumber:
        self.suspicious = True
        return NotANumber(text)

    def fraction(self, text: str) -> Decimal | NotANumber:
        try:
            number = Decimal(text)
        except InvalidOperation:  # an exponent beyond what Decimal can hold
            return self.out_of_range(text)
        _, digits, exponent = number.as_tuple()
        # what the store holds: forty digits before and forty after the point (no infinities here)
        if len(digits) > MAX_DIGITS or not -MAX_DIGITS <= int(exponent) <= MAX_DIGITS - len(digits):
            return self.out_of_range(text)
        return number

    def whole(self, text: str) -> int | NotANumber:
        return int(text) if len(text) <= MAX_DIGITS else self.out_of_range(text)

    def out_of_range(self, text: str) -> NotANumber:
        self.suspicious = True
        return NotANumber(text, "number-out-of-range")

    def parse(self, text: str) -> object:
        return json.loads(
            text,
            object_pairs_hook=self.members,
            parse_float=self.fraction,
            parse_int=self.whole,
            parse_constant=self.constant,
        )


def read_json(raw: bytes, findings: Findings, *, max_bytes: int = MAX_BYTES) -> object:
    """The value of a JSON text; when errors were found the value must not be used."""
    if len(raw) > max_bytes:
        findings.add("too-large", "$", size=str(len(raw)), limit=str(max_bytes))
        return None
    found = read_quickly(raw)
    if found is not None:
        return found
    parser = _Parser()
    try:
        value = parser.parse(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        findings.add("not-utf8", "$")
        return None
    except RecursionError:
        findings.add("too-deep", "$")
        return None
    except json.JSONDecodeError as error:
        reason = f"{error.msg}, line {error.lineno}, column {error.colno}"
        findings.add("not-json", "$", reason=reason)
        return None
    if parser.suspicious or _UNSTORABLE_ESCAPE.search(raw) or b"\0" in raw:
        _locate(value, findings)
    return value


def _simple_fraction(text: str) -> Decimal:
    """A fraction that cannot be out of bounds; ValueError when that is not plain."""
    if len(text) > MAX_DIGITS or "e" in text or "E" in text:
        raise ValueError(text)
    return Decimal(text)


_DECODE = msgspec.json.Decoder(float_hook=_simple_fraction).decode
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


def read_quickly(raw: bytes) -> object:
    """The value when a look at the whole text shows that nothing is wrong with it, else None.

    A key written twice shows when the value is written down again: a member has gone, and its
    colon with it. Left to the parser: characters written as `\\u00…` (a colon among them would
    spoil the count, NUL cannot be stored) and numbers with too many digits.
    """
    if b"\\u00" in raw or _MANY_DIGITS in raw.translate(_ALL_ZERO):
        return None
    try:
        value: object = _DECODE(raw)
        again = _ENCODE(value)
    except (ValueError, RecursionError, InvalidOperation):
        return None
    return value if again.count(b":") == raw.count(b":") else None


def _locate(value: object, findings: Findings) -> None:
    """Name the place of every value the parser marked and of every character not storable."""
    for path, item in walk(value):
        if isinstance(item, Twice):
            _report_twice(findings, path, item)
        elif isinstance(item, NotANumber):
            findings.add(item.code, path, value=shown(item.text, 30))
        elif isinstance(item, str) and _UNSTORABLE.search(item):
            findings.add("forbidden-character", path)


def _report_twice(findings: Findings, path: str, twice: Twice) -> None:
    """Two eventIDs are two names of one event (GS1's AssociationEvent-h): the last one counts."""
    if twice.names == {"eventID"}:
        findings.warn("event-id-twice", child(path, "eventID"))
        return
    for name in sorted(twice.names):
        findings.add("duplicate-key", child(path, name), name=shown(name))


def walk(root: object) -> Iterator[tuple[str, object]]:
    """Every value below a root with its JSON path, member names included, without recursion."""
    waiting: list[tuple[str, object]] = [("$", root)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            for name, member in value.items():
                place = child(path, name)
                yield place, name
                waiting.append((place, member))
        elif isinstance(value, list):
            waiting.extend((f"{path}[{index}]", item) for index, item in enumerate(value))


def deeper_than(root: object, limit: int) -> bool:
    """Whether objects and lists are nested more than `limit` deep, without recursion."""
    level = [root]
    for _ in range(limit + 1):
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        if not below:
            return False
        level = below
    return True
