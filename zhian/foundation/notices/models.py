"""Numbered notices of an office and what became of each delivery."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhian.foundation.notices.vocabulary import AddresseeKind, DeliveryState, NoticeKind


class NumberSeries(models.Model):
    """The last number given by one office for one kind in one year; locked while numbering."""

    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "year"], name="one_series_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.kind} {self.year}: {self.last}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices as sentences."""

    def named(self) -> "NoticeQuerySet":
        """With office and signatory in the same query."""
        return self.select_related("issued_by", "signed_by")


class Notice(models.Model):
    """A document an office issues, 〔2026〕第 n 号; its text never changes once issued."""

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    body_zh = models.TextField()
    body_en = models.TextField()
    issued_by = models.ForeignKey("offices.Office", models.PROTECT, related_name="notices")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=120)
    subject_id = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    entry_id = models.UUIDField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="notice_by_subject"),
            models.Index(fields=["issued_by", "-issued_at"], name="notice_by_office"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issued_by", "kind", "year", "serial"], name="notice_number_given_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_zh}{self.number}"

    def get_absolute_url(self) -> str:
        """The page of the notice, printable."""
        return reverse("notices:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """The number as printed: 〔2026〕第 1 号."""
        return f"〔{self.year}〕第 {self.serial} 号"


class Delivery(models.Model):
    """One notice to one addressee; it counts only once served (house.md 4, evidence)."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    addressee_kind = models.CharField(max_length=10, choices=AddresseeKind.choices)
    addressee_id = models.BigIntegerField()
    addressee_name = models.CharField(max_length=300)
    site_id = models.BigIntegerField(null=True)
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices, default=DeliveryState.ISSUED
    )
    served_at = models.DateTimeField(null=True)
    service_proof = models.UUIDField(null=True)
    refusal_reason = models.CharField(max_length=500, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["addressee_kind", "addressee_id", "state"], name="delivery_by_addressee"
            ),
            models.Index(fields=["site_id"], name="delivery_by_site"),
            models.Index(
                fields=["notice"], condition=Q(state=DeliveryState.ISSUED), name="delivery_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "addressee_kind", "addressee_id", "site_id"],
                nulls_distinct=False,
                name="one_delivery_per_addressee_and_site",
            ),
            models.CheckConstraint(
                name="served_means_proved",
                condition=Q(state=DeliveryState.ISSUED, served_at__isnull=True)
                | ~Q(state=DeliveryState.ISSUED)
                & Q(served_at__isnull=False, service_proof__isnull=False),
            ),
            models.CheckConstraint(
                name="acknowledged_by_somebody",
                condition=Q(
                    state=DeliveryState.ACKNOWLEDGED,
                    acknowledged_at__isnull=False,
                    acknowledged_by__isnull=False,
                )
                | ~Q(state=DeliveryState.ACKNOWLEDGED) & Q(acknowledged_at__isnull=True),
            ),
            models.CheckConstraint(
                name="refusal_says_why",
                condition=Q(state=DeliveryState.REFUSED) & ~Q(refusal_reason="")
                | ~Q(state=DeliveryState.REFUSED) & Q(refusal_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.addressee_name}"
