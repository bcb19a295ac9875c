"""REST: recalls with their mass balance, and what a holder answers."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.response.recalls import policies, selectors, services
from zhian.response.recalls.models import Order, Recall

router = Router(tags=["recalls"])
MOST = 500


class RecallOut(Schema):
    """One recall."""

    id: int
    alert_id: int
    source_lot: str
    recall_class: int
    state: str
    proposed_at: datetime
    confirmed_at: datetime | None


class OrderOut(Schema):
    """The order to one holder, kg."""

    id: int
    recall_id: int
    site_key: str
    operator_id: int | None
    state: str
    tier: int
    lots: list[str]
    ordered_kg: Decimal
    counted_kg: Decimal | None
    recovered_kg: Decimal
    destroyed_kg: Decimal
    served_at: datetime | None
    acknowledged_at: datetime | None


class CountIn(Schema):
    """What was counted and set aside, kg."""

    counted_kg: Decimal


def _recall(request: HttpRequest, recall_id: int) -> Recall:
    visible = policies.recalls_visible_to(signed_in(request.user))
    found = visible.filter(pk=recall_id).first()
    if found is None:
        raise NotKnown
    return found


@router.get("", response=list[RecallOut], summary="Recalls, newest first")
def recalls(request: HttpRequest) -> list[Recall]:
    """The recalls you may know of, at most 500."""
    return list(policies.recalls_visible_to(signed_in(request.user)).order_by("-pk")[:MOST])


@router.get("/{recall_id}", response=RecallOut, summary="One recall")
def recall(request: HttpRequest, recall_id: int) -> Recall:
    """404 for one that you may not know of."""
    return _recall(request, recall_id)


@router.get("/{recall_id}/progress", response=dict[str, Any], summary="The mass balance")
def progress(request: HttpRequest, recall_id: int) -> dict[str, Any]:
    """Kilograms and holders as decimal strings; every part adds up to the total."""
    return asdict(selectors.progress(_recall(request, recall_id)))


@router.get("/{recall_id}/orders", response=list[OrderOut], summary="Orders of a recall")
def orders(request: HttpRequest, recall_id: int, after: int = 0) -> list[Order]:
    """By id, at most 500; `after` is the last id of the former answer."""
    visible = policies.orders_visible_to(signed_in(request.user)).filter(recall_id=recall_id)
    if not visible.exists():
        _recall(request, recall_id)
    return list(visible.filter(pk__gt=after).order_by("pk")[:MOST])


@router.post("/orders/{order_id}/acknowledge", response=OrderOut, summary="I have read it")
def acknowledge(request: HttpRequest, order_id: int) -> Order:
    """409 the second time."""
    return services.acknowledge_order(acting_user=signed_in(request.user), order_id=order_id)


@router.post("/orders/{order_id}/count", response=OrderOut, summary="So much is left")
def count(request: HttpRequest, order_id: int, body: CountIn) -> Order:
    """422 for a negative quantity, 409 out of turn."""
    return services.count_stock(
        acting_user=signed_in(request.user), order_id=order_id, counted_kg=body.counted_kg
    )
