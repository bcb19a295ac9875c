"""Confirming a scope: every holder gets its orders, served with proof, in few statements (S059)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import services as duties
from zhian.foundation.duties.services import NewDuty
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.notices import services as notices
from zhian.foundation.notices.vocabulary import Addressee, AddresseeKind, NoticeKind
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.response.alerts import services as alert_services
from zhian.response.alerts.vocabulary import StepCode
from zhian.response.recalls import policies, selectors
from zhian.response.recalls.lifecycles import RECALL
from zhian.response.recalls.models import Order, Recall, ScopeLine
from zhian.response.recalls.services.locking import locked_recall
from zhian.response.recalls.services.publishing import NoticeText, publish_notice
from zhian.response.recalls.vocabulary import OrderState, RecallStarted

__all__ = ["NoticeText", "confirm_scope"]


@dataclass(frozen=True)
class _Deliveries:
    """Delivery numbers of the two notices by site."""

    stop_sale: Mapping[int, int]
    recall_order: Mapping[int, int]


@use_case("recalls.scope.confirmed")
def confirm_scope(
    *,
    acting_user: User,
    recall_id: int,
    excluded: Mapping[int, str] | None = None,
    reason: str,
    notice: NoticeText | None = None,
) -> Recall:
    """Start the recall: orders and stop-sale notices to every included holder, the public told.

    `excluded` gives the reason for every line left out. Confirming twice: Conflict.
    """
    recall = locked_recall(acting_user, recall_id)
    require(policies.can_handle(acting_user, recall))
    recall.state = RECALL.target("confirm", recall.state)
    lines = _decided(recall, excluded or {}, reason)
    recall.recall_class = recall.alert.recall_class
    recall.confirmed_by, recall.confirmed_at = acting_user, clock.now()
    recall.confirm_reason = reason
    recall.save(
        update_fields=["state", "recall_class", "confirmed_by", "confirmed_at", "confirm_reason"]
    )
    orders = _orders(recall, lines)
    _serve(acting_user, recall, orders)
    Order.objects.bulk_create(orders)
    finish_by = _start_duties(acting_user, recall, orders)
    public = publish_notice(recall, lines, finish_by, notice)
    _tell_alert(acting_user, recall, orders, public.number)
    numbers = selectors.consequence(lines)
    record(
        recall,
        holders=numbers.holders,
        unregistered=numbers.unregistered,
        kg=numbers.kg,
        excluded=dict(excluded or {}),
        reason=reason,
        notice=public.number,
    )
    publish(RecallStarted(recall.pk, recall.alert_id, recall.source_lot, recall.confirmed_at))
    return recall


def _decided(recall: Recall, excluded: Mapping[int, str], reason: str) -> list[ScopeLine]:
    """The included lines, after the excluded ones were marked with their reasons."""
    lines = list(selectors.lines_of(recall))
    known = {line.pk for line in lines}
    wrong = [
        FieldError("excluded", _("Say why each line is left out."))
        for pk, why in excluded.items()
        if pk not in known or not why.strip()
    ]
    if not reason.strip():
        wrong.append(FieldError("reason", _("Give your opinion on the scope.")))
    if not known - set(excluded):
        wrong.append(FieldError("excluded", _("A recall needs at least one holder.")))
    if wrong:
        raise BadInput(fields=wrong[:20])
    left_out = [line for line in lines if line.pk in excluded]
    for line in left_out:
        line.included, line.excluded_reason = False, excluded[line.pk]
    ScopeLine.objects.bulk_update(left_out, ["included", "excluded_reason"])
    return [line for line in lines if line.included]


def _orders(recall: Recall, lines: Sequence[ScopeLine]) -> list[Order]:
    """One order a place, not yet stored: the notices go out first, so each is stored once."""
    by_place: dict[str, list[ScopeLine]] = {}
    for line in lines:
        by_place.setdefault(line.site_key, []).append(line)
    return [_order(recall, key, here) for key, here in sorted(by_place.items())]


def _order(recall: Recall, key: str, lines: list[ScopeLine]) -> Order:
    masses = [selectors.line_kg(line) for line in lines]
    site = lines[0].site
    return Order(
        recall=recall,
        site=site,
        site_key=key,
        operator_id=lines[0].operator_id,
        region_id=site.region_id if site is not None else None,
        tier=min(line.tier for line in lines),
        lots=sorted({line.lot_key for line in lines}),
        state=OrderState.ISSUED,
        issued_at=clock.now(),
        quantity_known=None not in masses,
        ordered_kg=sum((kg for kg in masses if kg is not None), Decimal(0)),
    )


def _serve(acting_user: User, recall: Recall, orders: Sequence[Order]) -> None:
    """Issue both notices to every registered holder and serve them electronically with proof."""
    reachable = [order for order in orders if order.site_id is not None]
    addressees = [_addressee(order) for order in reachable]
    if not addressees:
        return
    deliveries = _Deliveries(
        _issued(acting_user, recall, NoticeKind.STOP_SALE, addressees),
        _issued(acting_user, recall, NoticeKind.RECALL_ORDER, addressees),
    )
    now = clock.now()
    for order in reachable:
        assert order.site_id is not None
        order.state = OrderState.SERVED
        order.served_at = now
        order.stop_sale_delivery_id = deliveries.stop_sale[order.site_id]
        order.recall_delivery_id = deliveries.recall_order[order.site_id]


def _addressee(order: Order) -> Addressee:
    assert order.site is not None
    return Addressee(
        AddresseeKind.OPERATOR, order.site.operator_id, order.site.name_zh, order.site_id
    )


def _issued(
    acting_user: User, recall: Recall, kind: NoticeKind, addressees: Sequence[Addressee]
) -> dict[int, int]:
    """Delivery numbers by site of one notice to all holders."""
    goods, alert = recall.alert.product, recall.alert
    stop = kind == NoticeKind.STOP_SALE
    deed_zh, deed_en = ("停止销售", "stop the sale of") if stop else ("召回", "recall")
    notice = notices.issue(
        acting_user=acting_user,
        kind=kind,
        subject=recall,
        office=alert.owner_office,
        title_zh=f"责令{deed_zh}{goods.name_zh}",
        title_en=f"Order to {deed_en} {goods.name_en or goods.name_zh}",
        body_zh=f"经检验，{recall.reason_zh}。现责令你单位立即{deed_zh}所列批次，"
        "清点封存库存，并在系统中确认收到、上报数量。",
        body_en=f"Tested: {recall.reason_en}. You are ordered to {deed_en} the listed lots at "
        "once, to count and set aside your stock, to acknowledge this order and to report.",
        addressees=addressees,
    )
    return notices.serve_electronically(acting_user=acting_user, notice_ids=[notice.pk])


def _start_duties(acting_user: User, recall: Recall, orders: Sequence[Order]) -> datetime:
    """Clocks of every holder and of the owner office; answers when the recall must be finished."""
    answering = [order for order in orders if order.operator_id is not None]
    for deed in (Deed.ACKNOWLEDGE_ORDER, Deed.COUNT_STOCK):
        duties.start_duties(
            acting_user=acting_user,
            deed=deed,
            duties=[_holders_duty(recall, order) for order in answering],
            started_at=recall.confirmed_at,
        )
    return duties.start_duty(
        acting_user=acting_user,
        deed=Deed(f"finish_recall_class{recall.recall_class}"),
        subject=recall,
        label=f"{recall.alert.product.name_zh} {recall.alert.number}",
        office=recall.alert.owner_office,
        officer=recall.alert.owner_officer,
        started_at=recall.confirmed_at,
        url=recall.get_absolute_url(),
    ).due_at


def _holders_duty(recall: Recall, order: Order) -> NewDuty:
    return NewDuty(
        subject=order,
        office=recall.alert.owner_office,
        operator_id=order.operator_id,
        label=f"{recall.alert.product.name_zh} {order.site}",
    )


def _tell_alert(
    acting_user: User, recall: Recall, orders: Sequence[Order], notice_number: str
) -> None:
    served = sum(1 for order in orders if order.served_at is not None)
    silent = len(orders) - served
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        code=StepCode.SCOPE_CONFIRMED,
        note_zh=f"向 {served} 家送达；{silent} 处未登记，无法送达",
        note_en=f"served on {served} holders; {silent} not registered, cannot be served",
        url=recall.get_absolute_url(),
    )
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        code=StepCode.PUBLISHED,
        note_zh=notice_number,
        note_en=notice_number,
    )
