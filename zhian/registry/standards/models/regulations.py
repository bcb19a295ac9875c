"""The library of law: instruments, their texts through time, single articles (S132)."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhian.kernel.languages import in_reader_language
from zhian.registry.standards.vocabulary import Grade, RegulationKind


class Regulation(models.Model):
    """One piece of law through all its versions; `names` are how citations call it."""

    code = models.CharField(_("key"), max_length=60, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=16, choices=RegulationKind)
    issuer_zh = models.CharField(_("issued by"), max_length=200, blank=True)
    document = models.CharField(_("document number"), max_length=100, blank=True)
    names = ArrayField(models.CharField(max_length=200), verbose_name=_("names"), default=list)

    class Meta:
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


class RegulationVersion(models.Model):
    """A text of the law and the days on which it bound."""

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="versions")
    label = models.CharField(_("version"), max_length=60)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force to"), null=True, blank=True)
    grade = models.CharField(_("evidence"), max_length=1, choices=Grade)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("version of a regulation")
        verbose_name_plural = _("versions of a regulation")
        ordering = ["regulation__code", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["regulation", "effective_from"], name="standards_version_once"
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="standards_version_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regulation_id} {self.label}"

    @property
    def name(self) -> str:
        """The label in the reader's language; a shipped one is written `中文 / English`."""
        zh, _slash, en = self.label.partition(" / ")
        return in_reader_language(zh, en)

    def in_force(self, on: date) -> bool:
        """Whether it bound on the day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


class Article(models.Model):
    """What one article of a version says, as far as somebody read it."""

    version = models.ForeignKey(RegulationVersion, models.CASCADE, related_name="articles")
    number = models.PositiveSmallIntegerField(_("article"))
    text_zh = models.TextField(_("Chinese text"))
    text_en = models.TextField(_("English text"), blank=True)
    grade = models.CharField(_("evidence"), max_length=1, choices=Grade)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="standards_article_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}:{self.number}"

    @property
    def text(self) -> str:
        """What it says, in the reader's language."""
        return in_reader_language(self.text_zh, self.text_en)
