"""A running recall grows by what late records show, once a person says so (S003, S100)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests import factories_response as story
from tests.casting import Cast
from tests.chain.tracing import captured_stories as captured
from tests.factories_response import Holder, Incident
from tests.response.conftest import Told
from zhian.foundation.duties import selectors as duties
from zhian.foundation.ledger.models import Entry
from zhian.foundation.notices import selectors as notices
from zhian.kernel import clock, outbox
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.oversight.accountability import selectors as accountability
from zhian.registry.subjects.models import Site
from zhian.response.recalls import selectors, services
from zhian.response.recalls.models import Extension, Order, Recall, ScopeLine
from zhian.response.recalls.vocabulary import DisposalKind

pytestmark = pytest.mark.django_db
FOUND = story.SIGNED + timedelta(hours=6)
DECIDED = story.SIGNED + timedelta(hours=8)


@pytest.fixture
def cast(told: Told) -> Cast:
    return told.cast


@pytest.fixture
def made(told: Told) -> Incident:
    return told.made


@pytest.fixture
def recall(told: Told) -> Recall:
    return story.confirmed(told.cast, told.alert)


@pytest.fixture
def fourth(recall: Recall) -> Holder:
    return story.holder("四号店")


@contextmanager
def later(moment: Any = FOUND) -> Iterator[None]:
    with clock.at(moment):
        yield
        outbox.drain()


def late(cast: Cast, *events: Any) -> None:
    """Events that a holder sends in hours after the start; every reaction has run."""
    with later():
        captured.capture(cast.system, *events)


def delivered(made: Incident, one: Holder | Site, kg: int, day: float = 2, **more: Any) -> Any:
    """The second shop gave goods of the lot on before the recall began."""
    site = one.site if isinstance(one, Holder) else one
    return captured.receive(day, made.slow.site, site, (story.LOT, kg)) | more


def waiting(recall: Recall) -> Extension:
    found = selectors.open_extension(recall)
    assert found is not None
    return found


def lines(extension: Extension) -> dict[tuple[str, str], Decimal | None]:
    return {(one.site_key, one.lot_key): one.kg_on_hand for one in extension.lines.all()}


def confirm(cast: Cast, recall: Recall, **more: Any) -> Extension:
    asked = {"reason": "账上迟报，一并召回", "acting_user": cast.wang} | more
    with later(DECIDED):
        return services.confirm_extension(extension_id=waiting(recall).pk, **asked)


def every(recall: Recall) -> dict[int, str]:
    return {one.pk: "已退回" for one in selectors.undecided_lines(recall)}


def test_a_new_holder_waits_for_a_person(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    before = list(recall.lines.order_by("pk").values())
    late(cast, delivered(made, fourth, 30))
    found = waiting(recall)
    assert lines(found) == {(fourth.site.sgln, story.LOT): 30}
    assert found.lines.get().reason_text
    assert list(recall.lines.filter(extension=None).order_by("pk").values()) == before
    assert (recall.orders.count(), selectors.progress(recall).total.recalled_kg) == (4, 1000)
    assert selectors.lots_under_recall([story.LOT]) == {story.LOT: [recall.pk]}
    duty = duties.duties_about(found).get()
    assert (duty.deed, duty.office, duty.state) == (
        "confirm_scope", recall.alert.owner_office, "OPEN"
    )  # fmt: skip
    assert duty.due_at - duty.started_at == timedelta(hours=24)
    assert duty in duties.open_duties_for(cast.wang)
    assert duty.url == recall.get_absolute_url() == found.get_absolute_url()
    assert str(found).endswith("+1")
    told = recall.alert.steps.filter(code="SCOPE_PROPOSED").latest("at")
    assert "30 kg" in told.note_zh


def test_confirming_serves_the_new_holder_and_counts_it(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    late(cast, delivered(made, fourth, 30))
    extension = confirm(cast, recall)
    order = story.order_of(recall, fourth)
    assert (order.state, order.ordered_kg, order.extension) == ("SERVED", 30, extension)
    assert order.issued_at == order.served_at == DECIDED
    assert notices.deliveries_about(recall).filter(site_id=fourth.site.pk).count() == 2
    assert {duty.deed for duty in duties.duties_about(order)} == {
        "acknowledge_order",
        "count_stock",
    }
    assert {duty.started_at for duty in duties.duties_about(order)} == {DECIDED}
    assert duties.duties_about(extension).get().state == "DONE"
    assert duties.duties_about(recall).get().started_at == recall.confirmed_at
    total = selectors.progress(recall).total
    assert (total.holders, total.recalled_kg, total.never_acknowledged_kg) == (5, 1030, 1030)
    assert total.holds
    first, more = recall.public_notice, extension.public_notice
    assert (more.serial, more.recall, more.lots) == (first.serial + 1, None, [story.LOT])
    assert (more.ends_on, more.producer_contact) == (first.ends_on, first.producer_contact)
    assert set(selectors.public_notices(story.LOT)) == {first, more}
    trace = accountability.latest_trace(recall.alert)
    assert trace is not None
    assert trace.built_at == DECIDED
    assert trace.lines.filter(site_key=fourth.site.sgln).exists()
    assert Entry.objects.get(kind="recalls.extension.confirmed").happenings[0]["kind"] == (
        "RecallExtended"
    )


def test_looking_again_adds_nothing(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    late(cast, delivered(made, fourth, 30))
    extension = waiting(recall)
    kept = list(ScopeLine.objects.values())
    for _turn in range(2):
        again = services.search_new_holders(acting_user=cast.system, recall_id=recall.pk)
        assert again == extension
    late(cast, captured.event(9, "inspecting", made.quick.site, (story.LOT, 1)))
    assert list(ScopeLine.objects.values()) == kept
    assert duties.duties_about(extension).count() == 1
    assert recall.alert.steps.filter(code="SCOPE_PROPOSED").count() == 2


def test_what_waits_grows_and_shrinks_with_the_records(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    late(cast, delivered(made, fourth, 30, eventID="urn:uuid:fourth"))
    extension, fifth = waiting(recall), story.holder("五号店")
    late(cast, delivered(made, fifth, 20, eventID="urn:uuid:fifth"))
    assert waiting(recall) == extension
    both = {(fourth.site.sgln, story.LOT): 30, (fifth.site.sgln, story.LOT): 20}
    assert lines(extension) == both
    assert duties.duties_about(extension).count() == 1
    wrong = {"declarationTime": captured.at(10), "reason": "did_not_occur"}
    late(cast, delivered(made, fourth, 30, eventID="urn:uuid:fourth", errorDeclaration=wrong))
    assert lines(extension) == {(fifth.site.sgln, story.LOT): 20}
    late(cast, delivered(made, fifth, 20, eventID="urn:uuid:fifth", errorDeclaration=wrong))
    extension.refresh_from_db()
    assert (extension.state, lines(extension)) == ("WITHDRAWN", {})
    assert selectors.open_extension(recall) is None
    assert duties.duties_about(extension).get().state == "CANCELLED"
    with pytest.raises(Conflict):
        services.confirm_extension(acting_user=cast.wang, extension_id=extension.pk, reason="x")
    late(cast, delivered(made, fourth, 10))
    assert waiting(recall).number == 2


def test_a_sale_taken_back_leaves_more_to_recall(told: Told, cast: Cast, made: Incident) -> None:
    recall, quick = told.alert.recall, made.quick.site
    sold = captured.event(2, "retail_selling", quick, (story.LOT, 150), eventID="urn:uuid:sold")
    with clock.at(story.SIGNED + timedelta(minutes=5)):
        captured.capture(cast.system, sold)
    services.refresh_scope(acting_user=cast.wang, recall_id=recall.pk)
    story.confirmed(cast, told.alert)
    assert story.order_of(recall, made.quick).ordered_kg == 50
    wrong = {"declarationTime": captured.at(10), "reason": "did_not_occur"}
    late(cast, sold | {"errorDeclaration": wrong})
    assert lines(waiting(recall)) == {(quick.sgln, story.LOT): 150}


def test_what_was_captured_before_the_confirmation_is_found_after_it(
    told: Told, cast: Cast, made: Incident
) -> None:
    """The scope was traced, then a shop loaded its ledger, then a person confirmed."""
    fourth = story.holder("四号店")
    late(cast, delivered(made, fourth, 30))
    assert not Extension.objects.exists()
    recall = story.confirmed(cast, told.alert)
    assert lines(waiting(recall)) == {(fourth.site.sgln, story.LOT): 30}


def test_a_line_left_out_does_not_come_back_by_itself(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    late(cast, delivered(made, fourth, 30))
    declined = confirm(cast, recall, excluded=every(recall))
    assert (declined.state, declined.lines.get().excluded_reason) == ("DECLINED", "已退回")
    assert recall.orders.count() == 4
    assert not notices.deliveries_about(recall).filter(site_id=fourth.site.pk).exists()
    assert not hasattr(declined, "public_notice")
    late(cast, delivered(made, fourth, 90, day=2.5))
    assert selectors.open_extension(recall) is None
    fifth = story.holder("五号店")
    late(cast, delivered(made, fifth, 20))
    assert lines(waiting(recall)) == {(fifth.site.sgln, story.LOT): 20}


def test_nor_does_one_left_out_at_the_start(told: Told, cast: Cast, made: Incident) -> None:
    recall = told.alert.recall
    line = recall.lines.get(site=made.silent.site)
    with later(story.SIGNED + timedelta(minutes=30)):
        services.confirm_scope(
            acting_user=cast.wang, recall_id=recall.pk, excluded={line.pk: "已退回"}, reason="x"
        )
    late(cast, captured.receive(2, made.dairy.site, made.silent.site, (story.LOT, 300)))
    assert selectors.open_extension(recall) is None


def test_some_are_ordered_back_and_some_left_out(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    fifth = story.holder("五号店")
    late(cast, delivered(made, fourth, 30), delivered(made, fifth, 20))
    out = selectors.undecided_lines(recall).get(site=fifth.site)
    extension = confirm(cast, recall, excluded={out.pk: "查无此货"})
    assert extension.state == "CONFIRMED"
    assert list(extension.orders.values_list("site_key", flat=True)) == [fourth.site.sgln]


def test_clearly_more_at_a_holder_with_an_order_is_ordered_too(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    dairy, quick = made.dairy.site, made.quick.site
    late(cast, captured.receive(1.7, dairy, quick, (story.LOT, 0.5)))
    assert selectors.open_extension(recall) is None
    late(cast, captured.receive(1.8, dairy, quick, (story.LOT, 100)))
    assert lines(waiting(recall)) == {(quick.sgln, story.LOT): Decimal("100.5")}
    confirm(cast, recall)
    first, second = recall.orders.filter(site=quick).order_by("pk")
    assert (first.ordered_kg, second.ordered_kg, first.tier) == (200, Decimal("100.5"), second.tier)
    total = selectors.progress(recall).total
    assert (total.recalled_kg, total.holds) == (Decimal("1100.5"), True)
    services.search_new_holders(acting_user=cast.system, recall_id=recall.pk)
    assert selectors.open_extension(recall) is None
    late(cast, captured.event(11, "retail_selling", quick, (story.LOT, 250)))
    masses = recall.orders.filter(site=quick).order_by("pk").values_list("reappeared_kg", flat=True)
    assert list(masses) == [200, 50]
    assert selectors.progress(recall).total.surplus_kg == 0


def test_what_was_taken_back_is_no_new_find(recall: Recall, made: Incident, cast: Cast) -> None:
    order, dairy = story.order_of(recall, made.quick), story.order_of(recall, made.dairy)
    clerk = made.quick.clerk
    with later():
        services.acknowledge_order(acting_user=clerk, order_id=order.pk)
        services.count_stock(acting_user=clerk, order_id=order.pk, counted_kg=Decimal(200))
        services.report_disposal(
            acting_user=clerk, order_id=order.pk, kind=DisposalKind.RETURNED, kg=Decimal(120),
            witness="李", proof=story.proof(), to_order_id=dairy.pk,
        )  # fmt: skip
    late(cast, captured.receive(10.3, made.quick.site, made.dairy.site, (story.LOT, 120)))
    assert selectors.open_extension(recall) is None
    late(cast, captured.event(0.1, "commissioning", made.dairy.site, (story.LOT, 80)))
    assert lines(waiting(recall)) == {(made.dairy.site.sgln, story.LOT): 80}


def test_goods_made_of_recalled_ones_are_followed(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    slow, workshop = made.slow.site, made.workshop.site
    late(
        cast,
        captured.receive(10.15, slow, workshop, (story.LOT, 150)),
        captured.make(10.2, workshop, [(story.LOT, 150)], [(captured.OTHER, 300)]),
    )
    assert lines(waiting(recall)) == {
        (workshop.sgln, story.LOT): 0, (workshop.sgln, captured.OTHER): 300,
    }  # fmt: skip
    late(cast, captured.receive(10.25, workshop, fourth.site, (captured.OTHER, 40)))
    assert lines(waiting(recall))[fourth.site.sgln, captured.OTHER] == 40
    confirm(cast, recall)
    total = selectors.progress(recall).total
    assert (total.recalled_kg, total.reappeared_kg) == (1300, 150)
    assert selectors.lots_under_recall([captured.OTHER]) == {captured.OTHER: [recall.pk]}
    late(cast, captured.event(12, "retail_selling", workshop, (captured.OTHER, 100)))
    total = selectors.progress(recall).total
    assert (total.reappeared_kg, total.surplus_kg, total.holds) == (250, 0, True)
    assert story.order_of(recall, made.workshop).reappeared_kg == 100
    assert story.order_of(recall, made.slow).reappeared_kg == 150


def test_a_place_nobody_registered_gets_an_order_that_cannot_be_served(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    late(cast, delivered(made, Site(sgln="urn:epc:id:sgln:6999999.99998.0"), 15))
    confirm(cast, recall)
    order = Order.objects.get(recall=recall, site=None)
    assert (order.state, order.ordered_kg) == ("ISSUED", 15)
    assert selectors.progress(recall).total.unregistered == 1


def test_a_recall_is_not_finished_while_something_waits(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    late(cast, delivered(made, fourth, 30))
    for again in (False, True):
        with clock.at(DECIDED):
            left = [one.pk for one in selectors.unsettled_orders(recall)]
            services.close_orders(
                acting_user=cast.wang, recall_id=recall.pk, order_ids=left, reason="已售完"
            )
            if again:
                services.finish_recall(acting_user=cast.wang, recall_id=recall.pk, note="完成")
                break
            with pytest.raises(Conflict) as refused:
                services.finish_recall(acting_user=cast.wang, recall_id=recall.pk, note="完成")
            assert "30 kg" in str(refused.value)
        confirm(cast, recall)
    late(cast, delivered(made, story.holder("五号店"), 30))
    assert services.search_new_holders(acting_user=cast.system, recall_id=recall.pk) is None


@pytest.mark.parametrize(
    ("who", "error"), [("zhao", NotKnown), ("dian", NotKnown), ("sun", Refused), ("jian", Refused)]
)
def test_whoever_may_confirm_the_first_may_confirm_the_rest(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder, who: str, error: type[Exception]
) -> None:
    late(cast, delivered(made, fourth, 30))
    with pytest.raises(error):
        confirm(cast, recall, acting_user=getattr(cast, who))
    with pytest.raises(NotKnown):
        services.confirm_extension(acting_user=cast.wang, extension_id=0, reason="x")
    with pytest.raises(NotKnown):
        selectors.extension(0)
    assert recall.orders.count() == 4


def test_a_decision_needs_reasons_and_is_made_once(
    recall: Recall, made: Incident, cast: Cast, fourth: Holder
) -> None:
    late(cast, delivered(made, fourth, 30))
    confirmed = recall.lines.filter(extension=None).first()
    assert confirmed is not None
    for wrong in ({"reason": " "}, {"excluded": {confirmed.pk: "x"}},
                  {"excluded": dict.fromkeys(every(recall), "")}):  # fmt: skip
        with pytest.raises(BadInput):
            confirm(cast, recall, **wrong)
    extension = confirm(cast, recall)
    with pytest.raises(Conflict) as refused:
        services.confirm_extension(acting_user=cast.wang, extension_id=extension.pk, reason="x")
    assert "decided on already" in str(refused.value) or "已" in str(refused.value)
    assert Order.objects.filter(extension=extension).count() == 1


def test_only_running_recalls_of_these_lots_are_traced_again(recall: Recall) -> None:
    assert selectors.recalls_to_extend([story.LOT]) == [recall.pk]
    assert selectors.recalls_to_extend(["x"]) == []
    assert selectors.recalls_to_extend(None) == [recall.pk]


def test_a_proposed_scope_does_not_grow_by_itself(told: Told, cast: Cast) -> None:
    kept = list(told.alert.recall.lines.values())
    services.search_new_holders(acting_user=cast.system, recall_id=told.alert.recall.pk)
    assert list(told.alert.recall.lines.values()) == kept
    assert not Extension.objects.exists()
