"""Cases: opened with evidence, filed by a person, decided on a stated basis (rules 3.1, 3.2)."""

from datetime import date
from decimal import Decimal

import pytest

from tests.casting import Cast
from tests.response.conftest import Told
from zhian.foundation.duties import selectors as duties
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.response.alerts.models import Alert
from zhian.response.cases import handlers, policies, selectors, services
from zhian.response.cases.models import Case
from zhian.response.cases.vocabulary import CaseCause, CaseState
from zhian.response.recalls.vocabulary import RecallProposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(told: Told) -> Cast:
    return told.cast


@pytest.fixture
def alert(told: Told) -> Alert:
    return told.alert


@pytest.fixture
def case(alert: Alert) -> Case:
    return Case.objects.get(alert=alert)


def file(cast: Cast, case: Case) -> Case:
    return services.file_case(acting_user=cast.wang, case_id=case.pk, reason="检验不合格")


def test_the_case_opens_by_itself_with_its_evidence(case: Case, alert: Alert, cast: Cast) -> None:
    assert case.number == f"{cast.office.name_zh}案〔2026〕第 1 号"
    assert case.state == CaseState.OPENED
    assert case.operator == alert.operator
    assert {one.kind for one in case.evidence.all()} == {"REPORT", "SAMPLE", "TRACE", "SCOPE"}
    assert all(one.url for one in case.evidence.all())
    assert [duty.deed for duty in duties.duties_about(case)] == ["file_case"]
    assert case.act_on == date(2026, 9, 9)


def test_the_scope_enters_the_file_once(case: Case, alert: Alert, cast: Cast) -> None:
    happening = RecallProposed(alert.recall.pk, alert.pk)
    handlers.add_scope(happening, acting_user=cast.system)
    assert case.evidence.filter(kind="SCOPE").count() == 1
    handlers.add_scope(RecallProposed(0, 0), acting_user=cast.system)
    with pytest.raises(Conflict):
        services.open_case(acting_user=cast.system, alert_id=alert.pk)


def test_competing_bases_stand_side_by_side_laws_first(case: Case) -> None:
    bases = selectors.bases_of(case, Decimal(10000))
    assert [one.id for one in bases] == ["fsl-123", "503-3.2", "503-4"]
    assert [one.is_law for one in bases] == [True, False, False]
    assert [(one.fine.low, one.fine.high) for one in bases if one.fine] == [
        (150000, 300000), (100000, 200000), (50000, 100000),
    ]  # fmt: skip
    assert all(one.precedence and one.law and one.article and one.conduct for one in bases)
    assert "Art. 2" in bases[1].precedence or "第二条" in bases[1].precedence
    assert bases[1].confiscate
    assert bases[1].severe
    assert not bases[1].measure


def test_before_the_law_of_2021_only_order_503_is_offered() -> None:
    found = selectors.possible_bases("limits", date(2010, 1, 1), Decimal(4999))
    assert [one.id for one in found] == ["503-3.2"]
    assert found[0].fine is not None
    assert found[0].fine.low == 50000
    assert selectors.possible_bases("limits", date(2007, 1, 1)) == []
    records = selectors.possible_bases("records", date(2026, 1, 1), Decimal(1))
    assert [one.fine is None for one in records] == [False, True]
    assert records[1].measure


def test_the_value_typed_by_the_officer_is_kept_with_its_ranges(case: Case, cast: Cast) -> None:
    assert {one["low"] for one in case.possible_bases} == {None}
    with pytest.raises(BadInput):
        services.state_value(acting_user=cast.wang, case_id=case.pk, value_yuan=Decimal(-1))
    services.state_value(acting_user=cast.wang, case_id=case.pk, value_yuan=Decimal(9999))
    case.refresh_from_db()
    kept = {one["id"]: (one["low"], one["high"]) for one in case.possible_bases}
    assert kept["503-3.2"] == ("100000", "100000")
    assert case.goods_value_yuan == 9999


def test_a_person_files_and_the_alert_learns_of_it(case: Case, alert: Alert, cast: Cast) -> None:
    with pytest.raises(BadInput):
        services.file_case(acting_user=cast.wang, case_id=case.pk, reason=" ")
    file(cast, case)
    with pytest.raises(Conflict):
        file(cast, case)
    states = {duty.deed: duty.state for duty in duties.duties_about(case)}
    assert states == {"file_case": "DONE", "decide_case": "OPEN"}
    alert.refresh_from_db()
    assert alert.case_filed_at is not None


def test_the_decision_states_basis_and_reason(case: Case, cast: Cast) -> None:
    decide = {"acting_user": cast.wang, "case_id": case.pk}
    words = {"basis": "fsl-123", "reason": "法律优先", "decision": "罚款"}
    with pytest.raises(Conflict):
        services.decide(**decide, **words)
    file(cast, case)
    services.investigate(acting_user=cast.wang, case_id=case.pk)
    for wrong in ({"basis": "503-7"}, {"reason": " "}, {"decision": ""}):
        with pytest.raises(BadInput):
            services.decide(**decide, **{**words, **wrong})
    services.decide(**decide, **words)
    case.refresh_from_db()
    assert (case.state, case.chosen_basis) == (CaseState.DECIDED, "fsl-123")
    with pytest.raises(Conflict):
        services.state_value(acting_user=cast.wang, case_id=case.pk, value_yuan=Decimal(1))
    services.close_case(acting_user=cast.wang, case_id=case.pk)
    with pytest.raises(Conflict):
        services.close_case(acting_user=cast.wang, case_id=case.pk)


@pytest.mark.parametrize(
    ("who", "error"), [("zhao", NotKnown), ("dian", NotKnown), ("sun", Refused), ("jian", Refused)]
)
def test_only_the_office_that_has_the_case_leads_it(
    case: Case, cast: Cast, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.file_case(acting_user=getattr(cast, who), case_id=case.pk, reason="x")
    case.refresh_from_db()
    assert case.state == CaseState.OPENED


def test_cases_are_found_by_alert_operator_and_reader(case: Case, alert: Alert, cast: Cast) -> None:
    assert selectors.case_of_alert(alert.pk) == case
    assert list(selectors.cases_of_alert(alert.pk)) == [case]
    assert list(selectors.cases_of_operator(alert.operator_id)) == [case]
    assert list(policies.cases_visible_to(cast.jian)) == [case]
    assert policies.can_see_bases(cast.jian)
    assert not policies.can_see_bases(cast.dian)
    assert not policies.cases_visible_to(cast.public).exists()
    assert selectors.about_of(alert, CaseCause.REAPPEARANCE) == "reappearance"
    with pytest.raises(NotKnown):
        services.file_case(acting_user=cast.wang, case_id=0, reason="x")
