"""Events put into the bundles of those who want them, for all subscribers at once.

An event goes to a subscriber once: what matches is found by the reaction to its capture (and once
more after subscribing), and a row per subscription and event refuses the second time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from zhian.chain.events.models import (
    CaptureJob,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Subscription,
)
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.services.delivering import send_later
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.use_cases import record, use_case

PER_BUNDLE = 1_000
_PER_INSERT = 5_000
Row = tuple[int, datetime]


@use_case("events.subscribers.told")
def tell_subscribers(*, acting_user: User, capture_id: UUID) -> int:
    """Put the events of a capture job into the bundles of those who want them; how many."""
    job = CaptureJob.objects.get(capture_id=capture_id)
    told = _bundle(reading.wanted_of_job(job))
    record(job, told=told)
    return told


@use_case("events.subscription.caught_up")
def catch_up(*, acting_user: User, subscription_pk: int) -> int:
    """Bundle what was recorded since the beginning a subscriber asked for; how many."""
    found = reading.by_key(subscription_pk)
    told = _bundle(reading.wanted_by([found]))
    record(found, told=told)
    return told


def _bundle(wanted: Iterable[tuple[int, int, datetime]]) -> int:
    """Bundle (subscription, event, recorded); how many. The number of queries does not grow
    with the number of subscriptions."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for subscription, event, recorded in wanted:
        rows[subscription].append((event, recorded))
    # locked: neither paused nor resumed, nor bundled for by another capture, before this commits
    locked = Subscription.objects.select_for_update(no_key=True).filter(pk__in=list(rows))
    subscriptions = list(locked.order_by("pk"))
    contents = [
        DeliveryEvent(delivery=bundle, subscription=bundle.subscription, event_key=pk,
                      record_time=at)
        for bundle, part in _filled(subscriptions, rows)
        for pk, at in part
    ]  # fmt: skip
    DeliveryEvent.objects.bulk_create(contents, ignore_conflicts=True, batch_size=_PER_INSERT)
    return len(contents)


def _filled(
    subscriptions: Sequence[Subscription], rows: Mapping[int, list[Row]]
) -> list[tuple[Delivery, list[Row]]]:
    """Each bundle with what goes into it; those that are ready are queued."""
    now = clock.now()
    fresh: list[Delivery] = []
    filled: list[tuple[Delivery, list[Row]]] = []
    collecting = reading.collecting_of([one for one in subscriptions if not one.stream])
    for one in subscriptions:
        ordered = sorted(rows[one.pk], key=_by_recording)
        for start in range(0, len(ordered), PER_BUNDLE):
            bundle = None if one.stream else collecting.get(one.pk)
            if bundle is None:
                bundle = Delivery(subscription=one, state=_beginning(one), created_at=now)
                fresh.append(bundle)
                collecting[one.pk] = bundle
            filled.append((bundle, ordered[start : start + PER_BUNDLE]))
    Delivery.objects.bulk_create(fresh)
    send_later([bundle for bundle in fresh if bundle.state == DeliveryState.PENDING])
    return filled


def _by_recording(row: Row) -> tuple[datetime, int]:
    return row[1], row[0]


def _beginning(one: Subscription) -> DeliveryState:
    if not one.stream:
        return DeliveryState.COLLECTING
    return DeliveryState.PENDING if one.paused_at is None else DeliveryState.HELD
