"""Named queries, who subscribed to them, and what is on its way to whom."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.models.events import ExactDecoder
from zhian.foundation.offices.models import User


class NameKind(models.TextChoices):
    """What a name seen in events is the name of."""

    PREFIX = "prefix", _("prefix of extension fields")
    TYPE = "type", _("event type")
    STEP = "step", _("business step")
    DISPOSITION = "disposition", _("disposition")


class KnownName(models.Model):
    """A prefix or a private word some captured event uses; few rows, noted as events come in."""

    kind = models.CharField(max_length=11, choices=NameKind)
    value = models.CharField(max_length=2048)
    namespace = models.CharField(max_length=2048, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "value", "namespace"], name="events_known_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.value


class NamedQuery(models.Model):
    """A query kept under a name; names belong to the account that gave them."""

    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("query kept by")
    )
    query = models.JSONField(decoder=ExactDecoder)
    prefixes = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("named query")
        verbose_name_plural = _("named queries")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="events_query_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """Somebody wants to be told of events that satisfy a named query."""

    subscription_id = models.UUIDField(unique=True, default=uuid.uuid4)
    query = models.ForeignKey(NamedQuery, models.CASCADE, related_name="subscriptions")
    dest = models.CharField(_("sent to"), max_length=2048)
    signature_token = models.CharField(max_length=500, blank=True)
    # at once, or by the clock: the six fields of the standard
    stream = models.BooleanField(default=False)
    schedule = models.JSONField(null=True)
    report_if_empty = models.BooleanField(default=False)
    initial_record_time = models.DateTimeField()
    epc_format = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(_("created"))
    last_notified_at = models.DateTimeField(_("last told"), null=True)
    next_due = models.DateTimeField(null=True, db_index=True)
    # nothing is sent from then until it goes on; what happens meanwhile waits
    paused_at = models.DateTimeField(_("paused"), null=True)
    # which process holds the socket: the key of the lock it keeps while it lives
    held_by = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return str(self.subscription_id)


class Standing(models.TextChoices):
    """How a subscription fares, as its owner is told."""

    RUNNING = "running", _("in order")
    RETRYING = "retrying", _("not reached, trying again")
    STUCK = "stuck", _("bundles could not be delivered")
    PAUSED = "paused", _("paused")


class DeliveryState(models.TextChoices):
    """Where a bundle of events for a subscriber stands."""

    COLLECTING = "collecting", _("waiting for its hour")
    PENDING = "pending", _("on its way")
    HELD = "held", _("held back while paused")
    DELIVERED = "delivered", _("delivered")
    DEAD = "dead", _("could not be delivered")
    DROPPED = "dropped", _("dropped by hand")


class Delivery(models.Model):
    """A bundle of events for one subscriber; sent again until taken or given up."""

    delivery_id = models.UUIDField(unique=True, default=uuid.uuid4)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState)
    created_at = models.DateTimeField(_("created"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_problem = models.CharField(_("last problem"), max_length=500, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries to subscribers")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=models.Q(state="collecting"),
                name="events_one_collecting_delivery",
            )
        ]

    def __str__(self) -> str:
        return str(self.delivery_id)


class DeliveryEvent(models.Model):
    """One event of a bundle; an event goes to a subscriber once."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="contents")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    # no foreign key: the event table is partitioned
    event_key = models.BigIntegerField()
    record_time = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subscription", "event_key"], name="events_told_once")
        ]

    def __str__(self) -> str:
        return str(self.event_key)


class ClosedToken(models.Model):
    """A nextPageToken its reader gave back; kept until it would have expired anyway."""

    digest = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest
