"""What happens twice, to nobody, or out of order changes nothing or says so."""

from decimal import Decimal

import pytest

from tests import factories_response as story
from tests.casting import Cast
from tests.chain.tracing import captured_stories as captured
from zhian.chain.events.vocabulary.happenings import EventsCaptured
from zhian.foundation.notices import selectors as notices
from zhian.foundation.offices.models import Office
from zhian.kernel import outbox
from zhian.kernel.errors import Conflict, NotKnown
from zhian.kernel.use_cases import unguarded
from zhian.registry.standards import services as standards
from zhian.response.alerts import services as alerts
from zhian.response.alerts.models import Alert
from zhian.response.alerts.vocabulary import AlertOpened, StepCode
from zhian.response.cases import handlers as case_handlers
from zhian.response.cases import services as cases
from zhian.response.cases.models import Case
from zhian.response.recalls import handlers, selectors, services
from zhian.response.recalls.models import Order, Recall
from zhian.response.recalls.vocabulary import DisposalKind, RecalledGoodsReappeared

pytestmark = pytest.mark.django_db


def test_reactions_that_run_twice_change_nothing(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    alert = story.alerted(cast, made)
    recall = story.confirmed(cast, alert)
    captured.capture(
        cast.system,
        captured.make(10.6, made.workshop.site, [(story.LOT, 5)], [(captured.OTHER, 9)]),
    )
    outbox.drain()
    one = recall.reappearances.get()
    happening = RecalledGoodsReappeared(one.pk, recall.pk, alert.pk)
    before = (Recall.objects.count(), Case.objects.count(), recall.reappearances.count())
    handlers.propose_recall(AlertOpened(alert.pk, story.LOT), acting_user=cast.system)
    case_handlers.open_case(AlertOpened(alert.pk, story.LOT), acting_user=cast.system)
    case_handlers.open_reappearance_case(happening, acting_user=cast.system)
    more = EventsCaptured(capture_id="x", events=999, lot_keys=(), more_lots=True)
    handlers.watch_recalled_lots(more, acting_user=cast.system)
    with pytest.raises(Conflict):
        cases.open_reappearance_case(acting_user=cast.system, reappearance_id=one.pk)
    after = (Recall.objects.count(), Case.objects.count(), recall.reappearances.count())
    assert after == before


def test_a_case_takes_the_scope_in_once_there_is_one(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)
    report = story.signed(cast, story.shop())
    alert = alerts.open_alert(acting_user=cast.system, report_id=report.pk)
    case = cases.open_case(acting_user=cast.system, alert_id=alert.pk)
    assert {one.kind for one in case.evidence.all()} == {"REPORT", "SAMPLE", "TRACE"}
    with pytest.raises(NotKnown):
        cases.add_scope(acting_user=cast.system, case_id=case.pk)
    services.propose_recall(acting_user=cast.system, alert_id=alert.pk)
    added = [cases.add_scope(acting_user=cast.system, case_id=case.pk) for _ in range(2)]
    assert added == [1, 0]


def test_a_recall_of_nobody_registered_serves_nobody_and_still_tells_the_public(
    cast: Cast,
) -> None:
    alert = story.alerted(cast, story.thousand_kilograms(cast, unregistered_kg=100))
    known = alert.recall.lines.filter(site__isnull=False)
    recall = services.confirm_scope(
        acting_user=cast.wang,
        recall_id=alert.recall.pk,
        excluded={line.pk: "无货" for line in known},
        reason="只剩未登记持有者",
    )
    assert [order.state for order in recall.orders.all()] == ["ISSUED"]
    notice = recall.public_notice
    assert notice.producer_contact == "正定乳品厂"
    assert [lot.rpartition(".")[2] for lot in notice.lots] == ["P0"]
    assert str(notice) == notice.number


def test_goods_go_back_to_nobody_unknown(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    recall = story.confirmed(cast, story.alerted(cast, made))
    order = story.order_of(recall, made.quick)
    services.acknowledge_order(acting_user=made.quick.clerk, order_id=order.pk)
    services.count_stock(acting_user=made.quick.clerk, order_id=order.pk, counted_kg=Decimal(9))
    with pytest.raises(NotKnown):
        services.report_disposal(
            acting_user=made.quick.clerk, order_id=order.pk, kind=DisposalKind.RETURNED,
            kg=Decimal(9), witness="李", proof=story.proof(), to_order_id=0,
        )  # fmt: skip
    assert Order.objects.get(pk=order.pk).returned_out_kg == 0


def test_things_say_what_they_are(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    alert = story.alerted(cast, made)
    recall = story.confirmed(cast, alert)
    assert str(recall) == str(alert) == alert.number
    line = recall.lines.get(site=made.quick.site)
    assert str(line) == f"{made.quick.site.sgln} {story.LOT}"
    assert not line.is_unregistered
    assert selectors.plain(None) == "–"
    assert selectors.plain(Decimal("1000.500")) == "1000.5"
    assert str(alert.steps.all()[0]).startswith(str(alert.pk))
    assert str(story.order_of(recall, made.quick)).endswith(made.quick.site.sgln)
    assert Alert.objects.get().cases.get().evidence.all()[0].label


def test_filing_the_case_of_a_reappearance_does_not_file_the_alert_s_own(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    alert = story.alerted(cast, made)
    story.confirmed(cast, alert)
    goods = [(story.LOT, 5)], [(captured.OTHER, 9)]
    captured.capture(cast.system, captured.make(10.6, made.workshop.site, *goods))
    outbox.drain()
    case = alert.cases.get(cause="REAPPEARANCE")
    cases.file_case(acting_user=cast.wang, case_id=case.pk, reason="召回产品重新出现")
    alert.refresh_from_db()
    assert alert.case_filed_at is None
    case.refresh_from_db()
    assert case.state == "FILED"


def test_the_alert_of_the_highest_office_has_nobody_to_tell(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)
    report = story.signed(cast, story.shop())
    alert = alerts.open_alert(acting_user=cast.system, report_id=report.pk)
    with unguarded("set-up"):
        Office.objects.filter(pk=cast.government.pk).update(superior=None)
        Alert.objects.filter(pk=alert.pk).update(owner_office=cast.government, reported_at=None)
    before = notices.deliveries_about(alert).count()
    alerts.report_upward(acting_user=cast.mayor, alert_id=alert.pk, text="已处置")
    assert notices.deliveries_about(alert).count() == before


def test_a_later_note_does_not_move_what_stands(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)
    report = story.signed(cast, story.shop())
    alert = alerts.open_alert(acting_user=cast.system, report_id=report.pk)
    alerts.note_step(acting_user=cast.system, alert_id=alert.pk, code=StepCode.CASE_FILED)
    alert.refresh_from_db()
    first = alert.case_filed_at
    alerts.take_alert(acting_user=cast.wang, alert_id=alert.pk)
    for code in (StepCode.CASE_FILED, StepCode.SCOPE_CONFIRMED):
        alerts.note_step(acting_user=cast.system, alert_id=alert.pk, code=code)
    alert.refresh_from_db()
    assert (alert.case_filed_at, alert.state) == (first, "HANDLING")
