"""From the proposed scope to the last kilogram (S059, S100, S101, T9)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import factories_response as story
from tests.casting import Cast
from tests.chain.tracing import captured_stories as captured
from tests.factories_response import Incident
from tests.response.conftest import Told
from zhian.foundation.duties import selectors as duties
from zhian.foundation.evidence import selectors as evidence
from zhian.foundation.ledger.models import Entry
from zhian.foundation.notices import selectors as notices
from zhian.kernel import clock, outbox
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.response.alerts.models import Alert
from zhian.response.recalls import policies, selectors, services
from zhian.response.recalls.models import Order, Reappearance, Recall, ScopeLine
from zhian.response.recalls.services import NoticeText
from zhian.response.recalls.vocabulary import DisposalKind, OrderState, RecallState

pytestmark = pytest.mark.django_db
LATER = story.SIGNED + timedelta(hours=5)


@pytest.fixture
def cast(told: Told) -> Cast:
    return told.cast


@pytest.fixture
def made(told: Told) -> Incident:
    return told.made


@pytest.fixture
def alert(told: Told) -> Alert:
    return told.alert


@pytest.fixture
def recall(cast: Cast, alert: Alert) -> Recall:
    return story.confirmed(cast, alert)


def answer(recall: Recall, one: story.Holder, counted: int | None = None) -> Order:
    order = story.order_of(recall, one)
    with clock.at(LATER):
        services.acknowledge_order(acting_user=one.clerk, order_id=order.pk)
        if counted is not None:
            services.count_stock(
                acting_user=one.clerk, order_id=order.pk, counted_kg=Decimal(counted)
            )
    return order


def destroy(one: story.Holder, order: Order, kg: int, text: str = "销毁照片") -> None:
    with clock.at(LATER):
        services.report_disposal(
            acting_user=one.clerk,
            order_id=order.pk,
            kind=DisposalKind.DESTROYED,
            kg=Decimal(kg),
            witness="王建国",
            proof=story.proof(text),
        )


def reappear(cast: Cast, made: Incident, *, shipped: bool = True, used: bool = True) -> None:
    """150 kg go from the second shop into a lot of the workshop, after the recall began."""
    day = 10.5
    events = []
    shop, workshop = made.slow.site, made.workshop.site
    if shipped:
        events.append(captured.receive(day, shop, workshop, (story.LOT, 150)))
    if used:
        events.append(
            captured.make(day + 0.1, workshop, [(story.LOT, 150)], [(captured.OTHER, 300)])
        )
    with clock.at(story.SIGNED + timedelta(days=2)):
        captured.capture(cast.system, *events)
        outbox.drain()


def test_the_scope_holds_every_holder_with_what_it_should_have(
    alert: Alert, made: Incident
) -> None:
    lines = {line.site_key: line for line in alert.recall.lines.all()}
    assert lines[made.quick.site.sgln].kg_on_hand == 200
    assert lines[made.slow.site.sgln].kg_on_hand == 400
    assert lines[made.dairy.site.sgln].kg_on_hand == 0
    assert made.workshop.site.sgln not in lines
    assert {line.ring for line in lines.values()} == {"MUST"}
    assert all(line.reason_text for line in lines.values())
    numbers = selectors.consequence(alert.recall.lines.all())
    assert (numbers.holders, numbers.unregistered, numbers.kg) == (4, 0, 1000)


def test_confirming_serves_every_holder_and_tells_the_public(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    orders = list(recall.orders.all())
    assert {order.state for order in orders} == {OrderState.SERVED}
    assert len(list(notices.deliveries_about(recall))) == 8
    assert all(one.service_proof for one in notices.deliveries_about(recall))
    assert all(order.stop_sale_delivery_id and order.recall_delivery_id for order in orders)
    order = story.order_of(recall, made.quick)
    found = duties.duties_about(order)
    assert {duty.deed for duty in found} == {"acknowledge_order", "count_stock"}
    assert {duty.operator_ref for duty in found} == {made.quick.site.operator_id}
    finish = duties.duties_about(recall).get()
    assert finish.deed == "finish_recall_class1"
    notice = recall.public_notice
    assert notice.number == "正定县食品召回公告〔2026〕第 1 号"
    assert notice.producer_name == "正定乳品厂"
    assert notice.ends_on == clock.beijing(finish.due_at).date()
    assert notice.regions_zh == "正定县"
    assert story.LOT in notice.lots
    done = {duty.deed: duty.state for duty in duties.duties_about(recall.alert)}
    assert (done["confirm_scope"], done["start_recall_class1"]) == ("DONE", "DONE")
    recall.alert.refresh_from_db()
    assert recall.alert.state == "HANDLING"


def test_confirming_twice_changes_nothing(recall: Recall, cast: Cast) -> None:
    with pytest.raises(Conflict):
        services.confirm_scope(acting_user=cast.wang, recall_id=recall.pk, reason="again")
    assert Order.objects.count() == 4
    with pytest.raises(Conflict):
        services.refresh_scope(acting_user=cast.wang, recall_id=recall.pk)


def test_a_line_is_left_out_only_with_a_reason(alert: Alert, made: Incident, cast: Cast) -> None:
    line = alert.recall.lines.get(site=made.silent.site)
    every = {one.pk: "x" for one in alert.recall.lines.all()}
    for excluded, reason in (({line.pk: " "}, "ok"), ({0: "x"}, "ok"), ({}, ""), (every, "ok")):
        with pytest.raises(BadInput):
            services.confirm_scope(
                acting_user=cast.wang,
                recall_id=alert.recall.pk,
                excluded=excluded,
                reason=reason,
            )
    assert not Order.objects.exists()
    services.confirm_scope(
        acting_user=cast.wang,
        recall_id=alert.recall.pk,
        excluded={line.pk: "已于检验前全部退回"},
        reason="确认",
        notice=NoticeText("厂址 电话", "退货", "Return it"),
    )
    assert Order.objects.count() == 3
    left_out = ScopeLine.objects.get(pk=line.pk)
    assert (left_out.included, left_out.excluded_reason) == (False, "已于检验前全部退回")
    notice = alert.recall.public_notice
    assert (notice.producer_contact, notice.returns_en) == ("厂址 电话", "Return it")


@pytest.mark.parametrize(
    ("who", "error"), [("zhao", NotKnown), ("dian", NotKnown), ("sun", Refused), ("jian", Refused)]
)
def test_only_the_owner_office_confirms(
    alert: Alert, cast: Cast, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.confirm_scope(
            acting_user=getattr(cast, who), recall_id=alert.recall.pk, reason="x"
        )
    assert not Order.objects.exists()


def test_tracing_again_takes_in_what_was_captured_since(
    alert: Alert, made: Incident, cast: Cast
) -> None:
    more = story.holder("四号店")
    with clock.at(story.SIGNED + timedelta(minutes=10)):
        captured.capture(cast.system, captured.ship(2, made.slow.site, more.site, (story.LOT, 30)))
    services.refresh_scope(acting_user=cast.wang, recall_id=alert.recall.pk)
    lines = {line.site_key: line for line in alert.recall.lines.all()}
    assert lines[more.site.sgln].kg_on_hand == 30
    assert lines[made.slow.site.sgln].kg_on_hand == 370


def test_proposing_twice_is_refused(alert: Alert, cast: Cast) -> None:
    with pytest.raises(Conflict):
        services.propose_recall(acting_user=cast.system, alert_id=alert.pk)
    assert Recall.objects.count() == 1


def test_the_holder_reads_counts_and_destroys_with_proof(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    order = answer(recall, made.quick, 200)
    order.refresh_from_db()
    assert (order.state, order.counted_kg) == (OrderState.COUNTED, 200)
    assert selectors.left_to_dispose(order) == 200
    destroy(made.quick, order, 200)
    order.refresh_from_db()
    assert (order.state, order.destroyed_kg, order.recovered_kg) == ("DESTROYED", 200, 200)
    assert selectors.missing_kg(order) == 0
    states = {duty.deed: duty.state for duty in duties.duties_about(order)}
    assert set(states.values()) == {"DONE"}
    assert set(states) == {"acknowledge_order", "count_stock", "report_disposal"}
    disposal = order.disposals.get()
    assert evidence.item(disposal.evidence).sha256 == disposal.sha256
    acknowledged = [one.state for one in notices.deliveries_about(recall)]
    assert acknowledged.count("ACKNOWLEDGED") == 2


def test_answers_are_the_holders_own_and_given_once(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    order = story.order_of(recall, made.quick)
    with pytest.raises(Refused):
        services.acknowledge_order(acting_user=cast.wang, order_id=order.pk)
    with pytest.raises(NotKnown):
        services.acknowledge_order(acting_user=made.slow.clerk, order_id=order.pk)
    with pytest.raises(Conflict):
        services.count_stock(acting_user=made.quick.clerk, order_id=order.pk, counted_kg=Decimal(1))
    answer(recall, made.quick, 200)
    entries = Entry.objects.count()
    with pytest.raises(Conflict):
        services.acknowledge_order(acting_user=made.quick.clerk, order_id=order.pk)
    with pytest.raises(Conflict):
        services.count_stock(acting_user=made.quick.clerk, order_id=order.pk, counted_kg=Decimal(1))
    with pytest.raises(BadInput):
        services.count_stock(
            acting_user=made.quick.clerk, order_id=order.pk, counted_kg=Decimal(-1)
        )
    destroy(made.quick, order, 50)
    with pytest.raises(Conflict):
        destroy(made.quick, order, 50)
    order.refresh_from_db()
    assert order.destroyed_kg == 50
    assert order.disposals.count() == 1
    assert Entry.objects.count() > entries


def test_counting_keeps_the_photo_and_nothing_left_owes_nothing(
    recall: Recall, made: Incident
) -> None:
    order = answer(recall, made.slow)
    services.count_stock(
        acting_user=made.slow.clerk,
        order_id=order.pk,
        counted_kg=Decimal(0),
        photo=story.proof("空货架"),
    )
    assert [item.kind for item in evidence.items_about(order)] == ["COUNT"]
    assert not duties.duties_about(order).filter(deed="report_disposal").exists()


@pytest.mark.parametrize(
    ("kg", "witness", "kind", "field"),
    [
        (201, "李", DisposalKind.DESTROYED, "kg"),
        (0, "李", DisposalKind.DESTROYED, "kg"),
        (10, " ", DisposalKind.DESTROYED, "witness"),
        (10, "李", DisposalKind.RETURNED, "to_order"),
    ],
)
def test_a_disposal_beyond_the_count_or_without_witness_is_refused(
    recall: Recall, made: Incident, kg: int, witness: str, kind: DisposalKind, field: str
) -> None:
    order = answer(recall, made.quick, 200)
    with pytest.raises(BadInput) as error:
        services.report_disposal(
            acting_user=made.quick.clerk, order_id=order.pk, kind=kind, kg=Decimal(kg),
            witness=witness, proof=story.proof(),
        )  # fmt: skip
    assert [one.field for one in error.value.fields] == [field]
    assert not order.disposals.exists()


def test_returned_goods_are_accounted_for_by_whoever_took_them_back(
    recall: Recall, made: Incident
) -> None:
    order, dairy = answer(recall, made.quick, 200), answer(recall, made.dairy, 0)
    back = {
        "acting_user": made.quick.clerk, "order_id": order.pk, "kind": DisposalKind.RETURNED,
        "kg": Decimal(120), "witness": "李", "proof": story.proof("送货单"),
    }  # fmt: skip
    slow = story.order_of(recall, made.slow)
    with pytest.raises(BadInput):
        services.report_disposal(**back, to_order_id=slow.pk)
    services.report_disposal(**back, to_order_id=dairy.pk)
    assert list(selectors.receivers_for(order)) == [dairy]
    half = selectors.progress(recall).total
    assert (half.recovered_kg, half.unproven_kg, half.destroyed_kg) == (120, 200, 0)
    destroy(made.dairy, dairy, 120)
    total = selectors.progress(recall).total
    assert (total.recovered_kg, total.destroyed_kg, total.unproven_kg) == (120, 120, 80)
    assert total.recalled_kg == 1000
    assert total.holds
    with pytest.raises(BadInput):
        services.report_disposal(**{**back, "kind": DisposalKind.DESTROYED}, to_order_id=dairy.pk)
    with pytest.raises(NotKnown):
        services.report_disposal(**{**back, "order_id": slow.pk}, to_order_id=dairy.pk)


@pytest.mark.parametrize("shipped", [True, False], ids=["receipt recorded", "use only"])
def test_the_recall_of_a_thousand_kilograms(
    recall: Recall, made: Incident, cast: Cast, shipped: bool
) -> None:
    """T9, word for word: 400 kg never acknowledged, 250 kg acknowledged without proof."""
    destroy(made.quick, answer(recall, made.quick, 200), 200)
    answer(recall, made.slow, 400)
    answer(recall, made.dairy, 0)
    reappear(cast, made, shipped=shipped)
    found = selectors.progress(recall)
    total = found.total
    assert total.recalled_kg == 1000
    assert total.acknowledged_kg == 600
    assert total.never_acknowledged_kg == 400
    assert total.destroyed_kg == 200
    assert total.reappeared_kg == 150
    assert total.unproven_kg == 250
    assert total.holds
    for cuts in (found.by_tier, found.by_region):
        assert sum((one.balance for one in cuts), type(total)()) == total
        assert all(one.balance.holds for one in cuts)
    assert found.unattributed_kg == (0 if shipped else 150)
    assert selectors.blocks_on([captured.OTHER]).count() == 1
    cases = recall.alert.cases.filter(cause="REAPPEARANCE")
    assert cases.exists()
    assert {case.operator for case in cases} == {made.workshop.site.operator}
    assert all(one.case_number for one in Reappearance.objects.all())


def test_looking_again_finds_nothing_new(recall: Recall, made: Incident, cast: Cast) -> None:
    reappear(cast, made)
    before = list(Reappearance.objects.values())
    again = services.search_reappearances(acting_user=cast.system, recall_id=recall.pk)
    assert again == []
    assert list(Reappearance.objects.values()) == before


def test_a_late_event_corrects_where_the_goods_came_from(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    reappear(cast, made, shipped=False)
    assert selectors.progress(recall).unattributed_kg == 150
    reappear(cast, made, used=False)
    assert selectors.progress(recall).unattributed_kg == 0
    assert story.order_of(recall, made.slow).reappeared_kg == 150
    assert selectors.progress(recall).total.reappeared_kg == 150


def test_events_before_the_recall_began_are_no_reappearance(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    captured.capture(
        cast.system, captured.event(5, "retail_selling", made.slow.site, (story.LOT, 10))
    )
    outbox.drain()
    assert not Reappearance.objects.exists()


def test_a_proposed_recall_has_no_reappearances(alert: Alert, cast: Cast) -> None:
    found = services.search_reappearances(acting_user=cast.system, recall_id=alert.recall.pk)
    assert found == []
    with pytest.raises(NotKnown):
        services.search_reappearances(acting_user=cast.zhao, recall_id=alert.recall.pk)


def test_a_block_is_lifted_once_with_a_reason(recall: Recall, made: Incident, cast: Cast) -> None:
    reappear(cast, made)
    block = selectors.blocks_on([captured.OTHER])[0]
    with pytest.raises(BadInput):
        services.lift_block(acting_user=cast.wang, block_id=block.pk, reason="")
    with pytest.raises(NotKnown):
        services.lift_block(acting_user=cast.zhao, block_id=block.pk, reason="x")
    services.lift_block(acting_user=cast.wang, block_id=block.pk, reason="已销毁")
    with pytest.raises(Conflict):
        services.lift_block(acting_user=cast.wang, block_id=block.pk, reason="again")
    assert not selectors.blocks_on([captured.OTHER]).exists()
    with pytest.raises(NotKnown):
        services.note_case(acting_user=cast.system, reappearance_id=0, case_number="x")
    with pytest.raises(NotKnown):
        selectors.block(0)
    with pytest.raises(NotKnown):
        selectors.reappearance(0)


def test_finishing_waits_until_every_kilogram_is_settled(
    recall: Recall, made: Incident, cast: Cast
) -> None:
    destroy(made.quick, answer(recall, made.quick, 200), 200)
    with pytest.raises(Refused) as refused:
        services.finish_recall(acting_user=cast.wang, recall_id=recall.pk, note="完成")
    assert "800" in str(refused.value)
    with pytest.raises(BadInput):
        services.finish_recall(acting_user=cast.wang, recall_id=recall.pk, note=" ")
    unsettled = [one.pk for one in selectors.unsettled_orders(recall)]
    assert len(unsettled) == 3
    with pytest.raises(BadInput):
        services.close_orders(
            acting_user=cast.wang, recall_id=recall.pk, order_ids=unsettled, reason=""
        )
    closing = {"acting_user": cast.wang, "recall_id": recall.pk, "order_ids": unsettled}
    assert services.close_orders(**closing, reason="已售完，无法追回") == 3
    assert services.close_orders(**closing, reason="again") == 0
    services.finish_recall(acting_user=cast.wang, recall_id=recall.pk, note="完成")
    recall.refresh_from_db()
    assert recall.state == RecallState.FINISHED
    total = selectors.progress(recall).total
    assert (total.destroyed_kg, total.never_acknowledged_kg) == (200, 800)
    assert duties.duties_about(recall).get().state == "DONE"
    recall.alert.refresh_from_db()
    assert recall.alert.recall_finished_at is not None
    with pytest.raises(Conflict):
        services.finish_recall(acting_user=cast.wang, recall_id=recall.pk, note="again")
    services.close_recall(acting_user=cast.wang, recall_id=recall.pk)
    with pytest.raises(Conflict):
        services.close_recall(acting_user=cast.wang, recall_id=recall.pk)


def test_the_public_finds_the_notice_by_product_lot_and_code(recall: Recall) -> None:
    link = "https://id.gs1.org/01/06901234000245/10/P0"
    for text in ("奶粉", "乳粉", "P0", "06901234000245", "6901234000245", link, story.LOT, ""):
        found = list(selectors.public_notices(text))
        assert (found == [recall.public_notice]) is (text != "奶粉"), text
    for text in ("猪肉", link.replace("P0", "P9"), "https://x/01/x", "00000000000000"):
        assert not selectors.public_notices(text).exists(), text


def test_a_lot_knows_its_recalls(recall: Recall, made: Incident) -> None:
    assert selectors.lots_under_recall([story.LOT, "x"]) == {story.LOT: [recall.pk]}
    assert list(selectors.recalls_of_lots([story.LOT])) == [recall]
    assert selectors.recalls_to_search(["x"]) == []
    assert selectors.recalls_to_search(None) == [recall.pk]
    assert list(selectors.orders_of_operator(made.quick.site.operator_id)) == [
        story.order_of(recall, made.quick)
    ]


def test_each_sees_the_orders_of_its_own(recall: Recall, made: Incident, cast: Cast) -> None:
    for user in (cast.wang, cast.sun, cast.jian, cast.system):
        assert policies.orders_visible_to(user).count() == 4, user
        assert policies.recalls_visible_to(user).exists()
    assert policies.orders_visible_to(made.quick.clerk).count() == 1
    for stranger in (cast.zhao, cast.dian, cast.admin, cast.public):
        assert not policies.orders_visible_to(stranger).exists()
        assert not policies.recalls_visible_to(stranger).exists()


def test_progress_costs_two_queries_and_the_names(
    recall: Recall, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = selectors.progress(recall, digits=9)
    assert [cut.label for cut in found.by_region] == ["正定镇"]
