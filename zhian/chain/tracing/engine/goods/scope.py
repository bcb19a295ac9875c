"""The proposal of a recall's scope in two rings, with a reason for each line (S100)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from zhian.chain.tracing.engine.goods.gaps import gaps_around
from zhian.chain.tracing.engine.goods.ledger import Key, Ledger
from zhian.chain.tracing.engine.goods.may import SHARED_LINE, UNRECORDED, May, may_lots
from zhian.chain.tracing.engine.goods.nouns import ZERO, Gap, Holding
from zhian.chain.tracing.engine.goods.trace import LotTrace, bounds_of, mass_of, trace_forward
from zhian.chain.tracing.vocabulary import Reason, Ring

__all__ = ["SHARED_LINE", "UNRECORDED", "Scope", "ScopeLine", "recall_scope", "scope_lines"]


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One lot at one site to be recalled; masses in kg.

    `kg_of_source` is the best value, `kg_at_least` and `kg_at_most` bound it (trace 3.14).
    """

    site_key: str
    lot: str
    ring: Ring
    tier: int
    kg_received: Decimal
    kg_on_hand: Decimal
    kg_of_source: Decimal | None
    reason: Reason
    event_ids: tuple[str, ...]
    kg_at_least: Decimal | None = None
    kg_at_most: Decimal | None = None


@dataclass(frozen=True)
class Scope:
    """The proposal, nearest to the source first; an officer confirms or strikes each line."""

    source: str
    lines: list[ScopeLine]
    gaps: list[Gap]


def recall_scope(
    ledger: Ledger,
    *sources: str,
    now: datetime | None = None,
    shared_line: timedelta = SHARED_LINE,
) -> Scope:
    """Who must and who may hold goods of the sources; the ledger's rules apply."""
    trace = trace_forward(ledger, *sources)
    lines = scope_lines(ledger, trace, shared_line)
    return Scope(sources[0], lines, gaps_around(ledger, trace.lots, now=now))


def scope_lines(
    ledger: Ledger, trace: LotTrace, shared_line: timedelta = SHARED_LINE
) -> list[ScopeLine]:
    """Both rings of a trace, nearest to the source first."""
    lines = [_must(ledger, trace, key) for key in trace.tiers if key in ledger.holdings]
    lines.extend(_may(ledger, may_lots(ledger, trace, shared_line)))
    lines.sort(key=lambda line: (line.ring is Ring.MAY, line.tier, line.site_key, line.lot))
    return lines


def _must(ledger: Ledger, trace: LotTrace, key: Key) -> ScopeLine:
    holding = ledger.holdings[key]
    least, most = bounds_of(trace.lots[holding.lot], holding.incoming_kg)
    return ScopeLine(
        site_key=holding.site,
        lot=holding.lot,
        ring=Ring.MUST,
        tier=trace.tiers[key],
        kg_received=holding.incoming_kg,
        kg_on_hand=holding.on_hand_kg,
        kg_of_source=mass_of(trace.lots[holding.lot], holding.incoming_kg),
        reason=_why(holding, trace, ledger),
        event_ids=_evidence(ledger, holding),
        kg_at_least=least,
        kg_at_most=most,
    )


def _why(holding: Holding, trace: LotTrace, ledger: Ledger) -> Reason:
    hop = trace.came_by.get((holding.site, holding.lot))
    if holding.lot in trace.sources and hop is None:
        return Reason.SOURCE
    if hop is None or hop.kind == "make":
        return Reason.MADE
    coming = ledger.arrivals.get((holding.site, holding.lot), [])
    if not coming:
        return Reason.NAMED_AS_SENDER
    if any(not m.is_broken for m in coming):
        return Reason.RECEIVED
    return Reason.RECEIVED_UNSENT if any(m.received_at for m in coming) else Reason.DISPATCHED_HERE


def _evidence(ledger: Ledger, holding: Holding) -> tuple[str, ...]:
    """The events by which the goods came to be here."""
    coming = ledger.arrivals.get((holding.site, holding.lot), ())
    ids = dict.fromkeys(i for movement in coming for i in movement.event_ids)
    made = [m.event_id for m in ledger.makers.get(holding.lot, ()) if m.site == holding.site]
    ids.update(dict.fromkeys(made))
    return tuple(ids) or holding.event_ids


def _may(ledger: Ledger, may: dict[str, May]) -> Iterator[ScopeLine]:
    """Lines of the may lots, one for each place that held them."""
    for lot, why in may.items():
        for site in ledger.sites_of.get(lot, ()):
            if (site, lot) in ledger.cleared_at:
                continue
            holding = ledger.holdings[site, lot]
            makes = holding.made_kg > 0
            first = makes or why.reason is Reason.CANDIDATE_LINK
            yield ScopeLine(
                site_key=site,
                lot=lot,
                ring=Ring.MAY,
                tier=why.tier if makes else why.tier + 1,
                kg_received=holding.incoming_kg,
                kg_on_hand=holding.on_hand_kg,
                kg_of_source=None,
                reason=why.reason if first else Reason.FROM_MAY,
                event_ids=_evidence(ledger, holding),
                kg_at_least=ZERO,
                kg_at_most=holding.incoming_kg,
            )
