"""What may be read about samples and reports; the verdicts as the limits give them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import QuerySet

from zhian.fieldwork.sampling.models import Sample, TestReport, TestResult
from zhian.fieldwork.sampling.vocabulary import Outcome, ReportState
from zhian.foundation.evidence import selectors as evidence
from zhian.kernel import clock
from zhian.registry.standards import selectors as standards


@dataclass(frozen=True)
class Judged:
    """A result and what the one judgement function says of it, with its proof."""

    result: TestResult
    outcome: str
    clause: str
    reason_zh: str
    reason_en: str
    limit: dict[str, Any]
    proof: dict[str, Any]


def judged(report: TestReport, results: Sequence[TestResult]) -> list[Judged]:
    """Every result judged on the day of production (on the day of drawing where it is unknown)."""
    sample = report.sample
    day = sample.produced_on or clock.beijing(sample.drawn_at).date()
    found = []
    for result in results:
        verdict = standards.judge(
            sample.product,
            result.item_zh,
            result.value_text,
            result.unit,
            day,
            lod=result.lod or None,
        )
        found.append(
            Judged(
                result=result,
                outcome=verdict.outcome_code,
                clause=verdict.clause,
                reason_zh=verdict.reason_zh,
                reason_en=verdict.reason_en,
                limit=verdict.limit,
                proof=verdict.proof,
            )
        )
    return found


def canonical_text(report: TestReport, results: Sequence[TestResult]) -> str:
    """The text that is signed: sorted keys, no spaces, UTF-8; the same rows give the same text."""
    sample = report.sample
    content = {
        "report": report.number,
        "laboratory": report.laboratory.code,
        "method": report.method,
        "equipment": report.equipment,
        "analyst": report.analyst.display_name,
        "signatory": report.signed_by.display_name if report.signed_by else "",
        "signed_at": _moment(report.signed_at),
        "sample": {
            "number": sample.number,
            "origin": sample.origin,
            "lot": sample.lot_key,
            "seal": sample.seal_number,
            "drawn_at": _moment(sample.drawn_at),
            "produced_on": sample.produced_on.isoformat() if sample.produced_on else None,
        },
        "results": [
            {
                "position": result.position,
                "item": result.item_zh,
                "value": result.value_text,
                "unit": result.unit,
                "lod": result.lod,
                "outcome": result.outcome,
                "clause": result.clause,
                "reason": result.reason_zh,
                "limit": result.limit,
            }
            for result in results
        ],
    }
    return msgspec.json.encode(content, order="sorted").decode()


def _moment(moment: datetime | None) -> str | None:
    return clock.beijing(moment).isoformat(timespec="seconds") if moment else None


def signature_holds(report: TestReport) -> bool:
    """Whether the stored rows still are what was signed, and the signature is genuine."""
    if report.state == ReportState.DRAFT:
        return False
    text = canonical_text(report, list(report.results.all()))
    if text != report.payload or _sha256(text) != report.payload_sha256:
        return False
    return evidence.verify_signature(
        public_key=report.public_key, signature=report.signature, payload=text.encode()
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def failed_results(report_id: int) -> QuerySet[TestResult]:
    """The results of a report that do not conform, in its order."""
    return TestResult.objects.filter(report_id=report_id, outcome=Outcome.NONCONFORMING)


def report_with_sample(report_id: int) -> TestReport:
    """One report with all that an alert says about it."""
    return TestReport.objects.select_related(
        "sample__site__operator",
        "sample__site__region",
        "sample__product",
        "laboratory",
        "signed_by",
    ).get(pk=report_id)


def samples_of_lots(lot_keys: Sequence[str]) -> QuerySet[Sample]:
    """Samples drawn from any of the lots, newest first."""
    return Sample.objects.filter(lot_key__in=lot_keys).select_related("site", "product")


def reports_signed_by(user_id: int) -> QuerySet[TestReport]:
    """Reports a person answers for (S094)."""
    return TestReport.objects.filter(signed_by_id=user_id).select_related("sample")
