"""A failed sample becomes an alert with an owner, clocks and notices upward (S008, S098)."""

from datetime import timedelta

import pytest

from tests import factories as make
from tests import factories_response as story
from tests.casting import Cast
from zhian.fieldwork.sampling.vocabulary import SampleFailed
from zhian.foundation.duties import selectors as duties
from zhian.foundation.ledger import selectors as ledger
from zhian.foundation.ledger.models import Entry
from zhian.foundation.notices import selectors as notices
from zhian.kernel import clock, outbox
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.registry.standards import services as standards
from zhian.registry.subjects.vocabulary import OperatorKind
from zhian.response.alerts import handlers, policies, selectors, services
from zhian.response.alerts.engine.grades import Facts
from zhian.response.alerts.models import Alert
from zhian.response.alerts.vocabulary import AlertState, Grade, RecallClass, StepCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(cast: Cast) -> Alert:
    """An alert opened by the handler alone, without the rooms above."""
    standards.load_starter_limits(acting_user=cast.system)
    report = story.signed(cast, story.shop("正定乳品厂", OperatorKind.PRODUCER))
    failed = SampleFailed(
        report.pk, report.sample_id, story.LOT, report.sample.product_id, report.sample.site_id,
        story.SIGNED,
    )  # fmt: skip
    with clock.at(story.SIGNED + timedelta(minutes=1)):
        _react(cast, failed)
    return Alert.objects.get()


def _react(cast: Cast, failed: SampleFailed) -> None:
    handlers.open_alert(failed, acting_user=cast.system)


def test_an_alert_names_hazard_class_and_owner(alert: Alert, cast: Cast) -> None:
    assert alert.number == "正定县食安警〔2026〕第 1 号"
    assert "三聚氰胺 2.6 mg/kg" in alert.hazard_zh
    assert "限量" in alert.hazard_zh
    assert "melamine 2.6 mg/kg (limit" in alert.hazard_en
    assert (alert.recall_class, alert.proposed_class) == (1, 1)
    assert alert.class_pack == "recall_proposals"
    assert alert.owner_office.department_id == "qts"
    assert alert.state == AlertState.OPEN


def test_the_owner_is_whoever_supervises_the_site_else_the_office_of_the_link(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)
    site = story.shop()
    report = story.signed(cast, site)
    assert selectors.owner_of(report).office == cast.office, "the office that drew the sample"
    aic = make.office("aic", "130123")
    assert selectors.owner_of(report).office == aic
    story.subjects.supervision(site, cast.li.officer)
    owner = selectors.owner_of(report)
    assert (owner.office, owner.officer_id) == (cast.office, cast.li.pk)


def test_every_clock_runs_from_the_signature(alert: Alert) -> None:
    found = {duty.deed: duty for duty in duties.duties_about(alert)}
    assert set(found) == {
        "report_upward", "confirm_scope", "start_recall_class1", "dispose_unqualified",
    }  # fmt: skip
    assert {duty.started_at for duty in found.values()} == {story.SIGNED}
    assert found["report_upward"].due_at == story.SIGNED + timedelta(hours=2)
    assert found["start_recall_class1"].due_at == story.SIGNED + timedelta(hours=24)


def test_superior_and_government_are_told_with_proof(alert: Alert, cast: Cast) -> None:
    deliveries = list(notices.deliveries_about(alert))
    told = {delivery.addressee_name for delivery in deliveries}
    superior = alert.owner_office.superior
    assert superior is not None
    assert told == {superior.name_zh, cast.government.name_zh}
    assert all(one.service_proof and one.served_at for one in deliveries)
    assert {one.code for one in alert.steps.all()} == {StepCode.OPENED, StepCode.INFORMED}


def test_the_same_report_opens_one_alert(alert: Alert, cast: Cast) -> None:
    failed = SampleFailed(
        alert.report_id, alert.sample_id, story.LOT, alert.product_id, alert.site_id, story.SIGNED
    )
    _react(cast, failed)
    with pytest.raises(Conflict):
        services.open_alert(acting_user=cast.system, report_id=alert.report_id)
    assert Alert.objects.count() == 1


def test_a_conforming_report_opens_none(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)
    report = story.signed(cast, story.shop(), story.CLEAN)
    with pytest.raises(BadInput):
        services.open_alert(acting_user=cast.system, report_id=report.pk)


def test_the_owner_takes_it_and_reports_upward_once(alert: Alert, cast: Cast) -> None:
    services.take_alert(acting_user=cast.wang, alert_id=alert.pk)
    with pytest.raises(Conflict):
        services.take_alert(acting_user=cast.wang, alert_id=alert.pk)
    with pytest.raises(BadInput):
        services.report_upward(acting_user=cast.wang, alert_id=alert.pk, text=" ")
    services.report_upward(acting_user=cast.wang, alert_id=alert.pk, text="已封存")
    with pytest.raises(Conflict):
        services.report_upward(acting_user=cast.wang, alert_id=alert.pk, text="已封存")
    done = duties.duties_about(alert).get(deed="report_upward")
    assert done.state == "DONE"
    alert.refresh_from_db()
    assert (alert.state, alert.owner_officer) == (AlertState.HANDLING, cast.wang)


