"""Goods under recall that turn up again, each kilogram once (S101, T9).

Shipped, received and used are three events of the same goods. A holder with an order answers for
whatever leaves it; at a place outside the scope only what is not yet explained by goods that came
in counts as new. Masses in kg; a move without a quantity is found but adds nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

SHIP, RECEIVE = "ship", "receive"
OUTWARD = frozenset({SHIP, "sell", "transform"})
ZERO = Decimal(0)


@dataclass(frozen=True)
class Move:
    """One event touching one lot under recall, after the recall began."""

    event_id: str
    kind: str
    at: datetime
    lot: str
    site: str
    source: str = ""
    destination: str = ""
    kg: Decimal | None = None


@dataclass(frozen=True)
class Found:
    """A reappearance: the move, the holder it came from (blank: nobody known), what it adds."""

    move: Move
    from_site: str
    counted_kg: Decimal


@dataclass
class _Outside:
    """The book of one lot at one place that has no order."""

    explained: Decimal = ZERO
    received: Decimal = ZERO
    gone: Decimal = ZERO


def reappearances(moves: Iterable[Move], tiers: Mapping[str, int]) -> list[Found]:
    """Every reappearance in time order; `tiers` gives the tier of each place that has an order.

    A shipment to a holder nearer to the source is a return, not a reappearance.
    """
    books: dict[tuple[str, str], _Outside] = defaultdict(_Outside)
    found: list[Found] = []
    for move in sorted(moves, key=lambda move: (move.at, move.kind == RECEIVE, move.event_id)):
        one = _at_holder(move, tiers, books) if move.site in tiers else _outside(move, tiers, books)
        if one is not None:
            found.append(one)
    return found


def _at_holder(
    move: Move, tiers: Mapping[str, int], books: dict[tuple[str, str], _Outside]
) -> Found | None:
    if move.kind not in OUTWARD or _is_return(move, tiers):
        return None
    kg = move.kg or ZERO
    if move.kind == SHIP and move.destination and move.destination not in tiers:
        books[move.lot, move.destination].explained += kg
    return Found(move, move.site, kg)


def _is_return(move: Move, tiers: Mapping[str, int]) -> bool:
    return move.kind == SHIP and tiers.get(move.destination, tiers[move.site]) < tiers[move.site]


def _outside(
    move: Move, tiers: Mapping[str, int], books: dict[tuple[str, str], _Outside]
) -> Found | None:
    if move.kind not in OUTWARD and move.kind != RECEIVE:
        return None
    book, kg = books[move.lot, move.site], move.kg or ZERO
    if move.kind == RECEIVE:
        book.received += kg
        new = max(ZERO, book.received - book.explained)
    else:
        book.gone += kg
        new = max(ZERO, book.gone - book.explained)
    book.explained += new
    if move.kind == SHIP and move.destination and move.destination not in tiers:
        books[move.lot, move.destination].explained += kg
    source = move.source if move.source in tiers and move.kind == RECEIVE else ""
    return Found(move, source, new)
