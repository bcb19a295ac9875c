"""Forward and backward trace of one lot: lots, sites, tiers, kilograms, evidence.

A lot is one mixture wherever it lies, so everything that carries its number carries its share.
Downstream that is all there is to it; upstream only goods that had arrived when they were used
can have gone in. Searches are loops, never recursion: returns and rework make cycles.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from zhian.chain.tracing.engine.goods.ledger import Key, Ledger
from zhian.chain.tracing.engine.goods.nouns import ZERO, Movement, Transformation
from zhian.chain.tracing.engine.goods.shares import shares_of
from zhian.chain.tracing.engine.mass import Fraction

UPSTREAM_SHARES = 200  # beyond that many upstream lots their shares are not worked out


@dataclass(frozen=True, slots=True)
class LotShare:
    """A lot of the trace: downstream the share of the source in it, upstream its share in the
    source. `generation` counts makings from the source, negative upstream."""

    lot: str
    generation: int
    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the goods with its evidence; `origin` None means nobody knows from where."""

    kind: str  # "move", "make" or "gap" (a candidate link that nobody recorded)
    origin: str | None
    destination: str
    lot_from: str
    lot: str
    kg: Decimal | None
    source_kg: Decimal | None
    at: datetime
    event_ids: tuple[str, ...]
    is_broken: bool = False
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class SiteNode:
    """A site of the trace with its sums over the traced lots, in kg."""

    site: str
    tier: int
    lots: tuple[str, ...]
    made_kg: Decimal
    received_kg: Decimal
    shipped_kg: Decimal
    sold_kg: Decimal
    used_kg: Decimal
    destroyed_kg: Decimal
    on_hand_kg: Decimal
    source_kg: Decimal | None
    has_unknown_mass: bool


@dataclass(frozen=True)
class LotTrace:
    """The trace of one or several lots; hops are sorted by time."""

    sources: tuple[str, ...]
    lots: dict[str, LotShare]
    nodes: list[SiteNode]
    hops: list[Hop]
    came_by: dict[Key, Hop]  # holding → the hop that first brought it into the trace
    tiers: dict[Key, int]

    def path_to(self, site: str, lot: str) -> list[Hop]:
        """The hops from the source to this holding, first one first."""
        path = []
        key: Key | None = (site, lot)
        seen = set()
        while key in self.came_by and key not in seen:
            seen.add(key)
            hop = self.came_by[key]
            path.append(hop)
            key = (hop.origin, hop.lot_from) if hop.origin else None
        return path[::-1]


def mass_of(share: Fraction | LotShare | None, kg: Decimal | None) -> Decimal | None:
    """Kilograms of the source in so much of a lot, to the gram."""
    if share is None or share.value is None or kg is None:
        return None
    return (Decimal(repr(share.value)) * kg).quantize(Decimal("0.001"))


