"""Verdicts that several results of one sample give together: mixtures and residues as sums."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from zhian.kernel import clock
from zhian.registry.standards import judging, packs
from zhian.registry.standards.engine.choosing import StoredLimit
from zhian.registry.standards.engine.measures import measure
from zhian.registry.standards.engine.readings import Kind, read_result
from zhian.registry.standards.engine.sums import Finding, Part, mixture, residue
from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.verdict import Outcome, Verdict, step
from zhian.registry.standards.judging import CaseRow, Judge
from zhian.registry.standards.models import Substance
from zhian.registry.standards.selectors.judging import Judgement, judgement_of, row_of
from zhian.registry.standards.selectors.library import library_for
from zhian.registry.standards.vocabulary import JudgedProduct, Operator


@dataclass(frozen=True)
class Together:
    """A verdict on several items: `item` names the rule or the residue, `items` what was summed."""

    item: str
    items: tuple[str, ...]
    judgement: Judgement


@dataclass(frozen=True)
class _Sample:
    """What every rule over one sample needs."""

    product: JudgedProduct | None
    findings: dict[str, Finding]
    made: date | None
    market: str
    judge: Judge

    def row(self, item: str, result: str = "") -> CaseRow:
        """An item of this sample as the engine asks for it."""
        return row_of(self.product, item, result, "", self.made, market=self.market)

    def limits(self, item: str) -> tuple[StoredLimit, ...]:
        """The limits that bind an item of this sample."""
        if self.made is None:
            return ()
        row = self.row(item)
        nodes = tuple(self.product.food_nodes()) if self.product is not None else ()
        found = self.judge.library.binding(
            item, row.product, row.category, nodes, self.made, judging.market_code(self.market)
        )
        return found.limits


def judge_together(
    product: JudgedProduct | None,
    findings: Sequence[Finding],
    produced_on: date | None,
    market: str = "cn",
) -> list[Together]:
    """What the results of one sample say together, beside what each says alone.

    Additives of one function: the sum of shares (GB 2760 appendix A). Residues defined as sums:
    where components were measured and the residue itself was not.
    """
    substances = _substances(findings)
    residues = _residues(findings, substances)
    items = [one.item for one in findings] + [one.name_zh for one in residues]
    sample = _Sample(
        product=product,
        findings={one.item: one for one in findings},
        made=produced_on,
        market=market,
        judge=judging.judge_for(library_for(items)),
    )
    return [*_mixtures(sample, substances), *_sums(sample, residues, substances)]


def _substances(findings: Sequence[Finding]) -> dict[str, Substance]:
    """Each measured item's substance."""
    library = library_for([one.item for one in findings])
    keys = {one.item: library.substance(one.item) for one in findings}
    known = Substance.objects.in_bulk([int(key) for key in keys.values() if key])
    return {item: known[int(key)] for item, key in keys.items() if key}


def _mixtures(sample: _Sample, substances: dict[str, Substance]) -> list[Together]:
    rules = packs.mixtures(clock.today())
    found: list[Together] = []
    for rule in rules.functions:
        hues: dict[str, list[str]] = {"": []}
        for item, substance in substances.items():
            if rule.function in substance.functions and _used(sample.findings[item]):
                hue = _hue(substance.name_zh, rules.hues) if rule.one_hue else ""
                if hue is not None:
                    hues.setdefault(hue, []).append(item)
        for items in hues.values():
            one = _mixture(sample, rule.name.zh, rules.clause, items)
            if one is not None:
                found.append(one)
    return found


def _used(finding: Finding) -> bool:
    """Whether anything of it was found."""
    reading = read_result(tidy(finding.result))
    return reading.kind is not Kind.ABSENT and not (
        reading.kind is Kind.AMOUNT and reading.high == 0
    )


def _hue(name: str, hues: dict[str, tuple[str, ...]]) -> str | None:
    """The hue of a colour by the beginning of its name; None where nobody grouped it."""
    return next((hue for hue, starts in hues.items() if name.startswith(tuple(starts))), None)


def _mixture(sample: _Sample, name: str, clause: str, items: Sequence[str]) -> Together | None:
    """The sum of shares; None where fewer than two of them have a number as maximum level."""
    parts: list[tuple[Finding, str]] = []
    for item in items:
        maxima = [
            limit
            for limit in sample.limits(item)
            if limit.use == "MAXIMUM_USE" and measure(limit.demand).operator == Operator.MAXIMUM
        ]
        if maxima:
            parts.append((sample.findings[item], maxima[0].demand))
    if len(parts) < 2:
        return None
    verdict = mixture(name, parts, sample.judge.conduct(sample.market))
    measured = tuple(finding.item for finding, _demand in parts)
    title = f"{name}混合使用时各自用量占其最大使用量的比例之和"
    return _together(sample, title, measured, replace(verdict, clause=clause))


def _residues(findings: Sequence[Finding], substances: dict[str, Substance]) -> list[Substance]:
    """Residues of which a component was measured and which were not reported as a whole."""
    measured = {substance.pk for substance in substances.values()}
    found = Substance.objects.filter(components__component__in=measured).distinct()
    return [
        one
        for one in found.prefetch_related("components__component").order_by("pk")
        if not _reported_whole(one, measured)
    ]


def _reported_whole(residue_of: Substance, measured: set[int]) -> bool:
    """Reported under its own name, and no other component beside it."""
    others = {part.component_id for part in residue_of.components.all()} - {residue_of.pk}
    return residue_of.pk in measured and not others & measured


def _sums(
    sample: _Sample, residues: Sequence[Substance], substances: dict[str, Substance]
) -> list[Together]:
    by_key = {substance.pk: sample.findings[item] for item, substance in substances.items()}
    found: list[Together] = []
    for one in residues:
        limits = sample.limits(one.name_zh)
        parts = [
            Part(
                component=part.component.name_zh,
                factor=Fraction(part.factor),
                finding=by_key.get(part.component_id),
            )
            for part in one.components.all()
        ]
        unit = measure(limits[0].demand).unit if limits else "mg/kg"
        verdict = _sum(sample, one.name_zh, parts, unit, limits)
        items = tuple(part.finding.item for part in parts if part.finding is not None)
        found.append(_together(sample, one.name_zh, items, verdict))
    return found


def _sum(
    sample: _Sample, name: str, parts: Sequence[Part], unit: str, limits: Sequence[StoredLimit]
) -> Verdict:
    total = residue(parts, unit, sample.judge.conduct(sample.market))
    if isinstance(total, Verdict):
        return total
    text, steps = total
    row = sample.row(name, text)
    judged = sample.judge.judged_by(row, limits) if limits else sample.judge.by_library(row)
    verdict = replace(judged, steps=(*steps, *judged.steps))
    if name in {part.component for part in parts} and verdict.outcome is Outcome.NONCONFORMING:
        # the item may be the residue already, summed by the laboratory
        return replace(
            verdict, outcome=Outcome.NEEDS_PERSON, reason=step("sum_may_count_twice", item=name)
        )
    return verdict


def _together(sample: _Sample, item: str, items: tuple[str, ...], verdict: Verdict) -> Together:
    return Together(item, items, judgement_of(sample.row(item), verdict))
