"""Standards, their editions, the food trees, substances with all their names, and the limits."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.vocabulary import EditionState, Grade


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


class Standard(models.Model):
    """A standard through all its editions: GB 2762."""

    code = models.CharField(_("standard"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300)
    market = models.CharField(_("market"), max_length=8, default="cn")

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if _in_english() else self.name_zh


class Edition(models.Model):
    """One edition of a standard; a corrected import of it is a new revision, never an edit."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="editions")
    code = models.CharField(_("edition"), max_length=60)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EditionState)
    grade = models.CharField(_("evidence"), max_length=1, choices=Grade)
    source = models.CharField(_("source"), max_length=300, blank=True)
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["standard__code", "-effective_from", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="standards_edition_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state=EditionState.ACTIVE),
                name="standards_edition_active_once",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="standards_edition_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def in_force(self, on: date) -> bool:
        """Whether goods produced on the day are bound by it."""
        return (
            self.state == EditionState.ACTIVE
            and self.effective_from <= on
            and (self.effective_to is None or on <= self.effective_to)
        )


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
        return (self.name_en if _in_english() else "") or self.name_zh


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


class FoodNode(models.Model):
    """One food category in one standard's own tree; `words` lead a product to it."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="nodes")
    code = models.CharField(_("food code"), max_length=160)
    name_zh = models.CharField(_("Chinese name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # the number of the category in GB 2760 table A.2: general permissions leave these out
    exclusion_number = models.PositiveSmallIntegerField(_("number in table A.2"), null=True)
    words = ArrayField(models.CharField(max_length=200), verbose_name=_("words"), default=list)

    class Meta:
        verbose_name = _("food category")
        verbose_name_plural = _("food categories")
        ordering = ["standard", "code"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="standards_node_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return (self.name_en if _in_english() else "") or self.name_zh


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
