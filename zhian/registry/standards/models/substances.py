"""Substances with every name laboratories print for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.languages import in_reader_language


class Substance(models.Model):
    """What is limited: one substance under all the names laboratories print."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    cas = models.CharField(_("CAS number"), max_length=20, blank=True)
    cns = models.CharField(_("CNS number"), max_length=400, blank=True)
    ins = models.CharField(_("INS number"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("substance")
        verbose_name_plural = _("substances")
        ordering = ["name_zh"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


class SubstanceName(models.Model):
    """One printed name; `folded` is the form by which it is found."""

    substance = models.ForeignKey(Substance, models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=300)
    folded = models.CharField(_("folded name"), max_length=300, unique=True)

    class Meta:
        verbose_name = _("name of a substance")
        verbose_name_plural = _("names of substances")
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name
