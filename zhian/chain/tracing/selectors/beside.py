"""Lots that stood beside a trace: what the making sites made near the time of affected goods."""

from collections.abc import Iterator
from datetime import datetime

from zhian.chain.events import selectors as events
from zhian.chain.events.vocabulary import EventKind
from zhian.chain.tracing.engine.goods.ledger import Ledger
from zhian.chain.tracing.engine.goods.may import SHARED_LINE, UNRECORDED
from zhian.chain.tracing.engine.goods.rules import Rules
from zhian.chain.tracing.engine.goods.trace import LotTrace
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.vocabulary import ChainLink

_MAKING = [EventKind.TRANSFORM.value, EventKind.COMMISSION.value]
# Where goods are turned into others; shops and stores only move them.
_MAKES_GOODS = {ChainLink.PRODUCTION, ChainLink.CATERING, ChainLink.RAW_INTAKE}
MAY_SITES = 100  # sites searched for other lots that may be affected
MIXED_ON = 30  # windows after an affected making in which a mixing site's batches are fetched

Span = tuple[datetime, datetime]


def lots_beside(ledger: Ledger, trace: LotTrace, rules: Rules) -> set[str]:
    """Lots that other events of the making sites name near the time of affected goods."""
    spans: dict[str, list[Span]] = {}
    for site, span in (*_spans(ledger, trace, rules), *_vanished(ledger, trace)):
        spans.setdefault(site, []).append(span)
    beside: set[str] = set()
    for site, near in sorted(spans.items())[:MAY_SITES]:
        made_there = events.events_at(site).filter(
            kind__in=_MAKING,
            event_time__gte=min(first for first, _ in near),
            event_time__lte=max(last for _, last in near),
        )
        beside.update(made_there.order_by().values_list("lots__lot", flat=True).distinct())
    return {lot for lot in beside if lot} - set(trace.lots)


def _spans(ledger: Ledger, trace: LotTrace, rules: Rules) -> Iterator[tuple[str, Span]]:
    """Where and when other lots may have been touched."""
    windows = {one.site: one.window for one in rules.mixings}
    for lot in trace.lots:
        for made in ledger.makers.get(lot, ()):
            if made.site and lot not in trace.sources:
                yield made.site, (made.at - SHARED_LINE, made.at + SHARED_LINE)
        for made in (*ledger.makers.get(lot, ()), *ledger.users.get(lot, ())):
            if made.site in windows:
                yield made.site, (made.at, made.at + windows[made.site] * MIXED_ON)


def _vanished(ledger: Ledger, trace: LotTrace) -> Iterator[tuple[str, Span]]:
    """Where unaccounted goods may have gone into others."""
    for site in _vanishing_sites(ledger, trace):
        for lot in trace.lots:
            holding = ledger.holdings.get((site, lot))
            if holding and not holding.is_accounted:
                yield site, (holding.first_at - UNRECORDED, holding.first_at + UNRECORDED)


def _vanishing_sites(ledger: Ledger, trace: LotTrace) -> list[str]:
    """Sites that make goods and cannot say what became of affected ones."""
    silent = {
        site
        for site, lot in trace.tiers
        if (holding := ledger.holdings.get((site, lot))) and not holding.is_accounted
    }
    known = subjects.sites_by_sgln(silent)
    return sorted(site for site in silent if site in known and known[site].link in _MAKES_GOODS)
