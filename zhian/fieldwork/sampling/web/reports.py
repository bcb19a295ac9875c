"""Reports: drafting, the page of one report, signing on the judged preview, withdrawing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.fieldwork.sampling import policies, selectors, services
from zhian.fieldwork.sampling.models import TestReport
from zhian.fieldwork.sampling.services import ResultInput
from zhian.fieldwork.sampling.vocabulary import Outcome, ReportState
from zhian.fieldwork.sampling.web.forms import ReasonForm, ReportForm, ResultForms, SignForm
from zhian.fieldwork.sampling.web.samples import visible_sample
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import BadInput, FieldError, NotKnown, Refused
from zhian.kernel.forms import answer
from zhian.kernel.languages import in_reader_language
from zhian.kernel.pages import render

STATE_BADGES = {
    ReportState.DRAFT: "yellow",
    ReportState.SIGNED: "green",
    ReportState.WITHDRAWN: "red",
}
OUTCOME_BADGES = {
    Outcome.CONFORMING: "green",
    Outcome.NONCONFORMING: "red",
    Outcome.NEEDS_PERSON: "yellow",
}


def visible_report(request: HttpRequest, report_id: int) -> TestReport:
    """One report this person may know of."""
    visible = policies.reports_visible_to(signed_in(request.user))
    found = visible.select_related("signed_by").filter(pk=report_id).first()
    if found is None:
        raise NotKnown
    return found


def rows(report: TestReport) -> list[dict[str, Any]]:
    """Results with their verdicts: stored when signed, as judged now while it is a draft."""
    results = list(report.results.all())
    if report.state == ReportState.DRAFT:
        judged = selectors.judged(report, results)
        lines = [(one.result, one.outcome, one.clause, one.reason, one.proof) for one in judged]
    else:
        lines = [(one, one.outcome, one.clause, one.reason, one.proof) for one in results]
    return [
        {
            "result": result,
            "outcome": Outcome(outcome).label,
            "colour": OUTCOME_BADGES[Outcome(outcome)],
            "clause": clause,
            "reason": reason,
            "proof": proof,
            "laboratory": result.get_laboratory_outcome_display(),
            "differs": bool(result.laboratory_outcome) and result.laboratory_outcome != outcome,
        }
        for result, outcome, clause, reason, proof in lines
    ]


def together(report: TestReport) -> list[dict[str, Any]]:
    """Verdicts on several results at once, by the limits as they are loaded now."""
    found = selectors.judged_together(report, list(report.results.all()))
    return [
        {
            "item": one.item,
            "items": one.items,
            "outcome": Outcome(one.judgement.outcome_code).label,
            "colour": OUTCOME_BADGES[Outcome(one.judgement.outcome_code)],
            "reason": in_reader_language(one.judgement.reason_zh, one.judgement.reason_en),
            "clause": one.judgement.clause,
        }
        for one in found
    ]


@require_GET
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report as it was signed, or as it would be judged now."""
    found, user = visible_report(request, report_id), signed_in(request.user)
    return render(
        request,
        "sampling/report.html",
        {
            "report": found,
            "badge_colour": STATE_BADGES[ReportState(found.state)],
            "rows": rows(found),
            "together": together(found),
            "holds": selectors.signature_holds(found),
            "certifies": policies.can_certify(found),
            "can_sign": policies.can_sign(user, found),
            "can_withdraw": policies.can_withdraw(user, found),
        },
    )


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, sample_id: int) -> HttpResponse:
    """The analyst writes down what was measured."""
    sample, user = visible_sample(request, sample_id), signed_in(request.user)
    require(policies.can_draft(user, sample))
    forms = ResultForms(request.POST if request.method == "POST" else None, prefix="results")
    form = ReportForm.of(request)
    if request.method == "POST" and not forms.is_valid():
        form.add_error(None, _("Item and result are both needed."))

    def act(values: dict[str, Any]) -> str:
        results = [ResultInput(**one) for one in forms.cleaned_data if one.get("item_zh")]
        return services.draft_report(
            acting_user=user, sample_id=sample.pk, results=results, **values
        ).get_absolute_url()

    return answer(
        request,
        form,
        act,
        title=_("Report on %(number)s") % {"number": sample.number},
        submit_label=_("Save the draft"),
        cancel_url=sample.get_absolute_url(),
        explanation=_("Write what was measured. The verdict comes from the limits in force."),
        done=_("The draft is saved; somebody else must sign it."),
        template="sampling/draft.html",
        results=forms,
        sample=sample,
    )


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, report_id: int) -> HttpResponse:
    """The judged preview, and the signatory's PIN under it."""
    found, user = visible_report(request, report_id), signed_in(request.user)
    require(policies.can_sign(user, found))

    def act(values: dict[str, Any]) -> str:
        try:
            services.sign_report(acting_user=user, report_id=found.pk, pin=values["pin"])
        except Refused as refusal:  # a wrong PIN is said beside the field, not on another page
            raise BadInput(fields=[FieldError("pin", refusal.message)]) from refusal
        return found.get_absolute_url()

    return answer(
        request,
        SignForm.of(request),
        act,
        title=_("Sign %(number)s") % {"number": found.number},
        submit_label=_("Sign the report"),
        cancel_url=found.get_absolute_url(),
        done=_("The report is signed and frozen."),
        template="sampling/sign.html",
        report=found,
        rows=rows(found),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, report_id: int) -> HttpResponse:
    """Take a signed report back."""
    found, user = visible_report(request, report_id), signed_in(request.user)
    require(policies.can_withdraw(user, found))

    def act(values: dict[str, Any]) -> str:
        services.withdraw_report(acting_user=user, report_id=found.pk, reason=values["reason"])
        return found.get_absolute_url()

    return answer(
        request,
        ReasonForm.of(request),
        act,
        title=_("Withdraw %(number)s") % {"number": found.number},
        submit_label=_("Withdraw the report"),
        cancel_url=found.get_absolute_url(),
        template="confirm.html",
        consequence=_("The report stays readable and is marked as withdrawn for good."),
        danger=True,
        done=_("The report is withdrawn."),
    )
