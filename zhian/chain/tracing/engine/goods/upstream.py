"""Backward trace: what went into a lot and where that came from, in time."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime

from zhian.chain.tracing.engine.goods.ledger import Key, Ledger
from zhian.chain.tracing.engine.goods.nouns import ZERO, Movement, Transformation
from zhian.chain.tracing.engine.goods.shares import shares_of
from zhian.chain.tracing.engine.goods.trace import (
    UPSTREAM_SHARES,
    Hop,
    LotShare,
    LotTrace,
    nodes_of,
)


def ancestors(ledger: Ledger, *sources: str) -> dict[str, int]:
    """Every lot that went into these, with the fewest makings between as a negative number."""
    found = dict.fromkeys(sources, 0)
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for made in ledger.makers.get(here, ()):
            for item in made.inputs:
                if item.lot not in found and not ledger.is_barred(made, item.lot):
                    found[item.lot] = found[here] - 1
                    queue.append(item.lot)
    return found


def trace_backward(ledger: Ledger, *sources: str) -> LotTrace:
    """Everything that went into the lots, and everyone who held it before it did."""
    generations = ancestors(ledger, *sources)
    walk = _Climb(ledger, generations)
    walk.run(sources)
    lots = _shares(ledger, sources, generations)
    hops = sorted(walk.hops, key=lambda hop: (hop.at, hop.kind, hop.destination, hop.lot))
    nodes = nodes_of(ledger, lots, walk.tiers)
    return LotTrace(sources, lots, nodes, hops, {}, walk.tiers)


def _shares(
    ledger: Ledger, sources: tuple[str, ...], generations: dict[str, int]
) -> dict[str, LotShare]:
    """Share of each upstream lot in the lot asked for; of several asked for, in the fullest."""
    found = {}
    for lot, generation in generations.items():
        value: tuple[float | None, float | None, float | None] = (None, None, None)
        if len(generations) <= UPSTREAM_SHARES:
            shares = shares_of(ledger, [lot], generations)
            held = [shares[one] for one in sources if one in shares]
            value = max(((s.value, s.lower, s.upper) for s in held), default=(0.0, 0.0, 0.0))
        found[lot] = LotShare(lot, generation, *value)
    return found


class _Climb:
    """Breadth first against the flow; each holding with the last moment that still matters."""

    def __init__(self, ledger: Ledger, lots: dict[str, int]) -> None:
        self.ledger = ledger
        self.lots = lots
        self.tiers: dict[Key, int] = {}
        self.hops: list[Hop] = []
        self._until: dict[Key, datetime] = {}
        self._drawn: set[tuple[str, ...]] = set()

    def run(self, sources: Iterable[str]) -> None:
        """Climb from every place where the lots were made."""
        queue: deque[tuple[int, Key, datetime]] = deque()
        for source in sources:
            for site in self.ledger.sites_of.get(source, ()):
                until = self._birth(site, source)
                if until:
                    queue.append((0, (site, source), until))
        while queue:
            tier, key, until = queue.popleft()
            if key in self._until and self._until[key] >= until:
                continue
            self._until[key] = max(until, self._until.get(key, until))
            self.tiers.setdefault(key, tier)
            queue.extendleft((tier, *step) for step in self._made_of(key, until))
            queue.extend((tier - 1, *step) for step in self._came_from(key, until))

    def _birth(self, site: str, lot: str) -> datetime | None:
        """When the lot was last made here, or seen first where nobody says it was made."""
        made = [m.at for m in self.ledger.makers.get(lot, ()) if m.site == site]
        holding = self.ledger.holdings[site, lot]
        if made:
            return max(made)
        if holding.made_kg > 0:
            return holding.first_at
        return None if (site, lot) in self.ledger.arrivals else holding.last_at

    def _made_of(self, key: Key, until: datetime) -> Iterator[tuple[Key, datetime]]:
        site, lot = key
        for made in self.ledger.makers.get(lot, ()):
            if made.site != site or made.at > until:
                continue
            for item in made.inputs:
                if item.lot in self.lots and not self.ledger.is_barred(made, item.lot):
                    self._draw(("make", made.event_id, item.lot, lot), _making(made, item.lot, lot))
                    yield (site, item.lot), made.at

    def _came_from(self, key: Key, until: datetime) -> Iterator[tuple[Key, datetime]]:
        for movement in self.ledger.arrivals.get(key, ()):
            at = movement.received_at or movement.shipped_at
            assert at is not None
            if at > until:
                continue
            self._draw(("move", movement.lot, *movement.event_ids), _moving(movement, key[0]))
            if movement.origin:
                yield (movement.origin, key[1]), movement.shipped_at or at

    def _draw(self, name: tuple[str, ...], hop: Hop) -> None:
        if name not in self._drawn:
            self._drawn.add(name)
            self.hops.append(hop)


def _making(made: Transformation, lot_from: str, lot: str) -> Hop:
    assert made.site is not None
    used = [item.kg for item in made.inputs if item.lot == lot_from]
    kg = None if None in used else sum((k or ZERO for k in used), ZERO)
    ids = (made.event_id,)
    return Hop("make", made.site, made.site, lot_from, lot, kg, None, made.at, ids)


def _moving(movement: Movement, destination: str) -> Hop:
    at = movement.shipped_at or movement.received_at
    assert at is not None
    return Hop(
        "move", movement.origin, destination, movement.lot, movement.lot, movement.kg, None, at,
        movement.event_ids, is_broken=movement.is_broken, is_return=movement.is_return,
    )  # fmt: skip
