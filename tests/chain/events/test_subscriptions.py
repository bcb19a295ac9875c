"""Named queries and subscriptions: a real little server is told, once, signed, or in vain."""

import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.casting import Cast
from tests.chain.events.test_capture import transform
from tests.chain.events.test_documents_refused import document
from tests.chain.events.test_epcis_api import bearer, listed
from zhian.chain.events import services, tasks
from zhian.chain.events.engine.schedule import BadSchedule, Schedule, next_after, read_schedule
from zhian.chain.events.models import Delivery, DeliveryState, NamedQuery, Subscription
from zhian.chain.events.services import delivering, destinations, posting, queries, subscribing
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.vocabulary.problems import WrongControls
from zhian.foundation.offices import selectors as offices
from zhian.kernel import clock, outbox
from zhian.kernel.use_cases import unguarded

JSON = "application/json"
MADE = {"name": "made", "query": {"eventType": ["TransformationEvent"], "GE_quantity": 1.5}}


class Listener:
    """A subscriber's server: keeps what it is told, answers as it is bidden."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.told.append((dict(self.headers), body))
                self.send_response(listener.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told?by=zhian"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self) -> list[list[str]]:
        """The numbers of the events of each message."""
        return [
            [e["eventID"] for e in results(body)["resultsBody"]["eventList"]]
            for _headers, body in self.told
        ]


def results(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)["epcisBody"]["queryResults"]
    return found


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.ZHIAN_WEBHOOK_HOSTS = ["127.0.0.1"]
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def subscribe(client: Client, **controls: Any) -> dict[str, Any]:
    client.post("/epcis/queries", MADE, content_type=JSON)
    answer = client.post("/epcis/queries/made/subscriptions", controls, content_type=JSON)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    assert answer["Location"].endswith(found["subscriptionID"])
    assert "signatureToken" not in found
    tasks.catch_up(subscription=Subscription.objects.get().pk)
    return found


def capture(cast: Cast, *hours: int) -> None:
    events = [transform(hour, eventID=f"urn:x:{hour}") for hour in hours]
    services.capture_document(acting_user=cast.wang, raw=document(*events))
    outbox.drain()


def deliver_all() -> None:
    for one in Delivery.objects.filter(state=DeliveryState.PENDING).order_by("pk"):
        tasks.deliver(delivery=one.pk)


@pytest.mark.django_db
def test_queries_are_kept_by_name(cast: Cast) -> None:
    client, colleague = bearer(cast.wang), bearer(cast.li)
    answer = client.post("/epcis/queries", MADE, content_type=JSON)
    assert (answer.status_code, answer["Location"]) == (201, "/epcis/queries/made")
    again = client.post("/epcis/queries", MADE, content_type=JSON)
    assert again.status_code == 409
    assert again.json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert client.get("/epcis/queries/made").json()["query"]["eventType"] == ["TransformationEvent"]
    assert [one["name"] for one in client.get("/epcis/queries").json()] == ["made"]
    assert colleague.get("/epcis/queries").json() == []
    assert colleague.get("/epcis/queries/made/events").status_code == 404
    for body in (
        {"name": "x"},
        {"name": "", "query": {}},
        {"name": "a/b", "query": {}},
        {"name": "x", "query": {"EQ_colour": ["red"]}},
        {"name": 5, "query": {}},
    ):
        assert client.post("/epcis/queries", body, content_type=JSON).status_code == 400
    capture(cast, 8, 9, 10)
    page = client.get("/epcis/queries/made/events?perPage=2&orderBy=eventTime")
    assert [one["eventID"] for one in listed(page)] == ["urn:x:10", "urn:x:9"]
    assert page.json()["epcisBody"]["queryResults"]["queryName"] == "made"
    rest = client.get(page["Link"].partition(">")[0].removeprefix("<"))
    assert [one["eventID"] for one in listed(rest)] == ["urn:x:8"]
    narrow = client.get("/epcis/queries/made/events?EQ_eventID=urn:x:9")
    assert len(listed(narrow)) == 1
    client.post("/epcis/queries", {"name": "b", "query": {}}, content_type=JSON)
    first = client.get("/epcis/queries?perPage=1")
    assert [one["name"] for one in first.json()] == ["b"]
    second = client.get(first["Link"].partition(">")[0].removeprefix("<"))
    assert [one["name"] for one in second.json()] == ["made"]
    assert client.delete("/epcis/queries/made").status_code == 204
    assert client.get("/epcis/queries/made").status_code == 404
    assert not NamedQuery.objects.filter(name="made").exists()


@pytest.mark.django_db
def test_a_stream_is_told_at_once_signed_and_never_twice(cast: Cast, listener: Listener) -> None:
    client = bearer(cast.wang)
    capture(cast, 7)
    made = subscribe(client, dest=listener.url, stream=True, signatureToken="secret")
    assert Delivery.objects.count() == 0, "what lies before the subscription is not told"
    capture(cast, 8, 9)
    deliver_all()
    assert listener.events() == [["urn:x:8", "urn:x:9"]]
    headers, body = listener.told[0]
    right = hmac.new(b"secret", body, "sha256").hexdigest()
    assert headers["GS1-Signature"] == f"sha256={right}"
    assert results(body)["queryName"] == "made"
    assert results(body)["subscriptionID"] == made["subscriptionID"]
    # the same reaction again, the same delivery again: nothing is told a second time
    tasks.catch_up(subscription=Subscription.objects.get().pk)
    tasks.deliver(delivery=Delivery.objects.get().pk)
    deliver_all()
    capture(cast, 8)
    deliver_all()
    assert len(listener.told) == 1
    shown = client.get(f"/epcis/queries/made/subscriptions/{made['subscriptionID']}").json()
    assert shown["lastNotifiedAt"]
    assert shown["stream"] is True
    assert client.get("/epcis/deliveries").json() == []
    # an event of another county is captured: its owner may not see it, nor hear of it
    services.capture_document(acting_user=cast.zhao, raw=document(transform(20)))
    outbox.drain()
    assert Delivery.objects.count() == 1
    path = f"/epcis/queries/made/subscriptions/{made['subscriptionID']}"
    assert bearer(cast.li).get(path).status_code == 404
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get("/epcis/queries/made/subscriptions").json() == []
    capture(cast, 11)
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
def test_the_past_is_told_when_asked_for(cast: Cast, listener: Listener) -> None:
    capture(cast, 7, 8)
    client = bearer(cast.wang)
    made = subscribe(
        client, dest=listener.url, stream=True, initialRecordTime="2000-01-01T00:00:00Z"
    )
    deliver_all()
    assert listener.events() == [["urn:x:7", "urn:x:8"]]
    assert "GS1-Signature" not in listener.told[0][0]
    page = client.get("/epcis/queries/made/subscriptions?perPage=1").json()
    assert [one["subscriptionID"] for one in page] == [made["subscriptionID"]]
    assert client.get("/epcis/queries/made/subscriptions/nonsense").status_code == 404


@pytest.mark.django_db
def test_what_is_not_taken_is_tried_again_given_up_and_sent_by_hand(
    cast: Cast, listener: Listener
) -> None:
    client = bearer(cast.wang)
    subscribe(client, dest=listener.url, stream=True)
    capture(cast, 8)
    listener.status = 302
    one = Delivery.objects.get()
    for attempt in range(1, delivering.MOST_ATTEMPTS + 1):
        tasks.deliver(delivery=one.pk)
        one.refresh_from_db()
        assert (one.attempts, one.last_problem) == (attempt, "HTTP 302")
    assert one.state == DeliveryState.DEAD
    tasks.deliver(delivery=one.pk)
    assert len(listener.told) == delivering.MOST_ATTEMPTS
    (dead,) = client.get("/epcis/deliveries").json()
    assert (dead["state"], dead["queryName"]) == ("dead", "made")
    path = f"/epcis/deliveries/{dead['deliveryID']}"
    assert bearer(cast.li).post(path).status_code == 404
    assert client.post("/epcis/deliveries/nonsense").status_code == 404
    assert client.post(path).status_code == 202
    assert client.post(path).status_code == 404, "it is on its way already"
    listener.status = 204
    deliver_all()
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert client.post(path).status_code == 404
    listener.server.shutdown()
    waits = [delivering.wait_after(attempt) for attempt in range(1, 9)]
    assert waits == sorted(waits)
    assert waits[0] == 5
    assert waits[-1] == 6 * 3600


@pytest.mark.django_db
def test_a_schedule_collects_and_reports(cast: Cast, listener: Listener) -> None:
    client = bearer(cast.wang)
    subscribe(client, dest=listener.url, schedule={"minute": "5"}, reportIfEmpty=True)
    capture(cast, 8)
    capture(cast, 9)
    deliver_all()
    assert listener.told == [], "its hour has not come"
    one = Subscription.objects.get()
    assert one.next_due is not None
    due, system = one.next_due, offices.system_user()
    assert due.minute == 5
    assert subscribing.due_before(due) == []
    assert subscribing.due_before(due + timedelta(seconds=1)) == [(one.pk, due)]
    with clock.at(due - timedelta(seconds=30)):
        tasks.queue_due_reports(0)
    with clock.at(due):
        tasks.report(subscription=one.pk, due=due.isoformat())
        tasks.report(subscription=one.pk, due=due.isoformat())
    deliver_all()
    assert listener.events() == [["urn:x:8", "urn:x:9"]]
    one.refresh_from_db()
    assert one.next_due == due + timedelta(hours=1)
    with clock.at(due + timedelta(hours=1)):
        subscribing.report(acting_user=system, subscription_pk=one.pk, due=one.next_due)
    deliver_all()
    assert listener.events()[1:] == [[]], "reportIfEmpty"
    assert client.delete("/epcis/queries/made").status_code == 204
    tasks.report(subscription=one.pk, due=due.isoformat())
    tasks.catch_up(subscription=one.pk)
    assert len(listener.told) == 2


@pytest.mark.django_db
def test_a_moment_without_events_is_passed_over(cast: Cast, listener: Listener) -> None:
    subscribe(bearer(cast.wang), dest=listener.url, schedule={"minute": "5"})
    one = Subscription.objects.get()
    due = one.next_due
    assert due is not None
    with clock.at(due):
        tasks.report(subscription=one.pk, due=due.isoformat())
    one.refresh_from_db()
    assert one.next_due == due + timedelta(hours=1)
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
def test_a_socket_fetches_its_bundles(cast: Cast) -> None:
    bearer(cast.wang).post("/epcis/queries", MADE, content_type=JSON)
    controls = subscribing.Controls(dest=SOCKET, stream=True)
    subscribing.subscribe(acting_user=cast.wang, name="made", controls=controls)
    waiting = ProcrastinateJob.objects.filter(task_name="events.deliver")
    before = waiting.count()
    capture(cast, 8)
    assert Delivery.objects.get().state == DeliveryState.PENDING
    assert waiting.count() == before, "nothing is sent by the worker"


@pytest.mark.django_db
def test_what_a_subscription_must_say(cast: Cast, listener: Listener) -> None:
    client = bearer(cast.wang)
    client.post("/epcis/queries", MADE, content_type=JSON)
    good = {"dest": listener.url, "stream": True}
    for wrong in (
        {"dest": ""},
        {"dest": 5},
        {"dest": "websocket:"},
        {"dest": "ftp://example.com/"},
        {"dest": "http://example.com/"},
        {"dest": "https://user@example.com/"},
        {"dest": "https://example.com:0/"},
        {"dest": "https://example.com:99999/"},
        {"stream": False},
        {"schedule": {"minute": "5"}},
        {"schedule": "soon", "stream": False},
        {"schedule": {"minute": "61"}, "stream": False},
        {"initialRecordTime": "yesterday"},
        {"epcFormat": "Sometimes"},
    ):
        answer = client.post(
            "/epcis/queries/made/subscriptions", {**good, **wrong}, content_type=JSON
        )
        assert answer.status_code == 400, wrong
        assert answer.json()["type"] in {
            "epcisException:SubscriptionControlsException",
            "epcisException:QueryValidationException",
        }
    assert Subscription.objects.count() == 0


@pytest.mark.django_db
def test_limits_and_what_is_left_behind(
    cast: Cast, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bearer(cast.wang)
    subscribe(client, dest="http://127.0.0.1:1/nobody", stream=True)
    capture(cast, 8)
    one = Delivery.objects.get()
    tasks.deliver(delivery=one.pk)
    one.refresh_from_db()
    assert one.last_problem.startswith("ConnectError")
    monkeypatch.setattr(subscribing, "MOST_SUBSCRIPTIONS", 1)
    monkeypatch.setattr(queries, "MOST_QUERIES", 1)
    again = {"dest": listener.url, "stream": True}
    answer = client.post("/epcis/queries/made/subscriptions", again, content_type=JSON)
    assert answer.status_code == 400
    more = client.post("/epcis/queries", {"name": "b", "query": {}}, content_type=JSON)
    assert more.status_code == 400
    system = offices.system_user()
    with unguarded("set-up"):
        Subscription.objects.update(dest=SOCKET)
    assert subscribing.end_left_sockets(acting_user=system) == 1
    assert Delivery.objects.count() == 0


def test_nobody_makes_the_platform_speak_to_its_own_network(settings: Any) -> None:
    settings.ZHIAN_WEBHOOK_HOSTS = []
    for url in (
        "https://127.0.0.1/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost:5432/",
        "https://no-such-host.invalid/",
    ):
        with pytest.raises(WrongControls):
            destinations.resolve(url)
    found = destinations.resolve("https://93.184.215.14:8443/a?b=1")
    assert found.pinned_url == "https://93.184.215.14:8443/a?b=1"
    assert found.host_header == "93.184.215.14:8443"
    six = destinations.resolve("https://[2606:4700:4700::1111]/")
    assert six.pinned_url == "https://[2606:4700:4700::1111]:443/"
    assert posting.signature("a", b"b").startswith("sha256=")


START = datetime(2026, 2, 27, 23, 59, 58, tzinfo=clock.BEIJING)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"hour": "1", "minute": "5"}, "2026-02-28T01:05:00+08:00"),
        ({"second": "0/30"}, "2026-02-28T00:00:00+08:00"),
        ({"second": "59"}, "2026-02-27T23:59:59+08:00"),
        ({"dayOfWeek": 1}, "2026-03-02T00:00:00+08:00"),
        ({"dayOfMonth": "29", "month": "2"}, "2028-02-29T00:00:00+08:00"),
        ({"hour": "[8-9],20", "dayOfWeek": "[6-7]"}, "2026-02-28T08:00:00+08:00"),
        ({"minute": "*/20", "hour": "5"}, "2026-02-28T05:00:00+08:00"),
    ],
)
def test_schedules(fields: dict[str, object], expected: str) -> None:
    assert next_after(read_schedule(fields), START).isoformat() == expected


@pytest.mark.parametrize(
    "fields",
    [{}, {"year": "5"}, {"hour": "24"}, {"minute": "[9-3]"}, {"minute": "a"}, {"minute": "1/0"},
     {"dayOfMonth": "31", "month": "2"}, {"month": "0"}],
)  # fmt: skip
def test_schedules_that_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(BadSchedule):
        read_schedule(fields)


def reports_at(schedule: Schedule, at: datetime) -> bool:
    """Whether it reports at this very second."""
    fits = at.second in schedule.seconds and at.minute in schedule.minutes
    return fits and at.hour in schedule.hours and schedule.allows_day(at.date())


@given(
    st.fixed_dictionaries(
        {"second": st.sampled_from(["0", "7,30", "*/17", "[3-5]"])},
        optional={"minute": st.sampled_from(["*", "59", "[0-3]"]),
                  "hour": st.sampled_from(["0", "23", "*"])},
    ),
    st.integers(0, 7200),
)  # fmt: skip
def test_the_next_time_is_the_first_second_allowed(fields: dict[str, Any], offset: int) -> None:
    schedule, at = read_schedule(fields), START - timedelta(hours=1, seconds=offset)
    slow = at + timedelta(seconds=1)
    for _ in range(7500):
        if reports_at(schedule, slow):
            assert next_after(schedule, at) == slow
            return
        slow += timedelta(seconds=1)
    assert next_after(schedule, at) >= slow
