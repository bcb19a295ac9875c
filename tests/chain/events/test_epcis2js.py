"""A real client, npm `epcis2.js`: it captures, asks, subscribes and corrects over the network."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.casting import TOWNSHIP, Cast
from tests.chain.events.test_capture import FARM, PLANT
from tests.chain.events.test_sockets import sockets
from tests.factories_subjects import site
from zhian.chain.events import tasks
from zhian.chain.events.models import Delivery, DeliveryState
from zhian.foundation.offices import services as offices
from zhian.kernel import outbox

__all__ = ["sockets"]
CLIENT = Path(__file__).with_name("client") / "session.js"
TYPES = ["ObjectEvent", "TransformationEvent", "AggregationEvent", "TransactionEvent",
         "AssociationEvent"]  # fmt: skip


def node() -> str:
    """Node.js of the machine, or the one `make setup` brought with its wheel."""
    return shutil.which("node") or str(Path(sys.executable).with_name("node"))


def work_until_ended(client: "subprocess.Popen[str]") -> None:
    """What the worker does, in this process, for as long as the client runs."""
    while client.poll() is None:
        outbox.drain()
        for one in Delivery.objects.filter(state=DeliveryState.PENDING).exclude(
            subscription__dest="websocket:"
        ):
            tasks.deliver(delivery=one.pk)
        time.sleep(0.1)


def visit(cast: Cast, api: str) -> dict[str, Any]:
    """Let the client do its visit; what it tells."""
    _token, raw = offices.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label="js")
    with subprocess.Popen(
        [node(), str(CLIENT), api, raw],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_PROXY": "*"},
    ) as client:
        work_until_ended(client)
        out, trouble = client.communicate()
    assert client.returncode == 0, trouble
    told: dict[str, Any] = json.loads(out)
    return told


@pytest.mark.django_db(transaction=True)
def test_epcis2js_captures_asks_and_subscribes(
    cast: Cast, live_server: Any, sockets: int, settings: Any
) -> None:
    settings.ZHIAN_WEBHOOK_HOSTS = ["127.0.0.1"]
    for sgln in (FARM, PLANT):
        site(sgln=sgln, region=TOWNSHIP)
    told = visit(cast, f"{live_server.url}/epcis")
    what_was_captured(told)
    what_was_answered(told)
    what_was_heard(told)


def what_was_captured(told: dict[str, Any]) -> None:
    """Jobs that succeed, twice the same and stored once; a wrong word refused with its place."""
    for job in ("first", "again", "second", "declared"):
        assert told[job]["status"] == 202
        assert (told[job]["running"], told[job]["success"]) == (False, True), told[job]
        assert told[job]["errors"] == []
    assert told["refused"]["status"] == 400
    assert told["refused"]["body"]["type"] == "epcisException:ValidationException"
    assert "bizStep" in json.dumps(told["refused"]["body"])
    taken_back = [one["event"]["errorDeclaration"]["reason"] for one in told["withdrawn"]]
    assert taken_back == ["did_not_occur"]


def what_was_answered(told: dict[str, Any]) -> None:
    """Every event once, as its class; numbered like the client numbers it; pages without gaps."""
    everything = told["everything"]
    assert [one["type"] for one in everything] == TYPES
    # the client disagrees with GS1's published vectors on SSCCs, and on the order of lists
    # that may stand side by side; where an event has neither, both say the same
    ours = [one["id"] for one in everything]
    for kind in ("TransformationEvent", "AssociationEvent"):
        assert ours[TYPES.index(kind)] == told["hashes"][TYPES.index(kind)]
    assert {one["type"] for one in told["milk"]} == {"ObjectEvent", "TransformationEvent"}
    assert [len(page) for page in told["pages"]] == [2, 2, 1]
    assert [number for page in told["pages"] for number in page] == ours
    milk = everything[0]["event"]
    assert milk["sensorElementList"][0]["sensorReport"][0]["value"] == 3.5
    assert milk["ex:driver"] == "Zhang 师傅"
    link = told["links"][0]["event"]["inputQuantityList"][0]["epcClass"]
    assert link == "https://id.gs1.org/01/06901234000177/10/M1"


def what_was_heard(told: dict[str, Any]) -> None:
    """The one event captured later, once by webhook and once by socket, signed."""
    assert told["named"] == 201
    assert told["listed"] == [{"name": "made", "query": {"eventType": ["TransformationEvent"]}}]
    assert told["subscription"]["stream"] is True
    assert [one["signed"] for one in told["webhook"]] == [True]
    assert told["webhook"][0]["version"] == "2.0.0"
    for message in (*[one["events"] for one in told["webhook"]], *told["socket"]):
        assert [one["event"]["eventTime"] for one in message] == ["2026-03-01T20:00:00+08:00"]
    assert set(told["left"]) <= {"websocket:"}
