"""REST: the alerts of my territory."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.response.alerts import policies
from zhian.response.alerts.models import Alert

router = Router(tags=["alerts"])
MOST = 200


class AlertOut(Schema):
    """One alert; names in both languages."""

    id: int
    number: str
    state: str
    hazard_zh: str
    hazard_en: str
    lot_key: str
    recall_class: int
    product_id: int
    operator_id: int
    site_id: int
    report_id: int
    owner_office_id: int
    opened_at: datetime
    closed_at: datetime | None


@router.get("", response=list[AlertOut], summary="Alerts, newest first")
def alerts(
    request: HttpRequest, state: str = "", lot: str = "", before: int | None = None
) -> list[Alert]:
    """At most 200; `before` is the id of the last one of the former answer."""
    found = policies.alerts_visible_to(signed_in(request.user)).order_by("-pk")
    if state:
        found = found.filter(state=state)
    if lot:
        found = found.filter(lot_key=lot)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found[:MOST])


@router.get("/{alert_id}", response=AlertOut, summary="One alert")
def alert(request: HttpRequest, alert_id: int) -> Alert:
    """404 for one that you may not know of."""
    found = policies.alerts_visible_to(signed_in(request.user)).filter(pk=alert_id).first()
    if found is None:
        raise NotKnown
    return found
