"""Operators and sites as they are, licensed or not, and who answers for each site."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Office, Officer, User
from zhian.foundation.regions.models import Region
from zhian.registry.subjects.vocabulary import ChainLink, FoundBy, LicenceState, OperatorKind

INCLUSIVE = Value("[]")


class Operator(models.Model):
    """Whoever produces, moves, sells or serves; first responsible for its goods."""

    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=240, blank=True)
    former_names = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name=_("former names")
    )
    uscc = models.CharField(
        _("unified social credit code"), max_length=18, null=True, blank=True, unique=True
    )
    kind = models.CharField(_("kind"), max_length=12, choices=OperatorKind)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="operators", verbose_name=_("region")
    )
    address = models.CharField(_("address"), max_length=240, blank=True)
    first_responsible = models.CharField(_("first responsible person"), max_length=60)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    found_by = models.CharField(_("found by"), max_length=8, choices=FoundBy)
    found_at = models.DateField(_("found on"))
    registered_at = models.DateTimeField(_("registered"))
    township_office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name=_("township office"),
    )
    licence_state = models.CharField(
        _("licences"), max_length=10, choices=LicenceState, default=LicenceState.UNKNOWN
    )
    # every name, the credit code and pinyin in lower case: what one search field looks into
    search_text = models.TextField(editable=False)

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["region", "kind"], name="subjects_operator_place"),
            models.Index(fields=["licence_state"], name="subjects_operator_licence"),
        ]
        constraints = [
            # P5: the township or street answers for the workshops of its territory
            models.CheckConstraint(
                condition=~Q(kind=OperatorKind.WORKSHOP) | Q(township_office__isnull=False),
                name="subjects_workshop_has_township",
                violation_error_message=_("A workshop needs a township office that answers."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no other."""
        return (
            self.name_zh
            if (get_language() or "zh").startswith("zh")
            else self.name_en or self.name_zh
        )


class Site(models.Model):
    """A place where an operator does one link of the chain."""

    operator = models.ForeignKey(
        Operator, models.PROTECT, related_name="sites", verbose_name=_("operator")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=240, blank=True)
    # how events name the place: an SGLN URN, or our own URN for places nobody gave a GLN
    sgln = models.CharField(_("site number"), max_length=120, unique=True)
    link = models.CharField(_("link of the chain"), max_length=20, choices=ChainLink)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="sites", verbose_name=_("region")
    )
    address = models.CharField(_("address"), max_length=240, blank=True)
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
    )
    keeps_ledger = models.BooleanField(_("keeps a purchase ledger"), default=False)
    sale_area = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("limited sale area"),
    )
    active = models.BooleanField(_("active"), default=True)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["pk"]
        indexes = [models.Index(fields=["region", "link"], name="subjects_site_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(active=True, closed_on__isnull=True)
                | Q(active=False, closed_on__isnull=False, closed_on__gte=F("opened_on")),
                name="subjects_site_closed_when_inactive",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="subjects_site_place_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no other."""
        return (
            self.name_zh
            if (get_language() or "zh").startswith("zh")
            else self.name_en or self.name_zh
        )


class Supervision(models.Model):
    """Office and named officer who answer for a site from a day to a day, both inclusive."""

    site = models.ForeignKey(
        Site, models.PROTECT, related_name="supervisions", verbose_name=_("site")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="supervisions", verbose_name=_("office")
    )
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="supervisions", verbose_name=_("officer")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("supervision")
        verbose_name_plural = _("supervisions")
        ordering = ["site_id", "-since"]
        indexes = [models.Index(fields=["officer", "until"], name="subjects_supervision_officer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="subjects_supervision_dates",
            ),
            # the site as a one-number range: core GiST knows ranges, so no extension is needed
            ExclusionConstraint(
                name="subjects_one_supervision_at_a_time",
                expressions=[
                    (
                        Func(F("site"), F("site"), INCLUSIVE, function="int8range"),
                        "&&",
                    ),
                    (
                        Func(F("since"), F("until"), INCLUSIVE, function="daterange"),
                        "&&",
                    ),
                ],
                violation_error_message=_("Another officer answers for this site at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} – {self.officer}"


class OperatorClerk(models.Model):
    """An account that speaks for an operator: acknowledges notices, reports stock."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="operator_clerk", verbose_name=_("user")
    )
    operator = models.ForeignKey(
        Operator, models.PROTECT, related_name="clerks", verbose_name=_("operator")
    )
    role = models.CharField(_("role"), max_length=60)

    class Meta:
        verbose_name = _("operator's clerk")
        verbose_name_plural = _("operators' clerks")
        ordering = ["operator_id", "pk"]

    def __str__(self) -> str:
        return f"{self.user} ({self.operator})"
