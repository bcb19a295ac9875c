"""A case with its evidence and the legal bases that compete for it (rules 3.1, 3.2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.kernel.languages import in_reader_language
from zhian.response.cases.vocabulary import CaseCause, CaseState, EvidenceKind


class Case(models.Model):
    """An administrative case against one operator, born with its evidence."""

    number = models.CharField(_("number"), max_length=80, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    alert = models.ForeignKey(
        "alerts.Alert", models.PROTECT, related_name="cases", verbose_name=_("alert")
    )
    reappearance = models.OneToOneField(
        "recalls.Reappearance",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case",
        verbose_name=_("reappearance"),
    )
    operator = models.ForeignKey(
        "subjects.Operator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("operator"),
    )
    site = models.ForeignKey(
        "subjects.Site",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("place"),
    )
    cause = models.CharField(_("cause"), max_length=14, choices=CaseCause)
    cause_zh = models.TextField(_("cause in Chinese"))
    cause_en = models.TextField(_("cause in English"))
    state = models.CharField(_("state"), max_length=14, choices=CaseState)
    office = models.ForeignKey(
        "offices.Office", models.PROTECT, related_name="cases", verbose_name=_("office")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("case officer"),
    )
    act_on = models.DateField(_("day of the act"))
    opened_at = models.DateTimeField(_("opened"))
    filed_at = models.DateTimeField(_("filed"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    possible_bases: models.JSONField[list[Any], list[Any]] = models.JSONField(
        _("possible legal bases"), default=list
    )
    goods_value_yuan = models.DecimalField(
        _("value of the goods, yuan"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    chosen_basis = models.CharField(_("chosen legal basis"), max_length=60, blank=True)
    choice_reason = models.TextField(_("reason for the choice"), blank=True)
    decision = models.TextField(_("decision"), blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "year", "serial"], name="cases_serial_once"),
            models.UniqueConstraint(
                fields=["alert"],
                condition=models.Q(cause="failed_sample"),
                name="cases_one_a_alert",
            ),
            models.CheckConstraint(
                condition=models.Q(chosen_basis="") | ~models.Q(choice_reason=""),
                name="cases_choice_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page about it."""
        return reverse("cases:detail", args=[self.pk])

    @property
    def cause_text(self) -> str:
        """The cause in the reader's language."""
        return in_reader_language(self.cause_zh, self.cause_en)


class CaseEvidence(models.Model):
    """One piece of the case file, pointing at the frozen record."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=14, choices=EvidenceKind)
    subject_type = models.CharField(_("type of record"), max_length=80)
    subject_id = models.CharField(_("record"), max_length=80)
    label = models.CharField(_("title"), max_length=300)
    url = models.CharField(_("address"), max_length=300, blank=True)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["case_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "subject_type", "subject_id"], name="cases_evidence_once"
            )
        ]

    def __str__(self) -> str:
        return self.label
