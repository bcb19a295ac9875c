"""The trace of a lot and the proposal of a recall's scope, from captured events (S003, S100).

Facts are fetched along the trace only, one round per making, so a small trace stays fast in a
large store. `as_of` answers what was known then: later records do not count.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from zhian.chain.events import selectors as events
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.goods import scope as scopes
from zhian.chain.tracing.engine.goods.gaps import gaps_around
from zhian.chain.tracing.engine.goods.ledger import Ledger, build_ledger
from zhian.chain.tracing.engine.goods.nouns import ZERO, Gap
from zhian.chain.tracing.engine.goods.scope import SHARED_LINE, UNRECORDED, Scope, ScopeLine
from zhian.chain.tracing.engine.goods.trace import (
    Hop,
    LotShare,
    LotTrace,
    SiteNode,
    trace_forward,
)
from zhian.chain.tracing.engine.goods.upstream import trace_backward
from zhian.chain.tracing.vocabulary import Direction
from zhian.kernel import clock
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.vocabulary import ChainLink

__all__ = [
    "Balance",
    "Gap",
    "Hop",
    "LotShare",
    "Scope",
    "ScopeLine",
    "SiteNode",
    "TraceResult",
    "recall_scope",
    "trace_lot",
]

_CONTAINERS = {EventKind.AGGREGATE, EventKind.DISAGGREGATE}
_MAKING = [EventKind.TRANSFORM.value, EventKind.COMMISSION.value]
# Where goods are turned into others; shops and stores only move them.
_MAKES_GOODS = {ChainLink.PRODUCTION, ChainLink.CATERING, ChainLink.RAW_INTAKE}
MAY_SITES = 100  # sites searched for other lots that may be affected


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the source lot's kilograms are by the records."""

    made_kg: Decimal
    on_hand_kg: Decimal
    sold_kg: Decimal
    destroyed_kg: Decimal


@dataclass(frozen=True)
class TraceResult:
    """One lot followed in one or both directions; nodes from left to right, edges by time.

    `lots`: downstream the share of the source in each lot, upstream the share of each in it.
    """

    source: str
    direction: Direction
    as_of: datetime | None
    nodes: tuple[SiteNode, ...]
    edges: tuple[Hop, ...]
    gaps: tuple[Gap, ...]
    lots: dict[str, LotShare]
    mass: Balance

    @property
    def site_keys(self) -> list[str]:
        """Every site of the trace, once."""
        return list(dict.fromkeys(node.site for node in self.nodes))


def trace_lot(
    lot_key: str, *, as_of: datetime | None = None, direction: str = Direction.BOTH
) -> TraceResult:
    """Follow one lot; an unknown lot gives an empty trace."""
    way = Direction(direction)
    steps = {Direction.FORWARD: (_outputs,), Direction.BACKWARD: (_inputs,)}
    facts = _expand([lot_key], steps.get(way, (_outputs, _inputs)), as_of)
    ledger = build_ledger(facts.values())
    traces = []
    if way != Direction.BACKWARD:
        traces.append(trace_forward(ledger, lot_key))
    if way != Direction.FORWARD:
        traces.append(trace_backward(ledger, lot_key))
    lots = {lot: share for trace in reversed(traces) for lot, share in trace.lots.items()}
    return TraceResult(
        source=lot_key,
        direction=way,
        as_of=as_of,
        nodes=_joined_nodes(traces),
        edges=_joined_edges(traces),
        gaps=tuple(gaps_around(ledger, lots, now=as_of or clock.now())),
        lots=lots,
        mass=_balance(ledger, lots),
    )


def recall_scope(lot_key: str, as_of: datetime | None = None) -> Scope:
    """Who must and who may hold goods of the lot; an officer confirms or strikes each line."""
    facts = _expand([lot_key], [_outputs], as_of)
    ledger = build_ledger(facts.values())
    beside = _lots_beside(ledger, trace_forward(ledger, lot_key))
    if beside:
        facts |= _expand(beside, [_outputs], as_of)
        ledger = build_ledger(facts.values())
    return scopes.recall_scope(ledger, lot_key, now=as_of or clock.now())


Step = Callable[[EventFact, set[str]], Iterable[str]]


def _outputs(fact: EventFact, known: set[str]) -> Iterable[str]:
    """What was made of known lots."""
    if any(item.lot in known for item in fact.inputs):
        return (item.lot for item in fact.outputs)
    return ()


def _inputs(fact: EventFact, known: set[str]) -> Iterable[str]:
    """What known lots were made of."""
    if any(item.lot in known for item in fact.outputs):
        return (item.lot for item in fact.inputs)
    return ()


