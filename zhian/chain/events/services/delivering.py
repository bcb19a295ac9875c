"""Bundles on their way: queued, taken, tried again, held back, given up, sent again or dropped.

A bundle that is on its way has one job in the queue, never two: so nothing is sent twice.
"""

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from zhian.chain.events.models import Delivery, DeliveryState, Subscription
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.vocabulary.problems import NoSuchQuery
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.use_cases import record, use_case

MOST_ATTEMPTS = 8
_TASK, _QUEUE = "events.deliver", "subscriptions"


def send_later(deliveries: Sequence[Delivery], *, wait: int = 0) -> None:
    """Have the worker send bundles; sockets fetch theirs. Needs the subscription of each."""
    sent: list[dict[str, JSONValue]] = [
        {"delivery": one.pk} for one in deliveries if one.subscription.dest != SOCKET
    ]
    if sent:
        task = app.configure_task(_TASK, queue=_QUEUE, schedule_in={"seconds": wait})
        task.batch_defer(*sent)


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
        send_later([found], wait=wait_after(found.attempts))
    record(found, attempts=found.attempts, problem=found.last_problem, state=found.state)


def wait_after(attempts: int) -> int:
    """Seconds until the next try: 5, 20, 80 … at most six hours."""
    return int(min(5 * 4 ** (attempts - 1), 6 * 3600))


@use_case("events.delivery.held")
def note_held(*, acting_user: User, delivery_pk: int) -> None:
    """Its hour came while the subscription is paused: it waits until that goes on."""
    found = Delivery.objects.select_for_update().get(pk=delivery_pk)
    found.state = DeliveryState.HELD
    found.save(update_fields=["state"])
    record(found)


@use_case("events.delivery.sent_again")
def send_again(*, acting_user: User, delivery_id: UUID) -> Delivery:
    """Try a bundle again that was given up; nothing that was delivered is sent twice."""
    found = _given_up(acting_user, delivery_id)
    found.state, found.attempts = DeliveryState.PENDING, 0
    found.save(update_fields=["state", "attempts"])
    send_later([found])
    record(found, problem=found.last_problem)
    return found


@use_case("events.delivery.dropped")
def drop(*, acting_user: User, delivery_id: UUID) -> Delivery:
    """Let a bundle that was given up be: the subscriber will not get these events."""
    found = _given_up(acting_user, delivery_id)
    found.state = DeliveryState.DROPPED
    found.save(update_fields=["state"])
    record(found, problem=found.last_problem, events=found.contents.count())
    return found


def _given_up(user: User, delivery_id: UUID) -> Delivery:
    found = (
        reading.deliveries_of(user)
        .select_for_update(of=("self",))
        .filter(delivery_id=delivery_id, state=DeliveryState.DEAD)
        .first()
    )
    if found is None:
        raise NoSuchQuery
    return found
