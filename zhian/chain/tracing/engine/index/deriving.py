"""Facts become nodes and links: the same books as `engine.goods`, as numbers.

Every transformation is a node of its own, in which its inputs become one mixture. Goods that came
from nowhere are outside mass; where nobody recorded how much, a node called nowhere feeds them.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from zhian.chain.events.vocabulary import EventFact
from zhian.chain.tracing.engine.goods.ledger import Ledger, build_ledger
from zhian.chain.tracing.engine.goods.nouns import ZERO, Movement, Transformation
from zhian.chain.tracing.engine.goods.shares import added_mass

MAKING = "\0"  # in the place of a site: the node is a making, its lot the event's number
NOWHERE = ("\0", "")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[str, str]  # site (empty when not recorded) and lot, or MAKING and event


class Told(msgspec.Struct, array_like=True):
    """What is told of some lots: all their links, and the nodes at the ends of these.

    Columns of nodes: key, moment it came to be, grams from outside. Columns of links: both nodes,
    grams or None, departure, arrival. Moments in microseconds since 1970.
    A lot with very many events is not told whole: of a *grown* lot only what leads into some of
    its holdings, the *cells*, is told anew, and what new makings take of it.
    """

    lots: list[str]
    events: list[str]
    nodes: list[tuple[Key, int, float]]
    links: list[tuple[int, int, float | None, int, int]]
    grown: list[str] = []
    cells: list[Key] = []


def tell(
    facts: Iterable[EventFact],
    lots: Collection[str] | None = None,
    *,
    cells: Collection[Key] = (),
    fresh: Collection[str] = (),
    grown: Collection[str] = (),
) -> Told:
    """The links of these lots (all when None); `facts` holds everything said of them.

    `cells`: holdings of `grown` lots, whose incoming links are told; `facts` holds everything that
    leads into them. `fresh`: new events, whose makings are told as well.
    """
    ledger = build_ledger(facts)
    whole = set(_every_lot(ledger)) if lots is None else set(lots)
    teller = _Teller(ledger, whole, set(cells), set(fresh))
    for movement in ledger.movements:
        teller.move(movement)
    for made in ledger.transformations:
        teller.make(made)
    teller.fill_up()
    return Told(
        sorted(teller.lots), sorted(teller.events), teller.columns(), teller.links,
        sorted(grown), sorted(teller.cells),
    )  # fmt: skip


def _every_lot(ledger: Ledger) -> Iterable[str]:
    yield from ledger.born
    yield from ledger.makers
    yield from ledger.users


def moment(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def grams(kg: Decimal | None) -> float | None:
    """Grams as a number, exact as far as a double goes."""
    return None if kg is None else float(kg * 1000)


class _Teller:
    def __init__(self, ledger: Ledger, lots: set[str], cells: set[Key], fresh: set[str]) -> None:
        self.ledger, self.lots = ledger, lots
        self.cells, self.fresh = cells, fresh
        self.events: set[str] = set()
        self.links: list[tuple[int, int, float | None, int, int]] = []
        self._numbers: dict[Key, int] = {}
        self._born: list[int] = []
        self._outside: list[float] = []

    def columns(self) -> list[tuple[Key, int, float]]:
        """The nodes as they are told."""
        return list(zip(self._numbers, self._born, self._outside, strict=True))

    def _node(self, key: Key, at: int) -> int:
        number = self._numbers.setdefault(key, len(self._numbers))
        if number == len(self._born):
            self._born.append(at)
            self._outside.append(0.0)
        self._born[number] = min(self._born[number], at)
        return number

    def _is_told(self, site: str, lot: str) -> bool:
        return lot in self.lots or (site, lot) in self.cells

    def move(self, movement: Movement) -> None:
        """A link from holding to holding; an end that nobody knows is outside."""
        if not movement.destination or not self._is_told(movement.destination, movement.lot):
            return
        at = movement.shipped_at or movement.received_at
        assert at is not None
        left, came = moment(at), moment(movement.received_at or at)
        target = self._node((movement.destination, movement.lot), came)
        if movement.origin:
            source = self._node((movement.origin, movement.lot), left)
        elif movement.kg is None:
            source = self._node(NOWHERE, 0)
        else:
            return  # the holding's sum has it
        self.links.append((source, target, grams(movement.kg), left, came))

    def make(self, made: Transformation) -> None:
        """Inputs into the mixture, outputs out of it."""
        named = [item.lot for item in (*made.inputs, *made.outputs)]
        at, site = moment(made.at), made.site or ""
        if made.event_id not in self.fresh and not any(
            lot in self.lots or ((site, lot) in self.cells) for lot in named
        ):
            return
        self.events.add(made.event_id)
        mixture = self._node((MAKING, made.event_id), at)
        self._outside[mixture] = max(0.0, float(added_mass(made) * 1000))
        for item in made.inputs:
            source = self._node((site, item.lot), at)
            self.links.append((source, mixture, grams(item.kg), at, at))
        for item in made.outputs:
            target = self._node((site, item.lot), at)
            self.links.append((mixture, target, grams(item.kg), at, at))

    def fill_up(self) -> None:
        """What the holdings hold beyond their links came from outside; when they began."""
        linked: dict[int, Decimal] = {}
        for _source, target, mass, _left, _came in self.links:
            linked[target] = linked.get(target, ZERO) + Decimal(repr(mass or 0.0))
        for key in self._told_holdings():
            holding = self.ledger.holdings[key]
            number = self._node(key, moment(holding.first_at))
            beyond = holding.incoming_kg * 1000 - linked.get(number, ZERO)
            self._outside[number] = max(0.0, float(beyond))

    def _told_holdings(self) -> list[Key]:
        whole = [(site, lot) for lot in self.lots for site in self.ledger.sites_of.get(lot, ())]
        return sorted({*whole, *(key for key in self.cells if key in self.ledger.holdings)})
