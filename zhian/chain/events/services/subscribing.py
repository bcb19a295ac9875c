"""Subscriptions: made, ended, filled as events come in, sent until taken or given up.

An event goes to a subscriber once: what matches is found by the reaction to its capture (and once
more after subscribing), and a row per subscription and event refuses the second time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhian.chain.events import policies
from zhian.chain.events.engine.grammar.formats import EpcFormat
from zhian.chain.events.engine.schedule import BadSchedule, next_after, read_schedule
from zhian.chain.events.models import (
    CaptureJob,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Event,
    Subscription,
)
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.services.destinations import check_form
from zhian.chain.events.vocabulary.problems import NoSuchQuery, WrongControls
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.use_cases import record, use_case

# a subscriber who listens at a websocket: bundles are fetched, not sent
SOCKET = "websocket:"
PER_BUNDLE = 1_000
MOST_ATTEMPTS = 8
MOST_SUBSCRIPTIONS = 200


@dataclass(frozen=True, slots=True)
class Controls:
    """What a subscriber asks for."""

    dest: str
    stream: bool = False
    schedule: Mapping[str, object] | None = None
    report_if_empty: bool = False
    signature_token: str = ""
    initial_record_time: datetime | None = None
    epc_format: str = ""


@use_case("events.subscription.made")
def subscribe(*, acting_user: User, name: str, controls: Controls) -> Subscription:
    """Tell somebody of events that satisfy a kept query, at once or by a schedule."""
    require(policies.can_subscribe(acting_user))
    query = reading.named_query(acting_user, name)
    _check(controls)
    if query.subscriptions.count() >= MOST_SUBSCRIPTIONS:
        raise WrongControls(_("This query has too many subscriptions already."))
    now = clock.now()
    made = Subscription.objects.create(
        query=query,
        dest=controls.dest,
        signature_token=controls.signature_token,
        stream=controls.stream,
        schedule=dict(controls.schedule) if controls.schedule else None,
        report_if_empty=controls.report_if_empty,
        initial_record_time=controls.initial_record_time or now,
        epc_format=controls.epc_format,
        created_at=now,
        next_due=_due_after(controls.schedule, now),
    )
    record(made, query=name, dest=controls.dest, stream=controls.stream)
    # after the commit: what was captured while this was being written
    app.configure_task("events.catch_up", queue="subscriptions").defer(subscription=made.pk)
    return made


def _check(controls: Controls) -> None:
    if controls.stream == bool(controls.schedule):
        raise WrongControls(_("Either stream is true or a schedule is given, not both."))
    if controls.epc_format and controls.epc_format not in list(EpcFormat):
        raise WrongControls(_("The format of EPCs is not one of the standard."))
    if controls.dest != SOCKET:
        check_form(controls.dest)


def _due_after(schedule: Mapping[str, object] | None, at: datetime) -> datetime | None:
    if not schedule:
        return None
    try:
        return next_after(read_schedule(schedule), at.astimezone(clock.BEIJING))
    except BadSchedule as fault:
        raise WrongControls(
            _("The schedule cannot be read: %(name)s.") % {"name": fault.name}
        ) from fault


@use_case("events.subscription.ended")
def unsubscribe(*, acting_user: User, name: str, subscription_id: str) -> None:
    """End a subscription; what is on its way is not sent any more."""
    found = reading.subscription(acting_user, name, subscription_id)
    record(found, query=name)
    found.delete()


@use_case("events.sockets.ended")
def end_left_sockets(*, acting_user: User) -> int:
    """End the subscriptions of sockets whose process is gone; how many."""
    left = Subscription.objects.filter(dest=SOCKET)
    count = left.count()
    left.delete()
    record("events.subscription:sockets", ended=count)
    return count


@use_case("events.subscribers.told")
def tell_subscribers(*, acting_user: User, capture_id: UUID) -> int:
    """Put the events of a capture job into the bundles of those who want them; how many."""
    job = CaptureJob.objects.get(capture_id=capture_id)
    told = 0
    for one in Subscription.objects.select_related("query__owner").order_by("pk"):
        told += _bundle(one, reading.wanted(one, job=job))
    record(job, told=told)
    return told


@use_case("events.subscription.caught_up")
def catch_up(*, acting_user: User, subscription_pk: int) -> int:
    """Bundle what was recorded since the beginning a subscriber asked for; how many."""
    found = _by_key(subscription_pk)
    told = _bundle(found, reading.wanted(found))
    record(found, told=told)
    return told


def _by_key(pk: int) -> Subscription:
    found = Subscription.objects.select_related("query__owner").filter(pk=pk).first()
    if found is None:
        raise NoSuchQuery
    return found


def _bundle(one: Subscription, events: Iterable[Event]) -> int:
    """Bundle events this subscriber has not had; one event is never told twice."""
    rows = list(
        events.order_by("record_time", "pk").values_list("pk", "record_time")  # type: ignore[attr-defined]
    )
    had = set(
        DeliveryEvent.objects.filter(
            subscription=one, event_key__in=[pk for pk, _at in rows]
        ).values_list("event_key", flat=True)
    )
    fresh = [row for row in rows if row[0] not in had]
    for start in range(0, len(fresh), PER_BUNDLE):
        _fill(one, fresh[start : start + PER_BUNDLE])
    return len(fresh)


def _fill(one: Subscription, rows: list[tuple[int, datetime]]) -> None:
    if one.stream:
        target = _new_delivery(one, DeliveryState.PENDING)
    else:
        target, _made = Delivery.objects.get_or_create(
            subscription=one,
            state=DeliveryState.COLLECTING,
            defaults={"created_at": clock.now()},
        )
    DeliveryEvent.objects.bulk_create(
        [
            DeliveryEvent(delivery=target, subscription=one, event_key=pk, record_time=at)
            for pk, at in rows
        ],
        ignore_conflicts=True,
    )
    if one.stream:
        send_later(one, target)


def _new_delivery(one: Subscription, state: DeliveryState) -> Delivery:
    return Delivery.objects.create(subscription=one, state=state, created_at=clock.now())


def send_later(one: Subscription, delivery: Delivery, *, wait: int = 0) -> None:
    """Have the worker send a bundle; sockets fetch theirs."""
    if one.dest != SOCKET:
        task = app.configure_task(
            "events.deliver", queue="subscriptions", schedule_in={"seconds": wait}
        )
        task.defer(delivery=delivery.pk)


@use_case("events.subscription.reported")
def report(*, acting_user: User, subscription_pk: int, due: datetime) -> None:
    """Send what was collected by a scheduled moment; a moment is reported once."""
    found = _by_key(subscription_pk)
    found = Subscription.objects.select_for_update().get(pk=found.pk)
    if found.schedule is None or found.next_due != due:
        record(found, already=str(found.next_due))
        return
    collected = Delivery.objects.filter(subscription=found, state=DeliveryState.COLLECTING).first()
    if collected is None and found.report_if_empty:
        collected = _new_delivery(found, DeliveryState.COLLECTING)
    if collected is not None:
        collected.state = DeliveryState.PENDING
        collected.save(update_fields=["state"])
        send_later(found, collected)
    found.next_due = _due_after(found.schedule, max(due, clock.now() - timedelta(seconds=1)))
    found.save(update_fields=["next_due"])
    record(found, due=due, empty=collected is None)


@use_case("events.delivery.taken")
def note_taken(*, acting_user: User, delivery_pk: int) -> None:
    """The subscriber has the bundle."""
    found = Delivery.objects.select_for_update().get(pk=delivery_pk)
    now = clock.now()
    found.state, found.delivered_at = DeliveryState.DELIVERED, now
    found.attempts += 1
    found.last_problem = ""
    found.save()
    Subscription.objects.filter(pk=found.subscription_id).update(last_notified_at=now)
    record(found, attempts=found.attempts)


@use_case("events.delivery.failed")
def note_failed(*, acting_user: User, delivery_pk: int, problem: str) -> None:
    """The subscriber did not take it: try later, longer each time; after the last time give up."""
    found = Delivery.objects.select_for_update().get(pk=delivery_pk)
    found.attempts += 1
    found.last_problem = problem[:500]
    if found.attempts >= MOST_ATTEMPTS:
        found.state = DeliveryState.DEAD
    found.save()
    if found.state == DeliveryState.PENDING:
        send_later(found.subscription, found, wait=wait_after(found.attempts))
    record(found, attempts=found.attempts, problem=found.last_problem, state=found.state)


def wait_after(attempts: int) -> int:
    """Seconds until the next try: 5, 20, 80 … at most six hours."""
    return int(min(5 * 4 ** (attempts - 1), 6 * 3600))


@use_case("events.delivery.sent_again")
def send_again(*, acting_user: User, delivery_id: UUID) -> Delivery:
    """Try a bundle again that was given up; nothing that was delivered is sent twice."""
    found = (
        reading.deliveries_of(acting_user)
        .filter(delivery_id=delivery_id, state=DeliveryState.DEAD)
        .first()
    )
    if found is None:
        raise NoSuchQuery
    found.state, found.attempts = DeliveryState.PENDING, 0
    found.save(update_fields=["state", "attempts"])
    send_later(found.subscription, found)
    record(found, problem=found.last_problem)
    return found


def due_before(moment: datetime) -> list[tuple[int, datetime]]:
    """Scheduled subscriptions that report before a moment, each with its moment."""
    with transaction.atomic():
        rows = Subscription.objects.filter(next_due__lt=moment).values_list("pk", "next_due")
        return [(pk, due) for pk, due in rows if due is not None]
