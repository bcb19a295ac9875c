"""Reactions of sampling: differing verdicts are looked into, new results may close a market."""

from zhian.fieldwork.sampling import services
from zhian.fieldwork.sampling.vocabulary import LaboratoryDisagreed, ReportSigned
from zhian.foundation.offices.models import User


def settle_disagreement(happening: LaboratoryDisagreed, *, acting_user: User) -> None:
    """Laboratory and limits say different things: the office that drew the sample must settle."""
    services.note_disagreement(acting_user=acting_user, result_id=happening.result_id)


def stop_declared_lots(happening: ReportSigned, *, acting_user: User) -> None:
    """A lot declared for a market may fail there by a report signed later."""
    services.stop_declared_lots(acting_user=acting_user, report_id=happening.report_id)
