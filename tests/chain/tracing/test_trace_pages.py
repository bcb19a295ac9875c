"""The trace pages: for whom, with what, and what is refused."""

import json
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.casting import Cast
from tests.chain.tracing.captured_stories import MILK, dairy_story, powder

pytestmark = pytest.mark.django_db


def address(lot: str = MILK, page: str = "lot", **more: str) -> str:
    """Address of a trace page."""
    return f"/trace/{page}?{urlencode({'lot': lot, **more})}"


def signed_in(user: object) -> Client:
    """A browser in which the user has signed in."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_the_page_shows_graph_map_table_and_gaps(cast: Cast) -> None:
    dairy_story(cast.wang)
    page = signed_in(cast.wang).get(address()).content.decode()
    for part in ('id="trace-graph"', 'id="trace-map"', 'id="trace-table"', 'id="gaps"'):
        assert part in page
    assert "dispatched, receipt never recorded" in page
    assert "<script>" not in page


def test_the_page_speaks_chinese_when_asked(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    page = client.get(address(), headers={"accept-language": "zh-CN"}).content.decode()
    assert "追溯" in page
    assert "已发出，未见收货记录" in page


def test_the_data_join_sites_links_and_regions(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    data = json.loads(signed_in(cast.wang).get(address(page="lot/data")).content)
    assert {site["id"] for site in data["sites"]} == {site.sgln for site in sites.values()}
    broken = [link for link in data["links"] if link["broken"]]
    assert [link["to"] for link in broken] == [sites["shop2"].sgln]
    assert data["regions"]["130123"]["name"]
    assert all(link["events"] for link in data["links"])


def test_the_workbook_holds_what_the_table_shows(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    answer = signed_in(cast.wang).get(address(page="lot/excel"))
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    sheet = load_workbook(BytesIO(raw)).active
    assert sheet is not None
    assert sheet.max_row == 1 + len(sites)


def test_a_lot_text_leads_straight_to_its_trace(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    assert client.get("/trace/?lot=P0").headers["Location"] == address(powder(0))
    assert MILK in client.get("/trace/").content.decode()
    assert "No lot of this number" in client.get("/trace/?lot=zzz").content.decode()


def test_lots_are_found_by_what_else_is_known(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    client = signed_in(cast.wang)
    every = client.get("/trace/?region=13").content.decode()
    assert MILK in every
    place = sites["shop2"].sgln
    at_the_shop = client.get("/trace/", {"site": place}).content.decode()
    assert "Lots found" in at_the_shop
    assert MILK not in at_the_shop
    assert "lot?lot=" in at_the_shop
    for nothing in ({"region": "99"}, {"until": "2001-01-01"}, {"since": "2030-01-01"},
                    {"site": "6901234999999"}, {"gtin": "6901234999990"}):  # fmt: skip
        text = client.get("/trace/", nothing).content.decode()
        assert "lot?lot=" not in text, nothing
        assert "No lot of this number" in text
    wrong = client.get("/trace/", {"gtin": "abc"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("page", ["lot", "lot/data", "lot/excel"])
def test_strangers_know_nothing_of_the_trace(cast: Cast, page: str) -> None:
    dairy_story(cast.wang)
    assert signed_in(cast.zhao).get(address(page=page)).status_code == 404
    assert signed_in(cast.dian).get(address(page=page)).status_code == 403
    assert Client().get(address(page=page)).status_code == 302
    allowed = signed_in(cast.sun).get(address(page=page))
    assert allowed.status_code == 200
    allowed.close()


def test_only_get_is_answered_and_a_bad_question_is_explained(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    assert client.post(address()).status_code == 405
    assert client.get(address(as_of="soon")).status_code == 422
    assert client.get(address(direction="sideways")).status_code == 422
    assert client.get("/trace/lot").status_code == 422
    assert client.get(address(lot="urn:epc:class:lgtin:6901234.000017.NONE")).status_code == 404


def test_as_of_before_the_records_is_an_unknown_lot(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    assert client.get(address(as_of="2020-01-01T00:00")).status_code == 404
    assert client.get(address(as_of="2099-01-01T00:00")).status_code == 200
