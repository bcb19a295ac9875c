"""The EPCIS 2.0 REST binding: what works, what is refused, and who may see what."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.casting import OTHER_TOWNSHIP, TOWNSHIP, Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, POWDER, SHOP, ship, transform
from tests.chain.events.test_documents_judged import official_schema
from tests.chain.events.test_documents_refused import document, event
from tests.factories_subjects import clerk, operator, site
from tests.shared_data import shared
from zhian.chain.events import services
from zhian.chain.events.models import CaptureJob, Event
from zhian.foundation.offices import services as offices
from zhian.foundation.offices.models import User

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def places(cast: Cast) -> None:
    """A farm and a plant of wang's county, a shop of zhao's county."""
    for sgln, region in ((FARM, TOWNSHIP), (PLANT, TOWNSHIP), (SHOP, OTHER_TOWNSHIP)):
        site(sgln=sgln, region=region)


def bearer(user: User) -> Client:
    """A client that sends a valid token of the user and gets every answer as such."""
    _token, raw = offices.issue_token(acting_user=user, user_id=user.pk, label="test")
    return Client(headers={"Authorization": f"Bearer {raw}", "Accept-Language": "en"})


def post(client: Client, raw: bytes, **headers: str) -> Any:
    kind = headers.pop("content_type", JSON)
    return client.post("/epcis/capture", raw, content_type=kind, headers=headers)


def listed(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["type"] == "EPCISQueryDocument"
    found: list[dict[str, Any]] = body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found


def test_a_document_is_taken_and_its_job_tells_so(cast: Cast) -> None:
    client = bearer(cast.wang)
    answer = post(client, document(transform(9), ship(8, MILK, FARM, PLANT, 5)))
    assert answer.status_code == 202
    assert answer["GS1-EPCIS-Version"] == "2.0.0"
    job = client.get(answer["Location"]).json()
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    assert (job["captureErrorBehaviour"], job["capturedEvents"]) == ("rollback", 2)
    assert {"captureID", "createdAt", "finishedAt"} <= job.keys()
    assert [one["captureID"] for one in client.get("/epcis/capture").json()] == [job["captureID"]]
    again = post(client, document(transform(9)))
    assert client.get(again["Location"]).json()["knownEvents"] == 1


def test_a_bad_document_is_answered_with_its_errors_in_the_language_asked(cast: Cast) -> None:
    client = bearer(cast.wang)
    answer = post(client, document(transform(9, bizStep="baking")))
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == "epcisException:ValidationException"
    assert problem["errors"][0]["path"] == "$.epcisBody.eventList[0].bizStep"
    assert problem["errors"][0]["event"] == 0
    assert "baking" in problem["errors"][0]["message"]
    assert Event.objects.count() == 0
    job = client.get("/epcis/capture").json()[0]
    assert (job["success"], job["running"]) == (False, False)
    assert job["errors"][0]["message"] == problem["errors"][0]["message"]


def test_what_capture_refuses(cast: Cast) -> None:
    client = bearer(cast.wang)
    good = document(transform(9))
    assert post(client, good, content_type="text/csv").status_code == 415
    assert post(client, b"{" + b" " * services.MAX_BYTES).status_code == 413
    assert post(client, good, **{"GS1-Capture-Error-Behaviour": "hope"}).status_code == 422
    assert client.put("/epcis/capture", good, content_type=JSON).status_code == 405
    assert Client().post("/epcis/capture", good, content_type=JSON).status_code == 401
    wrong = Client(headers={"Authorization": "Bearer nonsense"})
    assert post(wrong, good).status_code == 401
    assert post(bearer(cast.jian), good).status_code == 403
    signed_in = Client()
    signed_in.force_login(cast.wang)
    assert signed_in.post("/epcis/capture", good, content_type=JSON).status_code == 401
    assert CaptureJob.objects.count() == 0


def test_proceed_stores_the_good_events(cast: Cast) -> None:
    client = bearer(cast.wang)
    raw = document(transform(9, colour=1), transform(10))
    answer = post(client, raw, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert answer.status_code == 202
    job = client.get(answer["Location"]).json()
    assert (job["success"], job["capturedEvents"], len(job["errors"])) == (False, 1, 1)


def test_one_event_is_created_once_and_read_exactly(cast: Cast) -> None:
    client = bearer(cast.wang)
    one = event(**{"ex:note": "好", "@context": {"ex": "https://e.x/"}})
    raw = json.dumps(one).encode().replace(b'"quantity": 20', b'"quantity": 20.500000000000000001')
    made = client.post("/epcis/events", raw, content_type=JSON)
    assert made.status_code == 201
    assert client.post("/epcis/events", raw, content_type=JSON).status_code == 409
    read = client.get(made["Location"])
    assert b"20.500000000000000001" in read.content
    (told,) = listed(read)
    assert told["ex:note"] == "好"
    assert {"ex": "https://e.x/"} in told["@context"]
    assert told["eventID"].startswith("ni:///sha-256;")
    assert client.get("/epcis/events/urn:x:none").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["ship", "made", "sold"]),
        ({"eventType": "TransformationEvent"}, ["made"]),
        ({"eventType": "TransformationEvent|ObjectEvent"}, ["ship", "made", "sold"]),
        ({"EQ_bizStep": "shipping"}, ["ship"]),
        ({"EQ_bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, ["ship"]),
        ({"EQ_disposition": "retail_sold"}, ["sold"]),
        ({"EQ_action": "OBSERVE"}, ["ship", "sold"]),
        ({"EQ_eventID": "urn:x:made"}, ["made"]),
        ({"EQ_bizLocation": PLANT}, ["made"]),
        ({"EQ_bizLocation": "https://id.gs1.org/414/6901234000023"}, ["made"]),
        ({"EQ_readPoint": FARM}, ["ship"]),
        ({"EQ_readPoint": "urn:epc:id:sgln:6901234.00001.door"}, []),
        ({"GE_eventTime": "2026-03-01T09:00:00+08:00"}, ["made", "sold"]),
        ({"LT_eventTime": "2026-03-01T09:00:00+08:00"}, ["ship"]),
        ({"GE_recordTime": "2026-01-01T00:00:00Z"}, ["ship", "made", "sold"]),
        ({"MATCH_anyEPCClass": MILK}, ["ship", "made"]),
        ({"MATCH_epcClass": MILK}, ["ship"]),
        ({"MATCH_inputEPCClass": MILK}, ["made"]),
        ({"MATCH_outputEPCClass": POWDER}, ["made"]),
        ({"MATCH_anyEPCClass": "https://id.gs1.org/01/06901234000177/10/M1"}, ["ship", "made"]),
        ({"MATCH_anyEPC": "https://id.gs1.org/01/06901234000177/10/M1"}, []),
        ({"MATCH_epc": "urn:epc:idpat:sgtin:6901234.000031.*"}, ["sold"]),
        ({"MATCH_parentID": MILK}, []),
        ({"orderBy": "eventTime"}, ["sold", "made", "ship"]),
        ({"orderBy": "eventTime", "orderDirection": "ASC"}, ["ship", "made", "sold"]),
    ],
)
def test_queries(cast: Cast, query: dict[str, str], found: list[str]) -> None:
    sold = event(
        eventTime="2026-03-01T10:00:00+08:00",
        disposition="retail_sold",
        eventID="urn:x:sold",
        epcList=["urn:epc:id:sgtin:6901234.000031.7"],
    )
    del sold["quantityList"]
    for one in (ship(8, MILK, FARM, PLANT, 5, eventID="urn:x:ship"),
                transform(9, eventID="urn:x:made"), sold):  # fmt: skip
        services.capture_document(acting_user=cast.wang, raw=document(one))
    events = listed(bearer(cast.wang).get("/epcis/events", query))
    assert [one["eventID"].removeprefix("urn:x:") for one in events] == found


@pytest.mark.parametrize(
    "query",
    [
        {"EQ_colour": "red"},
        {"GE_eventTime": "yesterday"},
        {"GE_eventTime": "2026-03-01T09:00:00Z|2026-03-01T09:00:00Z"},
        {"perPage": "0"},
        {"perPage": "many"},
        {"nextPageToken": "forged"},
        {"orderBy": "colour"},
        {"orderBy": "eventTime", "orderDirection": "UP"},
        {"EQ_eventID": "a\x00b"},
    ],
)
def test_a_query_that_cannot_be_understood_is_named(cast: Cast, query: dict[str, str]) -> None:
    answer = bearer(cast.wang).get("/epcis/events", query)
    assert answer.status_code == 400
    assert answer.json()["type"] == "epcisException:QueryParameterException"


def test_paging_is_stable_while_events_arrive(cast: Cast) -> None:
    raw = document(*[transform(hour, eventID=f"urn:x:{hour:02}") for hour in range(10, 15)])
    services.capture_document(acting_user=cast.wang, raw=raw)
    client, seen = bearer(cast.wang), []
    address = "/epcis/events?perPage=2&orderBy=eventTime&orderDirection=ASC"
    while address:
        page = client.get(address)
        seen += [one["eventID"] for one in listed(page)]
        link = page.headers.get("Link", "")
        address = link.partition(">")[0].removeprefix("<")
        late = document(transform(9, eventID=f"urn:x:late{len(seen)}"))
        services.capture_document(acting_user=cast.wang, raw=late)
    assert seen == [f"urn:x:{hour}" for hour in range(10, 15)]
    token = client.get("/epcis/events?perPage=2").headers["Link"].partition("nextPageToken=")[2]
    other = client.get(f"/epcis/events?orderBy=eventTime&nextPageToken={token.partition('>')[0]}")
    assert other.status_code == 400


def test_everyone_sees_the_events_that_are_theirs_to_see(cast: Cast, places: None) -> None:
    farm_event = ship(8, MILK, FARM, PLANT, 5, eventID="urn:x:farm")
    shop_event = ship(9, POWDER, PLANT, SHOP, 5, eventID="urn:x:shop")
    nowhere = event(eventID="urn:x:nowhere")
    services.capture_document(
        acting_user=cast.system, raw=document(farm_event, shop_event, nowhere)
    )
    shop = operator()
    site(shop, sgln="urn:epc:id:sgln:6901234.00009.0")
    shop_clerk = cast.dian
    clerk(shop_clerk, shop)
    sent = event(eventID="urn:x:own", eventTime="2026-03-02T08:00:00+08:00")
    services.capture_document(acting_user=shop_clerk, raw=document(sent))

    def seen_by(user: User) -> set[str]:
        found = listed(bearer(user).get("/epcis/events"))
        return {one["eventID"].removeprefix("urn:x:") for one in found}

    assert seen_by(cast.wang) == {"farm", "shop"}
    assert seen_by(cast.li) == {"farm", "shop"}
    assert seen_by(cast.zhao) == {"shop"}
    assert seen_by(cast.sun) == {"farm", "shop"}
    assert seen_by(cast.admin) == set()
    assert seen_by(shop_clerk) == {"own"}
    assert bearer(cast.zhao).get("/epcis/events/urn:x:farm").status_code == 404
    job = CaptureJob.objects.get(captured_by=shop_clerk)
    assert bearer(cast.zhao).get(f"/epcis/capture/{job.capture_id}").status_code == 404
    assert bearer(shop_clerk).get(f"/epcis/capture/{job.capture_id}").status_code == 200
    assert bearer(shop_clerk).get("/epcis/capture/nonsense").status_code == 404


def test_what_is_offered_can_be_asked(cast: Cast) -> None:
    client = bearer(cast.wang)
    for path in (
        "/epcis/",
        "/epcis/capture",
        "/epcis/events",
        "/epcis/capture/1",
        "/epcis/events/1",
    ):
        answer = client.options(path)
        assert answer.status_code == 204
        assert answer["GS1-EPCIS-Capture-Limit"].isdigit()
    offered = client.get("/epcis/").json()
    assert {"capture", "events", "epcs", "queries"} <= set(offered["member"])
    assert len(offered["member"]) == 9


def test_answers_are_valid_documents_and_say_the_same_events(cast: Cast) -> None:
    """What we give out passes the official schema and, sent back in, is known already."""
    client = bearer(cast.wang)
    for path in sorted(shared("epcis/gs1/JSON").rglob("*.jsonld")):
        services.capture_document(
            acting_user=cast.wang, raw=path.read_bytes(), error_behaviour="proceed"
        )
    answer = client.get("/epcis/events", {"perPage": "1000"})
    assert official_schema().is_valid(answer.json())
    stored = Event.objects.count()
    again = services.capture_document(
        acting_user=cast.wang, raw=answer.content, error_behaviour="proceed"
    )
    assert (again.events, again.duplicates, again.errors) == (0, stored, [])
    assert Event.objects.count() == stored
    one = client.get(f"/epcis/events/{quote(Event.objects.latest('pk').event_id, safe='')}")
    assert official_schema().is_valid(one.json())
