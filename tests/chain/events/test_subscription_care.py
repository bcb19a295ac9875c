"""Subscriptions looked after: told all at once, paused, resumed, dropped, left by their process."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casting import TOWNSHIP, Cast
from tests.chain.events.test_capture import PLANT
from tests.chain.events.test_epcis_api import bearer
from tests.chain.events.test_subscriptions import (
    JSON,
    MADE,
    Listener,
    capture,
    deliver_all,
    listener,
    subscribe,
)
from tests.factories_subjects import site
from zhian.chain.events import services, tasks
from zhian.chain.events.models import CaptureJob, Delivery, DeliveryState, Subscription
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.services import bundling, delivering, holding, subscribing
from zhian.chain.events.services.subscribing import Controls
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.vocabulary.problems import NoSuchQuery
from zhian.foundation.offices import selectors as offices
from zhian.kernel import clock, outbox
from zhian.kernel.errors import Conflict
from zhian.kernel.use_cases import unguarded

__all__ = ["listener"]
pytestmark = pytest.mark.django_db


def many(cast: Cast, count: int) -> None:
    """So many streams and as many schedules, of two accounts, on queries of two kinds."""
    for user in (cast.wang, cast.li):
        client = bearer(user)
        client.post("/epcis/queries", MADE, content_type=JSON)
        other = {"name": "noted", "query": {"EXISTS_ex:note": True}}
        client.post(
            "/epcis/queries",
            other,
            content_type=JSON,
            headers={"GS1-Extensions": "ex=https://e.x/"},
        )
    with unguarded("set-up"):
        for user in (cast.wang, cast.li):
            for query in reading.queries_of(user):
                Subscription.objects.bulk_create(
                    Subscription(
                        query=query, dest="https://example.com/", stream=stream,
                        schedule=None if stream else {"minute": "5"},
                        initial_record_time=clock.now(), created_at=clock.now(),
                    )
                    for stream in (True, False)
                    for _ in range(count)
                )  # fmt: skip


def queries_of_telling(cast: Cast, hour: int) -> int:
    capture(cast, hour)
    job = CaptureJob.objects.latest("pk")
    with unguarded("set-up"):
        Delivery.objects.all().delete()
    with CaptureQueriesContext(connection) as counted:
        bundling.tell_subscribers(acting_user=offices.system_user(), capture_id=job.capture_id)
    return len(counted)


def test_telling_many_costs_what_telling_few_costs(cast: Cast) -> None:
    site(sgln=PLANT, region=TOWNSHIP)
    many(cast, 1)
    few = queries_of_telling(cast, 8)
    many(cast, 9)
    assert Subscription.objects.count() == 2 * 2 * 2 * 10
    lots = queries_of_telling(cast, 9)
    assert Delivery.objects.count() == 2 * 2 * 10
    # 80 subscriptions are asked about in two statements instead of one
    assert lots <= few + 1
    assert few <= 20


def test_telling_again_tells_nothing(cast: Cast) -> None:
    site(sgln=PLANT, region=TOWNSHIP)
    many(cast, 2)
    capture(cast, 8)
    told = set(Delivery.objects.values_list("pk", flat=True))
    assert len(told) == 2 * 2 * 2
    job = CaptureJob.objects.latest("pk")
    again = bundling.tell_subscribers(acting_user=offices.system_user(), capture_id=job.capture_id)
    assert again == 0
    assert set(Delivery.objects.values_list("pk", flat=True)) == told


def test_a_job_without_events_tells_nobody(cast: Cast) -> None:
    many(cast, 1)
    capture(cast, 8)
    capture(cast, 8)
    job = CaptureJob.objects.latest("pk")
    assert list(reading.wanted_of_job(job)) == []


def test_many_events_become_several_bundles(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "PER_BUNDLE", 2)
    many(cast, 1)
    capture(cast, 7, 8, 9)
    of_wang = Delivery.objects.filter(subscription__query__owner=cast.wang)
    stream = of_wang.filter(subscription__stream=True).order_by("pk")
    assert [one.contents.count() for one in stream] == [2, 1]
    collected = of_wang.get(subscription__stream=False)
    assert collected.contents.count() == 3


def deed(cast: Cast, do: Any) -> Subscription:
    number = str(Subscription.objects.get().subscription_id)
    made: Subscription = do(acting_user=cast.wang, name="made", subscription_id=number)
    return made


def test_a_paused_stream_holds_back_and_goes_on(cast: Cast, listener: Listener) -> None:
    subscribe(bearer(cast.wang), dest=listener.url, stream=True)
    capture(cast, 8)
    assert deed(cast, subscribing.pause).paused_at is not None
    with pytest.raises(Conflict):
        deed(cast, subscribing.pause)
    capture(cast, 9)
    deliver_all()
    assert listener.told == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.HELD}
    assert deed(cast, subscribing.resume).paused_at is None
    with pytest.raises(Conflict):
        deed(cast, subscribing.resume)
    deliver_all()
    assert sorted(listener.events()) == [["urn:x:8"], ["urn:x:9"]]
    with pytest.raises(NoSuchQuery):
        subscribing.pause(
            acting_user=cast.li, name="made",
            subscription_id=str(Subscription.objects.get().subscription_id),
        )  # fmt: skip


def test_a_paused_schedule_lets_its_hour_pass(cast: Cast, listener: Listener) -> None:
    subscribe(bearer(cast.wang), dest=listener.url, schedule={"minute": "5"})
    capture(cast, 8)
    one = deed(cast, subscribing.pause)
    due = one.next_due
    assert due is not None
    with clock.at(due):
        tasks.report(subscription=one.pk, due=due.isoformat())
        deliver_all()
        assert listener.told == []
        capture(cast, 9)
        following = deed(cast, subscribing.resume).next_due
    assert following is not None
    assert following > due
    with clock.at(following):
        tasks.report(subscription=one.pk, due=following.isoformat())
        deliver_all()
    assert listener.events() == [["urn:x:8", "urn:x:9"]]


def test_a_bundle_given_up_can_be_dropped(cast: Cast, listener: Listener) -> None:
    client = bearer(cast.wang)
    subscribe(client, dest=listener.url, stream=True)
    capture(cast, 8)
    with unguarded("set-up"):
        Delivery.objects.update(state=DeliveryState.DEAD, last_problem="HTTP 500")
    (dead,) = client.get("/epcis/deliveries").json()
    path = f"/epcis/deliveries/{dead['deliveryID']}"
    assert bearer(cast.li).delete(path).status_code == 404
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert client.get("/epcis/deliveries").json() == []
    assert Delivery.objects.get().state == DeliveryState.DROPPED
    with pytest.raises(NoSuchQuery):
        delivering.send_again(acting_user=cast.wang, delivery_id=Delivery.objects.get().delivery_id)
    deliver_all()
    assert listener.told == []


def held(cast: Cast, key: int | None) -> Subscription:
    controls = Controls(dest=SOCKET, stream=True, held_by=key)
    return subscribing.subscribe(acting_user=cast.wang, name="made", controls=controls)


def test_only_the_sockets_of_dead_processes_are_ended(cast: Cast) -> None:
    bearer(cast.wang).post("/epcis/queries", MADE, content_type=JSON)
    mine, other = holding.Hold(), holding.Hold(holding.KEY ^ 1)
    try:
        mine.keep()
        other.keep()
        mine.keep()
        assert {mine.key, other.key} <= set(reading.living_holders())
        kept, gone = held(cast, mine.key), held(cast, other.key)
        nobodys = held(cast, None)
        assert list(reading.left_sockets()) == [nobodys]
        # a connection the database has lost is no lock: it is taken again
        assert mine._connection is not None
        assert mine._connection.connection is not None
        mine._connection.connection.close()
        mine.keep()
        other.release()
        other.release()
        # the server notices a moment later that a connection has ended
        until = time.monotonic() + 30
        while other.key in reading.living_holders():
            assert time.monotonic() < until
            time.sleep(0.05)
        system = offices.system_user()
        assert set(reading.left_sockets()) == {gone, nobodys}
        assert subscribing.end_left_sockets(acting_user=system) == 2
        assert subscribing.end_left_sockets(acting_user=system) == 0
        assert list(Subscription.objects.all()) == [kept]
    finally:
        mine.release()


def test_a_subscription_made_by_hand_is_no_socket(cast: Cast, listener: Listener) -> None:
    subscribe(bearer(cast.wang), dest=listener.url, stream=True)
    assert not reading.left_sockets().exists()
    services.lay_months()
    outbox.drain()
    assert Subscription.objects.count() == 1
