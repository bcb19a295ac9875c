"""Responsibility traces, their lines, and the signals that ask for a person's decision."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.oversight.accountability.vocabulary import (
    SENTENCES,
    Column,
    Deed,
    SignalState,
    Trigger,
)


def say(code: str, values: dict[str, Any]) -> str:
    """The sentence of a code in the reader's language."""
    ending = "_zh" if (get_language() or "zh").startswith("zh") else "_en"
    chosen: dict[str, Any] = {}
    for key, value in values.items():
        if key.endswith(ending):
            chosen[key[:-3]] = value
        elif not key.endswith(("_zh", "_en")):
            chosen[key] = str(SENTENCES["not_yet"]) if value is None else value
    return str(SENTENCES[code]) % chosen


class ResponsibilityTrace(models.Model):
    """The picture of who answers for an alert, as known at one moment."""

    alert = models.ForeignKey("alerts.Alert", models.PROTECT, related_name="responsibility_traces")
    built_at = models.DateTimeField(_("built"))
    on = models.DateField(_("day in question"))
    sites = models.PositiveIntegerField(_("places"))
    entry_id = models.UUIDField(_("ledger entry"))

    class Meta:
        verbose_name = _("responsibility trace")
        verbose_name_plural = _("responsibility traces")
        ordering = ["-built_at", "-pk"]
        indexes = [models.Index(fields=["alert", "-built_at"], name="accountability_newest")]

    def __str__(self) -> str:
        return f"{self.alert} {self.built_at:%Y-%m-%d %H:%M}"


class Line(models.Model):
    """One statement about one party at one link, with the evidence it stands on."""

    trace = models.ForeignKey(ResponsibilityTrace, models.CASCADE, related_name="lines")
    link = models.CharField(_("link"), max_length=24)
    tier = models.SmallIntegerField(_("tier"))
    site = models.ForeignKey(
        "subjects.Site", models.PROTECT, null=True, related_name="+", verbose_name=_("place")
    )
    site_key = models.CharField(max_length=200, blank=True)
    column = models.CharField(_("column"), max_length=10, choices=Column)
    deed = models.CharField(_("deed"), max_length=20, choices=Deed)
    sentence = models.CharField(max_length=30)
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    office = models.ForeignKey("offices.Office", models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), null=True)
    evidence_type = models.CharField(max_length=60)
    evidence_id = models.CharField(max_length=60)
    doubtful = models.BooleanField(_("calls for a look"), default=False)

    class Meta:
        verbose_name = _("line of a responsibility trace")
        verbose_name_plural = _("lines of a responsibility trace")
        ordering = ["tier", "site_key", "column", "pk"]
        indexes = [models.Index(fields=["trace", "link", "column"], name="accountability_by_link")]

    def __str__(self) -> str:
        return self.statement

    @property
    def statement(self) -> str:
        """The sentence in the reader's language."""
        return say(self.sentence, self.values)


class Signal(models.Model):
    """A trigger that seems to be met; a named person decides, with a reason (4.5)."""

    trace = models.ForeignKey(ResponsibilityTrace, models.PROTECT, related_name="signals")
    alert = models.ForeignKey("alerts.Alert", models.PROTECT, related_name="signals")
    trigger = models.CharField(_("trigger"), max_length=3, choices=Trigger)
    office = models.ForeignKey(
        "offices.Office", models.PROTECT, null=True, related_name="+", verbose_name=_("office")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("officer"),
    )
    sentence = models.CharField(max_length=30)
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    evidence: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField(default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=SignalState, default=SignalState.OPEN
    )
    opened_at = models.DateTimeField(_("opened"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "trigger", "office", "officer"],
                condition=~models.Q(trigger="A4"),
                nulls_distinct=False,
                name="accountability_signal_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=SignalState.OPEN)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~models.Q(reason=""),
                name="accountability_decided_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def statement(self) -> str:
        """The sentence in the reader's language."""
        return say(self.sentence, self.values)
