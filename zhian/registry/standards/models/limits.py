"""What one edition demands of one substance in one food category."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.models.editions import Edition
from zhian.registry.standards.models.foods import FoodNode
from zhian.registry.standards.models.substances import Substance
from zhian.registry.standards.vocabulary import Grade


class Limit(models.Model):
    """What one edition demands of one substance in one food category.

    `demand` is the limit with its unit and basis as the engine reads it (`≤1.0mg/kg`); `/` means
    that the standard prints none here. `condition` narrows it to part of the category (仅限…).
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="limits")
    substance = models.ForeignKey(Substance, models.PROTECT, related_name="limits")
    node = models.ForeignKey(FoodNode, models.PROTECT, related_name="limits")
    demand = models.CharField(_("limit"), max_length=200)
    clause = models.CharField(_("clause"), max_length=100, blank=True)
    condition = models.CharField(_("only for"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    grade = models.CharField(_("evidence"), max_length=1, choices=Grade)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ["substance__name_zh", "node__code"]
        indexes = [models.Index(fields=["substance", "node"], name="standards_limit_lookup")]

    def __str__(self) -> str:
        return f"{self.substance} {self.shown}"

    @property
    def shown(self) -> str:
        """The limit as people read it."""
        return self.demand if self.demand != NO_DEMAND else str(_("none written"))
