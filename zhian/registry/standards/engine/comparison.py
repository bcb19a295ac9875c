"""A reading against a demand, as intervals: surely within, surely outside, or not to be told.

Decisions that law or laboratory policy make are data (`Conduct`, from the pack `verdict`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from zhian.registry.standards.engine.readings import Kind, Reading
from zhian.registry.standards.engine.terms import Demand, Term
from zhian.registry.standards.engine.units import convert, convertible, plain, unit_named

Facts = tuple[tuple[str, str], ...]
Note = tuple[str, Facts]


@dataclass(frozen=True, slots=True)
class Conduct:
    """How doubt is treated. `uncertainty`: "clear" (a straddled limit needs a person), "simple"
    (the value alone decides) or "beyond_doubt" (only what breaks the limit by more than its
    uncertainty fails); `unstated_detection_limit`: "accept" takes an accredited method to see the
    limit when the report does not say, "person" refuses."""

    uncertainty: str = "clear"
    unstated_detection_limit: str = "accept"


@dataclass(frozen=True, slots=True)
class Answer:
    """True conforms, False does not, None cannot be told; with the reason and the proof notes."""

    conforms: bool | None
    code: str
    facts: Facts = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A reading in the limit's unit."""

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def surely_at_most(self, bound: Fraction, bound_open: bool = False) -> bool:
        """Every value it may have keeps the upper bound."""
        if self.high is None:
            return False
        return self.high < bound or (self.high == bound and (self.high_open or not bound_open))

    def surely_above(self, bound: Fraction, bound_open: bool = False) -> bool:
        """Every value it may have breaks the upper bound."""
        return self.low > bound or (self.low == bound and (self.low_open or bound_open))

    def surely_at_least(self, bound: Fraction, bound_open: bool = False) -> bool:
        """Every value it may have keeps the lower bound."""
        return self.low > bound or (self.low == bound and (self.low_open or not bound_open))

    def surely_below(self, bound: Fraction, bound_open: bool = False) -> bool:
        """Every value it may have breaks the lower bound."""
        if self.high is None:
            return False
        return self.high < bound or (self.high == bound and (self.high_open or bound_open))


_SAYS_NOTHING = {
    Kind.MISSING: "no_result",
    Kind.UNREADABLE: "result_unreadable",
    Kind.STATEMENT: "result_is_a_statement",
}


def compare(
    readings: Sequence[Reading],
    term: Term,
    conduct: Conduct,
    *,
    unit: str = "",
    moisture: Fraction | None = None,
) -> Answer:
    """One reading (or several, for "not to be detected") against a limit that is not a plan."""
    broken = next((_SAYS_NOTHING[r.kind] for r in readings if r.kind in _SAYS_NOTHING), None)
    if broken is not None:
        return Answer(None, broken)
    if term.demand is Demand.ABSENT:
        return _absent(readings, term)
    reading = readings[0]
    if reading.kind is Kind.PRESENT:
        return Answer(None, "detected_without_amount")
    notes: list[Note] = []
    prepared = _in_unit_of_limit(reading, term, unit, notes)
    if isinstance(prepared, str):
        return Answer(None, prepared, _units(reading, term), tuple(notes))
    based = _on_basis_of_limit(prepared, reading, term, moisture, notes)
    if based is None:
        return Answer(None, "basis_differs", (("basis", term.basis or "as_is"),), tuple(notes))
    return _within(based, reading, term, conduct, notes)


def _units(reading: Reading, term: Term) -> Facts:
    unseen = reading.kind is Kind.ABSENT and reading.detection_unit
    unit = reading.detection_unit if unseen else reading.unit
    return (("result_unit", unit), ("limit_unit", term.unit))


def _absent(readings: Sequence[Reading], term: Term) -> Answer:
    """不得检出 and 不得使用: any amount fails, and "below the detection limit" is not detected."""
    for reading in readings:
        if reading.detection_limit is not None and _contradicts_detection_limit(reading):
            return Answer(None, "below_own_detection_limit")
    if any(_below_method(reading, term) for reading in readings):
        return Answer(None, "below_methods_limit", (("limit", term.text),))
    if any(r.kind is Kind.PRESENT or (r.low > 0 or r.low_open) for r in readings):
        return Answer(False, "detected_though_forbidden")
    if any(r.high is None and r.kind is Kind.AMOUNT for r in readings):
        return Answer(None, "cannot_conclude")
    return _surely_absent(readings, term)


