"""Queries of one's own, kept under a name: listed, looked at, made by a form, dropped."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.chain.events.models import Subscription
from zhian.chain.events.selectors import standing as reading
from zhian.chain.events.services import queries
from zhian.chain.events.web.schedules import schedule_text
from zhian.chain.events.web.standing import COLOURS, standing_of, where_text
from zhian.chain.events.web.subscription_forms import QueryForm, told_in_form
from zhian.chain.events.web.words import STEPS, TYPES, said
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ListColumn, ListPage
from zhian.kernel.pages import render

# so many subscriptions are named before a query is dropped; the rest is counted
_NAMED = 20
_WORDS: dict[str, tuple[Promise, dict[str, Promise]]] = {
    "eventType": (_("Type"), TYPES),
    "EQ_bizStep": (_("Step"), STEPS),
    "MATCH_anyEPCClass": (_("Lot"), {}),
}


@require_GET
def kept_queries(request: HttpRequest) -> HttpResponseBase:
    """The queries kept under a name."""
    page = ListPage(
        title=_("Kept queries"),
        queryset=reading.counted_queries_of(signed_in(request.user)),
        columns=[
            ListColumn("name", _("Name"), sort="name"),
            ListColumn("subscribers", _("Subscriptions"), numeric=True, sort="subscribers"),
            ListColumn("created_at", _("Made"), sort="created_at"),
        ],
        search=("name__icontains",),
        default_sort="name",
        empty=_("No query is kept yet. Keep the first one."),
        export_name="queries",
        row_url=lambda one: reverse("events:query", args=[one.pk]),
        actions=[Action(_("Keep a query"), reverse("events:keep_query"))],
    )
    return page.respond(request)


@require_http_methods(["GET", "POST"])
def keep_query(request: HttpRequest) -> HttpResponse:
    """Keep a query under a name."""
    form = QueryForm.of(request)

    def deed(values: dict[str, Any]) -> str:
        with told_in_form(MATCH_anyEPCClass="lot"):
            queries.keep_query(
                acting_user=signed_in(request.user),
                name=values["name"],
                query=form.query(),
                prefixes={},
            )
        return reverse("events:subscribe")

    return answer(
        request,
        form,
        deed,
        done=_("The query is kept. Now subscribe to it."),
        title=_("Keep a query"),
        submit_label=_("Keep the query"),
        cancel_url=reverse("events:queries"),
    )


@require_GET
def kept_query(request: HttpRequest, query_id: int) -> HttpResponse:
    """One kept query: what it asks, and who is told by it."""
    user = signed_in(request.user)
    one = reading.query_of(user, query_id)
    words, rest = asked_in_words(one.query)
    context = {
        "title": one.name,
        "query": one,
        "asked": words,
        "rest": json.dumps(rest, ensure_ascii=False, indent=2, default=str) if rest else "",
        "subscriptions": [_subscriber(each) for each in reading.subscribers_of(user, one)],
    }
    return render(request, "events/query.html", context)


def asked_in_words(
    query: Mapping[str, object],
) -> tuple[list[tuple[Promise, str]], dict[str, object]]:
    """The filters people know, in words; and those only the interface can set, as it has them."""
    words, rest = [], {}
    for name, value in query.items():
        if name in _WORDS and isinstance(value, list):
            label, known = _WORDS[name]
            words.append((label, ", ".join(said(known, str(item)) for item in value)))
        else:
            rest[name] = value
    return words, rest


def _subscriber(one: Subscription) -> dict[str, object]:
    """A subscription as the page of its query shows it."""
    state = standing_of(one)
    return {
        "subscription": one,
        "where": where_text(one),
        "when": schedule_text(one.schedule),
        "standing": state.label,
        "colour": COLOURS[state],
    }


@require_http_methods(["GET", "POST"])
def drop_query(request: HttpRequest, query_id: int) -> HttpResponse:
    """Forget a query, after a look at the subscriptions that end with it."""
    user = signed_in(request.user)
    one = reading.query_of(user, query_id)
    if request.method == "POST":
        queries.drop_query(acting_user=user, name=one.name)
        messages.success(request, _("The query was dropped."))
        return redirect("events:queries")
    subscribers = list(reading.subscribers_of(user, one))
    context = {
        "title": _("Drop the query"),
        "consequence": _consequence(len(subscribers)),
        "facts": [(_("Query"), one.name), *_named(subscribers)],
        "submit_label": _("Drop the query"),
        "cancel_url": reverse("events:query", args=[one.pk]),
        "danger": True,
    }
    return render(request, "confirm.html", context)


def _consequence(count: int) -> str:
    """What dropping a query with so many subscriptions does."""
    if not count:
        return gettext("Nobody is told by this query; only the query itself is forgotten.")
    return ngettext(
        "%(count)d subscription ends with the query: what is on its way is not sent any more, and"
        " what waits is dropped.",
        "%(count)d subscriptions end with the query: what is on its way is not sent any more, and"
        " what waits is dropped.",
        count,
    ) % {"count": count}


def _named(subscribers: list[Subscription]) -> list[tuple[object, str]]:
    """The subscriptions that end, by where they tell and when."""
    found: list[tuple[object, str]] = [
        (_("Subscription"), f"{where_text(one)} · {schedule_text(one.schedule)}")
        for one in subscribers[:_NAMED]
    ]
    left = len(subscribers) - len(found)
    more = gettext("and %(count)d more") % {"count": left}
    return [*found, (_("Subscriptions"), more)] if left else found
