"""Documents sent in: how each ended, and its bytes."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Office, User


class CaptureState(models.TextChoices):
    """Where a capture job stands."""

    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("accepted")
    PARTIAL = "partial", _("partly accepted")
    FAILED = "failed", _("refused")


class CaptureJob(models.Model):
    """One document sent in: who, when, how it ended; the document itself is kept as evidence."""

    capture_id = models.UUIDField(_("capture number"), unique=True, default=uuid.uuid4)
    state = models.CharField(
        _("state"), max_length=10, choices=CaptureState, default=CaptureState.RUNNING
    )
    created_at = models.DateTimeField(_("sent"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    error_behaviour = models.CharField(max_length=10, default="rollback")
    captured_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("document sent by")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, related_name="+", verbose_name=_("office")
    )
    # the operator whose clerk sent it; no foreign key, operators are merged and split
    operator_ref = models.BigIntegerField(null=True, db_index=True)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("bytes"))
    events = models.PositiveIntegerField(_("new events"), default=0)
    duplicates = models.PositiveIntegerField(_("known events"), default=0)
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("capture job")
        verbose_name_plural = _("capture jobs")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="events_capture_newest")
        ]

    def __str__(self) -> str:
        return str(self.capture_id)


class CapturedDocument(models.Model):
    """The bytes exactly as they came, beside the job so that lists never load them."""

    job = models.OneToOneField(CaptureJob, models.PROTECT, related_name="document")
    raw = models.BinaryField()

    def __str__(self) -> str:
        return str(self.job)
