"""An alert and the steps it went through (S008, S098, S099)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.kernel.languages import in_reader_language
from zhian.response.alerts.vocabulary import AlertState, Grade, RecallClass, StepCode


class Alert(models.Model):
    """A found danger with one owner: the office and officer who must act now."""

    number = models.CharField(_("number"), max_length=80, unique=True)
    county_code = models.CharField(_("county"), max_length=12)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    report = models.OneToOneField(
        "sampling.TestReport", models.PROTECT, related_name="alert", verbose_name=_("test report")
    )
    sample = models.ForeignKey(
        "sampling.Sample", models.PROTECT, related_name="alerts", verbose_name=_("sample")
    )
    product = models.ForeignKey(
        "products.Product", models.PROTECT, related_name="alerts", verbose_name=_("product")
    )
    lot_key = models.CharField(_("lot"), max_length=200, db_index=True)
    site = models.ForeignKey(
        "subjects.Site", models.PROTECT, related_name="alerts", verbose_name=_("found at")
    )
    operator = models.ForeignKey(
        "subjects.Operator", models.PROTECT, related_name="alerts", verbose_name=_("operator")
    )
    hazard_zh = models.CharField(_("hazard in Chinese"), max_length=400)
    hazard_en = models.CharField(_("hazard in English"), max_length=400)
    hazard_category = models.CharField(_("kind of hazard"), max_length=40)
    recall_class = models.PositiveSmallIntegerField(_("recall class"), choices=RecallClass)
    proposed_class = models.PositiveSmallIntegerField(_("proposed class"), choices=RecallClass)
    class_pack = models.CharField(_("rule pack"), max_length=80)
    class_reason = models.TextField(_("reason for the class"), blank=True)
    grade = models.CharField(_("grade"), max_length=3, choices=Grade, blank=True)
    suggested_grade = models.CharField(
        _("suggested grade"), max_length=3, choices=Grade, blank=True
    )
    grade_facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("facts behind the grade"), default=dict, blank=True
    )
    owner_office = models.ForeignKey(
        "offices.Office", models.PROTECT, related_name="alerts", verbose_name=_("owner office")
    )
    owner_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="alerts_owned",
        verbose_name=_("owner officer"),
    )
    state = models.CharField(_("state"), max_length=10, choices=AlertState)
    opened_at = models.DateTimeField(_("opened"))
    reported_at = models.DateTimeField(_("reported upward"), null=True, blank=True)
    recall_finished_at = models.DateTimeField(_("recall finished"), null=True, blank=True)
    case_filed_at = models.DateTimeField(_("case filed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "year", "serial"], name="alerts_serial_once"
            ),
            # Half of all findings are never followed up elsewhere; here the database refuses.
            models.CheckConstraint(
                condition=~models.Q(state=AlertState.CLOSED)
                | models.Q(
                    recall_finished_at__isnull=False,
                    case_filed_at__isnull=False,
                    closed_at__isnull=False,
                ),
                name="alerts_closed_only_when_followed_up",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page about it."""
        return reverse("alerts:detail", args=[self.pk])

    @property
    def hazard(self) -> str:
        """The hazard in the reader's language."""
        return in_reader_language(self.hazard_zh, self.hazard_en)


class AlertStep(models.Model):
    """One step of the story of an alert; rooms above write theirs down through a service."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="steps", verbose_name=_("alert"))
    code = models.CharField(_("step"), max_length=20, choices=StepCode)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    note_zh = models.TextField(_("in Chinese"), blank=True)
    note_en = models.TextField(_("in English"), blank=True)
    url = models.CharField(_("address"), max_length=200, blank=True)
    entry_id = models.UUIDField(_("ledger entry"))

    class Meta:
        verbose_name = _("step of an alert")
        verbose_name_plural = _("steps of alerts")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.code}"

    @property
    def note(self) -> str:
        """The note in the reader's language."""
        return in_reader_language(self.note_zh, self.note_en)
