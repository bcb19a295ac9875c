"""Goods under recall that turn up again: found, blocked, made a case (S101, T9)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhian.chain.events import selectors as events
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.registry.subjects import selectors as subjects
from zhian.response.alerts import services as alert_services
from zhian.response.alerts.vocabulary import StepCode
from zhian.response.recalls import policies, selectors
from zhian.response.recalls.engine.reappearing import Found, reappearances
from zhian.response.recalls.models import LotBlock, Order, Reappearance, Recall
from zhian.response.recalls.services.locking import locked_recall
from zhian.response.recalls.vocabulary import RecalledGoodsReappeared, RecallState

ZERO = Decimal(0)
Places = dict[str, list[Order]]


@use_case("recalls.reappearances.searched")
def search_reappearances(*, acting_user: User, recall_id: int) -> list[Reappearance]:
    """Look through everything captured about the recalled lots since the recall began.

    The whole is computed each time, so late events only correct it; answers what is new.
    """
    recall = locked_recall(acting_user, recall_id)
    orders = list(
        Order.objects.select_for_update(of=("self",)).filter(recall=recall).order_by("pk")
    )
    places: Places = {}
    for order in orders:
        places.setdefault(order.site_key, []).append(order)
    found = _found(orders) if recall.state != RecallState.PROPOSED else []
    known = {(one.event_id, one.lot_key): one for one in recall.reappearances.all()}
    new = [_reappeared(recall, one, places) for one in found if _key(one) not in known]
    _correct(found, known)
    Reappearance.objects.bulk_create(new)
    _book(places, found)
    outputs = _outputs_by_event(found)
    for one in new:
        _block(one, outputs.get(one.event_id, ()))
        _tell(acting_user, recall, one)
    record(recall, found=len(found), new=[one.event_id for one in new])
    return new


def _found(orders: Sequence[Order]) -> list[Found]:
    """A lot counts from the first order that names it, a place from its first order."""
    lots: dict[str, datetime] = {}
    tiers: dict[str, int] = {}
    since: dict[str, datetime] = {}
    for order in orders:
        tiers.setdefault(order.site_key, order.tier)
        since.setdefault(order.site_key, order.issued_at)
        for lot in order.lots:
            lots.setdefault(lot, order.issued_at)
    facts = events.facts_for_lots(sorted(lots))
    return reappearances(selectors.moves_of(facts, lots), tiers, since)


def _answering(places: Places, found: Found) -> list[Order]:
    """The orders of the holder it came from: those that name the lot, else all, oldest first."""
    at = found.move.at
    here = [order for order in places.get(found.from_site, ()) if order.issued_at <= at]
    return [order for order in here if found.move.lot in order.lots] or here


def _key(found: Found) -> tuple[str, str]:
    return found.move.event_id, found.move.lot


def _reappeared(recall: Recall, found: Found, places: Places) -> Reappearance:
    move, answering = found.move, _answering(places, found)
    site = subjects.site_by_sgln(move.site) if move.site else None
    return Reappearance(
        recall=recall,
        lot_key=move.lot,
        site_key=move.site,
        site=site,
        from_order=answering[0] if answering else None,
        kg=move.kg,
        counted_kg=found.counted_kg,
        kind=move.kind,
        event_id=move.event_id,
        happened_at=move.at,
        found_at=clock.now(),
    )


def _correct(found: list[Found], known: dict[tuple[str, str], Reappearance]) -> None:
    """A late event may explain goods that were counted elsewhere."""
    changed = []
    for one in found:
        before = known.get(_key(one))
        if before is not None and before.counted_kg != one.counted_kg:
            before.counted_kg = one.counted_kg
            changed.append(before)
    Reappearance.objects.bulk_update(changed, ["counted_kg"])


def _book(places: Places, found: list[Found]) -> None:
    """To the holder's oldest order while goods of it are open, the rest to its newest."""
    orders = [order for here in places.values() for order in here]
    sums = dict.fromkeys((order.pk for order in orders), ZERO)
    for one in found:
        kg, answering = one.counted_kg, _answering(places, one)
        for order in answering[:-1]:
            part = min(kg, max(ZERO, order.to_account_kg - order.destroyed_kg - sums[order.pk]))
            sums[order.pk] += part
            kg -= part
        for order in answering[-1:]:
            sums[order.pk] += kg
    changed = []
    for order in orders:
        if order.reappeared_kg != sums[order.pk]:
            order.reappeared_kg = sums[order.pk]
            changed.append(order)
    Order.objects.bulk_update(changed, ["reappeared_kg"])


def _outputs_by_event(found: list[Found]) -> dict[str, tuple[str, ...]]:
    """The lots a transformation made of recalled goods: these must not move."""
    lots = sorted({one.move.lot for one in found})
    return {
        fact.event_id: tuple(quantity.lot for quantity in fact.outputs)
        for fact in events.facts_for_lots(lots)
        if fact.inputs and fact.outputs
    }


def _block(one: Reappearance, outputs: tuple[str, ...]) -> None:
    LotBlock.objects.bulk_create(
        LotBlock(lot_key=lot, reappearance=one, since=clock.now())
        for lot in sorted({one.lot_key, *outputs})
    )


def _tell(acting_user: User, recall: Recall, one: Reappearance) -> None:
    place = one.site.name_zh if one.site is not None else one.site_key
    kg = selectors.plain(one.kg)
    place_en = (one.site.name_en if one.site is not None else "") or place
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        code=StepCode.REAPPEARED,
        note_zh=f"{place}：{kg} kg",
        note_en=f"{place_en}: {kg} kg",
        url=recall.get_absolute_url(),
    )
    publish(RecalledGoodsReappeared(one.pk, recall.pk, recall.alert_id))


@use_case("recalls.reappearance.case_noted")
def note_case(*, acting_user: User, reappearance_id: int, case_number: str) -> Reappearance:
    """The room of cases writes down which case the reappearance became."""
    one = Reappearance.objects.select_for_update().filter(pk=reappearance_id).first()
    if one is None:
        raise NotKnown
    one.case_number = case_number
    one.save(update_fields=["case_number"])
    record(one, case=case_number)
    return one


@use_case("recalls.block.lifted")
def lift_block(*, acting_user: User, block_id: int, reason: str) -> LotBlock:
    """Let a blocked lot move again, with the reason; Conflict when it is free already."""
    block = (
        LotBlock.objects.select_for_update(of=("self",))
        .select_related("reappearance__recall__alert__owner_office")
        .filter(pk=block_id, reappearance__recall__in=policies.recalls_visible_to(acting_user))
        .first()
    )
    if block is None:
        raise NotKnown
    require(policies.can_handle(acting_user, block.reappearance.recall))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why the lot may move again."))])
    if block.lifted_at is not None:
        raise Conflict(_("This lot is free already."))
    block.lifted_at, block.lift_reason = clock.now(), reason
    block.save(update_fields=["lifted_at", "lift_reason"])
    record(block, lot=block.lot_key, reason=reason)
    return block
