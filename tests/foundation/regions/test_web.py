"""The tree of regions as pages."""

from typing import Any

import pytest
from django.test import Client

from tests.casting import Cast
from zhian.foundation.offices.models import User
from zhian.foundation.regions.models import RegionChange
from zhian.kernel.use_cases import unguarded

pytestmark = pytest.mark.empty_platform


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return response.content.decode()


def test_the_tree_starts_with_provinces_and_leads_down(cast: Cast) -> None:
    client = signed_in(cast.wang)
    top = text(client.get("/regions/"))
    assert "河北省" in top
    assert "正定县<" not in top
    city = text(client.get("/regions/1301/", HTTP_ACCEPT_LANGUAGE="en"))
    for word in ("Hebei Province", "Zhengding County", "Lingshou County", "Area class"):
        assert word in city
    assert "Zhengding Town" not in city


def test_a_search_looks_at_every_level_below(cast: Cast) -> None:
    client = signed_in(cast.wang)
    assert "正定镇" in text(client.get("/regions/?q=正定"))
    below = text(client.get("/regions/13/?level=4"))
    assert "正定镇" in below
    assert "灵寿镇" in below
    assert "没有符合条件" in text(client.get("/regions/130126/?q=正定"))


def test_an_unknown_region_is_not_there(cast: Cast) -> None:
    client = signed_in(cast.wang)
    assert client.get("/regions/999999/").status_code == 404
    assert client.post("/regions/13/").status_code == 405
    assert client.post("/regions/").status_code == 405
    assert Client().get("/regions/").status_code == 302


def test_the_list_goes_out_as_a_workbook(cast: Cast) -> None:
    answer = signed_in(cast.wang).get("/regions/?export=xlsx")
    assert answer.headers["Content-Type"].startswith("application/vnd.openxml")
    answer.close()


def test_changes_are_listed_with_their_source(cast: Cast) -> None:
    with unguarded("set-up"):
        RegionChange.objects.create(
            kind="RENAMED",
            old_path="河北省 旧县",
            new_path="河北省 新县",
            on="2020-01-01",
            source="国函",
        )
    page = text(signed_in(cast.wang).get("/regions/changes/", HTTP_ACCEPT_LANGUAGE="en"))
    for word in ("河北省 旧县", "Renamed", "国函", "2020-01-01"):
        assert word in page
