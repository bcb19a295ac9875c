"""Subscriptions of one's own: how they fare, made, paused, ended; bundles sent again or dropped."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhian.chain.events.models import Delivery, DeliveryState, Standing, Subscription
from zhian.chain.events.selectors import standing as reading
from zhian.chain.events.selectors.subscriptions import deliveries_of
from zhian.chain.events.services import delivering, subscribing
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.web.schedules import WhenForm, schedule_text, told_text
from zhian.chain.events.web.standing import (
    BUNDLE_COLOURS,
    COLOURS,
    standing_of,
    way_text,
    where_text,
)
from zhian.chain.events.web.subscription_forms import (
    SubscriptionForm,
    problem_text,
    told_in_form,
)
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render

_SHOWN = 100


@require_GET
def subscriptions(request: HttpRequest) -> HttpResponseBase:
    """Who is told of what, how, and whether it arrives."""
    ways = [("socket", _("open connection")), ("webhook", _("message to an address"))]
    page = ListPage(
        title=_("Subscriptions to events"),
        queryset=reading.subscriptions_of(signed_in(request.user)),
        columns=_columns(),
        search=("query__name__icontains", "dest__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), Standing.choices, field="standing"),
            ChoiceFilter("way", _("Way"), ways, narrow_by=_by_way),
            DateFilter("created_at", _("Made"), moment=True),
        ],
        default_sort="-created_at",
        empty=_("Nobody is told of events yet. Keep a query, then subscribe to it."),
        export_name="subscriptions",
        row_url=lambda one: reverse("events:subscription", args=[one.subscription_id]),
        actions=[
            Action(_("Kept queries"), reverse("events:queries")),
            Action(_("Bundles"), reverse("events:bundles")),
            Action(_("Subscribe"), reverse("events:subscribe")),
        ],
    )
    return page.respond(request)


def _columns() -> list[ListColumn]:
    return [
        ListColumn("query", _("Query"), sort="query__name"),
        ListColumn(
            "standing",
            _("State"),
            value=lambda one: standing_of(one).label,
            badge=lambda one: COLOURS[standing_of(one)],
        ),
        ListColumn("dest", _("Address"), value=where_text),
        ListColumn("when", _("When"), value=lambda one: schedule_text(one.schedule)),
        ListColumn("last_notified_at", _("Last sent"), sort="last_notified_at"),
        ListColumn("waiting", _("Bundles waiting"), numeric=True, sort="waiting"),
        ListColumn("failures", _("Failed tries"), numeric=True, sort="failures"),
        ListColumn("dead", _("Given up"), numeric=True, sort="dead"),
        ListColumn("created_at", _("Made"), sort="created_at"),
    ]


def _by_way(found: QuerySet[Subscription], value: str) -> QuerySet[Subscription]:
    return found.filter(dest=SOCKET) if value == "socket" else found.exclude(dest=SOCKET)


@require_GET
def bundles(request: HttpRequest) -> HttpResponseBase:
    """Everything that was or is to be sent to one's subscribers."""
    page = ListPage(
        title=_("Bundles for subscribers"),
        queryset=deliveries_of(signed_in(request.user)),
        columns=[
            ListColumn("created_at", _("Made"), sort="created_at"),
            ListColumn("query", _("Query"), value=lambda one: one.subscription.query.name),
            ListColumn(
                "state",
                _("State"),
                value=lambda one: DeliveryState(one.state).label,
                badge=lambda one: BUNDLE_COLOURS[DeliveryState(one.state)],
            ),
            ListColumn("attempts", _("Tries"), numeric=True, sort="attempts"),
            ListColumn(
                "last_problem",
                _("What went wrong"),
                value=lambda one: problem_text(one.last_problem),
            ),
            ListColumn("delivered_at", _("Delivered"), sort="delivered_at"),
        ],
        search=("subscription__query__name__icontains", "last_problem__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), DeliveryState.choices),
            DateFilter("created_at", _("Made"), moment=True),
        ],
        default_sort="-created_at",
        empty=_("Nothing was to be sent yet."),
        export_name="bundles",
        row_url=lambda one: reverse("events:subscription", args=[one.subscription.subscription_id]),
    )
    return page.respond(request)


