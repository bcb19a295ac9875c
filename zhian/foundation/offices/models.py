"""Departments, offices, the people in them, and the acts that move work between them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.vocabulary import (
    Language,
    Line,
    OfficeLevel,
    Role,
    TaskGrade,
    UserKind,
)
from zhian.foundation.regions.models import Region

USERNAME_FORM = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{1,31}$",
    _("2 to 32 lower-case letters, digits, dots, hyphens or underscores"),
)


def in_reader_language(zh: str, en: str) -> str:
    """The Chinese text for Chinese readers, the English one for everybody else."""
    return zh if (get_language() or "zh").startswith("zh") else en or zh


class Department(models.Model):
    """A branch of the administration, without territory (质监, 工商, 卫生 …)."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    line = models.CharField(_("line"), max_length=12, choices=Line)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class Task(models.Model):
    """One of the eight tasks of the campaign and the department that owns it (4.3)."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="tasks", verbose_name=_("owner department")
    )
    grade = models.CharField(_("how sure"), max_length=2, choices=TaskGrade)
    source = models.CharField(_("source"), max_length=200)
    targets = models.CharField(_("targets"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class Office(models.Model):
    """A department in a region; no region means the whole country (L0) or a port."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=240)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="offices", verbose_name=_("department")
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="offices",
        verbose_name=_("region"),
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=OfficeLevel)
    superior = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("superior office"),
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["code"]
        indexes = [models.Index(fields=["department", "region"], name="offices_dept_region")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(superior=models.F("id")), name="offices_not_own_superior"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)

    @property
    def region_code(self) -> str:
        """Prefix of the office's subtree; empty for the whole country."""
        return self.region_id or ""


class User(AbstractBaseUser):
    """An account: who acts. Authority comes from the Officer row, never from the account."""

    # Sessions must not write to this table at every login; the ledger knows who came when.
    last_login = None

    username = models.CharField(
        _("user name"), max_length=32, unique=True, validators=[USERNAME_FORM]
    )
    display_name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=UserKind, default=UserKind.OFFICER)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.ZH)
    is_active = models.BooleanField(_("active"), default=True)
    failed_logins = models.PositiveSmallIntegerField(_("failed sign-ins"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)

    objects = BaseUserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def locked_at(self, moment: datetime) -> bool:
        """Whether the account is closed by failed sign-ins at that moment."""
        return self.locked_until is not None and moment < self.locked_until

    def post_on(self, day: date) -> Officer | None:
        """The post held that day, with office, department and region.

        Asked many times in one request: the row found stays with this object.
        """
        if "_officer" not in self.__dict__:
            self.__dict__["_officer"] = (
                Officer.objects.select_related("office__department", "office__region")
                .filter(user=self)
                .first()
            )
        officer: Officer | None = self.__dict__["_officer"]
        return officer if officer is not None and officer.holds_on(day) else None

    def forget_post(self) -> None:
        """Ask again: whoever holds this object must not go on with the former post."""
        self.__dict__.pop("_officer", None)


class Officer(models.Model):
    """The appointment of a user to an office, with the roles that give the authority."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="officer", verbose_name=_("user")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="officers", verbose_name=_("office")
    )
    title_zh = models.CharField(_("Chinese title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=120)
    roles = ArrayField(models.CharField(max_length=3, choices=Role), verbose_name=_("roles"))
    is_head = models.BooleanField(_("head of the office"), default=False)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ["office_id", "-is_head", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["office"],
                condition=models.Q(is_head=True, until__isnull=True),
                name="offices_one_head",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="offices_officer_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def title(self) -> str:
        return in_reader_language(self.title_zh, self.title_en)

    def holds_on(self, day: date) -> bool:
        """Whether the appointment is in force that day."""
        return self.since <= day and (self.until is None or day <= self.until)


class Delegation(models.Model):
    """A dated act by which one office lets another do field work; the first still answers (P1)."""

    from_office = models.ForeignKey(
        Office, models.PROTECT, related_name="delegations_given", verbose_name=_("from office")
    )
    to_office = models.ForeignKey(
        Office, models.PROTECT, related_name="delegations_received", verbose_name=_("to office")
    )
    matter = models.CharField(_("matter"), max_length=200)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    document_ref = models.CharField(_("document"), max_length=120)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(from_office=models.F("to_office")),
                name="offices_delegation_two_offices",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="offices_delegation_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_office} → {self.to_office}"


class ApiToken(models.Model):
    """A bearer token; only its SHA-256 is kept, the token itself is shown once."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("user")
    )
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    label = models.CharField(_("label"), max_length=80)
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"
