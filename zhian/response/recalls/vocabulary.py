"""The words of a recall: states, orders, disposals, what happened."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.outbox import Happening


class RecallState(models.TextChoices):
    """The life of a recall (S100)."""

    PROPOSED = "PROPOSED", _("Scope proposed")
    RUNNING = "RUNNING", _("Running")
    FINISHED = "FINISHED", _("Finished")
    CLOSED = "CLOSED", _("Closed")


class ExtensionState(models.TextChoices):
    """The life of what the trace found after the start (S100)."""

    PROPOSED = "PROPOSED", _("Waits for a decision")
    CONFIRMED = "CONFIRMED", _("Confirmed")
    DECLINED = "DECLINED", _("All left out")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn: the trace shows it no more")


class Ring(models.TextChoices):
    """How sure we are that the goods are touched (trace model)."""

    MUST = "MUST", _("Must: the lot or made from it")
    MAY = "MAY", _("May: possibly mixed with it")


# The one reason of scope that tracing cannot give: goods lie where they were sampled.
SAMPLED_HERE = "sampled_here"


class OrderState(models.TextChoices):
    """How far one holder has come with the recall order (S059, S100)."""

    ISSUED = "ISSUED", _("Issued, not served")
    SERVED = "SERVED", _("Served")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("Acknowledged")
    COUNTED = "COUNTED", _("Stock counted")
    RETURNED = "RETURNED", _("Returned")
    DESTROYED = "DESTROYED", _("Destroyed")
    CLOSED = "CLOSED", _("Closed")


class DisposalKind(models.TextChoices):
    """Where recalled goods went; both need evidence (S101)."""

    RETURNED = "RETURNED", _("Returned")
    DESTROYED = "DESTROYED", _("Destroyed")


@dataclass(frozen=True)
class RecallProposed(Happening):
    """The scope was computed from the trace; a person must confirm it."""

    recall_id: int
    alert_id: int


@dataclass(frozen=True)
class RecallStarted(Happening):
    """Orders are served, the public is told, the clocks of the operators run."""

    recall_id: int
    alert_id: int
    source_lot: str
    started_at: datetime


@dataclass(frozen=True)
class RecallExtended(Happening):
    """Holders found after the start have their orders; the public is told of them."""

    extension_id: int
    recall_id: int
    alert_id: int
    extended_at: datetime


@dataclass(frozen=True)
class RecalledGoodsReappeared(Happening):
    """Goods under recall were used, shipped or sold after the recall began (T9)."""

    reappearance_id: int
    recall_id: int
    alert_id: int


@dataclass(frozen=True)
class RecallFinished(Happening):
    """Every order is closed and every kilogram is accounted for or written down as lost."""

    recall_id: int
    alert_id: int
