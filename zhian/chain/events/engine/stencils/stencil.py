"""A stencil: the shape of an event, and what becomes of the values in its holes."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter

import msgspec

from zhian.chain.events.engine.facts import kilograms
from zhian.chain.events.engine.hashing import canonical, milliseconds
from zhian.chain.events.engine.values import moment

# an amount between two texts: no sign, no exponent, few enough digits to be a mass in kilograms
AMOUNT = re.compile(r"(:\s*)((?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,9})?)(\s*[,}\]][\s,}\]{]*)")
_REMEMBERED, _LONGEST = 32_768, 128

Picker = Callable[[Sequence[str]], tuple[str, ...]]
# identifiers as they are hashed; None when one of them is wrong
Written = Callable[[tuple[str, ...]], list[str] | None]

# an event's own time does not come again
_moment = moment.__wrapped__


def picker(positions: Sequence[int]) -> Picker:
    """What picks the pieces at these positions."""
    if len(positions) > 1:
        return itemgetter(*positions)
    if positions:
        (only,) = positions
        return lambda pieces: (pieces[only],)
    return lambda pieces: ()


class Entry(msgspec.Struct, frozen=True):
    """An amount of goods as it is hashed: numbers of its identifier and amount, its unit."""

    identifier: int
    amount: int | None
    tail: str


class LotSeen(msgspec.Struct, frozen=True):
    """A lot an event names: its role as a cell, numbers of its identifier and amount, its unit."""

    role: str
    identifier: int
    amount: int | None
    uom: str


class PartySeen(msgspec.Struct, frozen=True):
    """A place or party an event names: role and kind as cells, the number of its identifier."""

    role: str
    identifier: int
    kind: str


class Cells(msgspec.Struct, frozen=True):
    """The row of an event: what stands fixed in it, and numbers of the identifiers of the rest."""

    type: str
    action: str
    kind: str
    time_zone_offset: str
    biz_step: str
    disposition: str
    event_id: int | None
    read_point: int | None
    biz_location: int | None
    site: int | None
    source: int | None
    destination: int | None
    lots: tuple[LotSeen, ...]
    parties: tuple[PartySeen, ...]


class Holes(msgspec.Struct, frozen=True):
    """Where the values stand among the pieces of the text.

    `amounts` are the position, what stands before and behind the number, whether it counts pieces.
    """

    time: int
    identifiers: tuple[int, ...]
    notes: tuple[int, ...]
    amounts: tuple[tuple[int, str, str, bool], ...]


class Hashed(msgspec.Struct, frozen=True):
    """The pre-hash string with `%s` for what is put in, in the order of `order`.

    The numbers count the time, then the identifiers, the notes and the groups of amounts.
    """

    template: str
    order: tuple[int, ...]
    groups: tuple[tuple[Entry, ...], ...]


class Imprint(msgspec.Struct, frozen=True):
    """An event that fits a stencil and whose values are good; `written`: as they are hashed."""

    stencil: "Stencil"
    at: datetime
    identifiers: tuple[str, ...]
    written: list[str]
    notes: tuple[str, ...]
    amounts: tuple[str, ...]
    raw: bytes

    @property
    def event_id(self) -> str | None:
        """The number its sender gave it."""
        place = self.stencil.cells.event_id
        return None if place is None else self.identifiers[place]

    def canonical_text(self) -> str:
        """The pre-hash string."""
        return self.stencil.canonical_text(self)


class Stencil:
    """One shape; `flat` when its text has no line ends or tabs between its members."""

    __slots__ = ("_hashed", "_identifiers", "_notes", "_order", "cells", "flat", "holes")

    def __init__(self, holes: Holes, hashed: Hashed, cells: Cells, *, flat: bool) -> None:
        self.holes, self._hashed, self.cells, self.flat = holes, hashed, cells, flat
        self._identifiers, self._notes = picker(holes.identifiers), picker(holes.notes)
        self._order = picker(hashed.order)

    def imprint(self, pieces: list[str], raw: bytes, write: Written) -> Imprint | None:
        """The event whose pieces fit the shape, when nothing is to be found in its values."""
        identifiers, notes = self._identifiers(pieces), self._notes(pieces)
        at, amounts = _moment(pieces[self.holes.time]), self._amounts(pieces)
        if at is None or amounts is None:
            return None
        written = write(identifiers)
        if written is None:
            return None
        for note in notes:
            if not note or note != note.strip() or not note.isprintable():
                return None
        return Imprint(self, at, identifiers, written, notes, amounts, raw)

    def _amounts(self, pieces: list[str]) -> tuple[str, ...] | None:
        found = []
        for position, before, behind, whole in self.holes.amounts:
            match = AMOUNT.fullmatch(pieces[position])
            if match is None:
                return None
            head, amount, tail = match.groups()
            if head != before or tail != behind or (whole and "." in amount):
                return None
            found.append(amount)
        return tuple(found)

    def canonical_text(self, imprint: Imprint) -> str:
        """The pre-hash string of an event that fits."""
        hashed = self._hashed
        pool = [milliseconds(imprint.at), *imprint.written, *map(_note, imprint.notes)]
        for group in hashed.groups:
            pool.append(_written(group, imprint.written, imprint.amounts))
        return hashed.template % self._order(pool)


def _written(group: tuple[Entry, ...], identifiers: list[str], amounts: tuple[str, ...]) -> str:
    entries = []
    for entry in group:
        text = f"quantityElementepcClass={identifiers[entry.identifier]}"
        if entry.amount is not None:
            text = f"{text}quantity={_plain(amounts[entry.amount])}"
        entries.append(text + entry.tail)
    entries.sort()
    return "".join(entries)


def _plain(amount: str) -> str:
    """An amount without superfluous zeros."""
    return amount.rstrip("0").rstrip(".") if "." in amount else amount


@lru_cache(maxsize=_REMEMBERED)
def _note(text: str) -> str:
    return canonical(text)


@lru_cache(maxsize=_REMEMBERED)
def mass(amount: str, uom: str) -> str | None:
    """An amount in kilograms as it is stored; None for other units."""
    if uom == "KGM":
        return amount
    kg = kilograms(Decimal(amount), uom)
    return None if kg is None else str(kg)
