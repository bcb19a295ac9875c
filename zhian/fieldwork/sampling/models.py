"""Samples, the hands they pass through, test reports and their results (S091–S095, T5)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling.vocabulary import (
    CustodyKind,
    Outcome,
    ReportState,
    SampleOrigin,
    SampleState,
)
from zhian.kernel.languages import in_reader_language


class Sample(models.Model):
    """Goods taken for testing under one seal."""

    number = models.CharField(_("number"), max_length=80, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    origin = models.CharField(_("origin"), max_length=8, choices=SampleOrigin)
    site = models.ForeignKey(
        "subjects.Site", models.PROTECT, related_name="samples", verbose_name=_("place")
    )
    product = models.ForeignKey(
        "products.Product", models.PROTECT, related_name="samples", verbose_name=_("product")
    )
    lot_key = models.CharField(_("lot"), max_length=200, db_index=True)
    lot_text = models.CharField(_("lot as printed"), max_length=80, blank=True)
    produced_on = models.DateField(_("produced on"), null=True, blank=True)
    office = models.ForeignKey(
        "offices.Office", models.PROTECT, related_name="samples", verbose_name=_("office")
    )
    laboratory = models.ForeignKey(
        "offices.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="samples_to_test",
        verbose_name=_("laboratory"),
    )
    drawn_at = models.DateTimeField(_("drawn"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="samples_drawn",
        verbose_name=_("first officer"),
    )
    second_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="samples_seconded",
        verbose_name=_("second officer"),
    )
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    spare_quantity = models.DecimalField(
        _("spare sample"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    population_size = models.PositiveIntegerField(_("packs in the lot"), null=True, blank=True)
    random_index = models.PositiveIntegerField(_("pack drawn at random"), null=True, blank=True)
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    seal_number = models.CharField(_("seal number"), max_length=40, unique=True)
    sender_name = models.CharField(_("sent by"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=SampleState)
    routine = models.BooleanField(_("routine check"), default=True)
    flags = models.JSONField(_("doubts"), default=list, blank=True)

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering = ["-drawn_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "year", "serial"], name="sampling_sample_serial_once"
            ),
            models.CheckConstraint(
                condition=models.Q(origin=SampleOrigin.SENT)
                | (
                    models.Q(second_officer__isnull=False)
                    & ~models.Q(second_officer=models.F("drawn_by"))
                ),
                name="sampling_two_officers",
            ),
            models.CheckConstraint(
                condition=models.Q(random_index__isnull=True)
                | models.Q(random_index__gte=1, random_index__lte=models.F("population_size")),
                name="sampling_index_in_population",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page about it."""
        return reverse("sampling:detail", args=[self.pk])


