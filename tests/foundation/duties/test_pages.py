"""Pages of duties, tried by the whole cast."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client

from tests.casting import Cast
from zhian.foundation.duties import services
from zhian.foundation.duties.engine.calendar import BEIJING
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.vocabulary import Deed, DutyState
from zhian.foundation.ledger.models import Entry
from zhian.foundation.ledger.vocabulary import subject_link
from zhian.kernel import clock

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    with clock.at(FRIDAY):
        yield


@pytest.fixture
def duty(cast: Cast) -> Duty:
    return services.start_duty(
        acting_user=cast.wang,
        deed=Deed.FOLLOW_UP_FINDING,
        subject=cast.county,
        office=cast.office,
        url="/regions/130123/",
    )


def test_my_duties_show_the_light_the_time_and_the_basis(
    cast: Cast, client: Client, duty: Duty
) -> None:
    client.force_login(cast.wang)
    page = client.get("/duties/", headers={"accept-language": "zh"}).content.decode()
    for part in ("跟进问题整改", "正定县", "还有 10 个工作日（至 12-04 23:59）", "平台默认"):
        assert part in page
    english = client.get("/duties/", headers={"accept-language": "en"}).content.decode()
    assert "Follow up the finding" in english
    assert "10 working days left" in english
    client.force_login(cast.zhao)
    assert duty.get_absolute_url() not in client.get("/duties/").content.decode()


def test_my_duties_cost_few_queries(
    cast: Cast, client: Client, duty: Duty, django_assert_max_num_queries
) -> None:
    client.force_login(cast.wang)
    client.get("/duties/")
    with django_assert_max_num_queries(8):
        client.get("/duties/")


@pytest.mark.parametrize("query", ["", "?state=OPEN", "?late=late", "?card=RED", "?q=正定"])
def test_all_duties_can_be_narrowed(cast: Cast, client: Client, duty: Duty, query: str) -> None:
    client.force_login(cast.jian)
    page = client.get(f"/duties/all/{query}", headers={"accept-language": "en"})
    shown = "Follow up the finding</a>" in page.content.decode()
    assert page.status_code == 200
    assert shown == (query not in ("?late=late", "?card=RED"))


def test_a_duty_is_a_404_for_strangers(cast: Cast, client: Client, duty: Duty) -> None:
    page = duty.get_absolute_url()
    for name, status in (("wang", 200), ("jian", 200), ("zu", 200), ("zhao", 404), ("dian", 404)):
        client.force_login(getattr(cast, name))
        assert client.get(page).status_code == status
    assert client.post(page).status_code == 405
    assert Client().get(page).status_code == 302


def test_the_page_offers_only_what_this_person_may_do(
    cast: Cast, client: Client, duty: Duty
) -> None:
    client.force_login(cast.wang)
    page = client.get(duty.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert f"/duties/{duty.pk}/finish/" in page
    assert f"/duties/{duty.pk}/assign/" not in page
    assert "Only the head of the office or the leading-group office may assign duties." in page
    assert "unverified" in page
    client.force_login(cast.head)
    page = client.get(duty.get_absolute_url()).content.decode()
    assert f"/duties/{duty.pk}/assign/" in page


def test_reporting_a_duty_done_ends_it(cast: Cast, client: Client, duty: Duty) -> None:
    address = f"/duties/{duty.pk}/finish/"
    client.force_login(cast.wang)
    assert client.get(address).status_code == 200
    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "已整改"}).status_code == 302
    duty.refresh_from_db()
    assert duty.state == DutyState.DONE
    assert Entry.objects.first().kind == "duties.duty.finished_by_hand"
    assert client.post(address, {"note": "again"}).status_code == 409
    page = client.get(duty.get_absolute_url(), headers={"accept-language": "zh"}).content.decode()
    assert "已整改" in page
    assert "按期完成" in page


def test_the_head_assigns_and_the_leading_group_chases(
    cast: Cast, client: Client, duty: Duty
) -> None:
    client.force_login(cast.head)
    address = f"/duties/{duty.pk}/assign/"
    assert "李秀英" in client.get(address).content.decode()
    assert client.post(address, {"officer": cast.zhao.pk}).status_code == 422
    assert client.post(address, {"officer": cast.li.pk}).status_code == 302
    client.force_login(cast.zu)
    assert client.post(f"/duties/{duty.pk}/chase/", {"note": "请抓紧"}).status_code == 302
    duty.refresh_from_db()
    assert duty.officer == cast.li
    assert "请抓紧" in client.get(duty.get_absolute_url()).content.decode()


@pytest.mark.parametrize("deed", ["finish", "assign", "chase", "stop", "resume"])
def test_nobody_does_what_is_not_theirs(cast: Cast, client: Client, duty: Duty, deed: str) -> None:
    address = f"/duties/{duty.pk}/{deed}/"
    before = Entry.objects.count()
    client.force_login(cast.jian)
    assert client.get(address).status_code == 403
    assert client.post(address, {"note": "x", "officer": cast.li.pk}).status_code == 403
    client.force_login(cast.zhao)
    assert client.post(address, {"note": "x"}).status_code == 404
    assert client.put(address).status_code == 405
    assert Client().post(address).status_code == 302
    assert Entry.objects.count() == before


def test_a_clock_is_stopped_and_runs_again(cast: Cast, client: Client) -> None:
    duty = services.start_duty(
        acting_user=cast.wang, deed=Deed.END_MEDIATION, subject=cast.county, office=cast.office
    )
    client.force_login(cast.wang)
    assert client.post(f"/duties/{duty.pk}/stop/", {"note": "检验"}).status_code == 302
    duty.refresh_from_db()
    assert duty.state == DutyState.STOPPED
    assert f"/duties/{duty.pk}/resume/" in client.get(duty.get_absolute_url()).content.decode()
    assert client.get(f"/duties/{duty.pk}/resume/").status_code == 200
    assert client.post(f"/duties/{duty.pk}/resume/").status_code == 302
    duty.refresh_from_db()
    assert duty.state == DutyState.OPEN


def test_nobody_is_shown_a_way_to_a_page_closed_to_him(cast: Cast, duty: Duty) -> None:
    key = str(duty.pk)
    assert subject_link("duties.duty", key, cast.wang) == f"/duties/{key}/"
    assert subject_link("duties.duty", key, cast.zhao) == ""