def _expand(
    lots: Iterable[str], steps: Sequence[Step], as_of: datetime | None
) -> dict[str, EventFact]:
    """Facts about the lots, about what each step leads to, and about the containers of both.

    All steps go on together, so that a round costs the same queries for both directions as for one.
    """
    facts: dict[str, EventFact] = {}
    known: list[set[str]] = [set() for _step in steps]
    frontiers = [set(lots) for _step in steps]
    while wanted := set().union(*frontiers):
        found = events.facts_for_lots(wanted, as_of=as_of)
        facts.update((fact.event_id, fact) for fact in found)
        for number, step in enumerate(steps):
            near = [fact for fact in found if _touches(fact, frontiers[number])]
            known[number] |= frontiers[number]
            frontiers[number] = _reached(near, step, known[number]) - known[number]
    return facts


def _touches(fact: EventFact, lots: set[str]) -> bool:
    return fact.parent in lots or any(item.lot in lots for item in (*fact.inputs, *fact.outputs))


def _reached(found: Iterable[EventFact], step: Step, known: set[str]) -> set[str]:
    """Lots and containers one step away."""
    reached: set[str] = set()
    for fact in found:
        if fact.kind is EventKind.TRANSFORM:
            reached.update(step(fact, known))
        elif fact.kind in _CONTAINERS and fact.parent:
            reached.add(fact.parent)
    return reached


def _lots_beside(ledger: Ledger, trace: LotTrace) -> set[str]:
    """Lots that other events of the making sites name near the time of affected goods."""
    windows: dict[str, list[tuple[datetime, timedelta]]] = {}
    for lot in trace.lots:
        for made in ledger.makers.get(lot, ()):
            if made.site and lot != trace.source:
                windows.setdefault(made.site, []).append((made.at, SHARED_LINE))
    for site in _vanishing_sites(ledger, trace):
        for lot in trace.lots:
            holding = ledger.holdings.get((site, lot))
            if holding and not holding.is_accounted:
                windows.setdefault(site, []).append((holding.first_at, UNRECORDED))
    beside: set[str] = set()
    for site, spans in sorted(windows.items())[:MAY_SITES]:
        first = min(at - reach for at, reach in spans)
        last = max(at + reach for at, reach in spans)
        made_there = events.events_at(site).filter(
            kind__in=_MAKING, event_time__gte=first, event_time__lte=last
        )
        beside.update(made_there.order_by().values_list("lots__lot", flat=True).distinct())
    return {lot for lot in beside if lot} - set(trace.lots)


def _vanishing_sites(ledger: Ledger, trace: LotTrace) -> list[str]:
    """Sites that make goods and cannot say what became of affected ones."""
    silent = {
        site
        for site, lot in trace.tiers
        if (holding := ledger.holdings.get((site, lot))) and not holding.is_accounted
    }
    known = subjects.sites_by_sgln(silent)
    return sorted(site for site in silent if site in known and known[site].link in _MAKES_GOODS)


def _joined_nodes(traces: list[LotTrace]) -> tuple[SiteNode, ...]:
    """Each site once; where both directions meet, the one nearer to the source counts."""
    nodes: dict[str, SiteNode] = {}
    for trace in traces:
        for node in trace.nodes:
            known = nodes.get(node.site)
            if known is None or abs(node.tier) < abs(known.tier):
                nodes[node.site] = node
    return tuple(sorted(nodes.values(), key=lambda node: (node.tier, node.site)))


def _joined_edges(traces: list[LotTrace]) -> tuple[Hop, ...]:
    edges = {
        (hop.kind, hop.origin, hop.destination, hop.lot_from, hop.lot, hop.event_ids): hop
        for trace in reversed(traces)
        for hop in trace.hops
    }
    return tuple(sorted(edges.values(), key=lambda hop: (hop.at, hop.kind, hop.destination)))


def _balance(ledger: Ledger, lots: dict[str, LotShare]) -> Balance:
    """Kilograms of the source: what was made, and what lies, was sold or destroyed of it."""
    sums = {"on_hand_kg": ZERO, "sold_kg": ZERO, "destroyed_kg": ZERO}
    made = ZERO
    for lot, share in lots.items():
        if share.generation < 0:
            continue
        for site in ledger.sites_of.get(lot, ()):
            holding = ledger.holdings[site, lot]
            made += holding.made_kg if share.generation == 0 else ZERO
            part = Decimal(repr(share.value or 0.0))
            for column in sums:
                sums[column] += part * getattr(holding, column)
    return Balance(made, **{column: kg.quantize(Decimal("0.001")) for column, kg in sums.items()})
