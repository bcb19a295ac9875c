"""The proof sheet of a reported result, and what the library learns of items without a limit."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories_response as story
from tests.casting import Cast
from tests.registry.standards.test_proof_sheet import text_of
from zhian.fieldwork.sampling.services import ResultInput
from zhian.registry.standards import services as standards
from zhian.registry.standards.models import UnlimitedItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)


def test_a_signed_result_prints_its_verdict_in_both_languages(cast: Cast) -> None:
    report = story.signed(cast, story.shop())
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wang)
    address = reverse("sampling:proof", args=[report.pk, 1])
    page = client.get(reverse("sampling:report", args=[report.pk])).content.decode()
    assert address in page
    english = client.get(address)
    assert english["Content-Type"] == "application/pdf"
    said = text_of(english.content)
    assert "Nonconforming" in said
    assert "".join(report.number.split()) in said
    chinese = text_of(client.get(address, {"language": "zh"}).content)
    assert "第1页" in chinese
    assert "".join(report.sample.product.name_zh.split()) in chinese
    assert client.get(address).content == english.content
    assert client.get(reverse("sampling:proof", args=[report.pk, 9])).status_code == 404
    assert client.get(reverse("sampling:proof", args=[0, 1])).status_code == 404
    stranger = Client()
    stranger.force_login(cast.dian)
    assert stranger.get(address).status_code == 404


def test_a_draft_prints_the_verdict_it_would_get(cast: Cast) -> None:
    report = story.drafted(cast, story.received(cast, story.sample(cast, story.shop())))
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.chen)
    answer = client.get(reverse("sampling:proof", args=[report.pk, 1]))
    assert "Nonconforming" in text_of(answer.content)


def test_items_without_a_limit_are_told_to_those_who_make_standards(cast: Cast) -> None:
    story.signed(cast, story.shop(), story.MELAMINE, ResultInput("蛋白质", "20", "g/100g"))
    one = UnlimitedItem.objects.get()
    assert (one.item, one.times) == ("蛋白质", 1)
