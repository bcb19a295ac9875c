"""Pages of accountability: three columns, every line, the signals."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.lists import ChoiceFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.oversight.accountability import policies, selectors, services
from zhian.oversight.accountability.models import Line, Signal
from zhian.oversight.accountability.vocabulary import Column, Deed, SignalState, Trigger
from zhian.oversight.accountability.web.links import evidence_url
from zhian.registry.subjects.vocabulary import ChainLink
from zhian.response.alerts import policies as alerts


@dataclass(frozen=True)
class LineView:
    """A line as a page shows it."""

    line: Line
    url: str


@require_safe
def alert_columns(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Operator, office and officer, government: for each link of the chain."""
    user = signed_in(request.user)
    alert = get_object_or_404(alerts.alerts_visible_to(user), pk=alert_id)
    trace = selectors.latest_trace(alert)
    links = selectors.by_link(trace) if trace else []
    rows = [
        {
            "link": link,
            "label": selectors.link_label(link.link),
            "columns": [
                (
                    Column(name).label,
                    [LineView(line, evidence_url(line.evidence_type, line.evidence_id))
                     for line in lines],
                )
                for name, lines in link.columns.items()
            ],
        }
        for link in links
    ]  # fmt: skip
    context = {
        "alert": alert,
        "trace": trace,
        "rows": rows,
        "shown": selectors.SHOWN_PER_LINK,
        "signals": selectors.signals_about(alert),
        "can_build": policies.can_build(user, alert),
    }
    return render(request, "accountability/alert.html", context)


@require_safe
def lines(request: HttpRequest, alert_id: int) -> HttpResponseBase:
    """Every line of the newest picture, to search, filter and take away."""
    alert = get_object_or_404(alerts.alerts_visible_to(signed_in(request.user)), pk=alert_id)
    trace = selectors.latest_trace(alert)
    page = ListPage(
        title=_("Who answers: every line"),
        queryset=Line.objects.filter(trace=trace).select_related(
            "site__operator", "office", "officer"
        ),
        columns=[
            ListColumn("statement", _("Statement"), value=lambda row: row.statement,
                       href=lambda row: evidence_url(row.evidence_type, row.evidence_id) or None),
            ListColumn("column", _("Column"), value=lambda row: row.get_column_display(),
                       sort="column"),
            ListColumn("deed", _("Deed"), value=lambda row: row.get_deed_display(), sort="deed"),
            ListColumn("link", _("Link"), sort="tier",
                       value=lambda row: selectors.link_label(row.link)),
            ListColumn("site", _("Place"), value=lambda row: row.site or row.site_key or "—"),
            ListColumn("office", _("Office"), value=lambda row: row.office or "—"),
            ListColumn("officer", _("Officer"), value=lambda row: row.officer or "—"),
        ],
        search=("site__name_zh__icontains", "site__name_en__icontains", "site_key__icontains",
                "officer__display_name__icontains"),
        filters=[
            ChoiceFilter("column", _("Column"), Column.choices, field="column"),
            ChoiceFilter("deed", _("Deed"), Deed.choices, field="deed"),
            ChoiceFilter("link", _("Link"), ChainLink.choices, field="link"),
        ],
        default_sort="tier",
        empty=_("The picture is built as soon as an alert opens."),
        export_name="accountability",
    )  # fmt: skip
    return page.respond(request)


@require_POST
def rebuild(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Build the picture again with what is known now."""
    user = signed_in(request.user)
    alert = get_object_or_404(alerts.alerts_visible_to(user), pk=alert_id)
    services.build_trace(acting_user=user, alert_id=alert.pk)
    messages.success(request, _("The picture was built again."))
    return redirect("accountability:alert", alert_id)


@require_safe
def signals(request: HttpRequest) -> HttpResponseBase:
    """The signals of my territory."""
    user = signed_in(request.user)
    page = ListPage(
        title=_("Accountability signals"),
        queryset=policies.signals_visible_to(user).select_related("alert", "office", "officer"),
        columns=[
            ListColumn("statement", _("Signal"), value=lambda row: row.statement),
            ListColumn("trigger", _("Trigger"), value=lambda row: row.get_trigger_display(),
                       sort="trigger"),
            ListColumn("office", _("Office"), value=lambda row: row.office or "—"),
            ListColumn("officer", _("Officer"), value=lambda row: row.officer or "—"),
            ListColumn("alert", _("Alert"), value=lambda row: row.alert.number,
                       href=lambda row: reverse("desk:incident", args=[row.alert_id])),
            ListColumn("state", _("State"), value=lambda row: row.get_state_display(),
                       sort="state", badge=lambda row: _COLOURS[row.state]),
        ],
        search=("office__name_zh__icontains", "officer__display_name__icontains"),
        filters=[
            ChoiceFilter("trigger", _("Trigger"), Trigger.choices, field="trigger"),
            ChoiceFilter("state", _("State"), SignalState.choices, field="state"),
        ],
        default_sort="-opened_at",
        empty=_("No signal is open in your territory."),
        export_name="signals",
        row_url=lambda row: reverse("accountability:signal", args=[row.pk]),
    )  # fmt: skip
    return page.respond(request)


_COLOURS = {"OPEN": "yellow", "CONFIRMED": "red", "DISMISSED": "grey"}


class DecisionForm(forms.Form):
    """Confirm or dismiss, and why."""

    step = forms.ChoiceField(
        label=_("Decision"),
        choices=[("confirm", _("Confirm the signal")), ("dismiss", _("Dismiss the signal"))],
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "HEAD", "POST"])
def signal(request: HttpRequest, signal_id: int) -> HttpResponse:
    """One signal with its evidence; the supervision organ decides here."""
    user = signed_in(request.user)
    found: Signal = get_object_or_404(policies.signals_visible_to(user), pk=signal_id)
    decision = policies.can_decide(user, found)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(decision)
    if form.is_valid():
        services.decide_signal(acting_user=user, signal_id=found.pk, **form.cleaned_data)
        messages.success(request, _("The decision is recorded."))
        return redirect("accountability:signal", found.pk)
    evidence = [(kind, number, evidence_url(kind, number)) for kind, number in found.evidence]
    context = {"signal": found, "form": form, "evidence": evidence, "decision": decision}
    status = 422 if form.errors else 200
    return render(request, "accountability/signal.html", context, status=status)
