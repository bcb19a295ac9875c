"""Alerts: the list, one alert with its story, and what its owner may do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.duties import selectors as duties
from zhian.foundation.notices import selectors as notices
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.languages import enumerated
from zhian.kernel.lists import ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.response.alerts import policies, selectors, services
from zhian.response.alerts.models import Alert
from zhian.response.alerts.vocabulary import AlertState, Grade, RecallClass
from zhian.response.alerts.web.forms import ClassForm, ConfirmForm, GradeForm, ReportUpwardForm

STATE_BADGES = {AlertState.OPEN: "red", AlertState.HANDLING: "yellow", AlertState.CLOSED: "grey"}


@require_GET
def alert_list(request: HttpRequest) -> HttpResponseBase:
    """Alerts of one's territory or office."""
    return ListPage(
        title=_("Alerts"),
        queryset=policies.alerts_visible_to(signed_in(request.user)),
        columns=[
            ListColumn("number", _("Number"), sort="serial"),
            ListColumn("product", _("Product"), value=lambda one: one.product.name),
            ListColumn("hazard", _("Hazard")),
            ListColumn("operator", _("Found at"), value=lambda one: one.operator.name),
            ListColumn(
                "recall_class", _("Class"), value=lambda one: one.get_recall_class_display()
            ),
            ListColumn("owner", _("Owner"), value=lambda one: one.owner_office.name),
            ListColumn("opened_at", _("Opened"), sort="opened_at"),
            ListColumn(
                "state",
                _("State"),
                value=lambda one: one.get_state_display(),
                badge=lambda one: STATE_BADGES[AlertState(one.state)],
                sort="state",
            ),
        ],
        search=("number__icontains", "hazard_zh__icontains", "product__name_zh__icontains",
                "operator__name_zh__icontains", "lot_key__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), AlertState.choices),
            ChoiceFilter("recall_class", _("Class"), RecallClass.choices),
            DateFilter("opened_at", _("Opened"), moment=True),
        ],
        default_sort="-opened_at",
        empty=_("No alert. One opens by itself when a signed report holds a failed result."),
        export_name="alerts",
        row_url=lambda one: one.get_absolute_url(),
    ).respond(request)  # fmt: skip


def visible_alert(request: HttpRequest, alert_id: int) -> Alert:
    """One alert this person may know of."""
    visible = policies.alerts_visible_to(signed_in(request.user))
    alert = visible.select_related("sample", "report").filter(pk=alert_id).first()
    if alert is None:
        raise NotKnown
    return alert


@require_GET
def detail(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert: hazard, owner, clocks, who was told, the story."""
    alert, user = visible_alert(request, alert_id), signed_in(request.user)
    facts = alert.grade_facts
    return render(
        request,
        "alerts/alert.html",
        {
            "alert": alert,
            "badge_colour": STATE_BADGES[AlertState(alert.state)],
            "terms": selectors.class_terms(alert.recall_class),
            "story": selectors.story(alert),
            "duties": duties.duties_about(alert),
            "deliveries": notices.deliveries_about(alert),
            "grade_reasons": facts.get("reasons", []),
            "may_handle": policies.can_handle(user, alert),
            "may_close": policies.can_close(user, alert),
            "trace_url": selectors.trace_url(alert.lot_key),
        },
    )


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take the alert in hand."""
    alert, user = visible_alert(request, alert_id), signed_in(request.user)
    require(policies.can_handle(user, alert))

    def act(_values: dict[str, Any]) -> str:
        return services.take_alert(acting_user=user, alert_id=alert.pk).get_absolute_url()

    return answer(
        request, ConfirmForm.of(request), act,
        title=alert.number,
        consequence=_("You become the officer who answers for this alert."),
        submit_label=_("Take the alert in hand"),
        cancel_url=alert.get_absolute_url(),
        template="confirm.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def report_upward(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Report to the superior office and the government."""
    alert, user = visible_alert(request, alert_id), signed_in(request.user)
    require(policies.can_handle(user, alert))
    told = enumerated(office.name for office in selectors.informed_offices(alert))

    def act(values: dict[str, Any]) -> str:
        services.report_upward(acting_user=user, alert_id=alert.pk, text=values["text"])
        return alert.get_absolute_url()

    return answer(
        request, ReportUpwardForm.of(request), act,
        title=_("Report upward: %(number)s") % {"number": alert.number},
        explanation=_("Goes at once, with proof of service, to: %(offices)s") % {"offices": told},
        submit_label=_("Send the report"),
        cancel_url=alert.get_absolute_url(),
        done=_("Reported; the proof of service is kept."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change_class(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Choose another recall class, with a reason."""
    alert, user = visible_alert(request, alert_id), signed_in(request.user)
    require(policies.can_handle(user, alert))

    def act(values: dict[str, Any]) -> str:
        chosen, why = RecallClass(values["recall_class"]), values["reason"]
        services.change_class(acting_user=user, alert_id=alert.pk, recall_class=chosen, reason=why)
        return alert.get_absolute_url()

    return answer(
        request, ClassForm.of(request, initial={"recall_class": alert.recall_class}), act,
        title=_("Change the recall class of %(number)s") % {"number": alert.number},
        explanation=_("Proposed by the rules: %(proposed)s.")
        % {"proposed": alert.get_proposed_class_display()},
        submit_label=_("Change the class"),
        cancel_url=alert.get_absolute_url(),
        done=_("The class is changed and its clock runs from the same moment."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def set_grade(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Grade the incident."""
    alert, user = visible_alert(request, alert_id), signed_in(request.user)
    require(policies.can_handle(user, alert))

    def act(values: dict[str, Any]) -> str:
        grade, why = Grade(values["grade"]), values["reason"]
        services.set_grade(acting_user=user, alert_id=alert.pk, grade=grade, reason=why)
        return alert.get_absolute_url()

    suggested = alert.get_suggested_grade_display() or _("none reached so far")
    return answer(
        request, GradeForm.of(request, initial={"grade": alert.suggested_grade}), act,
        title=_("Grade of %(number)s") % {"number": alert.number},
        explanation=_("Suggested from the spread of the goods: %(grade)s.") % {"grade": suggested},
        submit_label=_("Set the grade"),
        cancel_url=alert.get_absolute_url(),
        done=_("The grade is set."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Shut the file, when recall and case allow it."""
    alert, user = visible_alert(request, alert_id), signed_in(request.user)
    require(policies.can_close(user, alert))

    def act(_values: dict[str, Any]) -> str:
        return services.close_alert(acting_user=user, alert_id=alert.pk).get_absolute_url()

    return answer(
        request, ConfirmForm.of(request), act,
        title=alert.number,
        consequence=_("The recall is finished and the case is filed. The alert is shut for good."),
        submit_label=_("Close the alert"),
        cancel_url=reverse("alerts:detail", args=[alert.pk]),
        template="confirm.html",
    )  # fmt: skip
