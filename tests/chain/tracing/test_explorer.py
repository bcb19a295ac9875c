"""The explorer of a lot: what if, ranking, files to take along, decisions, saved views."""

import json
from io import BytesIO
from urllib.parse import parse_qs, urlencode, urlsplit
from zipfile import ZipFile

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.casting import Cast
from tests.chain.tracing.captured_stories import MILK, dairy_story, powder
from tests.chain.tracing.test_trace_pages import address, signed_in
from zhian.chain.tracing.engine.exports.formats import FORMATS
from zhian.chain.tracing.models import SavedView
from zhian.foundation.ledger.selectors import entries_about

pytestmark = pytest.mark.django_db


def page(client: Client, path: str = "lot", **more: object) -> str:
    """A trace page as text; it must be there."""
    query = urlencode({"lot": MILK, **more}, doseq=True)
    answer = client.get(f"/trace/{path}?{query}")
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_a_lot_found_clean_shrinks_the_scope_in_kilograms_and_shops(cast: Cast) -> None:
    dairy_story(cast.wang, batches=2, shops=4)
    client = signed_in(cast.wang)
    assert 'class="figures trace-effect"' not in page(client)
    text = page(client, clear=powder(1))
    assert "drop out of the recall scope" in text
    assert "supposed, not recorded" in text
    assert "便民店1号" in text[text.index("Sites that drop out") : text.index("trace-suppose")]


