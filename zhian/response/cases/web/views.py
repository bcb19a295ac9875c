"""Cases: the list, one case with its file and the bases side by side, its deeds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.duties import selectors as duties
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.response.cases import policies, selectors, services
from zhian.response.cases.lifecycles import CASE
from zhian.response.cases.models import Case
from zhian.response.cases.vocabulary import CaseCause, CaseState
from zhian.response.cases.web.forms import ConfirmForm, DecideForm, FileForm, ValueForm

STATE_BADGES = {
    CaseState.OPENED: "red",
    CaseState.FILED: "yellow",
    CaseState.INVESTIGATING: "yellow",
    CaseState.DECIDED: "green",
    CaseState.CLOSED: "grey",
}
DEEDS = {
    "file": ("file", _("File the case")),
    "investigate": ("investigate", _("Begin the investigation")),
    "decide": ("decide", _("Decide the case")),
    "close": ("close", _("Close the case")),
}


@require_GET
def case_list(request: HttpRequest) -> HttpResponseBase:
    """Cases of one's office or territory."""
    return ListPage(
        title=_("Cases"),
        queryset=policies.cases_visible_to(signed_in(request.user)),
        columns=[
            ListColumn("number", _("Number"), sort="serial"),
            ListColumn("operator", _("Operator"), value=_operator),
            ListColumn("cause_text", _("Cause")),
            ListColumn("alert", _("Alert"), value=lambda one: one.alert.number),
            ListColumn("office", _("Office"), value=lambda one: one.office.name),
            ListColumn("opened_at", _("Opened"), sort="opened_at"),
            ListColumn("filed_at", _("Filed"), sort="filed_at"),
            ListColumn(
                "state",
                _("State"),
                value=lambda one: one.get_state_display(),
                badge=lambda one: STATE_BADGES[CaseState(one.state)],
                sort="state",
            ),
        ],
        search=("number__icontains", "operator__name_zh__icontains", "cause_zh__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), CaseState.choices),
            ChoiceFilter("cause", _("Cause"), CaseCause.choices),
            DateFilter("opened_at", _("Opened"), moment=True),
        ],
        default_sort="-opened_at",
        empty=_("No case. One opens by itself with an alert or when recalled goods reappear."),
        export_name="cases",
        row_url=lambda one: one.get_absolute_url(),
    ).respond(request)


def _operator(case: Case) -> str:
    return case.operator.name if case.operator is not None else str(_("unknown"))


def visible_case(request: HttpRequest, case_id: int) -> Case:
    """One case this person may know of."""
    found = policies.cases_visible_to(signed_in(request.user)).filter(pk=case_id).first()
    if found is None:
        raise NotKnown
    return found


@require_GET
def detail(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: its file, its clocks, and every legal basis side by side."""
    case, user = visible_case(request, case_id), signed_in(request.user)
    return render(
        request,
        "cases/case.html",
        {
            "case": case,
            "operator": _operator(case),
            "badge_colour": STATE_BADGES[CaseState(case.state)],
            "bases": selectors.bases_of(case),
            "evidence": case.evidence.all(),
            "duties": duties.duties_about(case),
            "may_lead": policies.can_lead(user, case),
            "open_value": CaseState(case.state) not in (CaseState.DECIDED, CaseState.CLOSED),
            "deeds": [DEEDS[step.name] for step in CASE.open_steps(case.state)],
        },
    )


@require_http_methods(["GET", "POST"])
def file_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """File the case."""
    case, user = visible_case(request, case_id), signed_in(request.user)
    require(policies.can_lead(user, case))

    def act(values: dict[str, Any]) -> str:
        return services.file_case(
            acting_user=user, case_id=case.pk, reason=values["reason"]
        ).get_absolute_url()

    return answer(
        request, FileForm.of(request), act,
        title=_("File %(number)s") % {"number": case.number},
        consequence=_("The period of decision begins and you lead the case."),
        submit_label=_("File the case"),
        cancel_url=case.get_absolute_url(),
        template="confirm.html",
        done=_("The case is filed."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def state_value(request: HttpRequest, case_id: int) -> HttpResponse:
    """Type the value of the goods and see the ranges."""
    case, user = visible_case(request, case_id), signed_in(request.user)
    require(policies.can_lead(user, case))

    def act(values: dict[str, Any]) -> str:
        services.state_value(acting_user=user, case_id=case.pk, value_yuan=values["value_yuan"])
        return case.get_absolute_url()

    return answer(
        request, ValueForm.of(request, initial={"value_yuan": case.goods_value_yuan}), act,
        title=_("Value of the goods: %(number)s") % {"number": case.number},
        submit_label=_("Compute the ranges"),
        cancel_url=case.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def investigate(request: HttpRequest, case_id: int) -> HttpResponse:
    """Begin the investigation."""
    case, user = visible_case(request, case_id), signed_in(request.user)
    require(policies.can_lead(user, case))

    def act(_values: dict[str, Any]) -> str:
        return services.investigate(acting_user=user, case_id=case.pk).get_absolute_url()

    return answer(
        request, ConfirmForm.of(request), act,
        title=case.number,
        consequence=_("From now on the case is under investigation."),
        submit_label=_("Begin the investigation"),
        cancel_url=case.get_absolute_url(),
        template="confirm.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    """State the chosen basis, the reason, the decision."""
    case, user = visible_case(request, case_id), signed_in(request.user)
    require(policies.can_lead(user, case))
    bases = selectors.bases_of(case)
    form = DecideForm.of(request)
    form.offer(bases)

    def act(values: dict[str, Any]) -> str:
        return services.decide(acting_user=user, case_id=case.pk, **values).get_absolute_url()

    return answer(
        request, form, act,
        title=_("Decide %(number)s") % {"number": case.number},
        explanation=_("Where a law provides, the law applies; one act is not fined twice."),
        submit_label=_("Record the decision"),
        cancel_url=case.get_absolute_url(),
        done=_("The decision is recorded."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, case_id: int) -> HttpResponse:
    """File the decided case away."""
    case, user = visible_case(request, case_id), signed_in(request.user)
    require(policies.can_lead(user, case))

    def act(_values: dict[str, Any]) -> str:
        return services.close_case(acting_user=user, case_id=case.pk).get_absolute_url()

    return answer(
        request, ConfirmForm.of(request), act,
        title=case.number,
        consequence=_("The decided case is filed away."),
        submit_label=_("Close the case"),
        cancel_url=case.get_absolute_url(),
        template="confirm.html",
    )  # fmt: skip
