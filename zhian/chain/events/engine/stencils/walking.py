"""An event walked in the order of its text: which pieces are its shape and which plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

# members that hold an identifier, a list of one, entries with one, entries with an amount
_IDENTIFIERS = frozenset({"eventID", "parentID", "transformationID"})
_EPC_LISTS = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
QUANTITY_LISTS = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)
_PLACES = frozenset({"readPoint", "bizLocation"})
_PAIRS = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
_WORDS = frozenset({"type", "action", "bizStep", "disposition", "eventTimeZoneOffset"})


class Kind(Enum):
    """What a piece of text is: part of the shape, or a value that differs from event to event."""

    SHAPE = 0
    TIME = 1
    IDENTIFIER = 2
    NOTE = 3  # free text of the sender's own fields
    AMOUNT = 4


class Unknown(Exception):
    """The event has something no stencil knows; it is read the long way."""


@dataclass(slots=True)
class Walk:
    """The kinds of the strings of an event in the order of the text, and where its amounts stand.

    `amounts` are the numbers of the strings before each; `whole` tells that it has no unit.
    """

    kinds: list[Kind] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)

    def of_kind(self, kind: Kind) -> list[int]:
        """The numbers of the strings of one kind."""
        return [number for number, one in enumerate(self.kinds) if one is kind]

    def shape(self, text: str) -> None:
        """A name or word."""
        self._add(Kind.SHAPE, text)

    def value(self, kind: Kind, value: object) -> None:
        """A value written as text."""
        assert isinstance(value, str), "judged"
        self._add(kind, value)

    def _add(self, kind: Kind, text: str) -> None:
        self.kinds.append(kind)
        self.texts.append(text)


def walked(event: dict[str, object]) -> Walk:
    """The walk through an event; Unknown for what is seldom enough to be read the long way."""
    walk = Walk()
    for name, value in event.items():
        walk.shape(name)
        if name == "eventTime":
            walk.value(Kind.TIME, value)
        elif name in _WORDS:
            walk.value(Kind.SHAPE, value)
        elif name in _IDENTIFIERS:
            walk.value(Kind.IDENTIFIER, value)
        elif name == "ilmd" or ":" in name:
            _own(walk, value)
        else:
            _structured(walk, name, value)
    return walk


def _structured(walk: Walk, name: str, value: object) -> None:
    if name in _EPC_LISTS:
        (epc,) = _list(value, 1)
        walk.value(Kind.IDENTIFIER, epc)
    elif name in QUANTITY_LISTS:
        for entry in _list(value, 9):
            _quantity(walk, entry)
    elif name in _PAIRS:
        for entry in _list(value, 9):
            _entry(walk, entry, _PAIRS[name])
    elif name in _PLACES and isinstance(value, dict) and len(value) == 1:
        _entry(walk, value, "id")
    else:
        raise Unknown


def _list(value: object, most: int) -> list[object]:
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise Unknown
    return value


def _members(entry: object) -> Iterator[tuple[str, object]]:
    assert isinstance(entry, dict), "judged"
    yield from entry.items()


def _entry(walk: Walk, entry: object, identifier: str) -> None:
    for name, value in _members(entry):
        walk.shape(name)
        walk.value(Kind.IDENTIFIER if name == identifier else Kind.SHAPE, value)


def _quantity(walk: Walk, entry: object) -> None:
    for name, value in _members(entry):
        walk.shape(name)
        if name == "quantity":
            walk.amounts.append(len(walk.kinds))
            walk.whole.append("uom" not in dict(_members(entry)))
        else:
            walk.value(Kind.IDENTIFIER if name == "epcClass" else Kind.SHAPE, value)


def _own(walk: Walk, value: object) -> None:
    """Fields of the sender's own: texts may differ, numbers are too seldom to be told apart."""
    if isinstance(value, str):
        walk.value(Kind.NOTE, value)
    elif isinstance(value, list):
        for item in value:
            _own(walk, item)
    elif isinstance(value, dict):
        for name, member in value.items():
            walk.shape(name)
            _own(walk, member)
    elif not isinstance(value, bool):
        raise Unknown
