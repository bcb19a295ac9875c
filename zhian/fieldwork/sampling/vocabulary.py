"""The words of sampling: where a sample comes from, its states, what happened."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.outbox import Happening


class SampleOrigin(models.TextChoices):
    """Who chose the goods; only a drawn sample may support a certificate (S093, B01)."""

    DRAWN = "DRAWN", _("Drawn by the authority")
    SENT = "SENT", _("Sent by the firm")


class SampleState(models.TextChoices):
    """Where the sample is in its life (S093)."""

    DRAWN = "DRAWN", _("Drawn and sealed")
    IN_TRANSIT = "IN_TRANSIT", _("On the way")
    RECEIVED = "RECEIVED", _("At the laboratory")
    TESTED = "TESTED", _("Tested")
    DISPOSED = "DISPOSED", _("Disposed of")


class CustodyKind(models.TextChoices):
    """A change of hands."""

    DRAWN = "DRAWN", _("Drawn and sealed")
    HANDED_OVER = "HANDED_OVER", _("Handed over")
    RECEIVED = "RECEIVED", _("Received by the laboratory")


class ReportState(models.TextChoices):
    """A report is words until it is signed; after that it only can be withdrawn (S094)."""

    DRAFT = "DRAFT", _("Draft")
    SIGNED = "SIGNED", _("Signed")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Outcome(models.TextChoices):
    """What the one judgement function said; never typed by a person."""

    CONFORMING = "CONFORMING", _("Conforming")
    NONCONFORMING = "NONCONFORMING", _("Not conforming")
    NEEDS_PERSON = "NEEDS_PERSON", _("Needs a person")


class Flag(models.TextChoices):
    """What makes a sampling record hard to believe (T5)."""

    SEAL_REUSED = "SEAL_REUSED", _("The seal number stands on another sample")
    SEAL_BROKEN = "SEAL_BROKEN", _("The seal was not intact at a change of hands")
    IMPOSSIBLE_TRAVEL = "IMPOSSIBLE_TRAVEL", _("The officer cannot have travelled so fast")
    TIME_REVERSED = "TIME_REVERSED", _("A later step bears an earlier time")
    ONE_OFFICER = "ONE_OFFICER", _("Two different officers are needed")
    SENT_BY_FIRM = "SENT_BY_FIRM", _("Sent by the firm: supports no certificate")


@dataclass(frozen=True)
class SampleDrawn(Happening):
    """Goods were drawn (or taken in) and sealed."""

    sample_id: int


@dataclass(frozen=True)
class ReportSigned(Happening):
    """A laboratory answers for a report from now on."""

    report_id: int


@dataclass(frozen=True)
class SampleFailed(Happening):
    """A signed report holds at least one result that does not conform."""

    report_id: int
    sample_id: int
    lot_key: str
    product_id: int
    site_id: int
    signed_at: datetime


@dataclass(frozen=True)
class LaboratoryDisagreed(Happening):
    """A laboratory concluded otherwise on a result than the limits in force do."""

    report_id: int
    result_id: int
    laboratory_outcome: str
    outcome: str
