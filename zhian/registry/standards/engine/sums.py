"""Verdicts over several results of one sample: shares of maximum levels, and residues as sums.

GB 2760 (appendix A): additives of one function used together keep the sum of found amount over
maximum level at most 1. A residue defined as a sum adds its components, each times its factor; a
component not detected lies between nought and its detection limit. Source: rules.md 3.18 item 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from zhian.registry.standards.engine.comparison import Conduct, Span, span_of
from zhian.registry.standards.engine.readings import Kind, Reading, read_result
from zhian.registry.standards.engine.terms import Demand, Term, read_limit
from zhian.registry.standards.engine.text import spellings, tidy
from zhian.registry.standards.engine.units import plain
from zhian.registry.standards.engine.verdict import Outcome, Step, Verdict, person, step


@dataclass(frozen=True, slots=True)
class Finding:
    """One measured item of a sample, as printed."""

    item: str
    result: str
    unit: str = ""
    detection_limit: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A component of a residue: its name, its factor, and what was found of it (None: nothing)."""

    component: str
    factor: Fraction
    finding: Finding | None


def mixture(function: str, parts: Sequence[tuple[Finding, str]], conduct: Conduct) -> Verdict:
    """The sum of shares of additives of one function, each with its maximum level."""
    low, high = Fraction(0), Fraction(0)
    steps: list[Step] = []
    for finding, demand in parts:
        term = read_limit(tidy(demand))[0]
        span = _amount(finding, term, conduct)
        if term.demand is not Demand.MAXIMUM or not term.upper or isinstance(span, str):
            return person("mixture_part_open", limit="≤1", steps=steps, item=finding.item)
        if span.high is None:
            return person("mixture_part_open", limit="≤1", steps=steps, item=finding.item)
        share = Span(span.low / term.upper, span.high / term.upper)
        low, high = low + share.low, high + (share.high or 0)
        steps.append(
            step(
                "share",
                item=finding.item,
                value=finding.result,
                limit=demand,
                share=_bounds(share.low, share.high or share.low),
            )
        )
    return _summed(function, low, high, steps)


def _summed(function: str, low: Fraction, high: Fraction, steps: Sequence[Step]) -> Verdict:
    facts = {"function": function, "sum": _bounds(low, high)}
    if low > 1:
        code, outcome = "mixture_beyond", Outcome.NONCONFORMING
    elif high <= 1:
        code, outcome = "mixture_within", Outcome.CONFORMING
    else:
        code, outcome = "mixture_open", Outcome.NEEDS_PERSON
    return Verdict(outcome, step(code, **facts), "≤1", steps=tuple(steps))


def residue(
    parts: Sequence[Part], unit: str, conduct: Conduct
) -> tuple[str, tuple[Step, ...]] | Verdict:
    """The residue as the text of one result in a unit, with its proof; or why there is no sum."""
    low, high = Fraction(0), Fraction(0)
    steps: list[Step] = []
    for part in parts:
        if part.finding is None:
            return person("sum_incomplete", steps=steps, component=part.component)
        span = _amount(part.finding, Term(Demand.MAXIMUM, unit=unit), conduct)
        if isinstance(span, str) or span.high is None:
            return person("sum_part_open", steps=steps, component=part.component)
        low, high = low + span.low * part.factor, high + span.high * part.factor
        steps.append(_step_of(part, span, unit))
    total = f"{_bounds(low, high)}{unit}"
    return total, (*steps, step("summed", value=total))


def _step_of(part: Part, span: Span, unit: str) -> Step:
    if span.low == 0 != span.high:
        value = f"{plain(span.high or Fraction(0))}{unit}"
        return step("component_unseen", component=part.component, value=value)
    value = f"{_bounds(span.low, span.high or span.low)}{unit}"
    return step("component", component=part.component, value=value, factor=plain(part.factor))


def _amount(finding: Finding, term: Term, conduct: Conduct) -> Span | str:
    """What was found, in the term's unit; a code where it cannot be said."""
    text = finding.result
    if finding.detection_limit:
        text = f"{text}(检出限{finding.detection_limit})"
    readings = {read_result(one.text) for one in spellings(tidy(text))}
    if len(readings) != 1:
        return "readings_disagree"
    reading = readings.pop()
    if reading.kind is Kind.ABSENT and reading.detection_limit is None:
        return _unseen(conduct)
    if reading.kind not in {Kind.AMOUNT, Kind.ABSENT} or reading.basis != term.basis:
        return "result_unreadable"
    return _widened(span_of(reading, term, finding.unit), reading, conduct)


def _unseen(conduct: Conduct) -> Span | str:
    """Not detected, no detection limit stated: nothing, where policy takes the method to see it."""
    if conduct.unstated_detection_limit == "accept":
        return Span(Fraction(0), Fraction(0))
    return "detection_limit_unstated"


def _widened(span: Span | str, reading: Reading, conduct: Conduct) -> Span | str:
    """An uncertainty counts on both sides unless the value alone decides."""
    if isinstance(span, str) or not reading.uncertainty or conduct.uncertainty == "simple":
        return span
    scale = span.low / reading.low if reading.low else Fraction(1)
    spread = reading.uncertainty * scale
    return Span(max(Fraction(0), span.low - spread), (span.high or span.low) + spread)


def _bounds(low: Fraction, high: Fraction) -> str:
    return plain(low) if low == high else f"{plain(low)}~{plain(high)}"
