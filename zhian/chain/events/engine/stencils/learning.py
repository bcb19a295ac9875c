"""Taking a stencil off an event: its values are replaced by marks, and the long way shows
where the marks come out.

What an event's hash sorts by its values shows when marks in another order give another string;
amounts of goods are sorted by the stencil itself, any other such event goes the long way.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from zhian.chain.events.engine.facts import Touched, summarise
from zhian.chain.events.engine.hashing import canonical_text
from zhian.chain.events.engine.stencils.stencil import (
    AMOUNT,
    Cells,
    Entry,
    Hashed,
    Holes,
    LotSeen,
    PartySeen,
    Stencil,
)
from zhian.chain.events.engine.stencils.walking import (
    QUANTITY_LISTS,
    Kind,
    Unknown,
    Walk,
    walked,
)
from zhian.chain.events.vocabulary import PartyRole

_TIME = "2001-02-03T04:05:06.789Z"
# signs nobody writes in an event (they are for private use); before them the least of all signs
_FIRST, _LAST = 0xE000, 0xF8FF
_LEAST = "\x01"
_MARK = re.compile(f"{_LEAST}?([{chr(_FIRST)}-{chr(_LAST)}])|{re.escape(_TIME)}")
_GROUPS = 0xF000
_decode = msgspec.json.Decoder().decode
_Found = tuple[tuple[int, ...], Stencil | None]


def learnt(
    pieces: list[str], event: dict[str, object], prefixes: Mapping[str, str]
) -> _Found | None:
    """The positions of the shape among the pieces and the stencil; None when there is no telling.

    A stencil of None: the shape is known, but its hash depends on the order of its values.
    """
    try:
        walk = walked(event)
    except (Unknown, ValueError):
        return None
    if pieces[1::2] != walk.texts or _MARK.search("".join(pieces)):
        return None
    holes = _holes(walk, pieces)
    if holes is None:
        return None
    values = {holes.time, *holes.identifiers, *holes.notes, *(one[0] for one in holes.amounts)}
    positions = tuple(number for number in range(len(pieces)) if number not in values)
    hashed = _hashed(pieces, holes, prefixes)
    if hashed is None:
        return positions, None
    flat = not any(sign in piece for piece in pieces for sign in "\n\r\t")
    return positions, Stencil(holes, hashed, _cells(pieces, holes, event), flat=flat)


def _holes(walk: Walk, pieces: list[str]) -> Holes | None:
    identifiers = walk.of_kind(Kind.IDENTIFIER)
    amounts = []
    for number, whole in zip(walk.amounts, walk.whole, strict=True):
        match = AMOUNT.fullmatch(pieces[2 * number])
        if match is None or (whole and "." in match[2]):
            return None
        amounts.append((2 * number, match[1], match[3], whole))
    (time,) = walk.of_kind(Kind.TIME)
    return Holes(
        time=2 * time + 1,
        identifiers=tuple(2 * number + 1 for number in identifiers),
        notes=tuple(2 * number + 1 for number in walk.of_kind(Kind.NOTE)),
        amounts=tuple(amounts),
    )


def _marked(pieces: list[str], holes: Holes, mark: Callable[[int], str]) -> dict[str, object]:
    """The event with marks for its identifiers and notes, its amounts numbered from 0."""
    written = list(pieces)
    written[holes.time] = _TIME
    for number, position in enumerate((*holes.identifiers, *holes.notes)):
        written[position] = mark(number)
    for number, (position, before, behind, _) in enumerate(holes.amounts):
        written[position] = f"{before}{number}{behind}"
    event: dict[str, object] = _decode('"'.join(written))
    return event


# --- the pre-hash string ------------------------------------------------------------------------
class _Marks(msgspec.Struct, frozen=True):
    """One sign for each of so many values, in their order or turned about."""

    count: int
    turned: bool = False

    def mark(self, number: int, lead: str) -> str:
        """What stands in the text for a value."""
        return lead + chr(_FIRST + self._place(number))

    def number(self, text: str) -> int:
        """Which value a mark stands for."""
        return self._place(ord(text[-1]) - _FIRST)

    def _place(self, number: int) -> int:
        return self.count - 1 - number if self.turned else number


def _hashed(pieces: list[str], holes: Holes, prefixes: Mapping[str, str]) -> Hashed | None:
    """The template, when it is the same however the values are ordered among and before others."""
    count = len(holes.identifiers) + len(holes.notes)
    groups: tuple[tuple[Entry, ...], ...] = ()
    seen = set()
    for lead in ("", "\\u0001"):
        for marks in (_Marks(count), _Marks(count, turned=True)):
            event = _marked(pieces, holes, partial(marks.mark, lead=lead))
            groups = _grouped(event, marks)
            seen.add(_template(canonical_text(event, prefixes), marks))
    if len(seen) > 1:
        return None
    ((template, order),) = seen
    return Hashed(template, order, groups)


def _grouped(event: dict[str, object], marks: _Marks) -> tuple[tuple[Entry, ...], ...]:
    """The amounts of goods, each list of them replaced by one mark."""
    groups: list[tuple[Entry, ...]] = []
    for name in sorted(QUANTITY_LISTS & event.keys()):
        entries = []
        listed = event[name]
        assert isinstance(listed, list)
        for one in listed:
            tail = f"uom={one['uom']}" if "uom" in one else ""
            entries.append(Entry(marks.number(one["epcClass"]), one.get("quantity"), tail))
        event[name] = [{"epcClass": chr(_GROUPS + len(groups))}]
        groups.append(tuple(entries))
    return tuple(groups)


def _template(text: str, marks: _Marks) -> tuple[str, tuple[int, ...]]:
    order = []

    def put(found: re.Match[str]) -> str:
        sign = found[1]
        if sign is None:
            order.append(0)
        elif ord(sign) >= _GROUPS:
            order.append(1 + marks.count + ord(sign) - _GROUPS)
        else:
            order.append(1 + marks.number(sign))
        return "%s"

    # a group stands for whole entries, their first words included
    text = text.replace("%", "%%")
    text = re.sub(f"quantityElementepcClass=(?=[{chr(_GROUPS)}-{chr(_LAST)}])", "", text)
    return _MARK.sub(put, text), tuple(order)


# --- the rows -----------------------------------------------------------------------------------
def _cells(pieces: list[str], holes: Holes, event: dict[str, object]) -> Cells:
    found = summarise(_marked(pieces, holes, lambda number: chr(_FIRST + number)))

    def number(mark: str | None) -> int | None:
        return ord(mark) - _FIRST if mark else None

    event_id = None if found.event_id is None else number(found.event_id)
    return Cells(
        type=found.type,
        action=found.action,
        kind=found.kind.value,
        time_zone_offset=str(event["eventTimeZoneOffset"]),
        biz_step=found.biz_step,
        disposition=found.disposition,
        event_id=event_id,
        read_point=number(found.read_point),
        biz_location=number(found.biz_location),
        site=number(found.site),
        source=number(found.nearest(PartyRole.SOURCE)),
        destination=number(found.nearest(PartyRole.DESTINATION)),
        lots=tuple(map(_lot, found.lots)),
        parties=tuple(
            PartySeen(one.role.value, ord(one.site) - _FIRST, one.kind) for one in found.parties
        ),
    )


def _lot(one: Touched) -> LotSeen:
    amount = None if one.quantity is None else int(one.quantity)
    return LotSeen(one.role.value, ord(one.lot) - _FIRST, amount, one.uom)
