"""A recall and the scope the trace proposed for it (S100)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing.vocabulary import ReasonWord
from zhian.kernel.languages import in_reader_language
from zhian.response.alerts.vocabulary import RecallClass
from zhian.response.recalls.vocabulary import SAMPLED_HERE, RecallState, Ring


class Recall(models.Model):
    """The taking back of everything the trace reached from one lot."""

    alert = models.OneToOneField(
        "alerts.Alert", models.PROTECT, related_name="recall", verbose_name=_("alert")
    )
    source_lot = models.CharField(_("source lot"), max_length=200)
    recall_class = models.PositiveSmallIntegerField(_("recall class"), choices=RecallClass)
    state = models.CharField(_("state"), max_length=10, choices=RecallState)
    reason_zh = models.TextField(_("reason in Chinese"))
    reason_en = models.TextField(_("reason in English"))
    proposed_at = models.DateTimeField(_("proposed"))
    scope_as_of = models.DateTimeField(_("trace as known at"))
    gap_count = models.PositiveIntegerField(_("gaps in the trace"), default=0)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recalls_confirmed",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirm_reason = models.TextField(_("opinion"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    finish_note = models.TextField(_("summary"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=RecallState.PROPOSED)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="recalls_confirmed_by_a_person",
            )
        ]

    def __str__(self) -> str:
        return self.alert.number

    def get_absolute_url(self) -> str:
        """The page about it."""
        return reverse("recalls:detail", args=[self.pk])

    @property
    def reason(self) -> str:
        """The reason in the reader's language."""
        return in_reader_language(self.reason_zh, self.reason_en)


class ScopeLine(models.Model):
    """One lot at one holder that the trace reached, with the reason in words."""

    recall = models.ForeignKey(
        Recall, models.PROTECT, related_name="lines", verbose_name=_("recall")
    )
    extension = models.ForeignKey(
        "recalls.Extension",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("extension"),
    )
    site_key = models.CharField(_("place key"), max_length=200)
    site = models.ForeignKey(
        "subjects.Site",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
    )
    operator = models.ForeignKey(
        "subjects.Operator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("operator"),
    )
    lot_key = models.CharField(_("lot"), max_length=200, db_index=True)
    product = models.ForeignKey(
        "products.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    ring = models.CharField(_("ring"), max_length=4, choices=Ring)
    tier = models.PositiveSmallIntegerField(_("tier"))
    kg_received = models.DecimalField(
        _("received, kg"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    kg_on_hand = models.DecimalField(
        _("on hand, kg"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    kg_of_source = models.DecimalField(
        _("of the source lot, kg"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    reason = models.TextField(_("why in scope"))
    event_ids = ArrayField(models.CharField(max_length=200), verbose_name=_("events"))
    included = models.BooleanField(_("included"), default=True)
    excluded_reason = models.TextField(_("why left out"), blank=True)

    class Meta:
        verbose_name = _("line of scope")
        verbose_name_plural = _("scope")
        ordering = ["recall_id", "tier", "site_key", "lot_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "extension", "site_key", "lot_key"],
                nulls_distinct=False,
                name="recalls_line_once",
            ),
            models.CheckConstraint(
                condition=models.Q(included=True) | ~models.Q(excluded_reason=""),
                name="recalls_exclusion_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_key} {self.lot_key}"

    @property
    def reason_text(self) -> str:
        """Why the line is in scope, in words."""
        if self.reason == SAMPLED_HERE:
            return gettext("the sample was drawn here")
        return str(ReasonWord(self.reason).label)

    @property
    def is_unregistered(self) -> bool:
        """The trace names a place that nobody has registered."""
        return self.site_id is None
