"""Incidents: the list, and one whole story on one screen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhian.doors.desk.web.duties import DutyRow, rows_of
from zhian.fieldwork.sampling import selectors as sampling
from zhian.foundation.duties import selectors as duties
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import at_work
from zhian.kernel.lists import ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.kernel.templatetags.zhian import name_in_language
from zhian.oversight.accountability import selectors as accountability
from zhian.response.alerts import policies as alerts
from zhian.response.alerts import selectors as alert_stories
from zhian.response.alerts.models import Alert
from zhian.response.alerts.vocabulary import AlertState, RecallClass
from zhian.response.cases import selectors as cases
from zhian.response.recalls import policies as recall_policies
from zhian.response.recalls import selectors as recalls
from zhian.response.recalls.models import Recall
from zhian.response.recalls.vocabulary import RecallState

_COLOURS = {"OPEN": "red", "HANDLING": "yellow", "CLOSED": "grey"}


@require_safe
def incidents(request: HttpRequest) -> HttpResponseBase:
    """The incidents of my territory."""
    page = ListPage(
        title=_("Incidents"),
        queryset=alerts.alerts_visible_to(at_work(request.user)).select_related(
            "product", "operator", "owner_office", "owner_officer"
        ),
        columns=[
            ListColumn("number", _("Number"), value=lambda row: row.number, sort="number"),
            ListColumn("hazard", _("Hazard"), value=lambda row: name_in_language(row, "hazard")),
            ListColumn("product", _("Product"), value=lambda row: name_in_language(row.product)),
            ListColumn("operator", _("Found at"),
                       value=lambda row: name_in_language(row.operator),
                       href=lambda row: reverse("desk:dossier", args=[row.operator_id])),
            ListColumn("class", _("Recall class"),
                       value=lambda row: row.get_recall_class_display(), sort="recall_class"),
            ListColumn("owner", _("Owner"), value=lambda row: row.owner_office),
            ListColumn("opened", _("Opened"), value=lambda row: row.opened_at, sort="opened_at"),
            ListColumn("state", _("State"), value=lambda row: row.get_state_display(),
                       sort="state", badge=lambda row: _COLOURS[row.state]),
        ],
        search=("number__icontains", "hazard_zh__icontains", "hazard_en__icontains",
                "product__name_zh__icontains", "product__name_en__icontains",
                "lot_key__icontains", "operator__name_zh__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), AlertState.choices, field="state"),
            ChoiceFilter("class", _("Recall class"), RecallClass.choices, field="recall_class"),
            DateFilter("opened", _("Opened"), field="opened_at", moment=True),
        ],
        default_sort="-opened_at",
        empty=_("No incident. One opens by itself when a signed test report fails."),
        export_name="incidents",
        row_url=lambda row: reverse("desk:incident", args=[row.pk]),
    )  # fmt: skip
    return page.respond(request)


@require_safe
def incident(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The whole story on one screen."""
    user = at_work(request.user)
    alert = _alert(request, alert_id)
    context = _context(alert)
    context["deeds"] = _deeds(alert, context["recall"], user)
    return render(request, "desk/incident.html", context)


@require_safe
def live(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The part of the story that moves, for htmx."""
    return render(request, "desk/_incident.html", _context(_alert(request, alert_id)))


def _deeds(alert: Alert, recall: Recall | None, user: User) -> list[dict[str, Any]]:
    """The next lawful step first, then where the story goes on."""
    found = [
        {"url": reverse("accountability:alert", args=[alert.pk]), "label": _("Who answers")},
        {"url": reverse("tracing:lot") + f"?lot={alert.lot_key}", "label": _("Trace the lot")},
    ]
    if recall is None:
        return found
    if recall.state == RecallState.PROPOSED and recall_policies.can_handle(user, recall):
        confirm = reverse("recalls:confirm", args=[recall.pk])
        return [{"url": confirm, "label": _("Confirm the recall scope")}, *found]
    progress = reverse("recalls:detail", args=[recall.pk])
    found = [{"url": progress, "label": _("Recall progress")}, *found]
    waiting = recalls.open_extension(recall)
    if waiting is None or not recall_policies.can_handle(user, recall):
        return found
    confirm = reverse("recalls:confirm_extension", args=[waiting.pk])
    return [{"url": confirm, "label": _("Decide on what was found since")}, *found]


def _alert(request: HttpRequest, alert_id: int) -> Alert:
    visible = alerts.alerts_visible_to(at_work(request.user)).select_related(
        "product", "operator", "owner_office", "owner_officer", "report", "site"
    )
    found: Alert = get_object_or_404(visible, pk=alert_id)
    return found


def _context(alert: Alert) -> dict[str, Any]:
    recall = recalls.recall_of_alert(alert.pk)
    trace = accountability.latest_trace(alert)
    links = accountability.summary(trace) if trace else []
    owed: list[DutyRow] = rows_of(duties.duties_about(alert))
    if recall is not None:
        owed += rows_of(duties.duties_about(recall))
        for extension in recalls.extensions_of(recall):
            owed += rows_of(duties.duties_about(extension))
    return {
        "alert": alert,
        "lot_text": alert.lot_key.rsplit(".", 1)[-1],
        "trace_url": reverse("tracing:lot") + f"?lot={alert.lot_key}",
        "results": sampling.results_of(alert.report_id),
        "recall": recall,
        "recall_tiles": _tiles(recall) if recall is not None else [],
        "links": [{"link": row.link, "label": accountability.link_label(row.link),
                   "places": row.places, "total": row.total, "doubtful": row.doubtful}
                  for row in links],
        "signals": accountability.signals_about(alert),
        "duties": owed,
        "cases": cases.cases_of_alert(alert.pk),
        "story": alert_stories.story(alert),
    }  # fmt: skip


def _tiles(recall: Recall) -> list[dict[str, Any]]:
    total = recalls.progress(recall).total
    url = reverse("recalls:detail", args=[recall.pk])
    return [
        {"label": label, "value": value, "url": url}
        for label, value in (
            (_("Holders"), total.holders),
            (_("Acknowledged"), total.acknowledged),
            (_("Recalled, kg"), total.recalled_kg),
            (_("Recovered, kg"), total.recovered_kg),
            (_("Destroyed, kg"), total.destroyed_kg),
            (_("Reappeared, kg"), total.reappeared_kg),
        )
    ]
