"""The one function that judges a result by the library, and the verdict as rooms keep it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from zhian.registry.standards import judging
from zhian.registry.standards.engine.unlisted import Ingredient
from zhian.registry.standards.engine.verdict import Step, Verdict
from zhian.registry.standards.judging import CaseRow
from zhian.registry.standards.models import Limit
from zhian.registry.standards.selectors.library import library_for
from zhian.registry.standards.vocabulary import JudgedProduct


@dataclass(frozen=True)
class Judgement:
    """A verdict as other rooms keep it: words in both languages, the limit and proof as data."""

    outcome: str
    outcome_code: str
    reason_code: str
    reason_zh: str
    reason_en: str
    clause: str
    limit: dict[str, Any]
    proof: dict[str, Any]


def judge(
    product: JudgedProduct | None,
    item: str,
    result: str,
    unit: str,
    produced_on: date | None,
    *,
    market: str = "cn",
    printed_limit: str | None = None,
    lod: str | None = None,
    basis: str = "",
    moisture_percent: Fraction | None = None,
    ingredients: Sequence[Ingredient] = (),
) -> Judgement:
    """Judge a laboratory's result by the limit in force on the day of production.

    `lod` is the detection limit with its unit (the result's unit where it names none); `basis` as
    the laboratory tested (dry, fat, solid_product, reconstituted, ready_to_eat); `ingredients` with
    their shares serve the carry-over of additives. Never raises on any text.
    """
    row = row_of(
        product,
        item,
        result,
        unit,
        produced_on,
        market=market,
        printed_limit=printed_limit,
        lod=lod,
    )
    row = replace(
        row, basis=basis, moisture_percent=moisture_percent, ingredients=tuple(ingredients)
    )
    nodes = product.food_nodes() if product is not None else ()
    judge_of_item = judging.judge_for(library_for([item]))
    return judgement_of(row, judge_of_item.judge(row, tuple(nodes)))


def row_of(
    product: JudgedProduct | None,
    item: str,
    result: str,
    unit: str,
    produced_on: date | None,
    *,
    market: str = "cn",
    printed_limit: str | None = None,
    lod: str | None = None,
) -> CaseRow:
    """What the engine needs of a result."""
    return CaseRow(
        product=product.name_zh if product is not None else "",
        category=product.category_zh if product is not None else "",
        item=item,
        result=result,
        limit=printed_limit or "",
        unit=unit,
        produced_on=produced_on.isoformat() if produced_on is not None else "",
        market=market,
        detection_limit=_with_unit(lod or "", unit),
    )


def _with_unit(lod: str, unit: str) -> str:
    return f"{lod}{unit}" if lod and lod[-1].isdigit() else lod


def judgement_of(row: CaseRow, verdict: Verdict) -> Judgement:
    """A verdict in words and data."""
    return Judgement(
        outcome=verdict.outcome.printed,
        outcome_code=verdict.outcome.value,
        reason_code=verdict.reason.code,
        reason_zh=judging.reason_text(verdict.reason, "zh"),
        reason_en=judging.reason_text(verdict.reason, "en"),
        clause=verdict.clause,
        limit=_limit_facts(verdict),
        proof={
            "item": row.item,
            "result": row.result,
            "unit": row.unit,
            "printed_limit": row.limit,
            "detection_limit": row.detection_limit,
            "produced_on": row.produced_on,
            "market": row.market,
            "product": row.product,
            "reason": _step_facts(verdict.reason),
            "steps": [_step_facts(step) for step in verdict.steps],
        },
    )


def _step_facts(step: Step) -> dict[str, Any]:
    return {
        "code": step.code,
        "facts": dict(step.facts),
        "zh": judging.reason_text(step, "zh"),
        "en": judging.reason_text(step, "en"),
    }


def _limit_facts(verdict: Verdict) -> dict[str, Any]:
    """The limit that was used, kept beside the verdict: a later edition never changes it."""
    facts: dict[str, Any] = {"demand": verdict.limit, "clause": verdict.clause}
    if verdict.limit_key is None:
        return facts
    limit = Limit.objects.select_related("edition__standard", "substance", "node").get(
        pk=verdict.limit_key
    )
    return facts | {
        "id": limit.pk,
        "substance": limit.substance.name_zh,
        "food": limit.node.name_zh,
        "standard": limit.edition.standard.code,
        "edition": limit.edition.code,
        "effective_from": limit.edition.effective_from.isoformat(),
        "grade": limit.grade,
    }
