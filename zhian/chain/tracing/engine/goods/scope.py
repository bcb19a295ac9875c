"""The proposal of a recall's scope in two rings, with a reason for each line (S100)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from zhian.chain.tracing.engine.goods.gaps import gaps_around
from zhian.chain.tracing.engine.goods.ledger import Key, Ledger
from zhian.chain.tracing.engine.goods.nouns import Gap, Holding
from zhian.chain.tracing.engine.goods.trace import LotTrace, descendants, mass_of, trace_forward
from zhian.chain.tracing.vocabulary import Reason, Ring

SHARED_LINE = timedelta(days=1)  # made on the same site that soon before or after
UNRECORDED = timedelta(days=30)  # unaccounted goods may be used that long


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One lot at one site to be recalled; masses in kg."""

    site_key: str
    lot: str
    ring: Ring
    tier: int
    kg_received: Decimal
    kg_on_hand: Decimal
    kg_of_source: Decimal | None
    reason: Reason
    event_ids: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """The proposal, nearest to the source first; an officer confirms or strikes each line."""

    source: str
    lines: list[ScopeLine]
    gaps: list[Gap]


def recall_scope(
    ledger: Ledger,
    source: str,
    *,
    now: datetime | None = None,
    shared_line: timedelta = SHARED_LINE,
) -> Scope:
    """Who must and who may hold goods of the source."""
    trace = trace_forward(ledger, source)
    lines = [_must(ledger, trace, key) for key in trace.tiers if key in ledger.holdings]
    may = _may_lots(ledger, trace, shared_line)
    lines.extend(_may(ledger, trace, may))
    lines.sort(key=lambda line: (line.ring is Ring.MAY, line.tier, line.site_key, line.lot))
    return Scope(source, lines, gaps_around(ledger, trace.lots, now=now))


def _must(ledger: Ledger, trace: LotTrace, key: Key) -> ScopeLine:
    holding = ledger.holdings[key]
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
    )


def _why(holding: Holding, trace: LotTrace, ledger: Ledger) -> Reason:
    hop = trace.came_by.get((holding.site, holding.lot))
    if holding.lot == trace.source and hop is None:
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


def _may_lots(ledger: Ledger, trace: LotTrace, window: timedelta) -> dict[str, tuple[Reason, int]]:
    """Lots outside the must ring that stood beside it, each with its reason and tier."""
    found: dict[str, tuple[Reason, int]] = {}
    runs = _runs(ledger, trace)
    for made in ledger.transformations:
        near = [tier for at, tier in runs.get(made.site or "", ()) if abs(made.at - at) <= window]
        for item in made.outputs:
            if near and item.lot not in trace.lots:
                found.setdefault(item.lot, (Reason.SHARED_LINE, min(near)))
    for lot, tier in _unrecorded(ledger, trace):
        found[lot] = (Reason.UNRECORDED_USE, tier)
    return found


def _runs(ledger: Ledger, trace: LotTrace) -> dict[str, list[tuple[datetime, int]]]:
    """When and at which tier each site made something that holds mass of the source."""
    runs: dict[str, list[tuple[datetime, int]]] = {}
    for lot in trace.lots:
        for made in ledger.makers.get(lot, ()):
            if made.site and lot != trace.source:
                tier = trace.tiers.get((made.site, lot), 0)
                runs.setdefault(made.site, []).append((made.at, tier))
    return runs


def _unrecorded(ledger: Ledger, trace: LotTrace) -> Iterator[tuple[str, int]]:
    """Lots made of nothing where traced goods vanished without a record."""
    vanished: dict[str, list[Holding]] = {}
    for key in trace.tiers:
        holding = ledger.holdings.get(key)
        if holding and not holding.is_accounted and holding.on_hand_kg > 0:
            vanished.setdefault(holding.site, []).append(holding)
    for holding in list(ledger.holdings.values()):
        if holding.lot in trace.lots or holding.made_kg <= 0:
            continue
        makers = ledger.makers.get(holding.lot, ())
        if any(made.inputs for made in makers):
            continue
        yield from (
            (holding.lot, trace.tiers[lost.site, lost.lot])
            for lost in vanished.get(holding.site, ())
            if lost.first_at <= holding.first_at <= lost.first_at + UNRECORDED
        )


def _may(
    ledger: Ledger, trace: LotTrace, may: dict[str, tuple[Reason, int]]
) -> Iterator[ScopeLine]:
    """Lines of the may lots and of all that was made of them."""
    seen: set[str] = set(trace.lots)
    for first, (reason, tier) in sorted(may.items()):
        for lot in descendants(ledger, first):
            if lot in seen or (lot in may and lot != first):
                continue
            seen.add(lot)
            for site in ledger.sites_of.get(lot, ()):
                holding = ledger.holdings[site, lot]
                makes = holding.made_kg > 0
                yield ScopeLine(
                    site_key=site,
                    lot=lot,
                    ring=Ring.MAY,
                    tier=tier if makes else tier + 1,
                    kg_received=holding.incoming_kg,
                    kg_on_hand=holding.on_hand_kg,
                    kg_of_source=None,
                    reason=reason if makes and lot == first else Reason.FROM_MAY,
                    event_ids=_evidence(ledger, holding),
                )
