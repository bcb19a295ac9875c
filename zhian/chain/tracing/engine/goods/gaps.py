"""What the records leave open around the traced lots, as facts of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from zhian.chain.tracing.engine.goods.ledger import Ledger
from zhian.chain.tracing.engine.goods.movements import CLOCK_SLACK
from zhian.chain.tracing.engine.goods.nouns import ZERO, Flow, Gap, Holding, Movement
from zhian.chain.tracing.vocabulary import GapKind


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far records may differ before they contradict each other, and how late they may be."""

    share: Decimal = Decimal("0.02")
    kg: Decimal = Decimal("0.5")
    transit: timedelta = timedelta(days=3)
    ledger: timedelta = timedelta(days=7)

    def allows(self, difference: Decimal, of: Decimal) -> bool:
        """Whether a difference is within scales and rounding."""
        return abs(difference) <= max(self.kg, self.share * of)


DEFAULT = Tolerance()


def gaps_around(
    ledger: Ledger,
    lots: Iterable[str],
    *,
    now: datetime | None = None,
    tolerance: Tolerance = DEFAULT,
) -> list[Gap]:
    """Gaps of these lots by time; with `now`, what may still be on its way is none yet."""
    traced = sorted(set(lots))
    found: list[Gap] = []
    for lot in traced:
        for movement in ledger.moves.get(lot, ()):
            found.extend(_of_movement(movement, now, tolerance))
        for site in ledger.sites_of.get(lot, ()):
            found.extend(_of_holding(ledger.holdings[site, lot], tolerance))
        for made in ledger.users.get(lot, ()):
            if ledger.is_early(made, lot):
                ids = (made.event_id,)
                kind = GapKind.USED_BEFORE_MADE
                found.append(Gap(kind, lot, made.site, None, None, made.at, ids))
    found.extend(_of_making(ledger, traced, tolerance))
    found.extend(_without_ledger(ledger, traced, now, tolerance))
    return sorted(found, key=lambda gap: (gap.at, gap.kind, gap.lot, gap.site or ""))


def _of_movement(movement: Movement, now: datetime | None, tolerance: Tolerance) -> Iterator[Gap]:
    at = movement.shipped_at or movement.received_at
    assert at is not None
    lot, ids = movement.lot, movement.event_ids
    ends = (movement.origin, movement.destination)
    if movement.is_return:
        yield Gap(GapKind.RETURNED, lot, *ends, movement.kg, at, ids)
    if movement.received_at is None:
        if now is None or at + tolerance.transit < now:
            yield Gap(GapKind.SHIPPED_NEVER_RECEIVED, lot, *ends, movement.kg, at, ids)
    elif movement.shipped_at is None:
        kind = GapKind.RECEIVED_FROM_NOWHERE
        yield Gap(kind, lot, movement.destination, movement.origin, movement.kg, at, ids)
    else:
        yield from _of_both_ends(movement, movement.received_at, at, tolerance)


def _of_both_ends(
    movement: Movement, came: datetime, sent: datetime, tolerance: Tolerance
) -> Iterator[Gap]:
    """Two records of one movement that contradict each other."""
    lot, ids = movement.lot, movement.event_ids
    ends = (movement.origin, movement.destination)
    if came + CLOCK_SLACK < sent:
        yield Gap(GapKind.RECEIVED_BEFORE_SENT, lot, *ends, movement.kg, came, ids)
    if movement.shipped_kg is not None and movement.received_kg is not None:
        difference = movement.received_kg - movement.shipped_kg
        if not tolerance.allows(difference, movement.shipped_kg):
            yield Gap(GapKind.MASS_DOES_NOT_ADD_UP, lot, *ends, difference, sent, ids)


def _of_holding(holding: Holding, tolerance: Tolerance) -> Iterator[Gap]:
    excess = -holding.on_hand_kg
    if holding.has_unknown_mass:
        return
    yield from _too_early(holding, tolerance)
    if excess <= 0:
        return
    if not tolerance.allows(excess, holding.incoming_kg):
        yield Gap(
            GapKind.MASS_DOES_NOT_ADD_UP,
            holding.lot,
            holding.site,
            None,
            excess,
            holding.last_at,
            holding.event_ids,
        )


def _too_early(holding: Holding, tolerance: Tolerance) -> Iterator[Gap]:
    """Goods that left while, by the records, they were not there yet; they came later."""
    stock = least = ZERO
    when = None
    for flow in sorted(holding.flows, key=_in_turn):
        stock += flow.kg
        if stock < least:
            least, when = stock, flow
    missing = min(stock, ZERO) - least
    if when is not None and missing > 0 and not tolerance.allows(missing, holding.incoming_kg):
        ids = when.event_ids
        kind = GapKind.LEFT_BEFORE_ARRIVED
        yield Gap(kind, holding.lot, holding.site, None, missing, when.at, ids)


def _in_turn(flow: Flow) -> tuple[datetime, bool]:
    """Clocks of two firms differ: what came in counts from a little before it was recorded."""
    return (flow.at - CLOCK_SLACK, False) if flow.kg > 0 else (flow.at, True)


def _of_making(ledger: Ledger, lots: list[str], tolerance: Tolerance) -> Iterator[Gap]:
    """More came out of a mixture than went in: something went in unrecorded."""
    seen = {made.event_id: made for lot in lots for made in ledger.makers.get(lot, ())}
    for made in seen.values():
        kgs = [item.kg for item in (*made.inputs, *made.outputs)]
        if None in kgs or not made.inputs:
            continue
        went_in = sum((item.kg or ZERO for item in made.inputs), ZERO)
        excess = sum((item.kg or ZERO for item in made.outputs), ZERO) - went_in
        if excess > 0 and not tolerance.allows(excess, went_in):
            lot = made.outputs[0].lot
            ids = (made.event_id,)
            yield Gap(GapKind.MASS_DOES_NOT_ADD_UP, lot, made.site, None, excess, made.at, ids)


def _without_ledger(
    ledger: Ledger, lots: list[str], now: datetime | None, tolerance: Tolerance
) -> Iterator[Gap]:
    """Sites that received traced goods and recorded nothing of what became of them."""
    received: dict[str, list[Holding]] = {}
    for lot in lots:
        for site in ledger.sites_of.get(lot, ()):
            holding = ledger.holdings[site, lot]
            if holding.received_kg or holding.unconfirmed_kg or holding.has_unknown_mass:
                received.setdefault(site, []).append(holding)
    for site, holdings in received.items():
        last = max(holding.last_at for holding in holdings)
        if any(h.is_accounted for h in holdings) or (now and last + tolerance.ledger >= now):
            continue
        for holding in holdings:
            yield Gap(
                GapKind.NO_LEDGER,
                holding.lot,
                site,
                None,
                holding.on_hand_kg,
                holding.last_at,
                holding.event_ids,
            )
