"""The holders' orders, and the exact balance of all of them (S059, S100)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Left
from django.utils.translation import gettext as _

from zhian.foundation.regions import selectors as regions
from zhian.response.recalls.engine.balance import Balance, Cut, Progress, summed, unattributed
from zhian.response.recalls.lifecycles import ORDER
from zhian.response.recalls.models import Order, Reappearance, Recall
from zhian.response.recalls.vocabulary import OrderState

ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=18, decimal_places=3))
ACKNOWLEDGED = Q(acknowledged_at__isnull=False)
OUTSIDE = "outside"


def progress(recall: Recall, *, digits: int = 6) -> Progress:
    """The exact mass balance by tier and by region (codes of so many digits), in two queries."""
    rows = _balances(recall, digits)
    known = summed(balance for _tier, _region, balance in rows)
    stray = _unattributed_kg(recall)
    extra = unattributed(stray, known)
    tiers: dict[str, Balance] = {}
    places: dict[str, Balance] = {}
    for tier, region, balance in rows:
        tiers[tier] = tiers.get(tier, Balance()) + balance
        places[region] = places.get(region, Balance()) + balance
    by_tier = [Cut(key, _("Tier %(tier)s") % {"tier": key}, one) for key, one in tiers.items()]
    names = _region_names(places)
    by_region = [Cut(key, names[key], one) for key, one in sorted(places.items())]
    if stray:
        outside = Cut(OUTSIDE, _("From nobody known"), extra)
        by_tier.append(outside)
        by_region.append(outside)
    return Progress(known + extra, by_tier, by_region, stray)


def _balances(recall: Recall, digits: int) -> list[tuple[str, str, Balance]]:
    account = F("ordered_kg") + F("returned_in_kg") - F("returned_out_kg")
    gone = F("destroyed_kg") + F("reappeared_kg")
    missing, surplus = Greatest(account - gone, ZERO), Greatest(gone - account, ZERO)
    found = (
        Order.objects.filter(recall=recall)
        .order_by()
        .annotate(cut=Left(Coalesce("region_id", Value("")), digits))
        .values("tier", "cut")
        .annotate(
            holders=Count("pk"),
            unregistered=Count("pk", filter=Q(site__isnull=True)),
            quantity_unknown=Count("pk", filter=Q(quantity_known=False)),
            served=Count("pk", filter=Q(served_at__isnull=False)),
            acknowledged=Count("pk", filter=ACKNOWLEDGED),
            counted=Count("pk", filter=Q(counted_at__isnull=False)),
            closed=Count("pk", filter=Q(state=OrderState.CLOSED)),
            recalled_kg=Sum("ordered_kg"),
            acknowledged_kg=Coalesce(Sum("ordered_kg", filter=ACKNOWLEDGED), ZERO),
            never_acknowledged_kg=Coalesce(Sum(missing, filter=~ACKNOWLEDGED), ZERO),
            counted_sum=Coalesce(Sum("counted_kg"), ZERO),
            returned_in=Sum("returned_in_kg"),
            returned_out=Sum("returned_out_kg"),
            recovered=Sum("recovered_kg"),
            destroyed=Sum("destroyed_kg"),
            reappeared=Sum("reappeared_kg"),
            unproven_kg=Coalesce(Sum(missing, filter=ACKNOWLEDGED), ZERO),
            surplus_kg=Sum(surplus),
        )
        .order_by("tier", "cut")
    )
    return [(str(row["tier"]), row["cut"], _balance(dict(row))) for row in found]


_RENAMED = {
    "counted_sum": "counted_kg",
    "returned_in": "returned_in_kg",
    "returned_out": "returned_out_kg",
    "recovered": "recovered_kg",
    "destroyed": "destroyed_kg",
    "reappeared": "reappeared_kg",
}


def _balance(row: dict[str, Any]) -> Balance:
    return Balance(
        **{
            _RENAMED.get(name, name): value
            for name, value in row.items()
            if name not in {"tier", "cut"}
        }
    )


def _unattributed_kg(recall: Recall) -> Decimal:
    found = Reappearance.objects.filter(recall=recall, from_order__isnull=True).aggregate(
        kg=Coalesce(Sum("counted_kg"), ZERO)
    )
    kg: Decimal = found["kg"]
    return kg


def _region_names(codes: Iterable[str]) -> dict[str, str]:
    wanted = list(codes)
    found = regions.regions_under("").filter(code__in=wanted)
    known = {region.code: region.name for region in found}
    return {code: known.get(code) or (code or _("Place not registered")) for code in wanted}


def orders_of(recall: Recall) -> QuerySet[Order]:
    """The orders of a recall, nearest to the source first, with what is missing from each."""
    account = F("ordered_kg") + F("returned_in_kg") - F("returned_out_kg")
    missing = Greatest(account - F("destroyed_kg") - F("reappeared_kg"), ZERO)
    return (
        Order.objects.filter(recall=recall)
        .select_related("site", "operator", "region")
        .annotate(
            missing_kg=missing,
            answer=Case(When(ACKNOWLEDGED, then=Value(1)), default=Value(0)),
        )
    )


def places_with_orders(recall: Recall) -> set[str]:
    """Keys of the places that were ordered to give goods back."""
    return set(Order.objects.filter(recall=recall).values_list("site_key", flat=True))


def orders_of_operator(operator_id: int) -> QuerySet[Order]:
    """What one operator was ordered to do, newest first (for its counter)."""
    return (
        Order.objects.filter(operator_id=operator_id)
        .select_related("site", "recall__alert__product", "recall__public_notice")
        .order_by("-issued_at", "-pk")
    )


def missing_kg(order: Order) -> Decimal:
    """What the holder neither destroyed with proof nor is known to have let reappear."""
    return max(Decimal(0), order.to_account_kg - order.destroyed_kg - order.reappeared_kg)


def left_to_dispose(order: Order) -> Decimal:
    """What was counted or taken back and has not gone yet."""
    held = (order.counted_kg or Decimal(0)) + order.returned_in_kg
    return max(Decimal(0), held - order.returned_out_kg - order.destroyed_kg)


def open_steps(order: Order) -> set[str]:
    """Names of the steps that start from the order's state."""
    return {step.name for step in ORDER.open_steps(order.state)}


def receivers_for(order: Order) -> QuerySet[Order]:
    """Holders nearer to the source that may take the goods of this order back."""
    return (
        Order.objects.filter(recall_id=order.recall_id, tier__lt=order.tier, site__isnull=False)
        .select_related("site", "operator")
        .order_by("-tier", "pk")
    )


def unsettled_orders(recall: Recall) -> QuerySet[Order]:
    """Open orders whose holder was silent or whose goods are not all accounted for."""
    return orders_of(recall).filter(
        ~Q(state=OrderState.CLOSED) & (Q(missing_kg__gt=0) | Q(acknowledged_at__isnull=True))
    )
