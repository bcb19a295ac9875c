"""Signed results judged anew: by which edition, and the report of differences."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.fieldwork.sampling import policies, services
from zhian.fieldwork.sampling.models import RejudgedResult
from zhian.fieldwork.sampling.vocabulary import Outcome
from zhian.fieldwork.sampling.web.forms import RejudgeForm
from zhian.fieldwork.sampling.web.reports import OUTCOME_BADGES
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage
from zhian.registry.standards import selectors as standards


@require_GET
def rejudgements(request: HttpRequest) -> HttpResponseBase:
    """Every time results were judged anew."""
    user = signed_in(request.user)
    require(policies.can_rejudge(user))
    return ListPage(
        title=_("Results judged anew"),
        queryset=policies.rejudgements_visible_to(user),
        columns=[
            ListColumn("edition_code", _("Edition"), href=lambda one: one.get_absolute_url()),
            ListColumn("at", _("Judged at"), sort="at"),
            ListColumn("by", _("By")),
            ListColumn("judged", _("Results judged anew"), numeric=True),
            ListColumn("differing", _("Results that differ"), numeric=True),
            ListColumn("reason", _("Reason")),
        ],
        default_sort="-at",
        empty=_("Nothing was judged anew yet. Do it when an edition was put in force."),
        actions=[Action(_("Judge anew by an edition"), reverse("sampling:rejudge"))],
    ).respond(request)


@require_http_methods(["GET", "POST"])
def rejudge(request: HttpRequest) -> HttpResponse:
    """Judge signed results anew; the signed verdicts stay as they are."""
    user = signed_in(request.user)
    require(policies.can_rejudge(user))
    form = RejudgeForm.of(request)
    form.offer(standards.binding_editions())

    def act(values: dict[str, Any]) -> str:
        return services.rejudge_reports(
            acting_user=user, edition_id=int(values["edition"]), reason=values["reason"]
        ).get_absolute_url()

    return answer(
        request,
        form,
        act,
        title=_("Judge signed results anew"),
        submit_label=_("Judge anew"),
        cancel_url=reverse("sampling:rejudgements"),
        explanation=_(
            "Every signed result on goods made while the edition binds is judged by the limits as "
            "they are loaded now. Signed verdicts do not change; you get a report of differences."
        ),
        done=_("The report of differences is ready."),
    )


@require_GET
def rejudgement(request: HttpRequest, rejudgement_id: int) -> HttpResponseBase:
    """What would be judged otherwise today."""
    user = signed_in(request.user)
    found = policies.rejudgements_visible_to(user).filter(pk=rejudgement_id).first()
    if found is None:
        raise NotKnown
    return ListPage(
        title=_("%(edition)s: %(differing)d of %(judged)d results differ")
        % {"edition": found, "differing": found.differing, "judged": found.judged},
        queryset=found.lines.select_related("result__report__sample__product"),
        columns=[
            ListColumn("report", _("Report"), value=_report, href=_address),
            ListColumn("product", _("Product"), value=_product),
            ListColumn("result", _("Result")),
            ListColumn("before", _("Verdict then"), value=_before, badge=_before_colour),
            ListColumn("now", _("Verdict now"), value=_now, badge=_now_colour),
            ListColumn("limit_before", _("Limit then")),
            ListColumn("limit_now", _("Limit now")),
            ListColumn("clause_before", _("Clause then")),
            ListColumn("clause_now", _("Clause now")),
            ListColumn("reason", _("Reason"), value=lambda one: one.reason),
        ],
        filters=[ChoiceFilter("outcome_now", _("Verdict now"), Outcome.choices)],
        empty=_("No result would be judged otherwise."),
        export_name="rejudged",
    ).respond(request)


def _report(one: RejudgedResult) -> str:
    return one.result.report.number


def _address(one: RejudgedResult) -> str:
    return one.result.report.get_absolute_url()


def _product(one: RejudgedResult) -> str:
    return one.result.report.sample.product.name


def _before(one: RejudgedResult) -> str:
    return str(Outcome(one.outcome_before).label)


def _before_colour(one: RejudgedResult) -> str:
    return OUTCOME_BADGES[Outcome(one.outcome_before)]


def _now(one: RejudgedResult) -> str:
    return str(Outcome(one.outcome_now).label)


def _now_colour(one: RejudgedResult) -> str:
    return OUTCOME_BADGES[Outcome(one.outcome_now)]
