"""The explorer: which events there are, and one event in words beside what was sent."""

from typing import Any

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zhian.chain.events import policies, selectors
from zhian.chain.events.engine.keys import lot_key
from zhian.chain.events.models import Event, EventLot, EventParty, Kind
from zhian.chain.events.selectors.linking import links_of
from zhian.chain.events.selectors.rendering import bare_event_json, to_json
from zhian.chain.events.web.showing import (
    Surroundings,
    shown_lots,
    shown_papers,
    shown_parties,
    surroundings,
)
from zhian.chain.events.web.words import DISPOSITIONS, STEPS, TYPES, said
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.lists import (
    Action,
    ChoiceFilter,
    DateFilter,
    ListColumn,
    ListPage,
    TextFilter,
)
from zhian.kernel.pages import render
from zhian.kernel.templatetags.zhian import beijing
from zhian.registry.subjects import policies as subjects


@require_GET
def explorer(request: HttpRequest) -> HttpResponseBase:
    """Every event one may see: searched, narrowed, exported."""
    user = signed_in(request.user)
    around = Surroundings()

    def fetch(rows: list[Event]) -> None:
        found = surroundings(rows)
        around.sites, around.lots = found.sites, found.lots

    page = ListPage(
        title=_("Traceability events"),
        queryset=policies.events_visible_to(user).defer("context", "document"),
        columns=_columns(around),
        search_by=_search,
        filters=_filters(user),
        default_sort="-event_time",
        empty=_("No event here. Send a document, or take fewer filters."),
        export_name="events",
        row_url=lambda row: reverse("events:event", args=[row.pk]),
        actions=_actions(user),
        prepare=fetch,
    )
    return page.respond(request)


def _columns(around: Surroundings) -> list[ListColumn]:
    return [
        ListColumn("event_time", _("Happened"), sort="event_time"),
        ListColumn("kind", _("What happened"), value=lambda e: Kind(e.kind).label, badge=_colour),
        ListColumn("biz_step", _("Step"), value=lambda e: said(STEPS, e.biz_step)),
        ListColumn("site", _("Site"), value=lambda e: around.site(e.site)),
        ListColumn("source_site", _("From"), value=lambda e: around.site(e.source_site)),
        ListColumn("destination_site", _("To"), value=lambda e: around.site(e.destination_site)),
        ListColumn("lots", _("Lots"), value=around.lots_text),
        ListColumn("record_time", _("Recorded"), sort="record_time"),
    ]


def _colour(event: Event) -> str:
    return "red" if event.declared_wrong else "blue"


def _actions(user: User) -> list[Action]:
    subscriptions = Action(_("Subscriptions to events"), reverse("events:subscriptions"))
    if not policies.can_capture(user):
        return [subscriptions]
    return [
        subscriptions,
        Action(_("Captured documents"), reverse("events:jobs")),
        Action(_("Send a document"), reverse("events:upload")),
    ]


def _filters(user: User) -> list[Any]:
    def at_site(events: QuerySet[Event], value: str) -> QuerySet[Event]:
        named = Q(name_zh__icontains=value) | Q(name_en__icontains=value) | Q(sgln=value)
        sites = subjects.sites_visible_to(user).filter(named).values("sgln")
        rows = EventParty.objects.filter(event=OuterRef("pk"), site__in=sites)
        return events.filter(Exists(rows))

    return [
        TextFilter("lot", _("Lot"), narrow_by=selectors.naming_lot),
        TextFilter("site", _("Site"), narrow_by=at_site),
        ChoiceFilter("kind", _("What happened"), Kind.choices),
        ChoiceFilter("type", _("Type"), list(TYPES.items())),
        ChoiceFilter("step", _("Step"), list(STEPS.items()), field="biz_step"),
        DateFilter("event_time", _("Happened"), moment=True),
    ]


def _search(word: str) -> Q:
    """An event's number, a lot's key or the lot number at its end."""
    rows = EventLot.objects.filter(event=OuterRef("pk"))
    named = Q(lot=lot_key(word)) | Q(lot__endswith=f".{word}")
    return Q(event_id=word) | Q(Exists(rows.filter(named)))


@require_GET
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event in words, and the document beside it."""
    found = selectors.event_by_key(signed_in(request.user), pk)
    parties = list(EventParty.objects.filter(event_id=found.pk).order_by("pk"))
    around = surroundings([found], [party.site for party in parties])
    raw = msgspec.json.format(to_json(bare_event_json(found)), indent=2)
    title = f"{Kind(found.kind).label} · {beijing(found.event_time)}"
    context = {
        "title": title,
        "event": found,
        "kind": Kind(found.kind).label,
        "type_name": said(TYPES, found.type),
        "step": said(STEPS, found.biz_step),
        "disposition": said(DISPOSITIONS, found.disposition),
        "declared_wrong": bool(selectors.declared_wrong([found.event_id])),
        "lots": shown_lots(around.lots.get(found.pk, [])),
        "parties": shown_parties(parties, around),
        "papers": shown_papers(found),
        "job": _job_of(request, found),
        "links": links_of(signed_in(request.user), found),
        "raw": raw.decode(),
    }
    return render(request, "events/event.html", context)


def _job_of(request: HttpRequest, found: Event) -> object:
    """The capture job, when one may know of it."""
    return policies.jobs_visible_to(signed_in(request.user)).filter(pk=found.job_id).first()
