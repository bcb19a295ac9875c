"""The end of a recall: refused while kilograms are neither accounted for nor written off."""

from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, Refused
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.response.alerts import services as alert_services
from zhian.response.alerts.vocabulary import StepCode
from zhian.response.recalls import policies, selectors
from zhian.response.recalls.lifecycles import ORDER, RECALL
from zhian.response.recalls.models import Order, Recall
from zhian.response.recalls.services.locking import locked_recall
from zhian.response.recalls.vocabulary import OrderState, RecallFinished


@use_case("recalls.orders.closed")
def close_orders(
    *, acting_user: User, recall_id: int, order_ids: Collection[int], reason: str
) -> int:
    """Close orders whose goods are not all accounted for, each with the reason; how many.

    Orders closed before are left as they are, so doing it twice changes nothing.
    """
    recall = locked_recall(acting_user, recall_id)
    require(policies.can_handle(acting_user, recall))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say what became of these goods."))])
    orders = list(
        Order.objects.select_for_update(of=("self",))
        .filter(recall=recall, pk__in=list(order_ids))
        .exclude(state=OrderState.CLOSED)
        .order_by("pk")
    )
    _close(orders, reason)
    for order in orders:
        duties.cancel_for(acting_user=acting_user, subject=order, reason=reason)
    record(recall, orders=[order.pk for order in orders], reason=reason)
    return len(orders)


@use_case("recalls.recall.finished")
def finish_recall(*, acting_user: User, recall_id: int, note: str) -> Recall:
    """All orders are settled; what is proved is closed here, the rest must be closed before.

    Refused with the numbers while any kilogram is open, Conflict while new finds wait.
    """
    recall = locked_recall(acting_user, recall_id)
    require(policies.can_handle(acting_user, recall))
    state = RECALL.target("finish", recall.state)
    if not note.strip():
        raise BadInput(fields=[FieldError("note", _("Sum up the recall and its effect."))])
    orders = list(
        Order.objects.select_for_update(of=("self",))
        .filter(recall=recall)
        .exclude(state=OrderState.CLOSED)
        .order_by("pk")
    )
    _refuse_undecided(recall)
    _refuse_open(orders)
    _close(orders, str(_("All goods are accounted for.")))
    recall.state, recall.finished_at, recall.finish_note = state, clock.now(), note
    recall.save(update_fields=["state", "finished_at", "finish_note"])
    deed = Deed(f"finish_recall_class{recall.recall_class}")
    duties.finish_for(acting_user=acting_user, deed=deed, subject=recall)
    total = selectors.progress(recall).total
    recovered = selectors.plain(total.recovered_kg)
    destroyed = selectors.plain(total.destroyed_kg)
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        code=StepCode.RECALL_FINISHED,
        note_zh=f"已召回 {recovered} kg，有证据销毁 {destroyed} kg。{note}",
        note_en=f"{recovered} kg recovered, {destroyed} kg destroyed with proof. {note}",
        url=recall.get_absolute_url(),
    )
    record(
        recall,
        recovered_kg=total.recovered_kg,
        destroyed_kg=total.destroyed_kg,
        never_acknowledged_kg=total.never_acknowledged_kg,
        unproven_kg=total.unproven_kg,
    )
    publish(RecallFinished(recall.pk, recall.alert_id))
    return recall


@use_case("recalls.recall.closed")
def close_recall(*, acting_user: User, recall_id: int) -> Recall:
    """File the finished recall away."""
    recall = locked_recall(acting_user, recall_id)
    require(policies.can_handle(acting_user, recall))
    recall.state = RECALL.target("close", recall.state)
    recall.closed_at = clock.now()
    recall.save(update_fields=["state", "closed_at"])
    record(recall)
    return recall


def _refuse_undecided(recall: Recall) -> None:
    """Goods found after the start are not forgotten: somebody says what becomes of them."""
    numbers = selectors.consequence(selectors.undecided_lines(recall))
    if numbers.lines:
        raise Conflict(
            _(
                "%(holders)d holders with %(kg)s kg found since the start wait for a decision. "
                "Confirm them or leave them out with a reason first."
            )
            % {
                "holders": numbers.holders + numbers.unregistered,
                "kg": selectors.plain(numbers.kg),
            }
        )


def _refuse_open(orders: Collection[Order]) -> None:
    open_ones = [order for order in orders if selectors.missing_kg(order) > 0]
    silent = [order for order in orders if order.acknowledged_at is None]
    unsettled = {order.pk for order in (*open_ones, *silent)}
    if unsettled:
        kg = sum((selectors.missing_kg(order) for order in open_ones), Decimal(0))
        raise Refused(
            _(
                "%(holders)d holders have not settled %(kg)s kg. Close their orders with a reason "
                "first."
            )
            % {"holders": len(unsettled), "kg": selectors.plain(kg)}
        )


def _close(orders: Collection[Order], reason: str) -> None:
    for order in orders:
        order.state = ORDER.target("close", order.state)
        order.closed_at, order.close_reason = clock.now(), reason
    Order.objects.bulk_update(orders, ["state", "closed_at", "close_reason"])
