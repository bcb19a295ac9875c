"""A laboratory concluded otherwise than the limits: somebody must settle which of them is right."""

from django.utils.translation import gettext as _

from zhian.fieldwork.sampling import selectors
from zhian.fieldwork.sampling.models import TestResult
from zhian.fieldwork.sampling.vocabulary import ReportState
from zhian.foundation.duties import selectors as owed
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices.models import User
from zhian.kernel.use_cases import record, use_case


@use_case("sampling.disagreement.noted")
def note_disagreement(*, acting_user: User, result_id: int) -> bool:
    """Give the office that drew the sample the duty to settle it; False when it already has it.

    A report withdrawn meanwhile needs nobody's answer. B20, B21.
    """
    result = selectors.result_with_sample(result_id)
    report = result.report
    record(report, item=result.item_zh, laboratory=result.laboratory_outcome, ours=result.outcome)
    if report.state != ReportState.SIGNED or owed.duties_about(result).exists():
        return False
    duties.start_duty(
        acting_user=acting_user,
        deed=Deed.FOLLOW_UP_FINDING,
        subject=result,
        office=report.sample.office,
        officer=report.sample.drawn_by,
        label=_label(result),
        url=report.get_absolute_url(),
    )
    return True


def _label(result: TestResult) -> str:
    return _(
        "%(report)s, %(item)s: the laboratory says “%(theirs)s”, the limits say “%(ours)s”"
    ) % {
        "report": result.report.number,
        "item": result.item_zh,
        "theirs": result.get_laboratory_outcome_display(),
        "ours": result.get_outcome_display(),
    }


def forget_disagreements(acting_user: User, report_id: int, reason: str) -> None:
    """A withdrawn report leaves nothing to settle."""
    for result in TestResult.objects.filter(report_id=report_id).exclude(laboratory_outcome=""):
        duties.cancel_for(acting_user=acting_user, subject=result, reason=reason)
