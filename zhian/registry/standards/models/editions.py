"""Standards and their editions: an edition is imported whole and put in force whole."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhian.kernel.languages import in_reader_language
from zhian.registry.standards.vocabulary import EditionState, Grade, StandardKind


class Standard(models.Model):
    """A standard through all its editions: GB 2762."""

    code = models.CharField(_("standard"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300)
    # a jurisdiction: cn, codex, eu, jp …, or contract:… for what an importer demands (S087)
    market = models.CharField(_("market"), max_length=40, default="cn", db_index=True)
    kind = models.CharField(
        _("kind"), max_length=16, choices=StandardKind, default=StandardKind.OTHER
    )

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


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
    # the published tables it holds: a second table of one edition joins the same draft
    tables = ArrayField(
        models.CharField(max_length=20), verbose_name=_("tables"), default=list, blank=True
    )
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
