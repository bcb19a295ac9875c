"""Pages of the register, tried by everybody."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests import factories_subjects as firms
from tests.casting import OTHER_TOWNSHIP, TOWNSHIP, Cast
from zhian.foundation.offices.models import User
from zhian.kernel.exchange import uploads
from zhian.registry.subjects.models import Operator, Site, Supervision
from zhian.registry.subjects.vocabulary import OperatorKind
from zhian.registry.subjects.web.sheets import OPERATORS

EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
SHOP = {
    "name_zh": "益昌食品店",
    "kind": "SHOP",
    "region": TOWNSHIP,
    "first_responsible": "王小二",
    "found_by": "VISIT",
}


def as_user(user: User) -> Client:
    client = Client(**EN)  # type: ignore[arg-type]
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def shop(cast: Cast) -> Operator:
    return firms.operator("益昌食品店", former_names=("老王杂货铺",))


@pytest.fixture
def site(shop: Operator) -> Site:
    return firms.site(shop)


def test_every_page_asks_to_sign_in(site: Site) -> None:
    pages = [
        "/operators/",
        "/operators/new/",
        "/operators/import/",
        "/operators/sites/",
        f"/operators/{site.operator_id}/",
        f"/operators/{site.operator_id}/edit/",
        f"/operators/{site.operator_id}/sites/new/",
        f"/operators/sites/{site.pk}/",
        f"/operators/sites/{site.pk}/supervision/",
        f"/operators/sites/{site.pk}/close/",
    ]
    for page in pages:
        response = Client().get(page)
        assert (response.status_code, response.headers.get("Location", "")[:9]) == (
            302,
            "/sign-in/",
        )


def test_the_list_finds_names_former_names_and_pinyin(cast: Cast, shop: Operator) -> None:
    firms.operator("福来超市")
    client = as_user(cast.wang)
    for word in ("益昌", "老王", "ycspd", "yichang", "LWZHP"):
        page = text(client.get("/operators/", {"q": word}))
        assert "益昌食品店" in page, word
        assert "福来超市" not in page, word
    page = text(client.get("/operators/"))
    assert "Register an operator" in page
    assert "Not yet computed" in page
    assert "Register an operator" not in text(as_user(cast.jian).get("/operators/"))


def test_the_list_is_narrowed_and_exported(cast: Cast, shop: Operator) -> None:
    firms.operator("张记作坊", OperatorKind.WORKSHOP)
    client = as_user(cast.wang)
    page = text(client.get("/operators/", {"kind": "WORKSHOP", "licence_state": "UNKNOWN"}))
    assert "张记作坊" in page
    assert "益昌食品店" not in page
    response = client.get("/operators/", {"kind": "SHOP", "export": "xlsx"})
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].values)
    assert rows[0][0] == "Name"
    assert [row[0] for row in rows[1:]] == ["益昌食品店"]
    assert client.post("/operators/").status_code == 405


def test_lists_cost_few_queries(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _number in range(60):
        firms.supervision(firms.site(), cast.wang.officer)
    client = as_user(cast.wang)
    for page in ("/operators/", "/operators/sites/"):
        client.get(page)
        with django_assert_max_num_queries(8):
            assert "Page 1 of 2" in text(client.get(page))


def test_strangers_do_not_learn_that_it_exists(cast: Cast, site: Site) -> None:
    for person in (cast.zhao, cast.chen, cast.dian, cast.admin):
        client = as_user(person)
        for page in (
            f"/operators/{site.operator_id}/",
            f"/operators/{site.operator_id}/edit/",
            f"/operators/sites/{site.pk}/",
            f"/operators/sites/{site.pk}/supervision/",
            f"/operators/sites/{site.pk}/close/",
            f"/operators/{site.operator_id}/sites/new/",
        ):
            assert client.get(page).status_code == 404, (person, page)


def test_an_operator_s_page_shows_who_answers(cast: Cast, site: Site) -> None:
    client = as_user(cast.wang)
    page = text(client.get(f"/operators/{site.operator_id}/"))
    assert "Nobody answers" in page
    assert "老王杂货铺" in page
    firms.supervision(site, cast.li.officer)
    assert cast.li.display_name in text(client.get(f"/operators/{site.operator_id}/"))
    page = text(client.get(f"/operators/sites/{site.pk}/"))
    assert cast.li.display_name in page
    assert site.sgln in page


def test_a_doubtful_credit_code_is_shown_not_refused(cast: Cast) -> None:
    doubtful = firms.operator(uscc="91999999600037341X")
    page = text(as_user(cast.wang).get(f"/operators/{doubtful.pk}/"))
    assert "the region code 999999 is not known" in page


def test_an_operator_is_registered_on_its_page(cast: Cast) -> None:
    client = as_user(cast.wang)
    page = text(client.get("/operators/new/"))
    assert "正定镇" in page or "Zhengding" in page
    response = client.post("/operators/new/", SHOP)
    made = Operator.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/operators/{made.pk}/")
    assert (made.name_zh, made.found_by) == ("益昌食品店", "VISIT")


@pytest.mark.parametrize("change", [{"uscc": "123"}, {"region": "99"}, {"name_zh": ""}])
def test_a_wrong_form_comes_back_with_its_reason(cast: Cast, change: dict[str, str]) -> None:
    response = as_user(cast.wang).post("/operators/new/", SHOP | change)
    assert response.status_code == 422
    assert "invalid-feedback" in text(response)
    assert not Operator.objects.exists()


def test_who_keeps_no_register_is_told_why(cast: Cast, shop: Operator) -> None:
    for page in ("/operators/new/", "/operators/import/", f"/operators/{shop.pk}/edit/"):
        client = as_user(cast.jian)
        for response in (client.get(page), client.post(page, SHOP)):
            assert response.status_code == 403
            assert "does not edit records" in text(response)
    assert Operator.objects.count() == 1


def test_many_places_are_typed_by_code(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhian.registry.subjects.web.forms.LISTED_PLACES", 1)
    client = as_user(cast.wang)
    assert "Code of 6 or 9 digits" in text(client.get("/operators/new/"))
    assert client.post("/operators/new/", SHOP | {"region": OTHER_TOWNSHIP}).status_code == 403
    assert client.post("/operators/new/", SHOP | {"region": "130123777"}).status_code == 422
    assert client.post("/operators/new/", SHOP).status_code == 302


def test_an_entry_is_corrected(cast: Cast, shop: Operator) -> None:
    client = as_user(cast.wang)
    assert "益昌食品店" in text(client.get(f"/operators/{shop.pk}/edit/"))
    data = SHOP | {"name_zh": "益昌商行", "found_at": "2026-01-01"}
    assert client.post(f"/operators/{shop.pk}/edit/", data).status_code == 302
    shop.refresh_from_db()
    assert (shop.name_zh, shop.found_at) == ("益昌商行", date(2026, 1, 1))
    assert shop.former_names == ["益昌食品店"] or "益昌食品店" in shop.former_names


# --- sites


def test_a_site_is_opened_and_closed(cast: Cast, shop: Operator) -> None:
    client = as_user(cast.wang)
    address = f"/operators/{shop.pk}/sites/new/"
    assert "益昌食品店" in text(client.get(address))
    data = {"name_zh": "门店", "link": "CIRCULATION", "region": TOWNSHIP, "keeps_ledger": "on"}
    wrong = client.post(address, data | {"sgln": "6922165902996"})
    assert (wrong.status_code, Site.objects.count()) == (422, 0)
    assert client.post(address, data).status_code == 302
    site = Site.objects.get()
    assert site.keeps_ledger
    close = f"/operators/sites/{site.pk}/close/"
    assert "Close the site" in text(client.get(close))
    assert client.post(close, {"reason": ""}).status_code == 422
    assert client.post(close, {"reason": "停业"}).status_code == 302
    assert "already" in text(client.post(close, {"reason": "停业"}))
    assert "Closed" in text(client.get(f"/operators/{shop.pk}/"))


def test_the_blind_spots_are_listed(cast: Cast, site: Site) -> None:
    covered = firms.site(firms.operator("福来超市"))
    firms.supervision(covered, cast.wang.officer)
    client = as_user(cast.wang)
    page = text(client.get("/operators/sites/", {"covered": "none"}))
    assert "益昌" in page
    assert "福来" not in page
    page = text(client.get("/operators/sites/", {"covered": "named"}))
    assert "福来" in page
    assert "益昌" not in page


def test_the_head_hands_a_site_over(cast: Cast, site: Site) -> None:
    address = f"/operators/sites/{site.pk}/supervision/"
    assert as_user(cast.wang).get(address).status_code == 403
    client = as_user(cast.head)
    page = text(client.get(address))
    assert cast.li.display_name in page
    assert cast.zhao.display_name not in page
    foreign = client.post(address, {"officer": cast.zhao.officer.pk})
    assert (foreign.status_code, Supervision.objects.count()) == (422, 0)
    past = {"officer": cast.li.officer.pk, "since": "2026-01-01"}
    assert client.post(address, past).status_code == 422
    assert client.post(address, {"officer": cast.li.officer.pk}).status_code == 302
    assert Supervision.objects.get().officer.user == cast.li
    assert client.post(address, {"officer": cast.wang.officer.pk}).status_code == 422


# --- import


def upload(client: Client, rows: list[dict[str, Any]]) -> HttpResponse:
    file = io.BytesIO(OPERATORS.export(rows))
    file.name = "operators.xlsx"
    return client.post("/operators/import/", {"file": file})  # type: ignore[return-value]


@pytest.fixture
def _data(tmp_path: Path, settings: Settings) -> None:
    settings.ZHIAN_DATA = tmp_path


@pytest.mark.usefixtures("_data")
def test_operators_are_imported_after_a_look_at_them(cast: Cast) -> None:
    client = as_user(cast.wang)
    assert "Empty template" in text(client.get("/operators/import/"))
    template = client.get("/operators/import/?template=1")
    sheet = openpyxl.load_workbook(io.BytesIO(template.content)).worksheets[0]
    assert sheet["A1"].value == "Chinese name"
    good = {**SHOP, "kind": OperatorKind.SHOP, "found_by": "CENSUS"}
    rows = [good, {**good, "name_zh": "福来", "region": OTHER_TOWNSHIP}, {**good, "region": "99"}]
    preview = upload(client, rows)
    assert preview.status_code == 200
    assert "Import 1 row" in text(preview)
    assert "outside your territory" in text(preview)
    assert not Operator.objects.exists()
    token = preview.context["upload"].token  # type: ignore[attr-defined]
    done = client.post("/operators/import/", {"token": token})
    assert "Rows imported" in text(done)
    assert list(Operator.objects.values_list("name_zh", flat=True)) == ["益昌食品店"]
    assert client.post("/operators/import/", {"token": token}).status_code == 409
    errors = client.get("/operators/import/", {"errors": token})
    sheet = openpyxl.load_workbook(io.BytesIO(errors.content)).worksheets[0]
    assert [row[0] for row in sheet.values][1:] == ["福来", "益昌食品店"]
    assert "territory" in str(sheet.cell(2, sheet.max_column).value)
    stolen = as_user(cast.li).post("/operators/import/", {"token": token})
    assert stolen.status_code == 422


@pytest.mark.usefixtures("_data")
def test_a_file_without_a_good_row_is_only_explained(cast: Cast) -> None:
    client = as_user(cast.wang)
    assert client.post("/operators/import/").status_code == 422
    assert client.put("/operators/import/").status_code == 405
    preview = upload(client, [{**SHOP, "region": "99"}])
    assert "Import 1 row" not in text(preview)
    token = preview.context["upload"].token  # type: ignore[attr-defined]
    assert client.post("/operators/import/", {"token": token}).status_code == 422
    made = uploads.opened(token, sheet="operators", user_id=cast.wang.pk)
    assert not made.committed()
    errors = client.get("/operators/import/", {"errors": token})
    assert len(list(openpyxl.load_workbook(io.BytesIO(errors.content)).worksheets[0].rows)) == 2
