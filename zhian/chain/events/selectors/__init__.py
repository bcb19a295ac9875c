"""The reads of the room: facts for tracing, events by lot and site, capture jobs."""

from zhian.chain.events.selectors.crowds import (
    crowded_lots,
    facts_leading_to,
    facts_of,
    facts_on_papers,
    facts_sent_from,
    is_hard_to_follow,
    takes_back,
)
from zhian.chain.events.selectors.facts import (
    all_facts,
    capture_job,
    captured_bytes,
    declared_wrong,
    event_by_key,
    events_about,
    events_at,
    events_numbered,
    events_of,
    facts_for_lots,
    naming_lot,
    naming_site,
    trade_documents,
)

__all__ = [
    "all_facts",
    "capture_job",
    "captured_bytes",
    "crowded_lots",
    "declared_wrong",
    "event_by_key",
    "events_about",
    "events_at",
    "events_numbered",
    "events_of",
    "facts_for_lots",
    "facts_leading_to",
    "facts_of",
    "facts_on_papers",
    "facts_sent_from",
    "is_hard_to_follow",
    "naming_lot",
    "naming_site",
    "takes_back",
    "trade_documents",
]