def bounds_of(share: LotShare, kg: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Least and most kilograms of the source in so much of a lot, to the gram."""
    if share.lower is None or share.upper is None:
        return None, None
    least, most = (Decimal(repr(part)) * kg for part in (share.lower, share.upper))
    return least.quantize(Decimal("0.001")), most.quantize(Decimal("0.001"))


def descendants(ledger: Ledger, *sources: str) -> dict[str, int]:
    """Every lot made of the sources, with the fewest makings between; a source is 0."""
    found = dict.fromkeys(sources, 0)
    queue = deque(found)
    while queue:
        lot = queue.popleft()
        for made in ledger.users.get(lot, ()):
            if ledger.is_barred(made, lot):
                continue
            for item in made.outputs:
                if item.lot not in found and item.lot not in ledger.cleared:
                    found[item.lot] = found[lot] + 1
                    queue.append(item.lot)
    return found


def trace_forward(ledger: Ledger, *sources: str) -> LotTrace:
    """Everything the sources went into and everyone who held any of it.

    Several sources are traced as one: shares are of all of them together.
    """
    generations = descendants(ledger, *sources)
    shares = shares_of(ledger, sources, generations)
    lots = {
        lot: LotShare(lot, generation, shares[lot].value, shares[lot].lower, shares[lot].upper)
        for lot, generation in generations.items()
        if lot in shares
    }
    walk = _Walk(ledger, lots)
    for source in sources:
        for site in _birthplaces(ledger, source):
            walk.start((site, source), 0)
    walk.run()
    walk.pick_up_the_unreached()
    nodes = nodes_of(ledger, lots, walk.tiers)
    hops = sorted(walk.hops, key=lambda hop: (hop.at, hop.kind, hop.destination, hop.lot))
    return LotTrace(sources, lots, nodes, hops, walk.came_by, walk.tiers)


def _birthplaces(ledger: Ledger, lot: str) -> list[str]:
    """Where a lot was made, or else where it was seen first."""
    sites = ledger.sites_of.get(lot, [])
    made = [s for s in sites if ledger.holdings[s, lot].made_kg > 0]
    made = made or [m.site for m in ledger.makers.get(lot, ()) if m.site]
    if made:
        return made
    fed = {m.destination for m in ledger.moves.get(lot, ()) if m.origin}
    return [s for s in sites if s not in fed][:1] or sites[:1]


class _Walk:
    """Breadth first over holdings; a move is one tier, a making none."""

    def __init__(self, ledger: Ledger, lots: dict[str, LotShare]) -> None:
        self.ledger = ledger
        self.lots = lots
        self.tiers: dict[Key, int] = {}
        self.came_by: dict[Key, Hop] = {}
        self.hops: list[Hop] = []
        self._queue: deque[tuple[int, Key, Hop | None]] = deque()

    def start(self, key: Key, tier: int, hop: Hop | None = None) -> None:
        """Begin (again) at a holding."""
        self._queue.append((tier, key, hop))

    def run(self) -> None:
        """Walk on until nothing new is reached."""
        while self._queue:
            tier, key, hop = self._queue.popleft()
            if key in self.tiers or key in self.ledger.cleared_at:
                continue
            self.tiers[key] = tier
            if hop:
                self.came_by[key] = hop
            for made in self._makings(key):
                for step in self._make(made, key):
                    self.hops.append(step)
                    self._queue.appendleft((tier, (step.destination, step.lot), step))
            for movement in self.ledger.departures.get(key, ()):
                if movement.destination:
                    step = self._move(movement, movement.destination)
                    self.hops.append(step)
                    self._queue.append((tier + 1, (step.destination, step.lot), step))

    def _makings(self, key: Key) -> Iterator[Transformation]:
        site, lot = key
        for made in self.ledger.users.get(lot, ()):
            if made.site == site and not self.ledger.is_barred(made, lot):
                yield made

    def _make(self, made: Transformation, key: Key) -> Iterator[Hop]:
        site, lot = key
        used = [item.kg for item in made.inputs if item.lot == lot]
        kg = None if None in used else sum((k or ZERO for k in used), ZERO)
        source_kg = mass_of(self.lots.get(lot), kg)
        for item in made.outputs:
            if item.lot in self.lots:
                ids = (made.event_id,)
                yield Hop("make", site, site, lot, item.lot, kg, source_kg, made.at, ids)

    def _move(self, movement: Movement, destination: str) -> Hop:
        at = movement.shipped_at or movement.received_at
        assert at is not None
        return Hop(
            "move",
            movement.origin,
            destination,
            movement.lot,
            movement.lot,
            movement.kg,
            mass_of(self.lots.get(movement.lot), movement.kg),
            at,
            movement.event_ids,
            is_broken=movement.is_broken,
            is_return=movement.is_return,
        )

    def pick_up_the_unreached(self) -> None:
        """Holdings with the lot's number to which no record leads: a gap hop brings them in."""
        for lot in self.lots:
            for site in self.ledger.sites_of.get(lot, ()):
                if (site, lot) in self.tiers or (site, lot) in self.ledger.cleared_at:
                    continue
                known = [
                    (self.tiers[s, lot], s)
                    for s in self.ledger.sites_of[lot]
                    if (s, lot) in self.tiers
                ]
                tier, origin = min(known) if known else (0, None)
                holding = self.ledger.holdings[site, lot]
                kg = holding.incoming_kg or None
                hop = Hop(
                    "gap", origin, site, lot, lot, kg, mass_of(self.lots[lot], kg),
                    holding.first_at, holding.event_ids, is_broken=True,
                )  # fmt: skip
                self.hops.append(hop)
                self.start((site, lot), tier + 1, hop)
                self.run()


def nodes_of(ledger: Ledger, lots: dict[str, LotShare], tiers: dict[Key, int]) -> list[SiteNode]:
    """The sites of a trace with their sums, left to right."""
    by_site: dict[str, list[str]] = {}
    for site, lot in tiers:
        by_site.setdefault(site, []).append(lot)
    nodes = [_node(ledger, lots, tiers, site, sorted(held)) for site, held in by_site.items()]
    return sorted(nodes, key=lambda node: (node.tier, node.site))


def _node(
    ledger: Ledger, lots: dict[str, LotShare], tiers: dict[Key, int], site: str, held: list[str]
) -> SiteNode:
    holdings = [ledger.holdings[site, lot] for lot in held if (site, lot) in ledger.holdings]
    parts = [mass_of(lots[h.lot], h.incoming_kg) for h in holdings if lots[h.lot].generation >= 0]
    return SiteNode(
        site=site,
        tier=min((tiers[site, lot] for lot in held), key=abs),
        lots=tuple(held),
        made_kg=sum((h.made_kg for h in holdings), ZERO),
        received_kg=sum((h.received_kg + h.unconfirmed_kg for h in holdings), ZERO),
        shipped_kg=sum((h.shipped_kg + h.undeclared_kg for h in holdings), ZERO),
        sold_kg=sum((h.sold_kg for h in holdings), ZERO),
        used_kg=sum((h.used_kg for h in holdings), ZERO),
        destroyed_kg=sum((h.destroyed_kg for h in holdings), ZERO),
        on_hand_kg=sum((h.on_hand_kg for h in holdings), ZERO),
        source_kg=sum((p for p in parts if p is not None), ZERO) if parts else None,
        has_unknown_mass=any(h.has_unknown_mass for h in holdings),
    )
