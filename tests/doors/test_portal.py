"""The public portal: found by product, lot or code, and never called genuine."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.incident import Incident


def page(url: str, language: str = "zh-hans") -> str:
    response = Client(headers={"accept-language": language}).get(url)
    assert response.status_code == 200, url
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_notice_is_there_the_same_minute(running: Incident, language: str) -> None:
    notice = running.recall.public_notice
    address = reverse("portal:recall", args=[notice.pk])
    assert address in page("/public/", language)
    for query in ("RP-240", "乳粉", running.seeded.world.goods["dairy/1"].gtin, notice.number):
        assert address in page(f"/public/recalls/?q={query}", language), query
    found = page(address, language)
    assert "RP-240" in found
    assert notice.producer_name in found
    assert "K01" in found


def test_a_scanned_code_of_a_recalled_lot_warns(running: Incident) -> None:
    gtin = running.seeded.world.goods["dairy/1"].gtin
    assert "正在召回" in page(f"/01/{gtin}/10/RP-240")
    assert "正在召回" in page(f"/01/{gtin}")
    assert "Under recall" in page(f"/01/{gtin}", "en")


def test_a_code_nobody_recalled_is_not_called_genuine(running: Incident) -> None:
    found = page("/01/06922165902996", "en")
    assert "does not prove that the goods are genuine" in found


def test_nothing_found_teaches_what_to_do(db: None) -> None:
    assert "tell the authorities" in page("/public/recalls/?q=nothing", "en")
    assert Client().get("/public/recalls/999/").status_code == 404


def test_long_lists_are_paged(running: Incident) -> None:
    assert "RP-240" in page("/public/recalls/?page=99")
