"""Substances with every name laboratories print for them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.languages import in_reader_language
from zhian.registry.standards.vocabulary import SubstanceKind


class Substance(models.Model):
    """What is limited: one substance under all the names laboratories print."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    cas = models.CharField(_("CAS number"), max_length=20, blank=True)
    e_number = models.CharField(_("E number"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=SubstanceKind, blank=True)
    # what the residue is made of, in the words of the standard: "sum of carbofuran and …"
    residue_zh = models.CharField(_("residue definition"), max_length=500, blank=True)
    residue_en = models.CharField(_("residue definition (English)"), max_length=500, blank=True)
    # functions of an additive: 防腐剂, 着色剂 …
    functions = ArrayField(
        models.CharField(max_length=40), verbose_name=_("functions"), default=list, blank=True
    )
    cns = models.CharField(_("CNS number"), max_length=400, blank=True)
    ins = models.CharField(_("INS number"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("substance")
        verbose_name_plural = _("substances")
        ordering = ["name_zh"]
        # the look-up list stands in this order
        indexes = [models.Index(fields=["name_zh", "id"], name="standards_substance_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


class ResidueComponent(models.Model):
    """One component of a residue defined as a sum, and its weight in it (S127).

    `factor` turns the component's amount into the substance the residue is expressed as.
    """

    substance = models.ForeignKey(Substance, models.CASCADE, related_name="components")
    component = models.ForeignKey(Substance, models.PROTECT, related_name="counted_in")
    factor = models.DecimalField(_("factor"), max_digits=12, decimal_places=6, default=1)

    class Meta:
        verbose_name = _("component of a residue")
        verbose_name_plural = _("components of residues")
        ordering = ["substance", "component"]
        constraints = [
            models.UniqueConstraint(
                fields=["substance", "component"], name="standards_component_once"
            ),
            models.CheckConstraint(
                condition=models.Q(factor__gt=0), name="standards_component_factor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} × {self.factor.normalize()}"


class SubstanceName(models.Model):
    """One printed name; `folded` is the form by which it is found."""

    substance = models.ForeignKey(Substance, models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=300)
    pinyin = models.CharField(_("pinyin"), max_length=400, blank=True)
    folded = models.CharField(_("folded name"), max_length=300, unique=True)

    class Meta:
        verbose_name = _("name of a substance")
        verbose_name_plural = _("names of substances")
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name