@pytest.mark.parametrize("who", ["zhao", "dian", "admin"])
def test_strangers_do_not_know_of_it(alert: Alert, cast: Cast, who: str) -> None:
    with pytest.raises(NotKnown):
        services.take_alert(acting_user=getattr(cast, who), alert_id=alert.pk)
    assert not policies.alerts_visible_to(getattr(cast, who)).exists()


@pytest.mark.parametrize("who", ["sun", "jian", "zu", "mayor"])
def test_whoever_sees_it_from_above_may_not_handle_it(alert: Alert, cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        services.take_alert(acting_user=getattr(cast, who), alert_id=alert.pk)
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN


def test_another_class_needs_a_reason_and_restarts_its_clock(alert: Alert, cast: Cast) -> None:
    change = services.change_class
    with pytest.raises(BadInput):
        change(acting_user=cast.wang, alert_id=alert.pk, recall_class=RecallClass.TWO, reason="")
    with pytest.raises(Conflict):
        change(acting_user=cast.wang, alert_id=alert.pk, recall_class=RecallClass.ONE, reason="x")
    change(acting_user=cast.wang, alert_id=alert.pk, recall_class=RecallClass.TWO, reason="微量")
    states = {duty.deed: duty.state for duty in duties.duties_about(alert)}
    assert states["start_recall_class1"] == "CANCELLED"
    assert states["start_recall_class2"] == "OPEN"
    alert.refresh_from_db()
    assert (alert.recall_class, alert.proposed_class) == (2, 1)
    services.note_step(acting_user=cast.system, alert_id=alert.pk, code=StepCode.SCOPE_CONFIRMED)
    with pytest.raises(Conflict):
        change(acting_user=cast.wang, alert_id=alert.pk, recall_class=RecallClass.ONE, reason="x")


def test_the_grade_is_suggested_from_the_spread_and_set_by_a_person(
    alert: Alert, cast: Cast
) -> None:
    services.suggest_grade(
        acting_user=cast.system, alert_id=alert.pk, region_codes=["130123100", "130126100"]
    )
    alert.refresh_from_db()
    assert alert.suggested_grade == Grade.III
    assert alert.grade_facts["facts"]["counties"] == 2
    assert selectors.graded(Facts()).grade == ""
    with pytest.raises(BadInput):
        services.set_grade(acting_user=cast.wang, alert_id=alert.pk, grade=Grade.IV, reason="")
    services.set_grade(acting_user=cast.wang, alert_id=alert.pk, grade=Grade.IV, reason="已控制")
    alert.refresh_from_db()
    assert (alert.grade, alert.suggested_grade) == (Grade.IV, Grade.III)


def test_closing_is_refused_until_recall_and_case_are_through(alert: Alert, cast: Cast) -> None:
    services.take_alert(acting_user=cast.wang, alert_id=alert.pk)
    with pytest.raises(Refused) as refused:
        services.close_alert(acting_user=cast.wang, alert_id=alert.pk)
    assert "；" in str(refused.value) or ";" in str(refused.value)
    for code in (StepCode.RECALL_FINISHED, StepCode.CASE_FILED):
        with pytest.raises(Refused):
            services.close_alert(acting_user=cast.wang, alert_id=alert.pk)
        services.note_step(acting_user=cast.system, alert_id=alert.pk, code=code)
    services.close_alert(acting_user=cast.wang, alert_id=alert.pk)
    with pytest.raises(Conflict):
        services.close_alert(acting_user=cast.wang, alert_id=alert.pk)
    alert.refresh_from_db()
    assert alert.state == AlertState.CLOSED
    assert not selectors.open_alerts().exists()
    assert not policies.can_close(cast.zhao, alert)


def test_a_step_about_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(NotKnown):
        services.note_step(acting_user=cast.system, alert_id=1, code=StepCode.TAKEN)
    with pytest.raises(NotKnown):
        selectors.alert(1)


def test_the_story_runs_from_the_seal_to_the_alert(alert: Alert) -> None:
    told = selectors.story(alert)
    assert [item.at for item in told] == sorted(item.at for item in told)
    words = [str(item.what) for item in told]
    assert len(words) == 3 + 1 + 2 + 2  # hands, signature, deliveries, steps
    assert told[0].who == "王建国"


def test_each_county_numbers_its_alerts(alert: Alert, cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)
    drawn = story.received(cast, story.sample(cast, story.shop("二号店"), "S-0002"))
    report = story.drafted(cast, drawn)
    story.sampling.sign_report(acting_user=cast.chen, report_id=report.pk, pin=story.PIN)
    second = services.open_alert(acting_user=cast.system, report_id=report.pk)
    assert second.serial == 2


def test_whoever_was_served_knew(alert: Alert, cast: Cast) -> None:
    knew = [one.who for one in ledger.who_knew("alerts.alert", str(alert.pk))]
    assert cast.government.name_zh in knew


def test_the_queue_opens_the_alert_by_itself(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    alert = story.alerted(cast, made)
    assert alert.owner_officer == cast.wang
    assert alert.recall.state == "PROPOSED"
    assert alert.cases.count() == 1
    assert outbox.drain() == 0
    assert Entry.objects.filter(kind="alerts.alert.opened").count() == 1
