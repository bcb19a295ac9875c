"""Captured events as they were sent, and the rows by which lots and sites are found again.

Events are never changed: a trigger refuses it. The event table is partitioned by the month of
`record_time`; see the first migration.
"""

import json
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.models.captures import CaptureJob
from zhian.chain.events.vocabulary import EventKind, LotRole, PartyRole


class ExactDecoder(json.JSONDecoder):
    """Numbers of a document as they were written, never as binary fractions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class Kind(models.TextChoices):
    """What an event means for a trace, in words."""

    COMMISSION = EventKind.COMMISSION.value, _("produced or registered")
    SHIP = EventKind.SHIP.value, _("shipped")
    RECEIVE = EventKind.RECEIVE.value, _("received")
    TRANSFORM = EventKind.TRANSFORM.value, _("processed")
    AGGREGATE = EventKind.AGGREGATE.value, _("packed")
    DISAGGREGATE = EventKind.DISAGGREGATE.value, _("unpacked")
    OBSERVE = EventKind.OBSERVE.value, _("observed")
    SELL = EventKind.SELL.value, _("sold")
    DESTROY = EventKind.DESTROY.value, _("destroyed")
    RETURN_ = EventKind.RETURN_.value, _("sent back")


class LotRoleName(models.TextChoices):
    """How an event names a lot, in words."""

    EPC = LotRole.EPC.value, _("goods")
    PARENT = LotRole.PARENT.value, _("outer unit")
    CHILD = LotRole.CHILD.value, _("content")
    INPUT = LotRole.INPUT.value, _("ingredient")
    OUTPUT = LotRole.OUTPUT.value, _("product")


class PartyRoleName(models.TextChoices):
    """How an event names a place or party, in words."""

    READ_POINT = PartyRole.READ_POINT.value, _("where it was recorded")
    BIZ_LOCATION = PartyRole.BIZ_LOCATION.value, _("where the goods are")
    SOURCE = PartyRole.SOURCE.value, _("from")
    DESTINATION = PartyRole.DESTINATION.value, _("to")


class Event(models.Model):
    """One event as captured; `document` is the event object, `context` where its prefixes are."""

    event_id = models.CharField(_("event number"), max_length=2048)
    event_hash = models.CharField(max_length=96)
    type = models.CharField(_("type"), max_length=2048)
    action = models.CharField(max_length=8, blank=True)
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind)
    event_time = models.DateTimeField(_("happened"))
    record_time = models.DateTimeField(_("recorded"))
    time_zone_offset = models.CharField(max_length=6)
    biz_step = models.CharField(max_length=2048, blank=True)
    disposition = models.CharField(max_length=2048, blank=True)
    read_point = models.CharField(max_length=2048, blank=True)
    biz_location = models.CharField(max_length=2048, blank=True)
    # where it happened, as a site key; empty when the event names no place
    site = models.CharField(_("site"), max_length=2048, blank=True)
    source_site = models.CharField(max_length=2048, blank=True)
    destination_site = models.CharField(max_length=2048, blank=True)
    declared_wrong = models.BooleanField(default=False)
    job = models.ForeignKey(
        CaptureJob, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    context = models.JSONField(decoder=ExactDecoder)
    document = models.JSONField(decoder=ExactDecoder)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar[list[str]] = ["-event_time", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            HashIndex(fields=["event_id"], name="events_event_by_number"),
            models.Index(
                fields=["event_id"],
                name="events_event_declared",
                condition=models.Q(declared_wrong=True),
            ),
            models.Index(fields=["event_time", "id"], name="events_event_by_time"),
            models.Index(fields=["record_time", "id"], name="events_event_by_recording"),
            GinIndex(
                OpClass(KeyTransform("bizTransactionList", "document"), name="jsonb_path_ops"),
                name="events_event_by_paper",
            ),
            models.Index(fields=["job"], name="events_event_by_job"),
        ]

    def __str__(self) -> str:
        return self.event_id


class EventIdentity(models.Model):
    """Guards that an event is stored once: its hash (32 bytes), one byte more when declared wrong.

    `event_id` is the number its sender gave it, null when it is named by its hash alone.
    """

    identity = models.BinaryField(max_length=33, primary_key=True)
    event_id = models.CharField(max_length=2048, null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["event_id"],
                name="events_identity_by_number",
                condition=models.Q(event_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"ni:///sha-256;{bytes(self.identity)[:32].hex()}?ver=CBV2.0"


class EventLot(models.Model):
    """A lot an event names; found by lot, read with the event's own partition."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="lots", db_constraint=False)
    record_time = models.DateTimeField()
    role = models.CharField(max_length=6, choices=LotRoleName)
    lot = models.CharField(_("lot"), max_length=2048)
    quantity = models.DecimalField(max_digits=80, decimal_places=40, null=True)
    uom = models.CharField(max_length=3, blank=True)
    kg = models.DecimalField(max_digits=24, decimal_places=9, null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # with what a search asks further, that it need not look at the rows themselves
            models.Index(
                fields=["lot", "event"],
                include=["role", "record_time"],
                name="events_lot_by_lot",
            )
        ]

    def __str__(self) -> str:
        return self.lot

    @property
    def amount(self) -> Decimal | None:
        """The quantity without the zeros the column pads it with."""
        if self.quantity is None:
            return None
        text = format(self.quantity, "f")
        return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


class EventParty(models.Model):
    """A place or party an event names, as a site key."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="parties", db_constraint=False)
    record_time = models.DateTimeField()
    role = models.CharField(max_length=12, choices=PartyRoleName)
    kind = models.CharField(max_length=2048, blank=True)
    site = models.CharField(max_length=2048)
    # of the event: a place may have a hundred thousand, and people ask for the latest thirty
    event_time = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["site", "role", "record_time", "event"],
                include=["event_time"],
                name="events_party_by_site",
            )
        ]

    def __str__(self) -> str:
        return self.site
