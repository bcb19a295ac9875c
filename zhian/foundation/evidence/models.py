"""Files by their hash, seals, signing keys and proofs of service."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from zhian.foundation.evidence.vocabulary import EvidenceKind, SealState, ServiceWay


class Item(models.Model):
    """One kept file and what it is evidence of; the bytes lie under their SHA-256 and never change.

    `taken_at`, `longitude`, `latitude` are what the device or the officer stated (degrees, WGS 84);
    nothing is read out of the picture itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    filename = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, choices=EvidenceKind.choices)
    subject_type = models.CharField(max_length=120)
    subject_id = models.CharField(max_length=200)
    taken_at = models.DateTimeField(null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entry_id = models.UUIDField()

    class Meta:
        ordering = ["added_at", "id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="evidence_by_subject"),
            models.Index(fields=["sha256"], name="evidence_by_hash"),
        ]

    def __str__(self) -> str:
        return self.filename


class Seal(models.Model):
    """A numbered seal on a sample, a store or a vehicle; a number is used once (铅封)."""

    number = models.CharField(max_length=50, unique=True)
    state = models.CharField(max_length=10, choices=SealState.choices, default=SealState.AFFIXED)
    subject_type = models.CharField(max_length=120)
    subject_id = models.CharField(max_length=200)
    affixed_at = models.DateTimeField()
    affixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    broken_at = models.DateTimeField(null=True)
    broken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    broken_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="seal_by_subject")]
        constraints = [
            models.CheckConstraint(
                name="broken_seal_says_when",
                condition=Q(state=SealState.AFFIXED, broken_at__isnull=True)
                | Q(state=SealState.BROKEN, broken_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.number


class SigningKey(models.Model):
    """A person's Ed25519 key; the private half is sealed by the PIN (scrypt, AES-256-GCM)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signing_keys")
    public_key = models.CharField(max_length=64, unique=True)
    sealed_private_key = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(until__isnull=True), name="one_signing_key_in_use"
            )
        ]

    def __str__(self) -> str:
        return self.public_key[:16]


class ServiceProof(models.Model):
    """Proof that a notice reached its addressee, or that the addressee refused it (送达回证)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    notice_ref = models.CharField(max_length=100)
    way = models.CharField(max_length=10, choices=ServiceWay.choices)
    at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    receiver_name = models.CharField(max_length=200, blank=True)
    witness = models.CharField(max_length=200, blank=True)
    refusal_reason = models.CharField(max_length=500, blank=True)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["notice_ref"], name="proof_by_notice")]
        constraints = [
            models.CheckConstraint(
                name="refusal_has_witness_or_recording",
                condition=Q(refusal_reason="") | ~Q(witness="") | Q(item__isnull=False),
            ),
            models.CheckConstraint(
                name="received_by_somebody",
                condition=~Q(receiver_name="") | ~Q(refusal_reason="") | Q(way="PUBLIC"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.notice_ref}"
