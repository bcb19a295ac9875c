"""Signed results judged anew: a report of differences, nothing rewritten."""

from collections.abc import Sequence

from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling import policies, selectors
from zhian.fieldwork.sampling.models import RejudgedResult, Rejudgement, TestResult
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import selectors as standards
from zhian.registry.standards.models import Edition


@use_case("sampling.reports.rejudged")
def rejudge_reports(*, acting_user: User, edition_id: int, reason: str) -> Rejudgement:
    """Judge every visible signed result on goods an edition binds by the limits as loaded now.

    What would be judged otherwise is kept as a report of differences; signed verdicts stay.
    """
    require(policies.can_rejudge(acting_user))
    edition = standards.edition_by_key(edition_id)
    if edition is None:
        raise NotKnown
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why the results are judged anew."))])
    results = _bound_by(acting_user, edition)
    anew = standards.rejudge([_case(result) for result in results])
    differing = [one for one in anew if one.differs]
    made = Rejudgement.objects.create(
        edition_code=edition.code,
        reason=reason,
        by=acting_user,
        at=clock.now(),
        judged=len(results),
        differing=len(differing),
    )
    RejudgedResult.objects.bulk_create(_line(made, one) for one in differing)
    other = sum(one.other_outcome for one in differing)
    record(made, edition=edition.code, judged=len(results), differing=len(differing), other=other)
    return made


def _bound_by(acting_user: User, edition: Edition) -> Sequence[TestResult]:
    """Results of visible signed reports on goods made on the days the edition binds."""
    reports = policies.signed_reports_visible_to(acting_user)
    sample = TestResult.objects.filter(report__in=reports).annotate(
        made=Coalesce("report__sample__produced_on", TruncDate("report__sample__drawn_at"))
    )
    results = sample.filter(made__gte=edition.effective_from)
    if edition.effective_to is not None:
        results = results.filter(made__lte=edition.effective_to)
    return list(
        results.select_related("report__sample__product")
        .prefetch_related("report__sample__product__nodes")
        .order_by("pk")
    )


def _case(result: TestResult) -> standards.JudgedCase:
    sample = result.report.sample
    return standards.JudgedCase(
        key=result.pk,
        product=sample.product,
        item=result.item_zh,
        result=result.value_text,
        unit=result.unit,
        produced_on=selectors.day_judged_by(sample),
        outcome_code=result.outcome,
        clause=result.clause,
        demand=str(result.limit.get("demand", "")),
        lod=result.lod,
    )


def _line(made: Rejudgement, one: standards.Rejudged) -> RejudgedResult:
    judgement = one.judgement
    return RejudgedResult(
        rejudgement=made,
        result_id=one.case.key,
        outcome_before=one.case.outcome_code,
        outcome_now=judgement.outcome_code,
        limit_before=one.case.demand[:200],
        limit_now=str(judgement.limit["demand"])[:200],
        clause_before=one.case.clause[:200],
        clause_now=judgement.clause[:200],
        reason_zh=judgement.reason_zh,
        reason_en=judgement.reason_en,
        proof=judgement.proof,
    )
