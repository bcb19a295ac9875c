"""What may be read about samples and reports; the verdicts as the limits give them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling import policies
from zhian.fieldwork.sampling.engine.doubts import RULES, Act, doubts
from zhian.fieldwork.sampling.lifecycles import SAMPLE
from zhian.fieldwork.sampling.models import CustodyStep, Sample, TestReport, TestResult
from zhian.fieldwork.sampling.vocabulary import Flag, Outcome, ReportState, SampleOrigin
from zhian.foundation.evidence import selectors as evidence
from zhian.foundation.evidence.models import Item
from zhian.foundation.offices.policies import Decision, Person
from zhian.kernel import clock, rules
from zhian.kernel.languages import in_reader_language
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

    @property
    def reason(self) -> str:
        """The reason in the reader's language."""
        return in_reader_language(self.reason_zh, self.reason_en)


def judged(report: TestReport, results: Sequence[TestResult]) -> list[Judged]:
    """Every result judged on the day of production (on the day of drawing where it is unknown)."""
    sample = report.sample
    day = day_judged_by(sample)
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


def judged_together(report: TestReport, results: Sequence[TestResult]) -> list[standards.Together]:
    """What the results of a report say together: mixtures of additives, residues as sums."""
    findings = [
        standards.Finding(one.item_zh, one.value_text, one.unit, one.lod) for one in results
    ]
    return standards.judge_together(report.sample.product, findings, day_judged_by(report.sample))


def day_judged_by(sample: Sample) -> date:
    """The day whose limits bind: of production, or of drawing where that is unknown."""
    return sample.produced_on or clock.beijing(sample.drawn_at).date()


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
                # only where it is given: texts signed before stay what was signed
                **({"laboratory": result.laboratory_outcome} if result.laboratory_outcome else {}),
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


@dataclass(frozen=True)
class Deed:
    """One lawful next step for this person, or why it is closed."""

    label: Promise
    url: str
    decision: Decision


_DEEDS = (
    ("hand_over", "hand_over", _("Hand over"), policies.can_hand_over),
    ("receive", "receive", _("Receive at the laboratory"), policies.can_receive),
    ("report", "draft", _("Write the report"), policies.can_draft),
)


def next_deeds(user: Person, sample: Sample) -> list[Deed]:
    """The steps the state of a sample allows, each with this person's right to it."""
    return [
        Deed(label, reverse(f"sampling:{page}", args=[sample.pk]), can(user, sample))
        for step, page, label, can in _DEEDS
        if SAMPLE.allows(step, sample.state)
    ]


@dataclass(frozen=True)
class Evidence:
    """A kept file and where it can be seen."""

    label: str
    url: str


@dataclass(frozen=True)
class Custody:
    """One line of the custody chain, as a timeline shows it."""

    at: datetime
    what: str
    who: str
    note: str
    evidence: list[Evidence]


def custody_of(sample: Sample) -> list[Custody]:
    """The hands the sample went through, oldest first, with the seal and the photos."""
    steps = list(sample.custody.select_related("from_user", "to_user"))
    items = evidence.items_by_id([step.item for step in steps if step.item is not None])
    return [
        Custody(
            at=step.at,
            what=step.get_kind_display(),
            who=_hands(step),
            note=" · ".join(filter(None, (step.place, _seal_words(step)))),
            evidence=_files(items.get(step.item) if step.item is not None else None),
        )
        for step in steps
    ]


def _files(item: Item | None) -> list[Evidence]:
    if item is None:
        return []
    return [Evidence(item.filename, reverse("evidence:item", args=[item.pk]))]


def _hands(step: CustodyStep) -> str:
    giver = step.from_user.display_name if step.from_user else ""
    taker = step.to_user.display_name if step.to_user else step.to_name
    return giver if giver == taker else f"{giver} → {taker}"


def _seal_words(step: CustodyStep) -> str:
    return str(_("seal intact") if step.seal_intact else _("seal NOT intact"))


