"""The pages of a recall that grows: told on the recall and the desk, decided line by line."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories_response as story
from tests.casting import Cast
from tests.chain.tracing import captured_stories as captured
from tests.factories_response import Holder
from tests.response.conftest import Told
from zhian.foundation.offices.models import User
from zhian.kernel import clock, outbox
from zhian.registry.subjects.models import Site
from zhian.response.recalls import selectors
from zhian.response.recalls.models import Extension

pytestmark = pytest.mark.django_db
NOBODY = Site(sgln="urn:epc:id:sgln:6999999.99998.0")


@pytest.fixture
def cast(told: Told) -> Cast:
    return told.cast


@pytest.fixture
def fourth(told: Told) -> Holder:
    return story.holder("四号店")


@pytest.fixture
def extension(told: Told, fourth: Holder) -> Extension:
    """A shop with 30 kg and a place nobody registered with 15, found after the start."""
    recall = story.confirmed(told.cast, told.alert)
    slow = told.made.slow.site
    with clock.at(story.SIGNED + timedelta(hours=1)):
        captured.capture(
            told.cast.system,
            captured.receive(2, slow, fourth.site, (story.LOT, 30)),
            captured.receive(2, slow, NOBODY, (story.LOT, 15)),
        )
        outbox.drain()
    found = selectors.open_extension(recall)
    assert found is not None
    return found


def browser(user: User, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["zhian_language"] = language
    client.force_login(user)
    return client


def address(extension: Extension) -> str:
    return reverse("recalls:confirm_extension", args=[extension.pk])


WORDS = {
    "zh-hans": ("发现 1 家持有单位", "处理启动后的新发现", "向 1 家送达召回令", "四号店"),
    "en": ("holders 1, places", "Decide on what was found since", "Serve recall orders on 1 holder",
           "四号店"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_recall_says_what_was_found_and_leads_to_the_decision(
    extension: Extension, cast: Cast, language: str
) -> None:
    found, decide, deed, name = WORDS[language]
    client, recall = browser(cast.wang, language), extension.recall
    page = client.get(recall.get_absolute_url()).content.decode()
    for words in (found, "45", decide, address(extension)):
        assert words in page, words
    form = client.get(address(extension)).content.decode()
    assert deed in form
    assert name in form
    assert "一号店" not in form
    incident = client.get(reverse("desk:incident", args=[recall.alert_id])).content.decode()
    assert address(extension) in incident
    assert str(extension) in client.get(reverse("desk:work")).content.decode()
    scope = client.get(reverse("recalls:scope", args=[recall.pk])).content.decode()
    assert ("待处理" if language == "zh-hans" else "Waits for a decision") in scope


def test_the_decision_is_made_line_by_line(extension: Extension, cast: Cast, told: Told) -> None:
    client, recall = browser(cast.wang, "en"), extension.recall
    shop = extension.lines.get(site__isnull=False)
    nobody = extension.lines.get(site=None)
    posted = {"included": [shop.pk], "reason": "账上迟报，一并召回"}
    assert client.post(address(extension), posted).status_code == 422
    assert recall.orders.count() == 4
    answer = client.post(address(extension), posted | {f"why-{nobody.pk}": "查无此处"})
    assert answer.headers["Location"] == recall.get_absolute_url()
    assert recall.orders.count() == 5
    page = client.get(recall.get_absolute_url()).content.decode()
    assert "账上迟报" in page
    assert address(extension) not in page
    order = recall.orders.get(extension=extension)
    assert "found since the start" in client.get(order.get_absolute_url()).content.decode()
    assert "No: 查无此处" in client.get(reverse("recalls:scope", args=[recall.pk])).content.decode()
    again = client.get(address(extension))
    assert again.status_code == 409
    assert client.post(address(extension), posted).status_code == 409


def test_only_the_owner_office_decides(extension: Extension, cast: Cast) -> None:
    posted = {"included": [one.pk for one in extension.lines.all()], "reason": "x"}
    for user, status in ((cast.sun, 403), (cast.jian, 403), (cast.zhao, 404), (cast.dian, 404)):
        client = browser(user)
        assert client.get(address(extension)).status_code == status, user
        assert client.post(address(extension), posted).status_code == status, user
    told = browser(cast.sun).get(extension.recall.get_absolute_url()).content.decode()
    assert address(extension) not in told
    nothing = reverse("recalls:confirm_extension", args=[0])
    assert browser(cast.wang).get(nothing).status_code == 404


def test_the_page_of_an_old_decision_cannot_confirm_a_new_find(
    extension: Extension, cast: Cast, told: Told
) -> None:
    """While the form lay open a fifth shop was found: the lines are new, the old ones refused."""
    old = [one.pk for one in extension.lines.all()]
    fifth = story.holder("五号店").site
    with clock.at(story.SIGNED + timedelta(hours=2)):
        found = captured.receive(2, told.made.slow.site, fifth, (story.LOT, 9))
        captured.capture(cast.system, found)
        outbox.drain()
    answer = browser(cast.wang).post(address(extension), {"included": old, "reason": "x"})
    assert answer.status_code == 422
    assert extension.recall.orders.count() == 4


def test_the_public_reads_of_what_was_found_later(extension: Extension, cast: Cast) -> None:
    included = [one.pk for one in extension.lines.all()]
    browser(cast.wang).post(address(extension), {"included": included, "reason": "一并召回"})
    notice = Extension.objects.get().public_notice
    for page in (reverse("portal:recalls"), reverse("portal:recall", args=[notice.pk])):
        text = Client(headers={"accept-language": "zh-hans"}).get(page).content.decode()
        assert text.count("补充公告") == 1, page
