"""Reports: drafted by one person, judged by the platform, signed by another (S094)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling import policies, selectors
from zhian.fieldwork.sampling.lifecycles import REPORT, SAMPLE
from zhian.fieldwork.sampling.models import Sample, TestReport, TestResult
from zhian.fieldwork.sampling.services.differing import forget_disagreements
from zhian.fieldwork.sampling.vocabulary import (
    LaboratoryDisagreed,
    Outcome,
    ReportSigned,
    ReportState,
    SampleFailed,
)
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.evidence import services as evidence
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import require
from zhian.foundation.offices.selectors import office_of
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.numbering import next_serial, printed
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import services as standards


@dataclass(frozen=True)
class ResultInput:
    """One measured item as the analyst writes it; there is no place for our verdict."""

    item_zh: str
    value_text: str
    unit: str = ""
    lod: str = ""
    item_en: str = ""
    # what the laboratory itself concludes, if it does; ours is never typed
    laboratory_outcome: str = ""


@use_case("sampling.report.drafted")
def draft_report(
    *,
    acting_user: User,
    sample_id: int,
    method: str,
    results: Sequence[ResultInput],
    equipment: str = "",
) -> TestReport:
    """Write down what was measured; opens the seal. Verdicts come at signing, from the limits."""
    sample = _locked_sample(acting_user, sample_id)
    require(policies.can_draft(acting_user, sample))
    laboratory = cast("Office", office_of(acting_user))  # the policy has seen the laboratory
    _check_results(method, results)
    first = not sample.reports.exists()
    sample.state = SAMPLE.target("report", sample.state)
    sample.save(update_fields=["state"])
    if first:
        evidence.break_seal(
            acting_user=acting_user, number=sample.seal_number, reason=str(_("Opened for testing"))
        )
    year = clock.today().year
    serial = next_serial(
        TestReport.objects.filter(laboratory=laboratory, year=year),
        lock=f"report:{laboratory.pk}:{year}",
    )
    report = TestReport.objects.create(
        number=printed(f"{laboratory.name_zh}检验报告", year, serial),
        year=year,
        serial=serial,
        sample=sample,
        laboratory=laboratory,
        method=method,
        equipment=equipment,
        analyst=acting_user,
        drafted_at=clock.now(),
        state=ReportState.DRAFT,
    )
    TestResult.objects.bulk_create(
        TestResult(report=report, position=position, **vars(result))
        for position, result in enumerate(results, start=1)
    )
    record(report, sample=sample.number, items=[result.item_zh for result in results])
    return report


def _check_results(method: str, results: Sequence[ResultInput]) -> None:
    wrong: list[FieldError] = []
    if not method.strip():
        wrong.append(FieldError("method", _("Name the method of testing.")))
    if not results:
        wrong.append(FieldError("results", _("A report needs at least one result.")))
    for row, result in enumerate(results, start=1):
        if not result.item_zh.strip() or not result.value_text.strip():
            wrong.append(FieldError("results", _("Item and result are both needed."), row=row))
    if wrong:
        raise BadInput(fields=wrong)


@use_case("sampling.report.signed")
def sign_report(*, acting_user: User, report_id: int, pin: str) -> TestReport:
    """Judge every result, sign the canonical text with the signatory's own key, freeze it.

    Refused for the analyst; a wrong PIN is the evidence room's refusal. Signing twice: Conflict.
    """
    report = _locked_report(acting_user, report_id)
    require(policies.can_sign(acting_user, report))
    state = REPORT.target("sign", report.state)
    results = list(report.results.all())
    for judged in selectors.judged(report, results):
        judged.result.outcome = judged.outcome
        judged.result.clause = judged.clause
        judged.result.reason_zh = judged.reason_zh
        judged.result.reason_en = judged.reason_en
        judged.result.limit = judged.limit
        judged.result.proof = judged.proof
    TestResult.objects.bulk_update(
        results, ["outcome", "clause", "reason_zh", "reason_en", "limit", "proof"]
    )
    report.signed_by = acting_user
    report.signed_at = clock.now()
    report.payload = selectors.canonical_text(report, results)
    report.payload_sha256 = hashlib.sha256(report.payload.encode()).hexdigest()
    signature = evidence.sign(acting_user=acting_user, pin=pin, payload=report.payload.encode())
    report.signature = signature.signature
    report.public_key = signature.public_key
    report.state = state
    report.save()
    _tell_what_has_no_limit(acting_user, report, results)
    _close_testing(acting_user, report, results)
    return report


# the library's answers that mean: nobody set a limit for this item in this food (B69)
_NO_LIMIT = {"no_limit_loaded", "substance_unknown", "category_unknown"}


def _tell_what_has_no_limit(user: User, report: TestReport, results: list[TestResult]) -> None:
    """Items the library could not judge are counted there, for those who make standards."""
    product = report.sample.product.name_zh
    asked = [(one.item_zh, product, str(one.proof["reason"]["code"])) for one in results]
    items = [item for item in asked if item[2] in _NO_LIMIT]
    if items:
        standards.note_items_without_limit(acting_user=user, items=items)


def _close_testing(acting_user: User, report: TestReport, results: list[TestResult]) -> None:
    """Finish the laboratory's duty, tell the ledger, say what happened."""
    sample = report.sample
    failed = [one for one in results if one.outcome == Outcome.NONCONFORMING]
    duties.finish_for(acting_user=acting_user, subject=sample, deed=Deed.TEST_SAMPLE)
    record(
        report,
        sha256=report.payload_sha256,
        public_key=report.public_key,
        outcomes={one.item_zh: one.outcome for one in results},
        laboratory_disagrees=[one.item_zh for one in results if one.laboratory_differs],
    )
    for one in results:
        if one.laboratory_differs:
            publish(LaboratoryDisagreed(report.pk, one.pk, one.laboratory_outcome, one.outcome))
    publish(ReportSigned(report.pk))
    if failed and report.signed_at is not None:
        publish(
            SampleFailed(
                report_id=report.pk,
                sample_id=sample.pk,
                lot_key=sample.lot_key,
                product_id=sample.product_id,
                site_id=sample.site_id,
                signed_at=report.signed_at,
            )
        )


@use_case("sampling.report.withdrawn")
def withdraw_report(*, acting_user: User, report_id: int, reason: str) -> TestReport:
    """Take a signed report back with a reason; its text stays as it was signed."""
    report = _locked_report(acting_user, report_id)
    require(policies.can_withdraw(acting_user, report))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why the report is withdrawn."))])
    report.state = REPORT.target("withdraw", report.state)
    report.save(update_fields=["state"])
    forget_disagreements(acting_user, report.pk, reason)
    record(report, reason=reason)
    return report


def _locked_sample(acting_user: User, sample_id: int) -> Sample:
    visible = policies.samples_visible_to(acting_user).filter(pk=sample_id)
    sample = visible.select_for_update(of=("self",)).first()
    if sample is None:
        raise NotKnown
    return sample


def _locked_report(acting_user: User, report_id: int) -> TestReport:
    visible = policies.reports_visible_to(acting_user).filter(pk=report_id)
    report = visible.select_for_update(of=("self",)).first()
    if report is None:
        raise NotKnown
    return report
