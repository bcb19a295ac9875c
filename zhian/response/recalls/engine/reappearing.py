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


@dataclass(frozen=True)
class _Orders:
    """Who has an order, at which tier, since when (a blank: since the recall began)."""

    tiers: Mapping[str, int]
    since: Mapping[str, datetime]

    def tier(self, site: str, at: datetime) -> int | None:
        """The tier of a place that had an order then; None for any other."""
        tier = self.tiers.get(site)
        return tier if tier is not None and self.since.get(site, at) <= at else None


_Books = dict[tuple[str, str], _Outside]


def reappearances(
    moves: Iterable[Move], tiers: Mapping[str, int], since: Mapping[str, datetime] | None = None
) -> list[Found]:
    """Every reappearance in time order; `tiers` gives the tier of each place that has an order.

    `since` names the places that got theirs later: before, they were outside like any other. A
    shipment to a holder nearer to the source is a return, not a reappearance.
    """
    orders = _Orders(tiers, since or {})
    books: _Books = defaultdict(_Outside)
    found: list[Found] = []
    for move in sorted(moves, key=lambda move: (move.at, move.kind == RECEIVE, move.event_id)):
        tier = orders.tier(move.site, move.at)
        one = (
            _outside(move, orders, books) if tier is None else _at_holder(move, tier, orders, books)
        )
        if one is not None:
            found.append(one)
    return found


def _at_holder(move: Move, tier: int, orders: _Orders, books: _Books) -> Found | None:
    if move.kind not in OUTWARD or _is_return(move, tier, orders):
        return None
    _explain(move, orders, books)
    return Found(move, move.site, move.kg or ZERO)


def _is_return(move: Move, tier: int, orders: _Orders) -> bool:
    back = orders.tier(move.destination, move.at)
    return move.kind == SHIP and back is not None and back < tier


def _explain(move: Move, orders: _Orders, books: _Books) -> None:
    """What goes to a place without an order is known when it turns up there."""
    to = move.destination
    if move.kind == SHIP and to and orders.tier(to, move.at) is None:
        books[move.lot, to].explained += move.kg or ZERO


def _outside(move: Move, orders: _Orders, books: _Books) -> Found | None:
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
    _explain(move, orders, books)
    known = move.kind == RECEIVE and orders.tier(move.source, move.at) is not None
    return Found(move, move.source if known else "", new)
