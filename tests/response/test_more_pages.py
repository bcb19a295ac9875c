"""Pages of stories of their own: a reappearance, a proof, a sample from sheet to signature."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import factories_response as story
from tests.casting import Cast
from tests.chain.tracing import captured_stories as captured
from tests.response.test_pages import browser
from zhian.fieldwork.sampling.models import Sample, TestReport
from zhian.kernel import clock, outbox
from zhian.response.recalls import selectors, services

pytestmark = pytest.mark.django_db


def test_a_reappearance_shows_with_its_block_and_case(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    recall = story.confirmed(cast, story.alerted(cast, made))
    with clock.at(story.SIGNED + timedelta(days=2)):
        lots = [(story.LOT, 150)], [(captured.OTHER, 300)]
        captured.capture(cast.system, captured.make(10.6, made.workshop.site, *lots))
        outbox.drain()
    client = browser(cast.wang)
    text = client.get(recall.get_absolute_url()).content.decode()
    assert captured.OTHER in text
    assert recall.reappearances.get().case_number in text
    block = selectors.blocks_on([captured.OTHER])[0]
    lift = reverse("recalls:lift_block", args=[block.pk])
    assert client.get(lift).status_code == 200
    assert client.post(lift, {"reason": "已销毁"}).status_code == 302
    case = recall.alert.cases.get(cause="REAPPEARANCE")
    assert client.get(case.get_absolute_url()).status_code == 200


def test_an_order_shows_its_proof(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    recall = story.confirmed(cast, story.alerted(cast, made))
    order = story.order_of(recall, made.quick)
    clerk = made.quick.clerk
    services.acknowledge_order(acting_user=clerk, order_id=order.pk)
    services.count_stock(acting_user=clerk, order_id=order.pk, counted_kg=Decimal(9))
    services.report_disposal(
        acting_user=clerk, order_id=order.pk, kind="DESTROYED", kg=Decimal(9), witness="李",
        proof=story.proof(),
    )  # fmt: skip
    assert "proof.txt" in browser(cast.wang).get(order.get_absolute_url()).content.decode()


def test_a_sample_goes_from_sheet_to_signature_by_pages(cast: Cast) -> None:
    site, lin = story.shop(), story.analyst(cast)
    story.standards.load_starter_limits(acting_user=cast.system)
    sheet = {
        "origin": "DRAWN", "site": site.sgln, "product": story.product().pk, "lot_text": "P0",
        "quantity": "2", "unit": "kg", "seal_number": "S-9", "second_officer": cast.li.pk,
        "laboratory": cast.lab.pk, "population_size": "200", "random_index": "3",
        "produced_on": "2026-08-01",
    }  # fmt: skip
    officer, analyst, signatory = browser(cast.wang), browser(lin), browser(cast.chen)
    new = reverse("sampling:draw")
    assert officer.get(new).status_code == 200
    assert officer.post(new, sheet | {"second_officer": ""}).status_code == 422
    assert officer.post(new, sheet | {"site": "nowhere"}).status_code == 422
    assert browser(cast.dian).get(new).status_code == 403
    assert officer.post(new, sheet).status_code == 302
    sample = Sample.objects.get()
    assert sample.lot_key == story.LOT

    def address(name: str, key: int = sample.pk) -> str:
        return reverse(f"sampling:{name}", args=[key])

    assert officer.get(address("hand_over")).status_code == 200
    assert officer.post(address("hand_over"), {"seal_intact": "on"}).status_code == 422
    posted = {"to_user": lin.pk, "seal_intact": "on"}
    assert officer.post(address("hand_over"), posted).status_code == 302
    assert analyst.get(address("receive")).status_code == 200
    assert analyst.post(address("receive"), {"seal_intact": "on"}).status_code == 302
    assert analyst.get(address("draft")).status_code == 200
    rows = {"results-TOTAL_FORMS": "2", "results-INITIAL_FORMS": "0", "method": "GB/T 22388"}
    half = rows | {"results-0-item_zh": "三聚氰胺"}
    assert analyst.post(address("draft"), half).status_code == 422
    assert analyst.post(address("draft"), rows).status_code == 422
    whole = half | {"results-0-value_text": "2.6", "results-0-unit": "mg/kg"}
    assert analyst.post(address("draft"), whole).status_code == 302
    report = TestReport.objects.get()
    story.key(cast.chen)
    assert analyst.get(address("sign", report.pk)).status_code == 403
    preview = signatory.get(address("sign", report.pk))
    assert preview.status_code == 200
    assert "2.6" in preview.content.decode()
    assert signatory.post(address("sign", report.pk), {"pin": "000000"}).status_code == 422
    assert signatory.post(address("sign", report.pk), {"pin": story.PIN}).status_code == 302
    withdraw = address("withdraw", report.pk)
    assert signatory.get(withdraw).status_code == 200
    assert signatory.post(withdraw, {"reason": "标准曲线失效"}).status_code == 302
    assert officer.get(address("report", report.pk)).status_code == 200


def test_two_sites_of_one_name_need_the_number(cast: Cast) -> None:
    story.shop("一模一样店")
    story.shop("一模一样店")
    posted = {"site": "一模一样店", "origin": "DRAWN"}
    answer = browser(cast.wang).post(reverse("sampling:draw"), posted)
    assert "site" in answer.context["form"].errors
