"""Administrative divisions of the country down to townships, and their dated changes."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.foundation.regions.vocabulary import (
    AreaClass,
    ChangeKind,
    RegionLevel,
    ancestor_codes_of,
    parent_code_of,
)

CODE_FORM = RegexValidator(r"^(\d{2}|\d{4}|\d{6}|\d{9})$", _("2, 4, 6 or 9 digits"))


class RegionQuerySet(models.QuerySet["Region"]):
    def under(self, code: str) -> RegionQuerySet:
        """The region itself and everything below it; an empty code is the whole country."""
        return self.filter(code__startswith=code)

    def real(self) -> RegionQuerySet:
        """Without the bookkeeping nodes that stand where a level does not exist."""
        return self.filter(virtual=False)


class Region(models.Model):
    """One division; its code is its own path, so a subtree is a prefix."""

    code = models.CharField(_("code"), max_length=12, primary_key=True, validators=[CODE_FORM])
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=160)
    level = models.PositiveSmallIntegerField(_("level"), choices=RegionLevel)
    area_class = models.CharField(_("area class"), max_length=12, choices=AreaClass)
    virtual = models.BooleanField(_("bookkeeping node"), default=False)
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["level", "code"], name="regions_level_code"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^(\d{2}|\d{4}|\d{6}|\d{9})$"),
                name="regions_code_form",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en

    @property
    def parent_code(self) -> str:
        """The code one level up; empty above a province."""
        return parent_code_of(self.code)

    @property
    def ancestor_codes(self) -> tuple[str, ...]:
        """Codes from the province down to the parent."""
        return ancestor_codes_of(self.code)

    @property
    def path_names(self) -> tuple[str, ...]:
        """Names from the province down to this region, bookkeeping nodes left out."""
        found = Region.objects.real().filter(code__in=self.ancestor_codes).order_by("code")
        own = () if self.virtual else (self.name,)
        return (*(region.name for region in found), *own)


class RegionChange(models.Model):
    """A division was renamed, recoded, merged or moved on a date; old facts keep the old code."""

    kind = models.CharField(_("kind"), max_length=8, choices=ChangeKind)
    old_code = models.CharField(_("old code"), max_length=12, blank=True)
    new_code = models.CharField(_("new code"), max_length=12, blank=True)
    old_path = models.CharField(_("old name"), max_length=200, blank=True)
    new_path = models.CharField(_("new name"), max_length=200, blank=True)
    on = models.DateField(_("date"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("change of division")
        verbose_name_plural = _("changes of divisions")
        ordering = ["on", "old_path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "old_code", "old_path", "new_code", "new_path"],
                name="regions_change_once",
            )
        ]
        indexes = [
            models.Index(fields=["old_code", "on"], name="regions_change_old"),
            models.Index(fields=["new_code", "on"], name="regions_change_new"),
        ]

    def __str__(self) -> str:
        before, after = self.old_path or self.old_code, self.new_path or self.new_code
        return f"{self.on:%Y-%m-%d} {before} → {after}"