def test_a_killing_treatment_ends_the_trace_and_can_be_taken_back(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    client = signed_in(cast.wang)
    data = json.loads(client.get(address(page="lot/data", kill=sites["dairy"].sgln)).content)
    assert {site["id"] for site in data["sites"]} == {sites["farm"].sgln, sites["dairy"].sgln}
    text = page(client, kill=sites["dairy"].sgln, direction="forward")
    assert f'href="?lot={MILK.replace(":", "%3A")}&amp;direction=forward"' in text


def test_the_form_of_the_panel_becomes_a_part_of_the_address(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    client = signed_in(cast.wang)
    site = sites["shop0"].sgln
    for kind, wanted in (
        ("case", site), ("clear", powder(0)), ("clean", f"{site}|2026-09-02T10:00"), ("none", ""),
    ):  # fmt: skip
        asked = {"suppose": kind, "at_site": site, "of_lot": powder(0),
                 "at_time": "2026-09-02T10:00"}  # fmt: skip
        found = parse_qs(urlsplit(client.get(address(**asked)).headers["Location"]).query)
        assert found["lot"] == [MILK]
        assert found.get(kind, [""]) == [wanted]
        assert "suppose" not in found
    twice = client.get(address(suppose="case", at_site=site, case=site)).headers["Location"]
    assert parse_qs(urlsplit(twice).query)["case"] == [site]


@pytest.mark.parametrize(
    "wrong",
    [{"clean": "x|soon"}, {"clean": "x|2026-13-01"}, {"case": "x|many"}, {"mix": "x|-3"},
     {"kill": [str(n) for n in range(60)]}],
)  # fmt: skip
def test_a_supposition_nobody_can_read_is_explained(cast: Cast, wrong: dict[str, object]) -> None:
    dairy_story(cast.wang)
    query = urlencode({"lot": MILK, **wrong}, doseq=True)
    assert signed_in(cast.wang).get(f"/trace/lot?{query}").status_code == 422


def test_cleaning_mixing_and_negatives_are_understood(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    dairy = sites["dairy"].sgln
    text = page(
        signed_in(cast.wang), clean=f"{dairy}|2026-09-02", mix=f"{dairy}|48",
        negative=sites["shop2"].sgln,
    )  # fmt: skip
    for word in ("Cleaned", "Goods mix here", "Nobody ill, nothing found here"):
        assert f"<b>{word}</b>" in text


def test_marked_cases_rank_the_sources_with_bars_and_text(cast: Cast) -> None:
    sites = dairy_story(cast.wang, shops=4)
    client = signed_in(cast.wang)
    asked = {"case": f"{sites['shop0'].sgln}|3", "negative": sites["shop1"].sgln}
    text = page(client, **asked)
    ranking = text[text.index('id="ranking"') : text.index('id="graph-title"')]
    assert "<meter" in ranking
    assert "From 3 cases and 1 places" in ranking
    assert "青山奶牛场" in ranking
    data = json.loads(client.get(address(page="lot/data", **asked)).content)
    by_name = {site["name"]: site for site in data["sites"]}
    assert by_name["青山奶牛场经营场所"]["posterior"] > by_name["便民店1号经营场所"]["posterior"]
    assert by_name["青山奶牛场经营场所"]["score"] is not None


def test_every_format_can_be_taken_along(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    for name, kind in FORMATS.items():
        answer = client.get(address(page="lot/export", format=name))
        assert answer.headers["Content-Type"] == kind.media_type
        assert answer.headers["Content-Disposition"].endswith(f'.{kind.suffix}"')
    model = json.loads(client.get(address(page="lot/export", format="model")).content)
    assert {row["name"] for row in model["stations"]} >= {
        "青山奶牛场经营场所",
        "正定乳品厂经营场所",
    }
    assert model["deliveries"][0]["documentType"] == "EPCIS"
    assert model["links"]
    assert client.get(address(page="lot/export", format="pdf")).status_code == 404


def test_the_24_hour_spreadsheet_names_lots_by_their_number(cast: Cast) -> None:
    dairy_story(cast.wang)
    raw = signed_in(cast.wang).get(address(page="lot/export", format="fsma204")).content
    sheet = load_workbook(BytesIO(raw)).worksheets[0]
    codes = {row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert codes >= {MILK, powder(0)}


def test_request_forms_come_in_one_archive_in_the_readers_language(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    client = signed_in(cast.wang)
    archive = ZipFile(BytesIO(client.get(address(page="lot/forms")).content))
    assert len(archive.namelist()) == len(sites)
    sheet = load_workbook(BytesIO(archive.read(archive.namelist()[0]))).worksheets[0]
    assert sheet["A1"].value == "Inquired Company:"
    chinese = client.get(address(page="lot/forms"), headers={"accept-language": "zh-CN"}).content
    archive = ZipFile(BytesIO(chinese))
    sheet = load_workbook(BytesIO(archive.read(archive.namelist()[0]))).worksheets[0]
    assert sheet["A1"].value == "被查询经营者："


def test_open_points_are_listed_by_operator_and_as_a_workbook(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    text = page(client, "lot/gaps")
    assert "便民店2号" in text
    assert "dispatched, receipt never recorded" in text
    answer = client.get(address(page="lot/gaps", export="xlsx"))
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    rows = list(load_workbook(BytesIO(raw)).worksheets[0].iter_rows(values_only=True))
    assert len(rows) > 1
    assert rows[0][0] == "Operator"


def test_what_to_ask_next_says_what_it_would_drop(cast: Cast) -> None:
    dairy_story(cast.wang)
    text = page(signed_in(cast.wang), "lot/requests")
    assert "test a sample of the lot" in text
    assert "Records that cannot all be true" in text


def test_two_moments_differ_by_named_records(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    text = page(client, "lot/difference", since="2020-01-01T00:00")
    assert "came in" in text
    assert "recorded since" in text
    assert "came in" not in page(client, "lot/difference", since="2099-01-01")
    assert "Compare with" in page(client, "lot/difference")
    assert client.get(address(page="lot/difference", since="soon")).status_code == 422
    assert client.get(address(page="lot/difference", since="2026-13-40")).status_code == 422


@pytest.mark.parametrize(
    "path", ["lot/export", "lot/forms", "lot/gaps", "lot/requests", "lot/difference"]
)
def test_strangers_take_nothing_along(cast: Cast, path: str) -> None:
    dairy_story(cast.wang)
    asked = address(page=path, format="eu931")
    assert signed_in(cast.zhao).get(asked).status_code == 404
    assert signed_in(cast.dian).get(asked).status_code == 403
    assert signed_in(cast.wang).post(asked).status_code == 405


def saved(client: Client, **more: object) -> int:
    """Save a view; the status of the answer."""
    form = {"name": "My view", "address": urlencode({"lot": MILK, "lens": "office"}), **more}
    return client.post("/trace/views/", form).status_code


def test_a_view_is_saved_opened_replaced_and_removed(cast: Cast) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    assert saved(client) == 302
    view = SavedView.objects.get()
    opened = parse_qs(urlsplit(client.get(f"/trace/views/{view.pk}/").headers["Location"]).query)
    assert opened["lens"] == ["office"]
    assert opened["as_of"][0] >= "2026"
    assert client.get(f"/trace/lot?{urlencode(opened, doseq=True)}").status_code == 200
    assert [entry.kind for entry in entries_about(view)] == ["tracing.view.saved"]
    assert "My view" in page(client)
    assert "My view" in client.get("/trace/").content.decode()
    assert saved(client, address=urlencode({"lot": MILK, "group": "tier"})) == 302
    assert SavedView.objects.get().address.endswith("group=tier")
    assert client.post(f"/trace/views/{view.pk}/drop").status_code == 302
    assert SavedView.objects.count() == 0


def test_a_view_is_ones_own_until_it_is_shared(cast: Cast) -> None:
    dairy_story(cast.wang)
    wang, li = signed_in(cast.wang), signed_in(cast.li)
    saved(wang)
    view = SavedView.objects.get()
    assert li.get(f"/trace/views/{view.pk}/").status_code == 404
    saved(wang, is_shared="1")
    assert li.get(f"/trace/views/{view.pk}/").status_code == 302
    assert li.post(f"/trace/views/{view.pk}/drop").status_code == 404
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": " "}, 422),
        ({"address": "x" * 9000}, 422),
        ({"address": ""}, 404),
        ({"investigation": "999"}, 404),
        ({"address": urlencode({"lot": MILK, "as_of": "soon"})}, 302),
    ],
)
def test_what_cannot_be_saved_is_refused(cast: Cast, form: dict[str, str], status: int) -> None:
    dairy_story(cast.wang)
    client = signed_in(cast.wang)
    assert saved(client, **form) == status
    assert SavedView.objects.count() == (status == 302)
    assert client.get("/trace/views/").status_code == 405


def test_nobody_saves_a_view_of_what_he_may_not_see(cast: Cast) -> None:
    dairy_story(cast.wang)
    assert saved(signed_in(cast.zhao)) == 404
    assert saved(signed_in(cast.dian)) in {403, 404}
    assert SavedView.objects.count() == 0
