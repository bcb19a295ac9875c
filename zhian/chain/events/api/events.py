"""`/epcis/events`: queries and single events."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhian.chain.events import policies, selectors
from zhian.chain.events.api.answers import json_answer, options
from zhian.chain.events.api.capture import capture_body
from zhian.chain.events.selectors import querying
from zhian.chain.events.selectors.rendering import bare_event_json, query_document
from zhian.chain.events.services.refusals import AlreadyKnown
from zhian.foundation.offices.policies import signed_in

_READ = ["GET", "HEAD", "OPTIONS"]


@csrf_exempt
@require_http_methods(_READ)
def root(request: HttpRequest) -> HttpResponse:
    """What is offered."""
    if request.method == "OPTIONS":
        return options(request, "GET")
    return json_answer(["capture", "events"])


@csrf_exempt
@require_http_methods([*_READ, "POST"])
def events(request: HttpRequest) -> HttpResponse:
    """GET: the events one may see that pass the query. POST: capture one event, 201."""
    if request.method == "OPTIONS":
        return options(request, "GET", "POST")
    if request.method == "POST":
        return _captured(request)
    parameters = [(name, value) for name, values in request.GET.lists() for value in values]
    found = querying.answer(policies.events_visible_to(signed_in(request.user)), parameters)
    headers = {}
    if found.next_token:
        kept = [(name, value) for name, value in parameters if name != "nextPageToken"]
        query = urlencode([*kept, ("nextPageToken", found.next_token)])
        headers["Link"] = f'<{reverse("epcis:events")}?{query}>; rel="next"'
    return json_answer(query_document(found.events), headers=headers)


def _captured(request: HttpRequest) -> HttpResponse:
    """201 with the address of the new event, 409 when it is known."""
    made = selectors.events_of(capture_body(request)).first()
    if made is None:
        raise AlreadyKnown(_("This event is known already; nothing was stored."))
    place = reverse("epcis:event", args=[made.event_id])
    return json_answer(bare_event_json(made), status=201, headers={"Location": place})


@csrf_exempt
@require_http_methods(_READ)
def event(request: HttpRequest, event_id: str) -> HttpResponse:
    """One event by its number."""
    if request.method == "OPTIONS":
        return options(request, "GET")
    found = selectors.event_by_number(signed_in(request.user), event_id)
    return json_answer(bare_event_json(found))
