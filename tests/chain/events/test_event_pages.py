"""The pages: explorer, event, captured documents, upload and the purchase ledger."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.casting import OTHER_TOWNSHIP, TOWNSHIP, Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, POWDER, SHOP, ship, transform
from tests.chain.events.test_documents_refused import document, event
from tests.factories_subjects import clerk, operator, site
from zhian.chain.events import selectors, services
from zhian.chain.events.models import CaptureJob, Event
from zhian.chain.events.web.showing import lot_text
from zhian.chain.events.web.words import DISPOSITIONS, STEPS
from zhian.foundation.offices.models import User

pytestmark = pytest.mark.django_db


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:800]
    text: str = response.content.decode()
    return text


def workbook(response: Any) -> list[tuple[Any, ...]]:
    assert response.status_code == 200
    data = b"".join(response.streaming_content) if response.streaming else response.content
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


@pytest.fixture
def goods(cast: Cast) -> None:
    """A shipment inside wang's county and one from there into zhao's."""
    for sgln, region in ((FARM, TOWNSHIP), (PLANT, TOWNSHIP), (SHOP, OTHER_TOWNSHIP)):
        site(sgln=sgln, region=region)
    note = [{"type": "desadv", "bizTransaction": "urn:x:note:7"}]
    services.capture_document(
        acting_user=cast.system,
        raw=document(
            ship(8, MILK, FARM, PLANT, 500.5, bizTransactionList=note, disposition="in_transit"),
            transform(9),
            ship(10, POWDER, PLANT, SHOP, 20),
        ),
    )


def test_the_explorer_shows_names_and_narrows(cast: Cast, goods: None) -> None:
    client = signed_in(cast.wang)
    text = page(client.get("/events/"))
    assert "06901234000177 · M1" in text
    assert "shipped" in text
    assert "经营场所" in text
    assert FARM not in text
    for query, count in (
        ({"lot": MILK}, 2),
        ({"lot": "urn:epc:class:lgtin:6901234."}, 3),
        ({"site": SHOP}, 0),
        ({"site": FARM}, 1),
        ({"site": "经营场所"}, 3),
        ({"kind": "transform"}, 1),
        ({"type": "ObjectEvent"}, 2),
        ({"step": "shipping"}, 2),
        ({"event_time_from": "2026-03-02"}, 0),
        ({"event_time_from": "2026-03-01", "event_time_to": "2026-03-01"}, 3),
        ({"q": "M1"}, 2),
        ({"q": "nothing"}, 0),
    ):
        rows = workbook(client.get("/events/", {**query, "export": "xlsx"}))
        assert len(rows) - 1 == count, query
    assert "没有" in page(signed_in(cast.wang, "zh").get("/events/", {"q": "nothing"}))
    assert len(workbook(signed_in(cast.zhao).get("/events/", {"export": "xlsx"}))) == 2


def test_an_event_is_told_in_words_beside_what_was_sent(cast: Cast, goods: None) -> None:
    client = signed_in(cast.wang)
    shipped = Event.objects.filter(kind="ship").earliest("pk")
    text = page(client.get(f"/events/{shipped.pk}/"))
    for word in ("shipping", "in transit", "Delivery note", "urn:x:note:7", "500.5", "M1"):
        assert word in text
    assert "&quot;bizStep&quot;: &quot;shipping&quot;" in text
    chinese = page(signed_in(cast.wang, "zh").get(f"/events/{shipped.pk}/"))
    for word in ("发货", "运输途中", "送货单", "原始内容"):
        assert word in chinese
    assert signed_in(cast.zhao).get(f"/events/{shipped.pk}/").status_code == 404
    assert client.post(f"/events/{shipped.pk}/").status_code == 405
    assert client.get("/events/999999/").status_code == 404


def test_an_event_declared_wrong_says_so(cast: Cast, goods: None) -> None:
    sent = ship(11, MILK, FARM, PLANT, 1, eventID="urn:x:1")
    declared = sent | {"errorDeclaration": {"declarationTime": "2026-03-02T08:00:00Z"}}
    for one in (sent, declared):
        services.capture_document(acting_user=cast.system, raw=document(one))
    first = Event.objects.filter(event_id="urn:x:1").earliest("pk")
    assert "declared wrong" in page(signed_in(cast.wang).get(f"/events/{first.pk}/"))


def test_an_event_without_goods_has_a_page(cast: Cast) -> None:
    sensed = event(
        sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 4}]}],
        readPoint={"id": "urn:x:door"},
    )
    del sensed["quantityList"]
    services.capture_document(acting_user=cast.wang, raw=document(sensed))
    text = page(signed_in(cast.wang).get(f"/events/{Event.objects.get().pk}/"))
    assert "names no goods" in text
    assert "urn:x:door" in text


def send(client: Client, raw: bytes, behaviour: str = "rollback") -> Any:
    file = SimpleUploadedFile("events.json", raw, "application/json")
    return client.post("/events/captures/new/", {"file": file, "error_behaviour": behaviour})


def test_a_document_is_sent_from_the_browser(cast: Cast) -> None:
    client = signed_in(cast.wang)
    assert "multipart/form-data" in page(client.get("/events/captures/new/"))
    answer = send(client, document(transform(9)))
    job = CaptureJob.objects.get()
    assert answer.url == f"/events/captures/{job.capture_id}/"
    text = page(client.get(answer.url))
    assert "accepted" in text
    assert job.sha256 in text
    sent = client.get(f"{answer.url}document.json")
    assert sent.content == document(transform(9))
    assert "attachment" in sent["Content-Disposition"]
    assert signed_in(cast.zhao).get(answer.url).status_code == 404
    assert "accepted" in page(client.get("/events/captures/"))
    assert page(client.post("/events/captures/new/", {}), 422)


def test_a_faulty_document_says_where_and_its_errors_are_a_workbook(cast: Cast) -> None:
    client = signed_in(cast.wang, "zh")
    raw = document(transform(9), transform(10, bizStep="baking"))
    text = page(send(client, raw), 422)
    assert "$.epcisBody.eventList[1].bizStep" in text
    assert "不是核心业务词汇" in text
    job = CaptureJob.objects.get()
    assert Event.objects.count() == 0
    rows = workbook(client.get(f"/events/captures/{job.capture_id}/errors.xlsx"))
    assert rows[1][0] == 2
    assert rows[1][1] == "$.epcisBody.eventList[1].bizStep"
    assert "baking" in rows[1][3]
    assert "已拒收" in page(client.get(f"/events/captures/{job.capture_id}/"))
    partial = send(client, raw, "proceed")
    assert "部分接收" in page(client.get(partial.url))


def test_who_may_not_send(cast: Cast) -> None:
    for person in (cast.jian, cast.admin, cast.dian):
        assert signed_in(person).get("/events/captures/new/").status_code == 403
    assert Client().get("/events/").status_code == 302
    assert CaptureJob.objects.count() == 0


def ledger(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    head = ("received_on", "site", "supplier", "gtin", "lot", "kg", "note")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (head, *rows):
        sheet.append([str(value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("ledger.xlsx", stream.getvalue())


def test_a_shop_enters_its_purchases_from_excel(cast: Cast) -> None:
    shop = operator()
    place = site(shop, sgln=SHOP)
    clerk(cast.dian, shop)
    client = signed_in(cast.dian)
    head = workbook(client.get("/events/purchases/?template=1"))[0]
    assert len(head) == 7
    good = ("2026-03-01", place.name, "6901234000016", "6901234000177", "M 1", "12.505", "SH-7")
    bad = ("2026-03-01", place.name, "6901234000017", "6901234000170", "x" * 21, "-1", "")
    answer = client.post("/events/purchases/", {"file": ledger(good, bad)})
    text = page(answer)
    assert "check digit" in text
    token = answer.context["upload"].token
    for status in (200, 409):
        answer = client.post("/events/purchases/", {"token": token})
        assert answer.status_code == status, answer.content.decode()[-2500:]
        assert Event.objects.count() == 1
    (fact,) = selectors.facts_for_lots(["urn:epc:class:lgtin:6901234.000017.M%201"])
    assert (fact.kind, fact.site, fact.source_site) == ("receive", SHOP, FARM)
    assert str(fact.outputs[0].kg) == "12.505000000"
    assert fact.documents == ("urn:epcglobal:cbv:bt:6901234000016:SH-7",)
    assert lot_text(fact.outputs[0].lot) == "06901234000177 · M 1"
    assert signed_in(cast.wang).get("/events/purchases/").status_code == 403


def test_every_standard_word_has_a_name() -> None:
    from zhian.chain.events.engine.words import BIZ_STEP, DISPOSITION

    assert STEPS.keys() == BIZ_STEP.words
    assert DISPOSITIONS.keys() == DISPOSITION.words