def _surely_absent(readings: Sequence[Reading], term: Term) -> Answer:
    """Nothing was found: whether enough was looked at, and closely enough."""
    if any(_smaller_portion(reading.unit, term.unit) for reading in readings):
        return Answer(None, "portion_too_small", _units(readings[0], term))
    if any(_blunter_method(reading, term) for reading in readings):
        return Answer(None, "method_too_blunt", (("limit", term.text),))
    if any(r.kind is Kind.AMOUNT and r.high and not r.high_open for r in readings):
        return Answer(None, "cannot_conclude")
    return Answer(True, "not_detected")


def _method_limit(term: Term, unit: str) -> Fraction | None:
    """The detection limit of the prescribed method, in a unit; None where it does not convert."""
    if term.detection_limit is None:
        return None
    source, target = unit_named(term.detection_unit), unit_named(unit)
    if not convertible(source, target):
        return None
    return convert(term.detection_limit, source, target)


def _blunter_method(reading: Reading, term: Term) -> bool:
    """Not detected by a method that sees less than the prescribed one proves nothing."""
    if reading.kind is not Kind.ABSENT or reading.detection_limit is None:
        return False
    prescribed = _method_limit(term, reading.detection_unit)
    return prescribed is not None and reading.detection_limit > prescribed


def _below_method(reading: Reading, term: Term) -> bool:
    """An amount the prescribed method could not have seen is for a person."""
    if reading.kind is not Kind.AMOUNT or reading.low == 0:
        return False
    prescribed = _method_limit(term, reading.unit)
    return prescribed is not None and reading.low < prescribed


def _contradicts_detection_limit(reading: Reading) -> bool:
    """A measured value below the detection limit printed beside it is no measurement."""
    if reading.kind is not Kind.AMOUNT or reading.detection_limit is None or reading.low == 0:
        return False
    value, limit = unit_named(reading.unit), unit_named(reading.detection_unit)
    if not convertible(value, limit):
        return False
    return reading.low < convert(reading.detection_limit, limit, value)


def _smaller_portion(result_unit: str, limit_unit: str) -> bool:
    """Nothing in 1 mL says little about 250 mL: absence holds for the examined portion only."""
    result, limit = unit_named(result_unit), unit_named(limit_unit)
    same = convertible(result, limit) and limit.is_count
    return same and 0 < result.portion < limit.portion


def span_of(reading: Reading, term: Term, unit: str) -> Span | str:
    """The reading as a span in the limit's unit, or the reason why it cannot be."""
    return _in_unit_of_limit(reading, term, unit, [])


def _in_unit_of_limit(reading: Reading, term: Term, unit: str, notes: list[Note]) -> Span | str:
    """The reading as a span in the limit's unit, or the reason why it cannot be."""
    target = unit_named(term.unit or unit or _own_unit(reading, term))
    printed = reading.unit or unit
    if reading.kind is Kind.ABSENT:
        return _absent_span(reading, unit, target.symbol, notes)
    if not printed and target.symbol:
        return "result_without_unit"
    source = unit_named(printed)
    if not convertible(source, target):
        return "units_differ"
    if _contradicts_detection_limit(reading):
        return "below_own_detection_limit"
    if not reading.low and _smaller_portion(printed, target.symbol):
        return "portion_too_small"
    ratio = convert(Fraction(1), source, target)
    if ratio != 1:
        facts = (("from", source.symbol), ("to", target.symbol), ("factor", plain(ratio)),
                 ("value", plain(reading.low * ratio)))  # fmt: skip
        notes.append(("converted", facts))
    high = reading.high * ratio if reading.high is not None else None
    return Span(reading.low * ratio, high, reading.low_open, reading.high_open)


