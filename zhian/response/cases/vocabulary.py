"""The words of a case."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.outbox import Happening


class CaseState(models.TextChoices):
    """The life of a case; the platform collects, a person files (S100, B03)."""

    OPENED = "OPENED", _("Opened, to be filed")
    FILED = "FILED", _("Filed")
    INVESTIGATING = "INVESTIGATING", _("Under investigation")
    DECIDED = "DECIDED", _("Decided")
    CLOSED = "CLOSED", _("Closed")


class CaseCause(models.TextChoices):
    """What the case is about."""

    FAILED_SAMPLE = "FAILED_SAMPLE", _("A sample does not conform")
    REAPPEARANCE = "REAPPEARANCE", _("Recalled goods reappeared")


class EvidenceKind(models.TextChoices):
    """What lies in the case file."""

    REPORT = "REPORT", _("Test report")
    SAMPLE = "SAMPLE", _("Sample and custody chain")
    TRACE = "TRACE", _("Trace of the lot")
    SCOPE = "SCOPE", _("Recall scope")
    REAPPEARANCE = "REAPPEARANCE", _("Reappearance")


@dataclass(frozen=True)
class CaseOpened(Happening):
    """A case stands with its evidence and waits for filing."""

    case_id: int
    alert_id: int


@dataclass(frozen=True)
class CaseFiled(Happening):
    """A person filed the case; the period of decision runs."""

    case_id: int
    alert_id: int
