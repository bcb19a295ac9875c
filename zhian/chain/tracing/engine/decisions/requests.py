"""Which further sample or document would shrink a recall scope most (trace 2.2-2, 2.2-3).

Every proposal is a question to somebody with a favourable answer; the answer is a rule, and the
rule's what-if says what would drop out. `chance` is a judgement, shown and editable: how often
such a question is answered favourably. Sets of requests are worked out exactly where there are
few of them; beyond that greedily, one after the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import comb

from zhian.chain.tracing.engine.decisions.whatif import at_rest, lines_under, measure
from zhian.chain.tracing.engine.goods.ledger import Ledger
from zhian.chain.tracing.engine.goods.nouns import ZERO
from zhian.chain.tracing.engine.goods.rules import (
    Cleaning,
    Clearance,
    Kill,
    Rules,
    Settled,
    together,
)
from zhian.chain.tracing.engine.goods.scope import ScopeLine
from zhian.chain.tracing.vocabulary import Reason, RequestKind, Ring

EXACT = 300  # so many sets are still tried one by one
EVALUATED = 40  # proposals that are worked out; the largest come first
CHANCE: Mapping[RequestKind, float] = {
    RequestKind.SAMPLE: 0.5,
    RequestKind.RECEIPT: 0.5,
    RequestKind.PRODUCTION_RECORD: 0.7,
    RequestKind.CLEANING_RECORD: 0.7,
    RequestKind.TREATMENT_RECORD: 0.3,
}
_MUST_SAMPLE = 0.2  # a lot known to hold goods of the source is seldom found clean


@dataclass(frozen=True, slots=True)
class Request:
    """One sample to draw or record to ask for, and the rule its favourable answer would be."""

    kind: RequestKind
    lot: str | None
    site: str
    chance: float
    answer: Rules


@dataclass(frozen=True, slots=True)
class Proposal:
    """A request with what its favourable answer takes out of the scope."""

    request: Request
    kg_dropped: Decimal
    lines_dropped: int
    sites_dropped: int

    @property
    def expected_kg(self) -> Decimal:
        """Kilograms dropped times the chance."""
        return (self.kg_dropped * Decimal(repr(self.request.chance))).quantize(Decimal("0.001"))


@dataclass(frozen=True)
class Plan:
    """A set of requests and what all favourable answers together take out of the scope."""

    requests: tuple[Request, ...]
    kg_dropped: Decimal
    lines_dropped: int
    is_exact: bool


class Bench:
    """A scope whose changes are measured; the same set of answers is worked out once."""

    def __init__(self, ledger: Ledger, sources: Iterable[str]) -> None:
        self.ledger = ledger
        self.sources = tuple(sources)
        self.lines = lines_under(ledger, self.sources, ledger.rules)
        self.whole = measure(ledger, self.lines)
        self._known: dict[Rules, tuple[Decimal, int, int]] = {}

    def gain(self, requests: Iterable[Request]) -> tuple[Decimal, int, int]:
        """Kilograms, lines and sites that drop out when all these are answered favourably."""
        added = together(request.answer for request in requests)
        if added not in self._known:
            lines = lines_under(self.ledger, self.sources, self.ledger.rules | added)
            after = measure(self.ledger, lines)
            whole = self.whole
            self._known[added] = (
                whole.kg - after.kg, whole.lines - after.lines, whole.sites - after.sites,
            )  # fmt: skip
        return self._known[added]


def proposals(bench: Bench) -> list[Proposal]:
    """Requests that would shrink the scope, the one with the largest expected effect first."""
    found = []
    for request in _largest_first(bench)[:EVALUATED]:
        kg, lines, sites = bench.gain([request])
        if lines > 0:
            found.append(Proposal(request, kg, lines, sites))
    return sorted(found, key=_by_effect)


def _by_effect(proposal: Proposal) -> tuple[object, ...]:
    request = proposal.request
    name = (request.kind, request.site, request.lot or "")
    return (-proposal.expected_kg, -proposal.sites_dropped, *name)


def _largest_first(bench: Bench) -> list[Request]:
    """Requests by the kilograms of the lines they speak of and of the same lot elsewhere."""
    of_lot: dict[str, Decimal] = {}
    of_site: dict[str, Decimal] = {}
    for line in bench.lines:
        kg = at_rest(bench.ledger, line)
        of_lot[line.lot] = of_lot.get(line.lot, ZERO) + kg
        of_site[line.site_key] = of_site.get(line.site_key, ZERO) + kg

    def size(request: Request) -> tuple[object, ...]:
        kg = of_site.get(request.site, ZERO)
        if request.kind is not RequestKind.RECEIPT:
            kg += of_lot.get(request.lot or "", ZERO)
        return (-kg, request.kind, request.site, request.lot or "")

    return sorted(set(requests_for(bench.ledger, bench.lines, bench.sources)), key=size)


def requests_for(
    ledger: Ledger, lines: Sequence[ScopeLine], sources: Iterable[str]
) -> Iterator[Request]:
    """Everything that could be asked about the lines of a scope."""
    found = set(sources)
    sampled: set[str] = set()
    for line in lines:
        if line.lot not in found and line.lot not in sampled:
            sampled.add(line.lot)
            chance = _MUST_SAMPLE if line.ring is Ring.MUST else CHANCE[RequestKind.SAMPLE]
            clear = Rules(clearances=frozenset({Clearance(line.lot)}))
            yield Request(RequestKind.SAMPLE, line.lot, _where_made(ledger, line), chance, clear)
        yield from _about(ledger, line)


def _where_made(ledger: Ledger, line: ScopeLine) -> str:
    made = [m.site for m in ledger.makers.get(line.lot, ()) if m.site]
    return made[0] if made else line.site_key


def _about(ledger: Ledger, line: ScopeLine) -> Iterator[Request]:
    """What else could be asked about one line, by its reason."""
    if line.reason is Reason.DISPATCHED_HERE:
        clear = Rules(clearances=frozenset({Clearance(line.lot, line.site_key)}))
        yield _asking(RequestKind.RECEIPT, line.lot, line.site_key, clear)
    elif line.reason is Reason.UNRECORDED_USE:
        held = [lot for site, lot in ledger.holdings if site == line.site_key and lot != line.lot]
        answer = Rules(settled=frozenset(Settled(lot, line.site_key) for lot in held))
        yield _asking(RequestKind.PRODUCTION_RECORD, None, line.site_key, answer)
    elif line.reason in {Reason.SHARED_LINE, Reason.SITE_MIXING}:
        runs = {made.at for made in ledger.transformations if made.site == line.site_key}
        answer = Rules(cleanings=frozenset(Cleaning(line.site_key, at) for at in runs))
        yield _asking(RequestKind.CLEANING_RECORD, None, line.site_key, answer)
    elif line.reason is Reason.MADE:
        for made in ledger.makers.get(line.lot, ()):
            if made.site == line.site_key:
                answer = Rules(kills=frozenset({Kill(made.site, event_id=made.event_id)}))
                yield _asking(RequestKind.TREATMENT_RECORD, line.lot, made.site, answer)


def _asking(kind: RequestKind, lot: str | None, site: str, answer: Rules) -> Request:
    return Request(kind, lot, site, CHANCE[kind], answer)


def best_plan(bench: Bench, requests: Sequence[Request], count: int, *, exact: int = EXACT) -> Plan:
    """The set of so many requests that takes most out of the scope; exact where they are few."""
    if comb(len(requests), count) <= exact:
        return best_plan_twin(bench, requests, count)
    chosen: list[Request] = []
    for _ in range(count):
        rest = [request for request in requests if request not in chosen]
        chosen.append(max(rest, key=lambda one: bench.gain([*chosen, one])))
    return _plan(bench, chosen, is_exact=False)


def best_plan_twin(bench: Bench, requests: Sequence[Request], count: int) -> Plan:
    """The same by trying every set of that size."""
    sets = combinations(requests, min(count, len(requests)))
    return _plan(bench, max(sets, key=bench.gain), is_exact=True)


def smallest_plan(bench: Bench, requests: Sequence[Request], target: Decimal) -> Plan | None:
    """The fewest requests whose favourable answers drop so many kilograms; None when all do not."""
    for count in range(1, len(requests) + 1):
        plan = best_plan(bench, requests, count)
        if plan.kg_dropped >= target:
            return plan
    return None


def _plan(bench: Bench, some: Iterable[Request], *, is_exact: bool) -> Plan:
    chosen = tuple(some)
    kg, lines, _sites = bench.gain(chosen)
    return Plan(chosen, kg, lines, is_exact)
