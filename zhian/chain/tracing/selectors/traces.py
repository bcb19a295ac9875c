"""The trace of lots and the proposal of a recall's scope, from captured events (S003, S100)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from zhian.chain.events.vocabulary import EventFact
from zhian.chain.tracing.engine.goods import scope as scopes
from zhian.chain.tracing.engine.goods.gaps import gaps_around
from zhian.chain.tracing.engine.goods.ledger import Ledger, build_ledger, with_rules
from zhian.chain.tracing.engine.goods.nouns import ZERO, Gap
from zhian.chain.tracing.engine.goods.question import Question
from zhian.chain.tracing.engine.goods.scope import Scope
from zhian.chain.tracing.engine.goods.trace import (
    Hop,
    LotShare,
    LotTrace,
    SiteNode,
    trace_forward,
)
from zhian.chain.tracing.engine.goods.upstream import trace_backward
from zhian.chain.tracing.selectors.beside import lots_beside
from zhian.chain.tracing.selectors.facts import expand, inputs, outputs
from zhian.chain.tracing.vocabulary import Direction
from zhian.kernel import clock


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
    sources: tuple[str, ...] = ()

    @property
    def site_keys(self) -> list[str]:
        """Every site of the trace, once."""
        return list(dict.fromkeys(node.site for node in self.nodes))


def trace_lot(
    lot_key: str, *, as_of: datetime | None = None, direction: str = Direction.BOTH
) -> TraceResult:
    """Follow one lot; an unknown lot gives an empty trace."""
    return trace(Question((lot_key,), Direction(direction), as_of))


def trace(question: Question) -> TraceResult:
    """Follow one or several lots under rules; unknown lots give an empty trace.

    Several sources are traced as one mixture: `lots` holds the share of all of them together.
    """
    way = question.direction
    steps = {Direction.FORWARD: (outputs,), Direction.BACKWARD: (inputs,)}
    facts = expand(question.lots, steps.get(way, (outputs, inputs)), question.as_of)
    ledger = with_rules(build_ledger(facts.values()), question.rules, question.lots)
    traces = []
    if way != Direction.BACKWARD:
        traces.append(trace_forward(ledger, *question.lots))
    if way != Direction.FORWARD:
        traces.append(trace_backward(ledger, *question.lots))
    lots = {lot: share for one in reversed(traces) for lot, share in one.lots.items()}
    return TraceResult(
        source=question.lots[0],
        direction=way,
        as_of=question.as_of,
        nodes=_joined_nodes(traces),
        edges=_joined_edges(traces),
        gaps=tuple(gaps_around(ledger, lots, now=question.as_of or clock.now())),
        lots=lots,
        mass=_balance(ledger, lots),
        sources=question.lots,
    )


def recall_scope(lot_key: str, as_of: datetime | None = None) -> Scope:
    """Who must and who may hold goods of the lot; an officer confirms or strikes each line."""
    return scope(Question((lot_key,), Direction.FORWARD, as_of))


def scope(question: Question) -> Scope:
    """The two rings for one or several sources under rules, with the reason for each line."""
    return scopes.recall_scope(
        scope_ledger(question), *question.lots, now=question.as_of or clock.now()
    )


def scope_ledger(question: Question) -> Ledger:
    """The books a recall scope is read from, under the question's rules."""
    return with_rules(build_ledger(scope_facts(question).values()), question.rules, question.lots)


def scope_facts(question: Question) -> dict[str, EventFact]:
    """The trace forward, what stood beside it, and what accepted links lead to, by event number."""
    linked = [link.lot_to for link in question.rules.links]
    facts = expand([*question.lots, *linked], [outputs], question.as_of)
    ledger = build_ledger(facts.values())
    beside = lots_beside(ledger, trace_forward(ledger, *question.lots), question.rules)
    if beside:
        facts |= expand(beside, [outputs], question.as_of)
    return facts


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
