"""Every page of sampling, alerts, recalls and cases, tried by the cast."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories_response as story
from tests.casting import Cast
from tests.response.conftest import Told
from zhian.foundation.offices.models import User
from zhian.response.alerts.models import Alert
from zhian.response.cases.models import Case
from zhian.response.recalls.models import Order, Recall

pytestmark = pytest.mark.django_db
UNREGISTERED_KG = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def cast(told: Told) -> Cast:
    return told.cast


@pytest.fixture
def alert(told: Told) -> Alert:
    return told.alert


@pytest.fixture
def recall(cast: Cast, alert: Alert) -> Recall:
    return story.confirmed(cast, alert)


def pages(alert: Alert) -> list[str]:
    """Addresses of everything about an incident with a confirmed recall."""
    recall = alert.recall
    order = Order.objects.filter(recall=recall, site__isnull=False).first()
    assert order is not None
    return [
        reverse("sampling:list"), reverse("sampling:detail", args=[alert.sample_id]),
        reverse("sampling:report", args=[alert.report_id]),
        reverse("alerts:list"), alert.get_absolute_url(),
        reverse("recalls:list"), recall.get_absolute_url(),
        reverse("recalls:progress", args=[recall.pk]), reverse("recalls:scope", args=[recall.pk]),
        reverse("recalls:orders", args=[recall.pk]), order.get_absolute_url(),
        reverse("cases:list"), alert.cases.get().get_absolute_url(),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_the_owner_in_both_languages(
    recall: Recall, cast: Cast, language: str
) -> None:
    client = browser(cast.wang)
    client.cookies["zhian_language"] = language
    for address in pages(recall.alert):
        answer = client.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address
        assert "NONCONFORMING" not in answer.content.decode(), address


def test_strangers_see_lists_without_rows_and_no_things(recall: Recall, cast: Cast) -> None:
    for user in (cast.zhao, cast.dian):
        client = browser(user)
        for address in pages(recall.alert):
            is_list = address in {
                reverse(f"{room}:list") for room in ("sampling", "alerts", "recalls", "cases")
            }
            assert client.get(address).status_code == (200 if is_list else 404), (user, address)


def test_nobody_sees_anything_without_signing_in(recall: Recall) -> None:
    client = browser(None)
    for address in pages(recall.alert):
        assert client.get(address).status_code == 302, address


def test_lists_leave_as_excel(recall: Recall, cast: Cast) -> None:
    client = browser(cast.wang)
    for address in (
        reverse("sampling:list"), reverse("alerts:list"), reverse("recalls:list"),
        reverse("cases:list"), reverse("recalls:orders", args=[recall.pk]),
        reverse("recalls:scope", args=[recall.pk]),
    ):  # fmt: skip
        answer = client.get(address, {"export": "xlsx"})
        assert answer.headers["Content-Type"] == XLSX, address
        b"".join(answer)  # type: ignore[call-overload]


def test_orders_narrow_by_answer_tier_region_and_missing_goods(recall: Recall, cast: Cast) -> None:
    client = browser(cast.wang)
    address = reverse("recalls:orders", args=[recall.pk])
    for query, rows in (
        ({"answered": "no"}, 5), ({"answered": "yes"}, 0), ({"open": "yes"}, 4), ({"tier": "0"}, 1),
        ({"tier": "x"}, 0), ({"region": "130123"}, 4), ({"state": "ISSUED"}, 1),
    ):  # fmt: skip
        page = client.get(address, query).context["page"]
        assert page.total == rows, query


def test_the_numbers_of_the_page_add_up_and_refresh_themselves(recall: Recall, cast: Cast) -> None:
    client = browser(cast.wang)
    page = client.get(reverse("recalls:progress", args=[recall.pk]), {"by": "township"})
    text = page.content.decode()
    assert 'hx-trigger="every 5s"' in text
    assert "?by=township" in text
    progress = page.context["progress"]
    for cuts in (progress.by_tier, progress.by_region):
        assert sum(one.balance.recalled_kg for one in cuts) == progress.total.recalled_kg == 1000


def test_the_scope_page_says_the_deed_in_numbers_and_confirms(alert: Alert, cast: Cast) -> None:
    address = reverse("recalls:confirm", args=[alert.recall.pk])
    client = browser(cast.wang)
    client.cookies["zhian_language"] = "en"
    assert "Serve recall orders on 4 holders" in client.get(address).content.decode()
    lines = list(alert.recall.lines.all())
    left_out = lines[-1]
    posted = {"included": [one.pk for one in lines[:-1]], "reason": "确认全部"}
    refused = client.post(address, posted)
    assert refused.status_code == 422
    assert not Order.objects.exists()
    answer = client.post(address, posted | {f"why-{left_out.pk}": "已退回"})
    assert answer.status_code == 302
    assert Order.objects.count() == len({one.site_key for one in lines}) - 1
    assert client.get(address).status_code == 409
    assert browser(cast.sun).get(address).status_code == 403
    assert browser(cast.zhao).get(address).status_code == 404


def test_tracing_again_is_a_button(alert: Alert, cast: Cast) -> None:
    address = reverse("recalls:refresh", args=[alert.recall.pk])
    assert browser(cast.wang).get(address).status_code == 200
    assert browser(cast.wang).post(address).status_code == 302
    assert browser(cast.jian).post(address).status_code == 403


def test_the_owner_handles_the_alert_by_its_pages(alert: Alert, cast: Cast) -> None:
    client = browser(cast.wang)
    for name, posted in (
        ("take", {}), ("report_upward", {"text": "已封存"}),
        ("change_class", {"recall_class": "2", "reason": "微量"}),
        ("set_grade", {"grade": "IV", "reason": "已控制"}),
    ):  # fmt: skip
        address = reverse(f"alerts:{name}", args=[alert.pk])
        assert client.get(address).status_code == 200, name
        assert browser(cast.jian).post(address, posted).status_code == 403, name
        assert browser(cast.zhao).post(address, posted).status_code == 404, name
        assert client.post(address, posted).status_code == 302, name
    empty = reverse("alerts:report_upward", args=[alert.pk])
    assert client.post(empty, {"text": ""}).status_code == 422
    assert client.get(reverse("alerts:close", args=[alert.pk])).status_code == 403
    alert.refresh_from_db()
    assert (alert.state, alert.recall_class, alert.grade) == ("HANDLING", 2, "IV")


def test_orders_are_closed_and_the_recall_finished_by_pages(recall: Recall, cast: Cast) -> None:
    client = browser(cast.wang)
    finish = reverse("recalls:finish", args=[recall.pk])
    assert client.post(finish, {"note": "完成"}).status_code == 403
    close = reverse("recalls:close_orders", args=[recall.pk])
    assert client.get(close).status_code == 200
    assert client.post(close, {"reason": "已售完"}).status_code == 302
    assert client.get(finish).status_code == 200
    assert client.post(finish, {"note": "完成"}).status_code == 302
    case = recall.alert.cases.get()
    for name, posted in (
        ("value", {"value_yuan": "12000"}), ("file", {"reason": "不合格"}), ("investigate", {}),
        ("decide", {"basis": "fsl-123", "reason": "法律优先", "decision": "罚款"}), ("close", {}),
    ):  # fmt: skip
        address = reverse(f"cases:{name}", args=[case.pk])
        assert client.get(address).status_code == 200, name
        assert browser(cast.zhao).post(address, posted).status_code == 404, name
        assert browser(cast.sun).post(address, posted).status_code == 403, name
        assert client.post(address, posted).status_code == 302, name
    assert client.post(reverse("alerts:close", args=[recall.alert_id])).status_code == 302
    assert Case.objects.get().state == "CLOSED"
    assert Alert.objects.get().state == "CLOSED"
