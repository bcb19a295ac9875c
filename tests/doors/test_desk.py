"""The officer's desk: the queue, the incident on one screen, the dossier, the search."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.casting import Cast
from tests.incident import Incident, body_of
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.vocabulary import Light


def client_of(user: object, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)  # type: ignore[arg-type]
    return client


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_everybody_starts_at_their_own_place(running: Incident, cast: Cast) -> None:
    assert Client().get("/").headers["Location"] == reverse("portal:home")
    assert client_of(running.users["wang"]).get("/").headers["Location"] == reverse("desk:work")
    assert client_of(running.users["dian"]).get("/").headers["Location"] == reverse("counter:home")
    assert client_of(cast.admin).get("/").headers["Location"] == reverse("offices:list")


def test_my_work_is_what_i_owe_by_due_time(running: Incident) -> None:
    page = text(client_of(running.users["wang"]), reverse("desk:work"))
    assert running.alert.number in page
    assert "按期" in page


def test_the_queue_is_narrowed_by_light_and_person(running: Incident) -> None:
    qian = client_of(running.users["qian"])

    def deeds(query: str) -> set[str]:
        rows = qian.get(reverse("desk:work") + query).context["page"].rows
        return {row.cells[1].text for row in rows}

    assert "跟进问题整改" in deeds("?light=RED")
    assert "跟进问题整改" not in deeds("?light=GREEN")
    assert "跟进问题整改" not in deeds("?light=YELLOW")
    assert deeds("?whose=mine") == {"跟进问题整改"}


def test_the_tiles_count_the_same_rows_as_the_lights(running: Incident) -> None:
    head = running.users["head"]
    response = client_of(head).get(reverse("desk:work"))
    tiles = {tile["light"]: tile["count"] for tile in response.context["tiles"]}
    mine = [duty for duty in Duty.objects.unfinished() if duty.office == _office(head)]
    for light in Light:
        assert tiles[light.value] == sum(duty.light == light for duty in mine), light


def _office(user: object) -> object:
    return user.officer.office  # type: ignore[attr-defined]


def test_an_empty_queue_says_what_will_come(running: Incident) -> None:
    page = text(client_of(running.users["jian"], "en"), reverse("desk:work"))
    assert "New duties appear here by themselves" in page


def test_the_incidents_of_my_territory(running: Incident) -> None:
    wang = client_of(running.users["wang"])
    assert running.alert.number in text(wang, reverse("desk:incidents"))
    assert running.alert.number not in text(
        client_of(running.users["zhao"]), reverse("desk:incidents")
    )
    export = wang.get(reverse("desk:incidents") + "?export=xlsx")
    assert export.headers["content-type"].endswith("sheet")
    assert body_of(export).startswith(b"PK")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_whole_story_on_one_screen(running: Incident, language: str) -> None:
    wang = client_of(running.users["wang"], language)
    for name in ("desk:incident", "desk:incident_live"):
        page = text(wang, reverse(name, args=[running.alert.pk]))
        assert running.alert.report.number in page
        assert "62.4" in page
        assert reverse("accountability:alert", args=[running.alert.pk]) in page
        assert reverse("recalls:detail", args=[running.recall.pk]) in page


def test_a_stranger_to_the_county_finds_no_incident(running: Incident) -> None:
    url = reverse("desk:incident", args=[running.alert.pk])
    assert client_of(running.users["zhao"]).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_the_dossier_of_an_operator(running: Incident) -> None:
    wang = client_of(running.users["wang"])
    for key in ("mixer0", "workshop", "shop0000"):
        firm = running.seeded.world.firms[key]
        number = running.seeded.register.operator[key]
        page = text(wang, reverse("desk:dossier", args=[number]))
        assert firm.name_zh in page
    shop = running.seeded.register.operator["shop0005"]  # never had a licence
    assert "缺少" in text(wang, reverse("desk:dossier", args=[shop]))
    other = running.seeded.register.operator["mixer1"]
    assert wang.get(reverse("desk:dossier", args=[other])).status_code == 404


def test_one_search_for_everything(running: Incident) -> None:
    wang = client_of(running.users["wang"])
    firm = running.seeded.world.firms["mixer0"]
    goods = running.seeded.world.goods["mixer0/1"]
    for query, expected in (
        (firm.name_zh, firm.name_zh),
        (firm.uscc, firm.name_zh),
        ("RP-240", running.alert.number),
        (goods.gtin, goods.name_zh),
        (running.alert.sample.number, running.alert.sample.number),
        (running.seeded.world.licences[-1].number, running.seeded.world.licences[-1].number),
    ):
        assert expected in text(wang, f"/search?q={query}"), query
    assert "没有找到" in text(wang, "/search?q=xyzzy")
    assert "没有找到" in text(wang, "/search")
