"""Comparisons of limits, stored whole so that every count opens to its rows; made anew at will."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.registry.standards.models.foods import FoodNode
from zhian.registry.standards.models.limits import Limit
from zhian.registry.standards.models.substances import Substance
from zhian.registry.standards.vocabulary import NOT_COMPARABLE_REASONS, Finding


class FoodMapping(models.Model):
    """A food category of one tree that stands for one of another; an officer says so, no guess."""

    ours = models.ForeignKey(FoodNode, models.CASCADE, related_name="mapped_to")
    theirs = models.ForeignKey(FoodNode, models.CASCADE, related_name="mapped_from")
    source = models.CharField(_("source"), max_length=300, blank=True)
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("mapping of food categories")
        verbose_name_plural = _("mappings of food categories")
        ordering = ["theirs", "ours"]
        constraints = [
            models.UniqueConstraint(fields=["ours", "theirs"], name="standards_mapping_once"),
            models.CheckConstraint(
                condition=~Q(ours=F("theirs")), name="standards_mapping_two_foods"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ours} = {self.theirs}"


class Comparison(models.Model):
    """Our limits held against another market's on one day; `market` cn: against themselves."""

    market = models.CharField(_("market"), max_length=40, unique=True)
    on = models.DateField(_("for goods produced on"))
    made_at = models.DateTimeField(_("compared at"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    editions = models.CharField(_("editions compared"), max_length=64)
    our_limits = models.PositiveIntegerField(_("our limits"))
    our_substances = models.PositiveIntegerField(_("our substances"))
    their_limits = models.PositiveIntegerField(_("their limits"))
    their_substances = models.PositiveIntegerField(_("their substances"))

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["market"]

    def __str__(self) -> str:
        return f"cn – {self.market}" if self.market != "cn" else "cn"


class ComparisonLine(models.Model):
    """One limit of ours beside one of theirs (or of ours); `ratio`: ours is so many times laxer."""

    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="lines")
    finding = models.CharField(_("finding"), max_length=16, choices=Finding)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    ratio = models.FloatField(_("times laxer"), null=True)
    substance = models.ForeignKey(Substance, models.CASCADE, related_name="+")
    ours = models.ForeignKey(Limit, models.CASCADE, null=True, related_name="+")
    theirs = models.ForeignKey(Limit, models.CASCADE, null=True, related_name="+")
    our_node = models.ForeignKey(FoodNode, models.CASCADE, null=True, related_name="+")
    their_node = models.ForeignKey(FoodNode, models.CASCADE, null=True, related_name="+")
    # their default, where it stands in for a limit of their own
    uniform = models.CharField(_("default limit"), max_length=100, blank=True)
    uniform_clause = models.CharField(_("clause of the default limit"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line of a comparison")
        verbose_name_plural = _("lines of a comparison")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["comparison", "finding", "-ratio"], name="standards_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.substance}: {Finding(self.finding).label}"

    @property
    def why(self) -> str:
        """Why there is no answer, in words."""
        return str(NOT_COMPARABLE_REASONS.get(self.reason, self.reason))


class UnlimitedItem(models.Model):
    """A sampled item for which the library holds no limit: what laboratories ask in vain (B69)."""

    item = models.CharField(_("test item"), max_length=200)
    product = models.CharField(_("product"), max_length=200)
    market = models.CharField(_("market"), max_length=40, default="cn")
    reason = models.CharField(_("reason"), max_length=40)
    times = models.PositiveIntegerField(_("times"), default=1)
    first_on = models.DateField(_("first"))
    last_on = models.DateField(_("last"))

    class Meta:
        verbose_name = _("sampled item without limit")
        verbose_name_plural = _("sampled items without limit")
        ordering = ["-times", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "product", "market", "reason"], name="standards_unlimited_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} / {self.product}"

    def seen(self, on: date) -> None:
        """Count one more sample."""
        self.times += 1
        self.last_on = max(self.last_on, on)
