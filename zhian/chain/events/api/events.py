"""`/epcis/events`: queries and single events; `/epcis/` itself."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.chain.events import selectors
from zhian.chain.events.api import negotiation
from zhian.chain.events.api.answers import document_answer, endpoint, json_answer
from zhian.chain.events.api.capture import capture_body
from zhian.chain.events.engine.grammar.predicates import Predicate
from zhian.chain.events.selectors import querying
from zhian.chain.events.selectors.querying import Answer
from zhian.chain.events.selectors.rendering import bare_event_json, collection
from zhian.chain.events.services.refusals import AlreadyKnown
from zhian.chain.events.vocabulary.problems import NoSuchResource
from zhian.foundation.offices.policies import signed_in

RESOURCES = (
    "capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints",
    "dispositions", "queries",
)  # fmt: skip


@endpoint("GET")
def root(request: HttpRequest) -> HttpResponse:
    """What is offered."""
    negotiation.media_type(request, negotiation.JSON)
    return json_answer(collection(RESOURCES))


@endpoint("GET", "POST")
def events(request: HttpRequest) -> HttpResponse:
    """GET: the events one may see that pass the query. POST: capture one event, 201."""
    return _captured(request) if request.method == "POST" else asked(request)


def asked(request: HttpRequest, *also: Predicate) -> HttpResponse:
    """The answer of the query in the address; `also` narrows it to a resource."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    query = querying.read_address(pairs, negotiation.prefixes(request))
    return document_answer(request, querying.answer(signed_in(request.user), query, also=also))


def _captured(request: HttpRequest) -> HttpResponse:
    """201 with the address of the new event, 409 when it is known."""
    made = selectors.events_of(capture_body(request, single=True)).first()
    if made is None:
        raise AlreadyKnown(_("This event is known already; nothing was stored."))
    place = reverse("epcis:event", args=[made.event_id])
    return json_answer(bare_event_json(made), status=201, headers={"Location": place})


@endpoint("GET")
def event(request: HttpRequest, event_id: str) -> HttpResponse:
    """One event by its number, and the declarations that take it back."""
    found = selectors.events_numbered(signed_in(request.user), event_id)
    if not found:
        raise NoSuchResource
    return document_answer(request, Answer(found))
