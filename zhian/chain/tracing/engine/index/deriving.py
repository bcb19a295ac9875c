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
    """

    lots: list[str]
    events: list[str]
    nodes: list[tuple[Key, int, float]]
    links: list[tuple[int, int, float | None, int, int]]


def tell(facts: Iterable[EventFact], lots: Collection[str] | None = None) -> Told:
    """The links of these lots (all when None); `facts` holds everything said of them."""
    ledger = build_ledger(facts)
    teller = _Teller(ledger, set(_every_lot(ledger)) if lots is None else set(lots))
    for movement in ledger.movements:
        teller.move(movement)
    for made in ledger.transformations:
        teller.make(made)
    teller.fill_up()
    return Told(sorted(teller.lots), sorted(teller.events), teller.columns(), teller.links)


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
    def __init__(self, ledger: Ledger, lots: set[str]) -> None:
        self.ledger, self.lots = ledger, lots
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

    def move(self, movement: Movement) -> None:
        """A link from holding to holding; an end that nobody knows is outside."""
        if movement.lot not in self.lots or not movement.destination:
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
        if self.lots.isdisjoint(named):
            return
        at, site = moment(made.at), made.site or ""
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
        for lot in sorted(self.lots):
            for site in self.ledger.sites_of.get(lot, ()):
                holding = self.ledger.holdings[site, lot]
                number = self._node((site, lot), moment(holding.first_at))
                beyond = holding.incoming_kg * 1000 - linked.get(number, ZERO)
                self._outside[number] = max(0.0, float(beyond))
