"""What one edition demands of one substance in one food category."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.models.editions import Edition
from zhian.registry.standards.models.foods import FoodNode
from zhian.registry.standards.models.substances import Substance
from zhian.registry.standards.vocabulary import Basis, Grade, LimitUse, Operator

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _number(label: "StrOrPromise") -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(label, max_digits=36, decimal_places=18, null=True, blank=True)


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
    table = models.CharField(_("table"), max_length=20, blank=True)
    use = models.CharField(_("meaning"), max_length=12, choices=LimitUse, default=LimitUse.CONTENT)
    exceptions = models.CharField(_("except"), max_length=500, blank=True)
    # its own interval where it differs from its edition's (a table amended line by line)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force to"), null=True, blank=True)
    # `demand` as columns (engine/measures.py writes them); base_* in base units of `quantity`
    operator = models.CharField(_("operator"), max_length=12, choices=Operator, blank=True)
    lower = _number(_("at least"))
    upper = _number(_("at most"))
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    basis = models.CharField(_("basis"), max_length=16, choices=Basis, blank=True)
    quantity = models.CharField(_("quantity"), max_length=80, blank=True)
    base_lower = _number(_("at least, in base units"))
    base_upper = _number(_("at most, in base units"))
    samples = models.PositiveSmallIntegerField("n", null=True, blank=True)
    may_exceed = models.PositiveSmallIntegerField("c", null=True, blank=True)
    ceiling = _number("M")
    method_limit = models.CharField(_("detection limit of the method"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ["substance__name_zh", "node__code"]
        indexes = [
            models.Index(fields=["substance", "node"], name="standards_limit_lookup"),
            models.Index(fields=["edition", "substance"], name="standards_limit_edition"),
            # counting what is printed reads this index alone
            models.Index(
                fields=["edition"], condition=~models.Q(demand=NO_DEMAND), name="standards_printed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substance} {self.shown}"

    @property
    def shown(self) -> str:
        """The limit as people read it."""
        return self.demand if self.demand != NO_DEMAND else str(_("none written"))

    @property
    def binds_from(self) -> date:
        """The first day of production it binds."""
        return self.effective_from or self.edition.effective_from

    @property
    def binds_until(self) -> date | None:
        """The last day of production it binds; None while none is known."""
        return self.effective_to or self.edition.effective_to
