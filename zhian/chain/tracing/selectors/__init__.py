"""The reads of the room: traces, recall scopes, and what decisions need of them."""

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
from zhian.chain.tracing.engine.goods.trace import Hop, LotShare, SiteNode
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
    "Balance",
    "Cleaning",
    "Clearance",
    "Gap",
    "Hop",
    "Kill",
    "LotLink",
    "LotShare",
    "Mixing",
    "Question",
    "Rules",
    "Scope",
    "ScopeLine",
    "Settled",
    "SiteNode",
    "TraceResult",
    "recall_scope",
    "scope",
    "trace",
    "trace_lot",
]