def _own_unit(reading: Reading, term: Term) -> str:
    """A limit of nought is nought in every unit; any other bare limit is a plain number."""
    zero = term.upper == 0 or (term.demand is Demand.MINIMUM and term.lower == 0)
    return reading.unit if zero else ""


def _absent_span(reading: Reading, unit: str, target: str, notes: list[Note]) -> Span | str:
    """Not detected: [0, detection limit); without a stated limit, an unknown span."""
    goal = unit_named(target)
    if reading.detection_limit is None:
        if reading.unit and not convertible(unit_named(reading.unit), goal):
            return "units_differ"
        if _smaller_portion(reading.unit, target):
            return "portion_too_small"
        return Span(Fraction(0), None)
    source = unit_named(reading.detection_unit or unit)
    if not (reading.detection_unit or unit) and target:
        return "detection_limit_without_unit"
    if not convertible(source, goal) or (
        reading.unit and not convertible(unit_named(reading.unit), goal)
    ):
        return "units_differ"
    bound = convert(reading.detection_limit, source, goal)
    notes.append(("not_detected_below", (("value", plain(bound)), ("unit", target))))
    return Span(Fraction(0), bound, high_open=True)


def _on_basis_of_limit(
    span: Span, reading: Reading, term: Term, moisture: Fraction | None, notes: list[Note]
) -> Span | None:
    """The span on the limit's basis; dry matter needs the moisture, other bases must be equal."""
    if reading.basis == term.basis or not term.basis:
        return span if not reading.basis or reading.basis == term.basis else None
    if term.basis != "dry" or reading.basis or moisture is None or not 0 <= moisture < 100:
        return None
    factor = 100 / (100 - moisture)
    notes.append(("to_dry_matter", (("moisture", plain(moisture)), ("factor", plain(factor)))))
    high = span.high * factor if span.high is not None else None
    return replace(span, low=span.low * factor, high=high)


def _within(
    span: Span, reading: Reading, term: Term, conduct: Conduct, notes: list[Note]
) -> Answer:
    unseen = reading.kind is Kind.ABSENT and reading.detection_limit is None
    if unseen:
        return _unseen(term, conduct, notes)
    widened = _widened(span, reading, conduct, notes)
    conforms = _conforms(widened, term)
    if conforms is None and _spared(reading, conduct):
        return Answer(True, "not_beyond_doubt", _facts(span, term), tuple(notes))
    if conforms is None:
        return Answer(None, _doubt(reading), _facts(span, term), tuple(notes))
    return Answer(conforms, "within" if conforms else "beyond", _facts(span, term), tuple(notes))


def _unseen(term: Term, conduct: Conduct, notes: list[Note]) -> Answer:
    """Not detected by a method whose detection limit the report does not state."""
    if conduct.unstated_detection_limit != "accept":
        return Answer(None, "detection_limit_unstated", (), tuple(notes))
    notes.append(("assumed_detection_limit", ()))
    above_nought = term.lower is not None and (term.lower > 0 or term.lower_open)
    return Answer(not above_nought, "below" if above_nought else "not_detected", (), tuple(notes))


def _widened(span: Span, reading: Reading, conduct: Conduct, notes: list[Note]) -> Span:
    if not reading.uncertainty or span.high is None:
        return span
    if conduct.uncertainty == "simple":
        notes.append(("uncertainty_ignored", (("value", plain(reading.uncertainty)),)))
        return span
    # The spread is printed in the result's own unit: scale it as the value was scaled.
    scale = span.low / reading.low if reading.low else Fraction(1)
    spread = reading.uncertainty * scale
    notes.append(("uncertainty", (("value", plain(reading.uncertainty)),)))
    return replace(span, low=max(Fraction(0), span.low - spread), high=span.high + spread)


def _spared(reading: Reading, conduct: Conduct) -> bool:
    """A measured value whose uncertainty reaches across the limit, where the law spares that."""
    return conduct.uncertainty == "beyond_doubt" and bool(reading.uncertainty)


def _doubt(reading: Reading) -> str:
    if reading.uncertainty:
        return "uncertainty_straddles"
    return "detection_limit_above_limit" if reading.kind is Kind.ABSENT else "cannot_conclude"


