"""The reads of the room: traces, recall scopes, and what decisions need of them."""

from zhian.chain.tracing.engine.decisions.books import Contradiction, Page
from zhian.chain.tracing.engine.decisions.difference import Change, Step
from zhian.chain.tracing.engine.decisions.gap_list import GapList
from zhian.chain.tracing.engine.decisions.requests import Plan, Proposal, Request
from zhian.chain.tracing.engine.decisions.whatif import Measure, WhatIf
from zhian.chain.tracing.engine.goods.nouns import Gap
from zhian.chain.tracing.engine.goods.question import Question
from zhian.chain.tracing.engine.goods.rules import (
    NO_RULES,
    Cleaning,
    Clearance,
    Kill,
    LotLink,
    Mixing,
    Rules,
    Settled,
)
from zhian.chain.tracing.engine.goods.scope import Scope, ScopeLine
from zhian.chain.tracing.engine.goods.supply import CaseAt, Illness
from zhian.chain.tracing.engine.goods.trace import Hop, LotShare, SiteNode
from zhian.chain.tracing.selectors.decisions import (
    PartyGaps,
    balances,
    best_requests,
    candidate_links,
    contradictions,
    difference,
    gaps_by_operator,
    gaps_in,
    next_requests,
    smallest_requests,
    unregistered_sites,
    what_if,
)
from zhian.chain.tracing.selectors.outbreaks import Suspect, Suspicion, rank_outbreak
from zhian.chain.tracing.selectors.sources import Asked, lots_asked_for
from zhian.chain.tracing.selectors.traces import (
    Balance,
    TraceResult,
    recall_scope,
    scope,
    trace,
    trace_lot,
)

__all__ = [
    "NO_RULES",
    "Asked",
    "Balance",
    "CaseAt",
    "Change",
    "Cleaning",
    "Clearance",
    "Contradiction",
    "Gap",
    "GapList",
    "Hop",
    "Illness",
    "Kill",
    "LotLink",
    "LotShare",
    "Measure",
    "Mixing",
    "Page",
    "PartyGaps",
    "Plan",
    "Proposal",
    "Question",
    "Request",
    "Rules",
    "Scope",
    "ScopeLine",
    "Settled",
    "SiteNode",
    "Step",
    "Suspect",
    "Suspicion",
    "TraceResult",
    "WhatIf",
    "balances",
    "best_requests",
    "candidate_links",
    "contradictions",
    "difference",
    "gaps_by_operator",
    "gaps_in",
    "lots_asked_for",
    "next_requests",
    "rank_outbreak",
    "recall_scope",
    "scope",
    "smallest_requests",
    "trace",
    "trace_lot",
    "unregistered_sites",
    "what_if",
]