@dataclass(frozen=True)
class Examined:
    """A record of another system and what makes it hard to believe."""

    record: Mapping[str, Any]
    doubts: list[str]


def examined(records: Sequence[Mapping[str, Any]]) -> list[Examined]:
    """Records of other systems against each other and against the seals we know (T5)."""
    acts = [_act_of(number, record) for number, record in enumerate(records)]
    found = doubts(acts, rules.in_force(RULES, on=clock.today()).content)
    known = Sample.objects.filter(seal_number__in=[act.seal for act in acts])
    used = set(known.values_list("seal_number", flat=True))
    answer = []
    for act, record in zip(acts, records, strict=True):
        flags = found.get(act.key, set())
        if act.seal in used:
            flags = flags | {Flag.SEAL_REUSED.value}
        answer.append(Examined(record, [str(Flag(flag).label) for flag in sorted(flags)]))
    return answer


def _act_of(number: int, record: Mapping[str, Any]) -> Act:
    people = (record["officer"], record.get("second_officer"))
    longitude, latitude = record.get("longitude"), record.get("latitude")
    return Act(
        key=str(number),
        officers=tuple(one for one in people if one),
        at=record["drawn_at"],
        seal=record["seal"],
        longitude=None if longitude is None else float(longitude),
        latitude=None if latitude is None else float(latitude),
    )


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


def result_with_sample(result_id: int) -> TestResult:
    """One result with its report, sample and the office that ordered the test."""
    found = TestResult.objects.select_related(
        "report__sample__office", "report__sample__drawn_by", "report__laboratory"
    )
    return found.get(pk=result_id)


def results_of_lot(lot_key: str) -> list[TestResult]:
    """Every result of a signed report on samples of the lot, withdrawn reports left out."""
    found = TestResult.objects.filter(
        report__sample__lot_key=lot_key, report__state=ReportState.SIGNED
    )
    return list(found.select_related("report__sample__product").order_by("pk"))


def blocks_for(lot_key: str, market: str) -> list[standards.Block]:
    """What stands against selling a lot on one market, by the signed reports on it (S087).

    Each sample is judged whole, by that market's limits on its day of production.
    """
    samples: dict[int, list[TestResult]] = {}
    for result in results_of_lot(lot_key):
        samples.setdefault(result.report.sample_id, []).append(result)
    blocks: list[standards.Block] = []
    for results in samples.values():
        sample = results[0].report.sample
        findings = [
            standards.Finding(one.item_zh, one.value_text, one.unit, one.lod) for one in results
        ]
        day = day_judged_by(sample)
        blocks += standards.blocks_for(sample.product, findings, day, market)
    return blocks


def reports_signed_by(user_id: int) -> QuerySet[TestReport]:
    """Reports a person answers for (S094)."""
    return TestReport.objects.filter(signed_by_id=user_id).select_related("sample")


def last_samples(site_ids: Sequence[int], *, before: date) -> dict[int, Sample]:
    """The last sample drawn at each place before a day: the last time an officer was there."""
    found = (
        Sample.objects.filter(
            site_id__in=site_ids, origin=SampleOrigin.DRAWN, drawn_at__date__lt=before
        )
        .order_by("site_id", "-drawn_at")
        .distinct("site_id")
        .select_related("office", "drawn_by", "second_officer")
    )
    return {sample.site_id: sample for sample in found}


def signed_reports_at(site_ids: Sequence[int], *, until: date) -> list[TestReport]:
    """Signed reports on samples of these places up to a day, newest first, with their results."""
    return list(
        TestReport.objects.filter(
            sample__site_id__in=site_ids, state=ReportState.SIGNED, signed_at__date__lte=until
        )
        .select_related("sample", "laboratory", "signed_by")
        .prefetch_related("results")
        .order_by("-signed_at")
    )


def results_of(report_id: int) -> QuerySet[TestResult]:
    """Every result of a report, in its order."""
    return TestResult.objects.filter(report_id=report_id).order_by("position")
