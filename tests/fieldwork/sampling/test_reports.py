"""Reports: drafted by one, judged by the limits, signed by another, frozen (S094)."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factories as make
from tests import factories_response as story
from tests.casting import Cast
from zhian.fieldwork.sampling import policies, selectors, services
from zhian.fieldwork.sampling.models import TestReport, TestResult
from zhian.fieldwork.sampling.services import ResultInput
from zhian.fieldwork.sampling.vocabulary import ReportState, SampleState
from zhian.foundation.duties import selectors as duties
from zhian.foundation.evidence import selectors as evidence
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.kernel.use_cases import unguarded
from zhian.registry.standards import services as standards

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)


def test_a_draft_opens_the_seal_and_holds_no_verdict(cast: Cast) -> None:
    report = story.drafted(cast, story.received(cast, story.sample(cast, story.shop())))
    assert report.number == f"{cast.lab.name_zh}检验报告〔2026〕第 1 号"
    assert [one.outcome for one in report.results.all()] == [""]
    assert report.sample.reports.get().state == ReportState.DRAFT
    seal = evidence.seal_by_number("S-0001")
    assert seal is not None
    assert seal.state == "BROKEN"
    report.sample.refresh_from_db()
    assert report.sample.state == SampleState.TESTED


def test_a_draft_needs_method_results_and_a_received_sample(cast: Cast) -> None:
    drawn = story.sample(cast, story.shop())
    with pytest.raises(Conflict):
        story.drafted(cast, drawn)
    story.received(cast, drawn)
    for method, results in (("", [story.MELAMINE]), ("x", []), ("x", [ResultInput("", "1")])):
        with pytest.raises(BadInput):
            services.draft_report(
                acting_user=story.analyst(cast), sample_id=drawn.pk, method=method, results=results
            )
    for user in (cast.wang, cast.system):
        with pytest.raises(Refused):
            services.draft_report(
                acting_user=user, sample_id=drawn.pk, method="x", results=[story.MELAMINE]
            )
    assert not TestReport.objects.exists()


def test_a_second_report_on_the_same_sample_needs_no_second_seal(cast: Cast) -> None:
    drawn = story.received(cast, story.sample(cast, story.shop()))
    assert story.drafted(cast, drawn).serial == 1
    assert story.drafted(cast, drawn, story.CLEAN).serial == 2


def test_signing_judges_every_result_and_starts_the_alert(cast: Cast) -> None:
    report = story.signed(cast, story.shop(), story.MELAMINE, ResultInput("蛋白质", "20", "g/100g"))
    failed, unknown = report.results.order_by("position")
    assert failed.outcome == "NONCONFORMING"
    assert failed.clause
    assert failed.limit["standard"]
    assert failed.proof["steps"]
    assert unknown.outcome == "NEEDS_PERSON"
    assert report.state == ReportState.SIGNED
    assert report.signed_by == cast.chen
    entry = Entry.objects.get(kind="sampling.report.signed")
    assert [one["kind"] for one in entry.happenings] == ["ReportSigned", "SampleFailed"]
    done = duties.duties_about(report.sample).get(deed="test_sample")
    assert done.state == "DONE"


def test_a_conforming_report_raises_no_alert_and_may_support_a_certificate(cast: Cast) -> None:
    report = story.signed(cast, story.shop(), story.CLEAN)
    entry = Entry.objects.get(kind="sampling.report.signed")
    assert [one["kind"] for one in entry.happenings] == ["ReportSigned"]
    assert policies.can_certify(report)
    assert selectors.results_of(report.pk).count() == 1


def test_a_report_on_a_sent_sample_is_rejected_by_the_certificate(cast: Cast) -> None:
    sample = story.received(cast, story.sent_by_firm(cast, story.shop()))
    report = story.drafted(cast, sample, story.CLEAN)
    assert not policies.can_certify(report)
    story.key(cast.chen)
    report = services.sign_report(acting_user=cast.chen, report_id=report.pk, pin=story.PIN)
    assert not policies.can_certify(report)


def test_a_failed_report_supports_no_certificate(cast: Cast) -> None:
    assert not policies.can_certify(story.signed(cast, story.shop()))


def test_the_signature_covers_the_canonical_text(cast: Cast) -> None:
    report = story.signed(cast, story.shop())
    assert selectors.signature_holds(report)
    content = json.loads(report.payload)
    assert content["results"][0]["outcome"] == "NONCONFORMING"
    assert content["sample"]["seal"] == "S-0001"
    assert list(content) == sorted(content)
    report.equipment = "another"
    assert not selectors.signature_holds(report)


def test_a_draft_has_no_signature_that_holds(cast: Cast) -> None:
    report = story.drafted(cast, story.received(cast, story.sample(cast, story.shop())))
    assert not selectors.signature_holds(report)


def test_the_analyst_may_not_sign_nor_another_laboratory(cast: Cast) -> None:
    report = story.drafted(cast, story.received(cast, story.sample(cast, story.shop())))
    lin = story.analyst(cast)
    story.key(lin)
    with pytest.raises(Refused):
        services.sign_report(acting_user=lin, report_id=report.pk, pin=story.PIN)
    with pytest.raises(NotKnown):
        services.sign_report(acting_user=cast.wang, report_id=report.pk, pin=story.PIN)
    other = make.officer("else", at=make.office("lab", "130126"), roles=[Role.LABORATORY]).user
    assert not policies.can_sign(other, report)
    assert not policies.can_sign(cast.wang, report)
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_a_wrong_pin_leaves_the_draft_untouched(cast: Cast) -> None:
    report = story.drafted(cast, story.received(cast, story.sample(cast, story.shop())))
    story.key(cast.chen)
    with pytest.raises(Refused):
        services.sign_report(acting_user=cast.chen, report_id=report.pk, pin="000000")
    assert TestResult.objects.get(report=report).outcome == ""
    assert not Entry.objects.filter(kind="sampling.report.signed").exists()


def test_signing_twice_changes_nothing(cast: Cast) -> None:
    report = story.signed(cast, story.shop())
    with pytest.raises(Conflict):
        services.sign_report(acting_user=cast.chen, report_id=report.pk, pin=story.PIN)
    assert Entry.objects.filter(kind="sampling.report.signed").count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sampling_testreport SET method = 'x'",
        "DELETE FROM sampling_testreport",
        "UPDATE sampling_testresult SET outcome = 'CONFORMING'",
        "UPDATE sampling_testresult SET value_text = '0'",
        "DELETE FROM sampling_testresult",
        "UPDATE sampling_testreport SET state = 'DRAFT', signed_by_id = NULL",
        "INSERT INTO sampling_testresult (report_id, position, item_zh, item_en, value_text, unit,"
        " lod, outcome, clause, reason_zh, reason_en, \"limit\", proof) SELECT id, 9, 'x', '', '1',"
        " '', '', '', '', '', '', '{}', '{}' FROM sampling_testreport",
    ],
)
def test_the_database_refuses_to_change_a_signed_report(cast: Cast, statement: str) -> None:
    report = story.signed(cast, story.shop())
    before = list(TestResult.objects.values())
    with (
        unguarded("an attack"),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(TestResult.objects.values()) == before
    assert TestReport.objects.get() == report


def test_a_signed_report_may_be_withdrawn_with_a_reason(cast: Cast) -> None:
    report = story.signed(cast, story.shop())
    with pytest.raises(BadInput):
        services.withdraw_report(acting_user=cast.chen, report_id=report.pk, reason=" ")
    withdrawn = services.withdraw_report(
        acting_user=cast.chen, report_id=report.pk, reason="标准曲线失效"
    )
    assert withdrawn.state == ReportState.WITHDRAWN
    assert selectors.signature_holds(TestReport.objects.get())
    with pytest.raises(Conflict):
        services.withdraw_report(acting_user=cast.chen, report_id=report.pk, reason="again")


def test_drafts_stay_in_the_laboratory(cast: Cast) -> None:
    report = story.drafted(cast, story.received(cast, story.sample(cast, story.shop())))
    assert list(policies.reports_visible_to(cast.chen)) == [report]
    assert not policies.reports_visible_to(cast.wang).exists()
    story.key(cast.chen)
    services.sign_report(acting_user=cast.chen, report_id=report.pk, pin=story.PIN)
    assert list(policies.reports_visible_to(cast.wang)) == [report]
    assert not policies.reports_visible_to(cast.zhao).exists()
    assert list(selectors.reports_signed_by(cast.chen.pk)) == [report]
    assert list(selectors.samples_of_lots([story.LOT])) == [report.sample]


def test_a_report_on_a_sample_nobody_knows_is_not_known(cast: Cast) -> None:
    with pytest.raises(NotKnown):
        services.draft_report(
            acting_user=cast.chen,
            sample_id=999_999,
            method="GB/T 22388",
            results=[services.ResultInput("三聚氰胺", "1", "mg/kg")],
        )
