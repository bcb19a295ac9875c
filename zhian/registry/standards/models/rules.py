"""Which items a plan of sampling inspections tests in which food, by which standard and method."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.registry.standards.models.editions import Edition


class InspectionItem(models.Model):
    """One row of the inspection rules: an item to test in a food (S037, limits/README)."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="inspection_items")
    big_category = models.CharField(_("food class"), max_length=80)
    sub_category = models.CharField(_("food"), max_length=160)
    table = models.CharField(_("table"), max_length=20, blank=True)
    number = models.CharField(_("number"), max_length=10, blank=True)
    item = models.CharField(_("item"), max_length=300)
    item_folded = models.CharField(_("folded item"), max_length=300, db_index=True)
    standard = models.CharField(_("judged by"), max_length=300, blank=True)
    method = models.CharField(_("method"), max_length=400, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("item to inspect")
        verbose_name_plural = _("items to inspect")
        ordering = ["edition", "pk"]

    def __str__(self) -> str:
        return f"{self.sub_category} {self.item}"


class FunctionalClass(models.Model):
    """What an additive is used for (GB 2760 appendix D)."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name_zh = models.CharField(_("function"), max_length=60, unique=True)
    definition_zh = models.CharField(_("definition"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("functional class")
        verbose_name_plural = _("functional classes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_zh
