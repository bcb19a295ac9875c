"""Subscriptions by websocket, with a real client against the real process that holds sockets."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync import client

from tests.casting import Cast
from tests.chain.events.test_capture import transform
from tests.chain.events.test_documents_refused import document
from tests.chain.events.test_epcis_api import bearer
from tests.chain.events.test_event_pages import signed_in
from tests.chain.events.test_subscriptions import MADE
from zhian.chain.events import services
from zhian.chain.events.models import Delivery, DeliveryState, NamedQuery, Subscription
from zhian.chain.events.selectors.subscriptions import left_sockets
from zhian.chain.events.services.tickets import origin
from zhian.foundation.offices import services as offices
from zhian.kernel import outbox

JSON = "application/json"
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
PATH = "/epcis/queries/made/events"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def sockets(settings: Any) -> Iterator[int]:
    """The process of `config/sockets.py` on the database of this test."""
    port = free_port()
    settings.ZHIAN_SOCKETS_PORT = port
    found = connection.settings_dict
    address = f"postgresql://{found['USER']}@/{found['NAME']}?host={found['HOST']}"
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1",
               "--port", str(port), "--log-level", "warning",
               "config.sockets:application"]  # fmt: skip
    data = str(django_settings.ZHIAN_DATA)
    environment = {**os.environ, "ZHIAN_DATABASE_ADDRESS": address, "ZHIAN_DATA": data,
                   "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
    with subprocess.Popen(command, env=environment) as process:
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()


def told(open_socket: Any) -> list[str]:
    """The numbers of the events in the next message."""
    body = json.loads(open_socket.recv(timeout=60))["epcisBody"]["queryResults"]
    assert body["queryName"] == "made"
    return [one["eventID"] for one in body["resultsBody"]["eventList"]]


def capture(cast: Cast, hour: int) -> None:
    raw = document(transform(hour, eventID=f"urn:x:{hour}"))
    services.capture_document(acting_user=cast.wang, raw=raw)
    outbox.drain()


@pytest.mark.django_db(transaction=True)
def test_a_socket_is_told_what_is_captured_while_it_is_open(cast: Cast, sockets: int) -> None:
    site = bearer(cast.wang)
    assert site.post("/epcis/queries", MADE, content_type=JSON).status_code == 201
    capture(cast, 7)
    sent_on = site.get(f"{PATH}?stream=true", headers=UPGRADE)
    assert sent_on.status_code == 307
    place = sent_on["Location"].replace("testserver", "127.0.0.1")
    with client.connect(place) as stream:
        capture(cast, 8)
        assert told(stream) == ["urn:x:8"]
        assert Subscription.objects.count() == 1
        assert not left_sockets().exists(), "a process that starts now leaves this one alone"
        capture(cast, 9)
        assert told(stream) == ["urn:x:9"]
        page = (
            f"/events/queries/{NamedQuery.objects.get().pk}/live/socket?since=2000-01-01T00:00:00Z"
        )
        watched = signed_in(cast.wang).get(page).json()["address"]
        with client.connect(watched.replace("testserver", "127.0.0.1")) as watching:
            assert told(watching) == ["urn:x:7", "urn:x:8", "urn:x:9"]
        _token, raw = offices.issue_token(
            acting_user=cast.wang, user_id=cast.wang.pk, label="socket"
        )
        direct = f"ws://127.0.0.1:{sockets}{PATH}?minute=5&initialRecordTime=2000-01-01T00:00:00Z"
        headers = {"Authorization": f"Bearer {raw}"}
        with client.connect(direct, additional_headers=headers):
            assert Subscription.objects.get(stream=False).schedule == {"minute": "5"}
            waiting = Delivery.objects.get(state=DeliveryState.COLLECTING)
            assert waiting.contents.count() == 3
    for wrong in (
        f"ws://127.0.0.1:{sockets}{PATH}?stream=true",
        f"ws://127.0.0.1:{sockets}{PATH}?stream=true&ticket=forged",
        f"ws://127.0.0.1:{sockets}/elsewhere?stream=true",
        place.replace("stream=true", "minute=99"),
    ):
        with pytest.raises(InvalidStatus):
            client.connect(wrong).close()
    for _ in range(100):
        if not Subscription.objects.exists():
            break
        time.sleep(0.1)
    assert not Subscription.objects.exists(), "an ended socket leaves no subscription"
    again = site.get(f"{PATH}?stream=true", headers=UPGRADE)["Location"]
    with client.connect(again.replace("testserver", "127.0.0.1")) as stream:
        assert site.delete("/epcis/queries/made").status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


@pytest.mark.django_db
def test_who_asks_for_a_socket_is_sent_on_or_told_why_not(cast: Cast, settings: Any) -> None:
    site = bearer(cast.wang)
    site.post("/epcis/queries", MADE, content_type=JSON)
    settings.ZHIAN_SOCKETS_PORT = 0
    for query, status in (("stream=true", 501), ("", 400), ("stream=true&minute=5", 400),
                          ("stream=true&initialRecordTime=now", 400)):  # fmt: skip
        assert site.get(f"{PATH}?{query}", headers=UPGRADE).status_code == status
    assert bearer(cast.li).get(f"{PATH}?stream=true", headers=UPGRADE).status_code == 404


def test_the_process_with_sockets_is_on_the_host_that_was_asked(settings: Any) -> None:
    settings.ZHIAN_SOCKETS_PORT = 8001
    assert origin("zhian.example:443", secure=True) == "wss://zhian.example:8001"
    assert origin("zhian.example", secure=False) == "ws://zhian.example:8001"
    assert origin("[::1]", secure=False) == "ws://[::1]:8001"
