"""Lines that a person decided on become orders, served with proof, in few statements (S059)."""

from collections.abc import Iterable, Mapping, Sequence
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
from zhian.kernel.errors import BadInput, FieldError
from zhian.response.recalls import selectors
from zhian.response.recalls.models import Extension, Order, Recall, ScopeLine
from zhian.response.recalls.vocabulary import OrderState


@dataclass(frozen=True)
class Decided:
    """What a person said of the lines that waited, and when the orders go out."""

    recall: Recall
    lines: Sequence[ScopeLine]
    at: datetime
    extension: Extension | None = None


def decide(
    lines: Iterable[ScopeLine], excluded: Mapping[int, str], reason: str, *, at_least: int
) -> list[ScopeLine]:
    """The included lines, after the excluded ones were marked with their reasons."""
    lines = list(lines)
    known = {line.pk for line in lines}
    wrong = [
        FieldError("excluded", _("Say why each line is left out."))
        for pk, why in excluded.items()
        if pk not in known or not why.strip()
    ]
    if not reason.strip():
        wrong.append(FieldError("reason", _("Give your opinion on the scope.")))
    if len(known - set(excluded)) < at_least:
        wrong.append(FieldError("excluded", _("A recall needs at least one holder.")))
    if wrong:
        raise BadInput(fields=wrong[:20])
    left_out = [line for line in lines if line.pk in excluded]
    for line in left_out:
        line.included, line.excluded_reason = False, excluded[line.pk]
    ScopeLine.objects.bulk_update(left_out, ["included", "excluded_reason"])
    return [line for line in lines if line.included]


def serve_orders(acting_user: User, decided: Decided) -> list[Order]:
    """One order a place; stored after the notices went out, so that each is stored once."""
    recall, at = decided.recall, decided.at
    by_place: dict[str, list[ScopeLine]] = {}
    for line in decided.lines:
        by_place.setdefault(line.site_key, []).append(line)
    tiers = _tiers_of_holders(recall)
    orders = [_order(decided, key, here, tiers) for key, here in sorted(by_place.items())]
    _serve(acting_user, recall, orders, at)
    Order.objects.bulk_create(orders)
    answering = [order for order in orders if order.operator_id is not None]
    for deed in (Deed.ACKNOWLEDGE_ORDER, Deed.COUNT_STOCK):
        duties.start_duties(
            acting_user=acting_user,
            deed=deed,
            duties=[_holders_duty(recall, order) for order in answering],
            started_at=at,
        )
    return orders


def _tiers_of_holders(recall: Recall) -> dict[str, int]:
    """A place keeps the tier of its first order, so that one balance holds all of its goods."""
    known = Order.objects.filter(recall=recall).order_by("-pk")
    return dict(known.values_list("site_key", "tier"))


def _order(decided: Decided, key: str, lines: list[ScopeLine], tiers: Mapping[str, int]) -> Order:
    masses = [selectors.line_kg(line) for line in lines]
    site = lines[0].site
    return Order(
        recall=decided.recall,
        extension=decided.extension,
        site=site,
        site_key=key,
        operator_id=lines[0].operator_id,
        region_id=site.region_id if site is not None else None,
        tier=tiers.get(key, min(line.tier for line in lines)),
        lots=sorted({line.lot_key for line in lines}),
        state=OrderState.ISSUED,
        issued_at=decided.at,
        quantity_known=None not in masses,
        ordered_kg=sum((kg for kg in masses if kg is not None), Decimal(0)),
    )


def _serve(acting_user: User, recall: Recall, orders: Sequence[Order], at: datetime) -> None:
    """Issue both notices to every registered holder and serve them electronically with proof."""
    reachable = [order for order in orders if order.site_id is not None]
    addressees = [_addressee(order) for order in reachable]
    if not addressees:
        return
    stop_sale = _issued(acting_user, recall, NoticeKind.STOP_SALE, addressees)
    recall_order = _issued(acting_user, recall, NoticeKind.RECALL_ORDER, addressees)
    for order in reachable:
        assert order.site_id is not None
        order.state = OrderState.SERVED
        order.served_at = at
        order.stop_sale_delivery_id = stop_sale[order.site_id]
        order.recall_delivery_id = recall_order[order.site_id]


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


def _holders_duty(recall: Recall, order: Order) -> NewDuty:
    return NewDuty(
        subject=order,
        office=recall.alert.owner_office,
        operator_id=order.operator_id,
        label=f"{recall.alert.product.name_zh} {order.site}",
    )
