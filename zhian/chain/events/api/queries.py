"""`/epcis/queries`: queries kept under a name, and their events; page tokens given back."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.api import negotiation, sockets
from zhian.chain.events.api.answers import (
    VERSIONS,
    document_answer,
    endpoint,
    json_answer,
    paging,
)
from zhian.chain.events.api.capture import body_of
from zhian.chain.events.api.resources import page_asked
from zhian.chain.events.engine.findings import Findings
from zhian.chain.events.engine.reading import read_json
from zhian.chain.events.selectors import listing, querying, subscriptions
from zhian.chain.events.services import queries
from zhian.chain.events.vocabulary.problems import MalformedQuery
from zhian.foundation.offices.policies import signed_in

MOST_BYTES = 1024 * 1024
_LIST = "queries"


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object sent, numbers exact; MalformedQuery when it is none."""
    negotiation.require_json(request)
    findings = Findings()
    value = read_json(body_of(request), findings, max_bytes=MOST_BYTES)
    if findings.errors() or not isinstance(value, dict):
        raise MalformedQuery(_("A JSON object is expected."))
    return value


@endpoint("GET", "POST")
def named(request: HttpRequest) -> HttpResponse:
    """GET: the queries one keeps. POST: keep one more, 201."""
    negotiation.media_type(request, negotiation.JSON)
    return _keep(request) if request.method == "POST" else _listed(request)


def _listed(request: HttpRequest) -> HttpResponse:
    size, token = page_asked(request)
    found = subscriptions.queries_of(signed_in(request.user))
    if token is not None:
        found = found.filter(name__gt=listing.read_token(_LIST, token))
    rows = list(found[: size + 1])
    following = listing.make_token(_LIST, rows[size - 1].name) if len(rows) > size else ""
    shown = [subscriptions.query_json(one) for one in rows[:size]]
    return json_answer(shown, headers=paging(request, following, None))


def _keep(request: HttpRequest) -> HttpResponse:
    body = json_body(request)
    name, query = body.get("name"), body.get("query")
    if not isinstance(name, str) or not isinstance(query, dict):
        raise MalformedQuery(_("A query is {“name”: text, “query”: object}."))
    kept = queries.keep_query(
        acting_user=signed_in(request.user),
        name=name,
        query=query,
        prefixes=negotiation.prefixes(request),
    )
    place = reverse("epcis:query", args=[kept.name])
    return json_answer(subscriptions.query_json(kept), status=201, headers={"Location": place})


@endpoint("GET", "DELETE")
def query(request: HttpRequest, name: str) -> HttpResponse:
    """One kept query; DELETE forgets it with its subscriptions."""
    user = signed_in(request.user)
    if request.method == "DELETE":
        queries.drop_query(acting_user=user, name=name)
        return HttpResponse(status=204, headers=VERSIONS)
    negotiation.media_type(request, negotiation.JSON)
    return json_answer(subscriptions.query_json(subscriptions.named_query(user, name)))


@endpoint("GET")
def query_events(request: HttpRequest, name: str) -> HttpResponse:
    """The events of a kept query, narrowed further by the address; or a websocket of them."""
    user = signed_in(request.user)
    if sockets.wants_socket(request):
        return sockets.sent_to_socket(request, user, name)
    kept = subscriptions.named_query(user, name)
    pairs = [(key, value) for key, values in request.GET.lists() for value in values]
    asked = querying.read_address(pairs, negotiation.prefixes(request))
    tree = querying.with_paging(subscriptions.tree_of(kept), asked)
    found = querying.answer(user, tree, also=asked.predicates)
    return document_answer(request, found, name=kept.name)


@endpoint("DELETE")
def page_token(request: HttpRequest, token: str) -> HttpResponse:
    """Give a nextPageToken back: it leads nowhere from now on."""
    queries.close_token(acting_user=signed_in(request.user), token=token)
    return HttpResponse(status=204, headers=VERSIONS)


def text_of(body: Mapping[str, Any], name: str) -> str:
    """A member that is text or absent."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise MalformedQuery(_("“%(name)s” is not text.") % {"name": name})
    return value
