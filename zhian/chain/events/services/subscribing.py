"""Subscriptions: made, paused and resumed, reported by the clock, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhian.chain.events import policies
from zhian.chain.events.engine.grammar.formats import EpcFormat
from zhian.chain.events.engine.schedule import BadSchedule, next_after, read_schedule
from zhian.chain.events.models import Delivery, DeliveryState, Subscription
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.services.delivering import send_later
from zhian.chain.events.services.destinations import check_form
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.vocabulary.problems import WrongControls
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import Conflict
from zhian.kernel.use_cases import record, use_case

MOST_SUBSCRIPTIONS = 200


@dataclass(frozen=True, slots=True)
class Controls:
    """What a subscriber asks for; `held_by` names the process that holds the socket."""

    dest: str
    stream: bool = False
    schedule: Mapping[str, object] | None = None
    report_if_empty: bool = False
    signature_token: str = ""
    initial_record_time: datetime | None = None
    epc_format: str = ""
    held_by: int | None = None


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
        held_by=controls.held_by,
    )
    record(made, query=name, dest=controls.dest, stream=controls.stream)
    # after the commit: what was captured while this was being written
    app.configure_task("events.catch_up", queue="subscriptions").defer(subscription=made.pk)
    return made


def _check(controls: Controls) -> None:
    if controls.stream == bool(controls.schedule):
        raise WrongControls(_("Either stream is true or a schedule is given, not both."))
    if controls.epc_format and controls.epc_format not in list(EpcFormat):
        raise WrongControls.at("epcFormat", _("The format of EPCs is not one of the standard."))
    if controls.dest != SOCKET:
        check_form(controls.dest)


def _due_after(schedule: Mapping[str, object] | None, at: datetime) -> datetime | None:
    if not schedule:
        return None
    try:
        return next_after(read_schedule(schedule), at.astimezone(clock.BEIJING))
    except BadSchedule as fault:
        text = _("The schedule cannot be read: %(name)s.") % {"name": fault.name}
        raise WrongControls.at(fault.name, text) from fault


@use_case("events.subscription.paused")
def pause(*, acting_user: User, name: str, subscription_id: str) -> Subscription:
    """Send nothing for a while; what matches meanwhile waits."""
    found = _locked(acting_user, name, subscription_id)
    if found.paused_at is not None:
        raise Conflict(_("This subscription is paused already."))
    found.paused_at = clock.now()
    found.save(update_fields=["paused_at"])
    record(found, query=name)
    return found


@use_case("events.subscription.resumed")
def resume(*, acting_user: User, name: str, subscription_id: str) -> Subscription:
    """Go on: what was held back is sent now."""
    found = _locked(acting_user, name, subscription_id)
    if found.paused_at is None:
        raise Conflict(_("This subscription is not paused."))
    found.paused_at = None
    found.save(update_fields=["paused_at"])
    waiting = Delivery.objects.filter(subscription=found, state=DeliveryState.HELD)
    held = list(waiting.select_related("subscription").order_by("created_at", "pk"))
    waiting.update(state=DeliveryState.PENDING)
    send_later(held)
    record(found, query=name, held=len(held))
    return found


@use_case("events.subscription.ended")
def unsubscribe(*, acting_user: User, name: str, subscription_id: str) -> None:
    """End a subscription; what is on its way is not sent any more."""
    found = reading.subscription(acting_user, name, subscription_id)
    record(found, query=name)
    found.delete()


@use_case("events.sockets.ended")
def end_left_sockets(*, acting_user: User) -> int:
    """End the subscriptions of sockets whose process lives no more; how many."""
    left = reading.left_sockets()
    count = left.count()
    left.delete()
    record("events.subscription:sockets", ended=count)
    return count


def _locked(user: User, name: str, subscription_id: str) -> Subscription:
    found = reading.subscription(user, name, subscription_id)
    return Subscription.objects.select_for_update().get(pk=found.pk)


@use_case("events.subscription.reported")
def report(*, acting_user: User, subscription_pk: int, due: datetime) -> None:
    """Send what was collected by a scheduled moment; a moment is reported once.

    While paused the moment passes and the collecting goes on.
    """
    found = reading.by_key(subscription_pk)
    found = Subscription.objects.select_for_update().get(pk=found.pk)
    if found.schedule is None or found.next_due != due:
        record(found, already=str(found.next_due))
        return
    sent = found.paused_at is None and _send_collected(found)
    found.next_due = _due_after(found.schedule, max(due, clock.now() - timedelta(seconds=1)))
    found.save(update_fields=["next_due"])
    record(found, due=due, empty=not sent)


def _send_collected(one: Subscription) -> bool:
    """Whether there was something to send."""
    collected = reading.collecting_of([one]).get(one.pk)
    if collected is None:
        if not one.report_if_empty:
            return False
        collected = Delivery(subscription=one, created_at=clock.now())
    collected.state = DeliveryState.PENDING
    collected.save()
    send_later([collected])
    return True


def due_before(moment: datetime) -> list[tuple[int, datetime]]:
    """Scheduled subscriptions that report before a moment, each with its moment."""
    with transaction.atomic():
        rows = Subscription.objects.filter(next_due__lt=moment).values_list("pk", "next_due")
        return [(pk, due) for pk, due in rows if due is not None]
