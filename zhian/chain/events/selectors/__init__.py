"""The reads of the room: facts for tracing, events by lot and site, capture jobs."""

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
    "declared_wrong",
    "event_by_key",
    "events_about",
    "events_at",
    "events_numbered",
    "events_of",
    "facts_for_lots",
    "naming_lot",
    "naming_site",
    "trade_documents",
]
