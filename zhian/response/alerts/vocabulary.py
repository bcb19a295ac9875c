"""The words of an alert: its states, the six named steps, what happened."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.outbox import Happening


class AlertState(models.TextChoices):
    """The life of a risk early warning (S008, S098)."""

    OPEN = "OPEN", _("Open")
    HANDLING = "HANDLING", _("Being handled")
    CLOSED = "CLOSED", _("Closed")


class RecallClass(models.IntegerChoices):
    """Class of a recall by harm (Order 12 of 2015, rules 3.7)."""

    ONE = 1, _("Class I recall")
    TWO = 2, _("Class II recall")
    THREE = 3, _("Class III recall")


class Grade(models.TextChoices):
    """Grade of an incident, I highest (rules 3.10); blank: below grade IV or not yet known."""

    I = "I", _("Grade I, especially serious")  # noqa: E741
    II = "II", _("Grade II, serious")
    III = "III", _("Grade III, fairly serious")
    IV = "IV", _("Grade IV, ordinary")


class StepCode(models.TextChoices):
    """What happened to the alert, in the order of the six demands of 000E@16351 (S098)."""

    OPENED = "OPENED", _("Alert opened")
    INFORMED = "INFORMED", _("Superior office and government informed")
    REPORTED = "REPORTED", _("Reported upward by the officer")
    TAKEN = "TAKEN", _("Taken in hand")
    CLASSED = "CLASSED", _("Recall class changed")
    GRADED = "GRADED", _("Incident graded")
    SCOPE_PROPOSED = "SCOPE_PROPOSED", _("Recall scope computed from the trace")
    SCOPE_CONFIRMED = "SCOPE_CONFIRMED", _("Recall confirmed, orders served")
    PUBLISHED = "PUBLISHED", _("Recall notice published")
    CASE_OPENED = "CASE_OPENED", _("Case opened with its evidence")
    CASE_FILED = "CASE_FILED", _("Case filed")
    REAPPEARED = "REAPPEARED", _("Recalled goods reappeared")
    RECALL_FINISHED = "RECALL_FINISHED", _("Recall finished")
    CLOSED = "CLOSED", _("Alert closed")


@dataclass(frozen=True)
class AlertOpened(Happening):
    """A failed sample became an alert with an owner."""

    alert_id: int
    lot_key: str


@dataclass(frozen=True)
class AlertClosed(Happening):
    """The recall is finished, the case is filed, the file is shut."""

    alert_id: int
