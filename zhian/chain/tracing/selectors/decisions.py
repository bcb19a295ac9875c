"""What decisions need, over captured events: every function takes a Question and reads its moment.

Whether the asking person may see the answer is decided by `policies.require_sight` on the site
keys of the answer, before anything is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from zhian.chain.events import selectors as events
from zhian.chain.events.vocabulary import EventFact
from zhian.chain.tracing.engine.decisions import requests
from zhian.chain.tracing.engine.decisions.books import Contradiction, Page, pages
from zhian.chain.tracing.engine.decisions.books import contradictions as contradictions_in
from zhian.chain.tracing.engine.decisions.difference import Change, Comparison, Side
from zhian.chain.tracing.engine.decisions.gap_list import GapList, gap_lists
from zhian.chain.tracing.engine.decisions.requests import Bench, Plan, Proposal
from zhian.chain.tracing.engine.decisions.whatif import WhatIf
from zhian.chain.tracing.engine.decisions.whatif import what_if as what_if_in
from zhian.chain.tracing.engine.goods import candidates
from zhian.chain.tracing.engine.goods.ledger import Ledger, build_ledger
from zhian.chain.tracing.engine.goods.movements import CLOCK_SLACK
from zhian.chain.tracing.engine.goods.question import Question
from zhian.chain.tracing.engine.goods.rules import LotLink, Rules
from zhian.chain.tracing.selectors.facts import expand, inputs, outputs
from zhian.chain.tracing.selectors.traces import TraceResult, scope_facts, scope_ledger, trace
from zhian.registry.subjects import selectors as subjects

DOUBTFUL_SITES = 100  # places searched for goods that came from nowhere
_SEARCHED = timedelta(days=30)


def what_if(question: Question, added: Rules) -> WhatIf:
    """The recall scope before and after more is added to the question's rules.

    `.dropped`, `.added`, `.changed` are lines; `.kg_dropped`, `.sites_dropped`, `.before`, `.after`
    (each a Measure: lines, sites, must_kg, may_kg, source_kg, kg) say how much it is.
    """
    return what_if_in(scope_ledger(question), question.lots, added)


def next_requests(question: Question) -> list[Proposal]:
    """Samples and documents that would shrink the scope, largest expected effect first.

    Each proposal: `.request` (kind, lot, site, chance, answer: Rules), `.kg_dropped`,
    `.lines_dropped`, `.sites_dropped`, `.expected_kg`. Its what-if is `request.answer`.
    """
    return requests.proposals(Bench(scope_ledger(question), question.lots))


def best_requests(question: Question, count: int) -> Plan:
    """The set of so many requests that shrinks the scope most; `.is_exact` when all were tried."""
    bench = Bench(scope_ledger(question), question.lots)
    asked = [proposal.request for proposal in requests.proposals(bench)]
    return requests.best_plan(bench, asked, min(count, len(asked)))


def smallest_requests(question: Question, share: Decimal) -> Plan | None:
    """The fewest requests that drop that share (0..1) of the scope's kilograms; None when all
    together do not."""
    bench = Bench(scope_ledger(question), question.lots)
    asked = [proposal.request for proposal in requests.proposals(bench)]
    return requests.smallest_plan(bench, asked, bench.whole.kg * share)


def contradictions(
    question: Question,
    *,
    lots: Iterable[str] | None = None,
    sites: Iterable[str] | None = None,
    until: datetime | None = None,
) -> list[Contradiction]:
    """Sets of records along the trace that cannot all be true: event ids, lots, sites, kg."""
    ledger = trace_ledger(question)
    return contradictions_in(ledger, lots=lots, sites=sites, until=until)


def balances(
    question: Question, *, since: datetime | None = None, until: datetime | None = None
) -> list[Page]:
    """Opening, came, left, closing and counted kilograms per lot and site of the trace."""
    return pages(trace_ledger(question), since=since, until=until)


@dataclass(frozen=True)
class PartyGaps:
    """The gaps one operator must answer; `operator_id` None when the sites are in no register."""

    operator_id: int | None
    name: str
    gaps: GapList


def gaps_by_operator(question: Question) -> list[PartyGaps]:
    """Who must answer which open question of the trace, heaviest first; strangers included."""
    return gaps_in(trace(question))


def gaps_in(result: TraceResult) -> list[PartyGaps]:
    """The same for a trace that is made already."""
    keys = {site for gap in result.gaps for site in (gap.site, gap.counterpart) if site}
    sites = subjects.sites_by_sgln(keys)
    party_of = {key: str(site.operator_id) for key, site in sites.items()}
    named = {str(site.operator_id): site.operator for site in sites.values()}
    found = []
    for one in gap_lists(result.gaps, party_of):
        operator = named.get(one.party)
        found.append(PartyGaps(operator.pk if operator else None, str(operator or one.party), one))
    return found


def unregistered_sites(site_keys: Iterable[str]) -> list[str]:
    """Sites of a trace that nobody registered: traced like all others, and a finding."""
    keys = set(site_keys)
    return sorted(keys - set(subjects.sites_by_sgln(keys)))


def difference(before: Question, after: Question) -> list[Change]:
    """Lines of the recall scope that differ between two questions, each with its cause.

    `.line`, `.before`, `.after`, `.because` (steps: kind new_record | withdrawn_record |
    rule_added | rule_removed | source, with event_id or rule).
    """
    one, other = (
        Side(tuple(scope_facts(question).values()), question.lots, question.rules)
        for question in (before, after)
    )
    return Comparison(one, other).changes()


def candidate_links(question: Question) -> list[LotLink]:
    """Doubtful links around the trace, most probable first; used only once put into the rules.

    Besides the trace itself, the places where goods were lost sight of are searched.
    """
    ledger = trace_ledger(question)
    lots = set(trace(question).lots)
    ends = candidates.ends_without_partner(ledger, lots)
    found: set[str] = set()
    for site, at in sorted(ends)[:DOUBTFUL_SITES]:
        near = events.events_at(site).filter(
            event_time__gte=at - CLOCK_SLACK, event_time__lte=at + _SEARCHED
        )
        if question.as_of is not None:
            near = near.filter(record_time__lte=question.as_of)
        found.update(lot for lot in near.order_by().values_list("lots__lot", flat=True) if lot)
    if found:
        ledger = build_ledger(_facts_of(question, found))
    return [link for link in candidates.candidate_links(ledger) if link.lot_from in lots]


def trace_ledger(question: Question) -> Ledger:
    """The books of everything the question's lots are tied to, both ways."""
    return build_ledger(_facts_of(question, ()))


def _facts_of(question: Question, more: Iterable[str]) -> Iterable[EventFact]:
    facts = expand([*question.lots, *more], (outputs, inputs), question.as_of)
    return facts.values()
