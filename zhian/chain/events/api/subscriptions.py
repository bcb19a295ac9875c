"""`/epcis/queries/{name}/subscriptions`: who is told of new events; bundles that got stuck."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.api import negotiation
from zhian.chain.events.api.answers import VERSIONS, endpoint, json_answer, paging
from zhian.chain.events.api.queries import json_body, text_of
from zhian.chain.events.api.resources import page_asked
from zhian.chain.events.engine.values import moment
from zhian.chain.events.models import DeliveryState
from zhian.chain.events.selectors import listing
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.services import delivering, subscribing
from zhian.chain.events.services.subscribing import Controls
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.vocabulary.problems import NoSuchQuery, WrongControls
from zhian.foundation.offices.policies import signed_in

_LIST = "subscriptions"


@endpoint("GET", "POST")
def of_query(request: HttpRequest, name: str) -> HttpResponse:
    """GET: who subscribed to the query. POST: one more, 201."""
    negotiation.media_type(request, negotiation.JSON)
    if request.method == "POST":
        return _subscribe(request, name)
    size, token = page_asked(request)
    found = reading.named_query(signed_in(request.user), name).subscriptions.order_by("pk")
    if token is not None:
        found = found.filter(pk__gt=listing.read_token(_LIST, token))
    rows = list(found.select_related("query")[: size + 1])
    following = listing.make_token(_LIST, str(rows[size - 1].pk)) if len(rows) > size else ""
    return json_answer(reading.all_json(rows[:size]), headers=paging(request, following, None))


def _subscribe(request: HttpRequest, name: str) -> HttpResponse:
    made = subscribing.subscribe(
        acting_user=signed_in(request.user), name=name, controls=_controls(request)
    )
    place = reverse("epcis:subscription", args=[name, made.subscription_id])
    return json_answer(reading.subscription_json(made), status=201, headers={"Location": place})


def _controls(request: HttpRequest) -> Controls:
    body = json_body(request)
    schedule = body.get("schedule")
    if schedule is not None and not isinstance(schedule, dict):
        raise WrongControls(_("The schedule is an object with the fields second to dayOfWeek."))
    dest = text_of(body, "dest")
    if not dest or dest == SOCKET:
        raise WrongControls(_("A destination is needed."))
    return Controls(
        dest=dest,
        stream=body.get("stream") is True,
        schedule=schedule,
        report_if_empty=body.get("reportIfEmpty") is True,
        signature_token=text_of(body, "signatureToken")[:500],
        initial_record_time=_moment(body),
        epc_format=request.headers.get("GS1-EPC-Format", "") or text_of(body, "epcFormat"),
    )


def _moment(body: dict[str, Any]) -> datetime | None:
    text = text_of(body, "initialRecordTime")
    found = moment(text) if text else None
    if text and found is None:
        raise WrongControls(_("initialRecordTime is not a date and time with an offset."))
    return found


@endpoint("GET", "DELETE")
def one(request: HttpRequest, name: str, subscription_id: str) -> HttpResponse:
    """One subscription; DELETE ends it."""
    user = signed_in(request.user)
    if request.method == "DELETE":
        subscribing.unsubscribe(acting_user=user, name=name, subscription_id=subscription_id)
        return HttpResponse(status=204, headers=VERSIONS)
    negotiation.media_type(request, negotiation.JSON)
    return json_answer(reading.subscription_json(reading.subscription(user, name, subscription_id)))


@endpoint("GET")
def deliveries(request: HttpRequest) -> HttpResponse:
    """Bundles of one's subscriptions that are stuck or given up (beyond the standard)."""
    negotiation.media_type(request, negotiation.JSON)
    size, token = page_asked(request)
    found = reading.deliveries_of(signed_in(request.user)).exclude(
        state__in=[DeliveryState.DELIVERED, DeliveryState.COLLECTING, DeliveryState.DROPPED]
    )
    if token is not None:
        found = found.filter(pk__lt=listing.read_token("deliveries", token))
    rows = list(found.order_by("-pk")[: size + 1])
    following = listing.make_token("deliveries", str(rows[size - 1].pk)) if len(rows) > size else ""
    shown = [reading.delivery_json(row) for row in rows[:size]]
    return json_answer(shown, headers=paging(request, following, None))


@endpoint("POST", "DELETE")
def delivery(request: HttpRequest, bundle_id: str) -> HttpResponse:
    """POST: send a bundle again that was given up. DELETE: drop it (both beyond the standard)."""
    try:
        number = UUID(bundle_id)
    except ValueError as error:
        raise NoSuchQuery from error
    user = signed_in(request.user)
    if request.method == "DELETE":
        delivering.drop(acting_user=user, delivery_id=number)
        return HttpResponse(status=204, headers=VERSIONS)
    found = delivering.send_again(acting_user=user, delivery_id=number)
    return json_answer(reading.delivery_json(found), status=202)
