"""XML over the capture interface: versions, negotiation, limits, duplicates, corrections."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from tests.casting import Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, ship, transform
from tests.chain.events.test_conversion import schema
from tests.chain.events.test_documents_refused import document, event
from tests.chain.events.test_epcis_api import bearer
from tests.shared_data import shared
from zhian.chain.events import services
from zhian.chain.events.engine.conversion import Form, convert
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.models import CaptureJob, Event
from zhian.chain.events.selectors.linking import links_of

pytestmark = pytest.mark.django_db

XML = "application/xml"


def written(form: Form, *events: Any, **head: Any) -> bytes:
    found = examine(document(*events, **head)).document
    assert found is not None
    return convert(found, form)


def post(
    client: Client, raw: bytes, kind: str = XML, path: str = "/epcis/capture", **h: str
) -> Any:
    return client.post(path, raw, content_type=kind, headers=h)


@pytest.mark.parametrize("form", [Form.XML_2_0, Form.XML_1_2])
def test_the_same_event_in_any_form_is_one_event(cast: Cast, form: Form) -> None:
    client = bearer(cast.wang)
    sent = (transform(9, **{"ex:note": "好"}), ship(8, MILK, FARM, PLANT, 5.25))
    answer = post(client, written(form, *sent), "text/xml; charset=utf-8")
    assert answer.status_code == 202, answer.content
    job = client.get(answer["Location"]).json()
    assert (job["running"], job["success"], job["capturedEvents"]) == (False, True, 2)
    again = client.get(post(client, document(*sent), "application/ld+json")["Location"]).json()
    assert (again["capturedEvents"], again["knownEvents"]) == (0, 2)
    assert [one["code"] for one in again["warnings"]] == ["already-known"] * 2
    assert {one["event"] for one in again["warnings"]} == {0, 1}


def test_query_documents_and_older_documents_are_taken(cast: Cast) -> None:
    client = bearer(cast.wang)
    for name, count in (
        ("gs1/1.2/XML/TransformationEvent.xml", 1),
        ("openepcis/1.2/XML/GS1_US_Pharma_Example_2_2_1_1.xml", 2),
        ("openepcis/2.0/XML/Events/ObjectEvent.xml", 1),
    ):
        answer = post(client, shared(f"epcis/{name}").read_bytes())
        assert answer.status_code == 202, (name, answer.content)
        assert client.get(answer["Location"]).json()["capturedEvents"] >= count
    query = examine(shared("epcis/gs1/JSON/EPCISQueryDocument.jsonld").read_bytes()).document
    assert query is not None
    answer = post(client, convert(query, Form.XML_2_0))
    job = client.get(answer["Location"]).json()
    assert job["capturedEvents"] + job["knownEvents"] == len(query.events)


def test_a_person_sends_xml_from_the_browser(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.wang)
    file = SimpleUploadedFile("a.xml", written(Form.XML_1_2, transform(9)))
    sent = browser.post("/events/captures/new/", {"file": file, "error_behaviour": "rollback"})
    assert sent.status_code == 302
    job = CaptureJob.objects.get()
    assert (job.media_type, job.events) == ("application/xml", 1)
    kept = browser.get(f"/events/captures/{job.capture_id}/document.json")
    assert kept["Content-Disposition"].endswith('.xml"')


def test_errors_of_xml_name_event_path_and_line(cast: Cast) -> None:
    client = bearer(cast.wang)
    raw = written(Form.XML_2_0, event(), event(eventID="urn:x:2")).replace(b"OBSERVE", b"LOOK", 1)
    answer = post(client, raw)
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "epcisException:ValidationException",
    )
    (error,) = answer.json()["errors"]
    line = raw[: raw.index(b"LOOK")].count(b"\n") + 1
    assert (error["event"], error["line"]) == (0, line)
    assert error["path"] == "$.epcisBody.eventList[0].action"
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"<a", XML),
        (b"{}", XML),
        (b"<a/>", "application/json"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', XML),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", XML),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", XML),
        (b"<a>" * 5000, XML),
    ],
)
def test_hostile_xml_is_answered_and_nothing_is_stored(cast: Cast, raw: bytes, kind: str) -> None:
    assert post(bearer(cast.wang), raw, kind).status_code == 400
    assert Event.objects.count() == 0


def test_negotiation_and_limits(cast: Cast) -> None:
    client = bearer(cast.wang)
    raw = written(Form.XML_2_0, transform(9))
    assert post(client, raw, "application/xhtml+xml").status_code == 415
    refused = post(client, raw, Accept="text/csv")
    assert (refused.status_code, refused.json()["type"]) == (
        406,
        "epcisException:NotAcceptableException",
    )
    large = post(client, b"<" + b" " * services.MAX_BYTES)
    assert (large.status_code, large.json()["type"]) == (
        413,
        "epcisException:CaptureLimitExceededException",
    )
    answer = post(client, raw, Accept=XML)
    assert answer["GS1-EPCIS-Capture-Limit"].isdigit()
    assert answer["GS1-EPCIS-Capture-File-Size-Limit"] == str(services.MAX_BYTES)
    for one in (answer, client.get(answer["Location"], headers={"Accept": XML})):
        assert one["Content-Type"] == XML
        root = etree.fromstring(one.content)
        assert schema(Form.XML_2_0, "EPCISDocument").validate(root)
        assert (root.get("running"), root.get("success")) == ("false", "true")


def test_a_job_with_errors_in_xml_is_valid_too(cast: Cast) -> None:
    client = bearer(cast.wang)
    raw = document(transform(9, colour=1), transform(10))
    headers = {"GS1-Capture-Error-Behaviour": "proceed", "Accept": XML}
    answer = post(client, raw, "application/json", **headers)
    root = etree.fromstring(answer.content)
    assert schema(Form.XML_2_0, "EPCISDocument").validate(root)
    assert root.get("success") == "false"
    assert "colour" in root.findtext("errors/error/detail", "")


def test_one_event_at_a_time_in_xml(cast: Cast) -> None:
    client = bearer(cast.wang)
    bare = shared("epcis/openepcis/2.0/XML/Events/ObjectEvent.xml").read_bytes()
    assert post(client, bare, path="/epcis/events").status_code == 201
    known = post(client, bare, path="/epcis/events")
    assert (known.status_code, known.json()["type"]) == (
        409,
        "epcisException:ResourceAlreadyExistsException",
    )
    two = post(client, written(Form.XML_2_0, transform(9), transform(10)), path="/epcis/events")
    assert (two.status_code, two.json()["errors"][0]["code"]) == (400, "one-event")
    assert Event.objects.count() == 1


def test_jobs_are_listed_page_by_page(cast: Cast) -> None:
    client = bearer(cast.wang)
    for hour in range(5):
        post(client, document(transform(hour)), "application/json")
    seen: list[str] = []
    address = "/epcis/capture?perPage=2"
    while address:
        page = client.get(address)
        seen += [one["captureID"] for one in page.json()]
        post(client, document(transform(10 + len(seen))), "application/json")
        address = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == [
        str(found)
        for found in CaptureJob.objects.order_by("-pk").values_list("capture_id", flat=True)[3:]
    ]
    for query in ("perPage=0", "perPage=x", "nextPageToken=forged"):
        assert client.get(f"/epcis/capture?{query}").status_code == 400


def test_an_error_declaration_takes_the_event_back_and_names_what_corrects_it(cast: Cast) -> None:
    client = bearer(cast.wang)
    wrong = transform(9, eventID="urn:uuid:wrong")
    post(client, written(Form.XML_2_0, wrong))
    declaration = {
        "declarationTime": "2026-03-02T08:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:right"],
    }
    declared = {**wrong, "errorDeclaration": declaration}
    right = transform(10, eventID="urn:uuid:right")
    answer = post(client, written(Form.XML_1_2, declared, right))
    assert client.get(answer["Location"]).json()["capturedEvents"] == 2
    found = client.get("/epcis/events", {"EQ_eventID": "urn:uuid:wrong"}).json()
    listed = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert len(listed) == 2
    declared_one = next(one for one in listed if "errorDeclaration" in one)
    assert declared_one["errorDeclaration"]["correctiveEventIDs"] == ["urn:uuid:right"]
    corrected = client.get("/epcis/events", {"EQ_correctiveEventID": "urn:uuid:right"}).json()
    listed = corrected["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [one["eventID"] for one in listed] == ["urn:uuid:wrong"]
    events = {one.event_id: one for one in Event.objects.order_by("-declared_wrong")}
    linked = links_of(cast.wang, events["urn:uuid:wrong"])
    assert [one.event_id for one in linked.corrections] == ["urn:uuid:right"]
    linked = links_of(cast.wang, events["urn:uuid:right"])
    assert [one.event_id for one in linked.corrected] == ["urn:uuid:wrong"]
    assert links_of(cast.zhao, events["urn:uuid:right"]).corrected == ()
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(cast.wang)
    page = browser.get(f"/events/{events['urn:uuid:wrong'].pk}/").content.decode()
    assert f"/events/{events['urn:uuid:right'].pk}/" in page
    again = post(client, written(Form.XML_2_0, declared))
    assert client.get(again["Location"]).json()["knownEvents"] == 1
