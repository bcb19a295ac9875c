"""Goods under recall that turn up again: found, blocked, made a case (S101, T9)."""

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


@use_case("recalls.reappearances.searched")
def search_reappearances(*, acting_user: User, recall_id: int) -> list[Reappearance]:
    """Look through everything captured about the recalled lots since the recall began.

    The whole is computed each time, so late events only correct it; answers what is new.
    """
    recall = locked_recall(acting_user, recall_id)
    orders = {
        order.site_key: order
        for order in Order.objects.select_for_update(of=("self",))
        .filter(recall=recall)
        .order_by("pk")
    }
    found = _found(recall, orders) if recall.state != RecallState.PROPOSED else []
    known = {(one.event_id, one.lot_key): one for one in recall.reappearances.all()}
    new = [_reappeared(recall, one, orders) for one in found if _key(one) not in known]
    _correct(found, known)
    Reappearance.objects.bulk_create(new)
    _book(orders, found)
    outputs = _outputs_by_event(found)
    for one in new:
        _block(one, outputs.get(one.event_id, ()))
        _tell(acting_user, recall, one)
    record(recall, found=len(found), new=[one.event_id for one in new])
    return new


def _found(recall: Recall, orders: dict[str, Order]) -> list[Found]:
    lots = frozenset(lot for order in orders.values() for lot in order.lots)
    facts = [
        fact
        for fact in events.facts_for_lots(sorted(lots))
        if recall.confirmed_at is not None and fact.at > recall.confirmed_at
    ]
    tiers = {key: order.tier for key, order in orders.items()}
    return reappearances(selectors.moves_of(facts, lots), tiers)


def _key(found: Found) -> tuple[str, str]:
    return found.move.event_id, found.move.lot


def _reappeared(recall: Recall, found: Found, orders: dict[str, Order]) -> Reappearance:
    move = found.move
    site = subjects.site_by_sgln(move.site) if move.site else None
    return Reappearance(
        recall=recall,
        lot_key=move.lot,
        site_key=move.site,
        site=site,
        from_order=orders.get(found.from_site),
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


def _book(orders: dict[str, Order], found: list[Found]) -> None:
    sums = dict.fromkeys(orders, ZERO)
    for one in found:
        if one.from_site:
            sums[one.from_site] += one.counted_kg
    changed = []
    for key, order in orders.items():
        if order.reappeared_kg != sums[key]:
            order.reappeared_kg = sums[key]
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