class CustodyStep(models.Model):
    """The sample changed hands: from whom, to whom, where, with the seal intact or not."""

    sample = models.ForeignKey(
        Sample, models.PROTECT, related_name="custody", verbose_name=_("sample")
    )
    kind = models.CharField(_("step"), max_length=12, choices=CustodyKind)
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from"),
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to"),
    )
    to_name = models.CharField(_("to (carrier)"), max_length=120, blank=True)
    at = models.DateTimeField(_("time"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    seal_intact = models.BooleanField(_("seal intact"))
    item = models.UUIDField(_("evidence"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of hands")
        verbose_name_plural = _("custody chain")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class TestReport(models.Model):
    """What a laboratory found; frozen by the database from the moment it is signed (S094)."""

    __test__ = False  # pytest: this is a document, not a test

    number = models.CharField(_("number"), max_length=80, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    sample = models.ForeignKey(
        Sample, models.PROTECT, related_name="reports", verbose_name=_("sample")
    )
    laboratory = models.ForeignKey(
        "offices.Office", models.PROTECT, related_name="reports", verbose_name=_("laboratory")
    )
    method = models.CharField(_("method"), max_length=120)
    equipment = models.CharField(_("instrument and calibration"), max_length=200, blank=True)
    analyst = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="reports_drafted",
        verbose_name=_("analyst"),
    )
    drafted_at = models.DateTimeField(_("drafted"))
    state = models.CharField(_("state"), max_length=10, choices=ReportState)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports_signed",
        verbose_name=_("signatory"),
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signature = models.TextField(_("signature"), blank=True)
    public_key = models.TextField(_("public key"), blank=True)
    payload = models.TextField(_("signed text"), blank=True)
    payload_sha256 = models.CharField(_("SHA-256 of the signed text"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("test report")
        verbose_name_plural = _("test reports")
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["laboratory", "year", "serial"], name="sampling_report_serial_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReportState.DRAFT, signed_by__isnull=True)
                | (
                    ~models.Q(state=ReportState.DRAFT)
                    & models.Q(signed_by__isnull=False, signed_at__isnull=False)
                    & ~models.Q(signed_by=models.F("analyst"))
                ),
                name="sampling_signed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page about it."""
        return reverse("sampling:report", args=[self.pk])


class TestResult(models.Model):
    """One item of a report: as measured, and the verdict with its proof."""

    __test__ = False

    report = models.ForeignKey(
        TestReport, models.PROTECT, related_name="results", verbose_name=_("report")
    )
    position = models.PositiveSmallIntegerField(_("no."))
    item_zh = models.CharField(_("item"), max_length=120)
    item_en = models.CharField(_("item in English"), max_length=160, blank=True)
    value_text = models.CharField(_("result"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    lod = models.CharField(_("limit of detection"), max_length=40, blank=True)
    outcome = models.CharField(_("verdict"), max_length=14, choices=Outcome, blank=True)
    # what the laboratory itself concluded; kept beside ours, a difference is a finding (B20, B21)
    laboratory_outcome = models.CharField(
        _("verdict of the laboratory"), max_length=14, choices=Outcome, blank=True
    )
    clause = models.CharField(_("clause"), max_length=200, blank=True)
    reason_zh = models.TextField(_("reason"), blank=True)
    reason_en = models.TextField(_("reason in English"), blank=True)
    limit: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("limit"), default=dict, blank=True
    )
    proof: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("proof"), default=dict, blank=True
    )

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["report_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="sampling_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_zh} {self.value_text} {self.unit}".strip()

    @property
    def laboratory_differs(self) -> bool:
        """Whether the laboratory concluded otherwise than the limits do."""
        return bool(self.laboratory_outcome and self.outcome) and (
            self.laboratory_outcome != self.outcome
        )

    @property
    def item(self) -> str:
        """The item in the reader's language."""
        return in_reader_language(self.item_zh, self.item_en)

    @property
    def reason(self) -> str:
        """The reason of the verdict in the reader's language."""
        return in_reader_language(self.reason_zh, self.reason_en)


class MarketDeclaration(models.Model):
    """A lot declared for another market; `stopped_at`: a later report fails it there (S087)."""

    lot_key = models.CharField(_("lot"), max_length=200, db_index=True)
    product = models.ForeignKey(
        "products.Product", models.PROTECT, related_name="+", verbose_name=_("product")
    )
    market = models.CharField(_("market"), max_length=40)
    office = models.ForeignKey(
        "offices.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("declared by")
    )
    declared_at = models.DateTimeField(_("declared"))
    results = models.PositiveIntegerField(_("results judged"))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    blocks: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("what fails there"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("declaration for a market")
        verbose_name_plural = _("declarations for markets")
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot_key", "market"], name="sampling_declared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lot_key} → {self.market}"


class Rejudgement(models.Model):
    """Signed results judged anew by the library of a day; the signed verdicts never change."""

    edition_code = models.CharField(_("edition"), max_length=60)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    judged = models.PositiveIntegerField(_("results judged anew"))
    differing = models.PositiveIntegerField(_("results that differ"))

    class Meta:
        verbose_name = _("re-judgement")
        verbose_name_plural = _("re-judgements")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.edition_code

    def get_absolute_url(self) -> str:
        """The report of differences."""
        return reverse("sampling:rejudgement", args=[self.pk])


class RejudgedResult(models.Model):
    """One result that would be judged otherwise today: both verdicts with their limits."""

    rejudgement = models.ForeignKey(Rejudgement, models.PROTECT, related_name="lines")
    result = models.ForeignKey(
        TestResult, models.PROTECT, related_name="rejudged", verbose_name=_("result")
    )
    outcome_before = models.CharField(_("verdict then"), max_length=14, choices=Outcome)
    outcome_now = models.CharField(_("verdict now"), max_length=14, choices=Outcome)
    limit_before = models.CharField(_("limit then"), max_length=200, blank=True)
    limit_now = models.CharField(_("limit now"), max_length=200, blank=True)
    clause_before = models.CharField(_("clause then"), max_length=200, blank=True)
    clause_now = models.CharField(_("clause now"), max_length=200, blank=True)
    reason_zh = models.TextField(_("reason"), blank=True)
    reason_en = models.TextField(_("reason in English"), blank=True)
    proof: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("proof"), default=dict, blank=True
    )

    class Meta:
        verbose_name = _("result judged anew")
        verbose_name_plural = _("results judged anew")
        ordering = ["rejudgement", "pk"]

    def __str__(self) -> str:
        return str(self.result)

    @property
    def reason(self) -> str:
        """The reason in the reader's language."""
        return in_reader_language(self.reason_zh, self.reason_en)
