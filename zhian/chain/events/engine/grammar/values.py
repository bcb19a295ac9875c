"""Values of query parameters, read and refused by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from zhian.chain.events.engine.grammar.faults import QueryFault
from zhian.chain.events.engine.grammar.predicates import Among, Compared, Name, Op, Test
from zhian.chain.events.engine.grammar.spelling import name_of
from zhian.chain.events.engine.values import moment
from zhian.chain.events.engine.words import Vocabulary, is_uri

NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})")
_GIVEN = re.compile(NUMBER.pattern + r"(?:[eE][+-]?\d{1,2})?")
_WHOLE = re.compile(r"\d{1,9}")
_HEX = re.compile(r"[A-Fa-f0-9]+")
_NO = frozenset({"false", "0"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One parameter as it was given; `parts` are the pieces its name was recognised by."""

    name: str
    values: tuple[str, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> tuple[str, ...]:
        """All values; at least one."""
        if not self.values or "" in self.values:
            raise QueryFault("no-value", self.name)
        return self.values

    def text(self) -> str:
        """The single value."""
        if len(self.texts()) > 1:
            raise QueryFault("one-value", self.name)
        return self.values[0]

    def uris(self) -> tuple[str, ...]:
        """All values, each of them a URI."""
        for value in self.texts():
            if not is_uri(value):
                raise QueryFault("not-uri", self.name, value)
        return self.values

    def moment(self) -> datetime:
        """The single value as a moment."""
        found = moment(self.text())
        if found is None:
            raise QueryFault("not-time", self.name, self.values[0])
        return found

    def numbers(self) -> tuple[Decimal, ...]:
        """All values as numbers."""
        return tuple(self._number(value) for value in self.texts())

    def number(self) -> Decimal:
        """The single value as a number."""
        return self._number(self.text())

    def _number(self, value: str) -> Decimal:
        found = number_of(value)
        if found is None:
            raise QueryFault("not-number", self.name, value)
        return found

    def count(self, most: int) -> int:
        """The single value as a whole number from 1."""
        text = self.text()
        if not (_WHOLE.fullmatch(text) and text.isascii() and 0 < int(text) <= most):
            raise QueryFault("not-count", self.name, most=str(most))
        return int(text)

    def words(self, vocabulary: Vocabulary) -> frozenset[str]:
        """Standard values as bare words, private ones as they are and with their full name."""
        found: set[str] = set()
        for value in self.texts():
            if not vocabulary.allows(value):
                raise QueryFault("not-word", self.name, value)
            found |= {vocabulary.word_of(value) or value, self.expanded(value)}
        return frozenset(vocabulary.word_of(word) or word for word in found)

    def expanded(self, value: str) -> str:
        """A value written with a prefix the query declares, in full."""
        prefix, _, local = value.partition(":")
        return self.prefixes[prefix] + local if prefix in self.prefixes else value

    def one_of(self, allowed: tuple[str, ...]) -> frozenset[str]:
        """Values of a closed list."""
        for value in self.texts():
            if value not in allowed:
                raise QueryFault("bad-choice", self.name, value, allowed=", ".join(allowed))
        return frozenset(self.values)

    def boolean(self) -> bool:
        """true or false."""
        if self.text() not in ("true", "false"):
            raise QueryFault("not-boolean", self.name)
        return self.values[0] == "true"

    def hexadecimal(self) -> tuple[str, ...]:
        """Hexadecimal values."""
        for value in self.texts():
            if not _HEX.fullmatch(value):
                raise QueryFault("not-hexadecimal", self.name, value)
        return self.values

    def exists(self) -> bool:
        """Whether the restriction holds at all: given without a value it does, `false` lifts it."""
        if len(self.values) > 1:
            raise QueryFault("one-value", self.name)
        text = self.values[0] if self.values else ""
        if text and text not in ("true", "false") and not _WHOLE.fullmatch(text):
            raise QueryFault("not-boolean", self.name)
        return text not in _NO

    def field(self) -> Name:
        """The extension field the parameter names."""
        found = name_of(self.parts["field"], self.prefixes)
        if found is None:
            raise QueryFault("bad-field", self.name)
        return found

    def among(self) -> Among:
        """Equal to one of the values: as text, as number, as moment."""
        texts = self.texts()
        numbers = (number_of(text) for text in texts)
        moments = (moment(text) for text in texts)
        return Among(
            frozenset(texts),
            frozenset(number for number in numbers if number is not None),
            frozenset(at for at in moments if at is not None),
        )

    def compared(self, op: Op) -> Compared:
        """On one side of a number or moment."""
        text = self.text()
        number, at = number_of(text), moment(text)
        if number is None and at is None:
            raise QueryFault("not-comparable", self.name, text)
        return Compared(op, number, at)

    def tested(self, op: str) -> Test:
        """EQ: one of the values; otherwise on one side of it."""
        return self.among() if op == "EQ" else self.compared(Op(op))


def number_of(text: str) -> Decimal | None:
    """A number as a query may give it."""
    return Decimal(text) if _GIVEN.fullmatch(text) and text.isascii() else None