@require_http_methods(["GET", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Have an address told of events."""
    user = signed_in(request.user)
    form = SubscriptionForm.of(request, user=user, query=request.GET.get("query", ""))

    def deed(values: dict[str, Any]) -> str:
        with told_in_form(epcFormat="epc_format"):
            made = subscribing.subscribe(
                acting_user=user, name=values["query"], controls=form.controls()
            )
        return reverse("events:subscription", args=[made.subscription_id])

    return answer(
        request,
        form,
        deed,
        done=_("The address is told from now on."),
        template="events/subscribe.html",
        title=_("Subscribe to events"),
        submit_label=_("Subscribe"),
        cancel_url=reverse("events:subscriptions"),
        explanation=_("Who keeps a connection open instead asks for it by the interface."),
    )


@require_GET
def told(request: HttpRequest) -> HttpResponse:
    """The sentence beside the form: when a subscription of these choices is told next."""
    form = WhenForm(request.GET)
    text = told_text(form.schedule(), clock.now()) if form.is_valid() else ""
    return render(request, "events/_told.html", {"form": form, "text": text})


@require_GET
def subscription(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """One subscription and its bundles."""
    one = reading.subscription_of(signed_in(request.user), subscription_id)
    shown = [_bundle(bundle) for bundle in reading.bundles_of(one, _SHOWN)]
    context = {
        "title": one.query.name,
        "subscription": one,
        "standing": standing_of(one).label,
        "colour": COLOURS[standing_of(one)],
        "way": way_text(one),
        "when": schedule_text(one.schedule),
        "is_socket": one.dest == SOCKET,
        "bundles": shown,
    }
    return render(request, "events/subscription.html", context)


def _bundle(bundle: Delivery) -> dict[str, object]:
    """A bundle as the page shows it."""
    state = DeliveryState(bundle.state)
    return {
        "bundle": bundle,
        "state": state.label,
        "colour": BUNDLE_COLOURS[state],
        "problem": problem_text(bundle.last_problem),
        "given_up": state == DeliveryState.DEAD,
    }


@require_POST
def pause(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Send nothing for a while."""
    user = signed_in(request.user)
    one = reading.subscription_of(user, subscription_id)
    subscribing.pause(acting_user=user, name=one.query.name, subscription_id=str(subscription_id))
    messages.success(request, _("The subscription is paused; what matches meanwhile waits."))
    return redirect("events:subscription", subscription_id)


@require_POST
def resume(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Go on sending."""
    user = signed_in(request.user)
    one = reading.subscription_of(user, subscription_id)
    subscribing.resume(acting_user=user, name=one.query.name, subscription_id=str(subscription_id))
    messages.success(request, _("The subscription goes on."))
    return redirect("events:subscription", subscription_id)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """End a subscription, after a look at what that means."""
    user = signed_in(request.user)
    one = reading.subscription_of(user, subscription_id)
    if request.method == "POST":
        subscribing.unsubscribe(
            acting_user=user, name=one.query.name, subscription_id=str(subscription_id)
        )
        messages.success(request, _("The subscription has ended."))
        return redirect("events:subscriptions")
    context = {
        "title": _("End the subscription"),
        "consequence": _("What is on its way is not sent any more, and what waits is dropped."),
        "facts": [(_("Query"), one.query.name), (_("Way"), way_text(one))],
        "submit_label": _("End the subscription"),
        "cancel_url": reverse("events:subscription", args=[subscription_id]),
        "danger": True,
    }
    return render(request, "confirm.html", context)


@require_POST
def send_again(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Try a bundle again that was given up."""
    found = delivering.send_again(acting_user=signed_in(request.user), delivery_id=bundle_id)
    messages.success(request, _("The bundle is on its way again."))
    return redirect("events:subscription", found.subscription.subscription_id)


@require_POST
def drop(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Let a bundle that was given up be."""
    found = delivering.drop(acting_user=signed_in(request.user), delivery_id=bundle_id)
    messages.success(request, _("The bundle was dropped; the subscriber will not get it."))
    return redirect("events:subscription", found.subscription.subscription_id)
