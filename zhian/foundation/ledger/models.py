"""What is remembered: one row per deed, chained; nothing here is ever changed or removed."""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One deed of one actor about one subject (S001 "who did what, who knew what when").

    `seq` runs without gaps from 1; `hash` covers everything but itself, `prev_hash` included.
    The actor's name and office are kept beside the ids: the entry outlives the account.
    """

    id = models.UUIDField(primary_key=True)
    seq = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=100)
    actor_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=200)
    office_code = models.CharField(max_length=40, blank=True)
    subject_type = models.CharField(max_length=120)
    subject_id = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    happenings = models.JSONField(default=list)
    cause = models.UUIDField(null=True)
    once_key = models.CharField(max_length=300, null=True, unique=True)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "seq"], name="ledger_by_subject"),
            models.Index(fields=["actor_id", "seq"], name="ledger_by_actor"),
            models.Index(fields=["kind", "seq"], name="ledger_by_kind"),
            models.Index(fields=["office_code", "seq"], name="ledger_by_office"),
            models.Index(
                fields=["cause"], name="ledger_by_cause", condition=Q(cause__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.seq} {self.kind}"


class Checkpoint(models.Model):
    """A signed statement: the first `size` entries have this Merkle root (RFC 6962)."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    size = models.PositiveBigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    public_key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-seq"]

    def __str__(self) -> str:
        return f"checkpoint {self.seq} ({self.size})"
