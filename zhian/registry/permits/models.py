"""Instruments of market access and every change of their state."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Office
from zhian.registry.permits.vocabulary import InstrumentState, Step
from zhian.registry.subjects.models import Operator, Site


class Instrument(models.Model):
    """A licence, certificate, filing or pledge; who issues it, supervises and answers (P1)."""

    type_code = models.CharField(_("type"), max_length=40)
    number = models.CharField(_("number"), max_length=60)
    operator = models.ForeignKey(
        Operator, models.PROTECT, related_name="instruments", verbose_name=_("holder")
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="instruments",
        verbose_name=_("site"),
    )
    scope = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("scope")
    )
    issuing_office = models.ForeignKey(
        Office, models.PROTECT, related_name="instruments_issued", verbose_name=_("issuing office")
    )
    accountable_office = models.ForeignKey(
        Office,
        models.PROTECT,
        related_name="instruments_answered_for",
        verbose_name=_("accountable office"),
    )
    acting_office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="instruments_acted_on",
        verbose_name=_("acting office"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=InstrumentState, default=InstrumentState.VALID
    )

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["site", "type_code"], name="permits_instrument_site"),
            models.Index(fields=["operator", "type_code"], name="permits_instrument_holder"),
            models.Index(fields=["valid_to"], name="permits_instrument_end"),
        ]
        constraints = [
            # a number belongs to one instrument, also after its end
            models.UniqueConstraint(fields=["type_code", "number"], name="permits_number_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="permits_instrument_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def expired_on(self, day: date) -> bool:
        """Whether its time had run out before that day."""
        return self.valid_to is not None and self.valid_to < day


class StatusChange(models.Model):
    """One step of an instrument's life, with the day it took effect and its ledger entry."""

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="changes", verbose_name=_("permit")
    )
    step = models.CharField(_("step"), max_length=8, choices=Step)
    state = models.CharField(_("state after"), max_length=9, choices=InstrumentState)
    on = models.DateField(_("effective on"))
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    entry_id = models.UUIDField(_("ledger entry"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["instrument_id", "on", "pk"]
        indexes = [models.Index(fields=["instrument", "on"], name="permits_change_on")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.step} {self.on}"
