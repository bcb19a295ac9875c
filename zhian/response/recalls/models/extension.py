"""What the trace found after a recall began, decided on apart from the first scope (S100)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhian.response.recalls.vocabulary import ExtensionState

DECIDED = [ExtensionState.CONFIRMED, ExtensionState.DECLINED]


class Extension(models.Model):
    """Lines a running recall grows by, once a person says so; at most one waits at a time."""

    recall = models.ForeignKey(
        "recalls.Recall", models.PROTECT, related_name="extensions", verbose_name=_("recall")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=ExtensionState)
    proposed_at = models.DateTimeField(_("proposed"))
    scope_as_of = models.DateTimeField(_("trace as known at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("opinion"), blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["recall_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recall", "number"], name="recalls_extension_number"),
            models.UniqueConstraint(
                fields=["recall"],
                condition=Q(state=ExtensionState.PROPOSED),
                name="recalls_one_extension_waits",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="recalls_extension_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recall} +{self.number}"

    def get_absolute_url(self) -> str:
        """The page of its recall, which leads on while it waits."""
        return self.recall.get_absolute_url()