def _facts(span: Span, term: Term) -> Facts:
    value = plain(span.low) if span.high == span.low else _bounds(span)
    return (("value", value), ("limit", term.text or _bound_text(term)), ("unit", term.unit))


def _bounds(span: Span) -> str:
    if span.high is None:
        return f"{'>' if span.low_open else '≥'}{plain(span.low)}"
    if span.low == 0:
        return f"{'<' if span.high_open else '≤'}{plain(span.high)}"
    return f"{plain(span.low)}~{plain(span.high)}"


def _bound_text(term: Term) -> str:
    if term.upper is not None:
        return f"≤{plain(term.upper)}{term.unit}"
    return f"≥{plain(term.lower or Fraction(0))}{term.unit}"


def _conforms(span: Span, term: Term) -> bool | None:
    """Whether a span keeps both bounds: surely (True), surely not (False), or neither (None)."""
    keeps = True
    if term.upper is not None:
        if span.surely_above(term.upper, term.upper_open):
            return False
        keeps = span.surely_at_most(term.upper, term.upper_open)
    if term.lower is not None:
        if span.surely_below(term.lower, term.lower_open):
            return False
        keeps = keeps and span.surely_at_least(term.lower, term.lower_open)
    return True if keeps else None


def compare_plan(readings: Sequence[Reading], term: Term, conduct: Conduct, unit: str) -> Answer:
    """Sub-samples against n/c/m/M: at most c above m, none above M; their order never matters."""
    broken = next((_SAYS_NOTHING[r.kind] for r in readings if r.kind in _SAYS_NOTHING), None)
    if broken is not None or not readings:
        return Answer(None, broken or "no_result")
    if term.ceiling is not None and term.upper is not None and term.ceiling < term.upper:
        return Answer(None, "limit_unreadable")
    if len(readings) > term.n or term.c >= term.n:
        return Answer(None, "wrong_number_of_values", _count_facts(len(readings), term))
    notes: list[Note] = []
    spans: list[Span] = []
    for reading in readings:
        prepared = _plan_span(reading, term, conduct, unit, notes)
        if isinstance(prepared, str):
            return Answer(None, prepared, _units(reading, term), tuple(notes))
        spans.append(prepared)
    return _counted(spans, term, tuple(dict.fromkeys(notes)))


def _plan_span(
    reading: Reading, term: Term, conduct: Conduct, unit: str, notes: list[Note]
) -> Span | str:
    if reading.kind is Kind.PRESENT:  # found, number unknown: above m only where m is nought
        return Span(Fraction(0), None, low_open=True)
    if reading.kind is Kind.ABSENT and reading.detection_limit is None:
        span = _absent_span(reading, unit, term.unit, notes)
        if isinstance(span, str):
            return span
        if term.upper and conduct.unstated_detection_limit != "accept":
            return "detection_limit_unstated"
        return Span(Fraction(0), Fraction(0))
    return _in_unit_of_limit(reading, term, unit, notes)


def _count_facts(found: int, term: Term) -> Facts:
    return (("found", str(found)), ("n", str(term.n)))


def _counted(spans: Sequence[Span], term: Term, notes: tuple[Note, ...]) -> Answer:
    m = term.upper if term.upper is not None else Fraction(0)
    above = sum(span.surely_above(m) for span in spans)
    within = sum(span.surely_at_most(m) for span in spans)
    facts: Facts = (("above_m", str(above)), ("c", str(term.c)), ("limit", term.text))
    if above > term.c:
        return Answer(False, "too_many_above_m", facts, notes)
    if term.ceiling is not None and any(span.surely_above(term.ceiling) for span in spans):
        return Answer(False, "one_above_ceiling", facts, notes)
    if len(spans) < term.n:
        return Answer(None, "wrong_number_of_values", _count_facts(len(spans), term), notes)
    under = term.ceiling is None or all(span.surely_at_most(term.ceiling) for span in spans)
    if under and len(spans) - within <= term.c:
        return Answer(True, "plan_kept", facts, notes)
    return Answer(None, "cannot_conclude", facts, notes)
