"""The quick way through the engine for results as most laboratories print them.

A limit is prepared once; a plain number with a known unit is then judged in whole numbers, without
patterns or fractions. Every other text takes the general way (`verdict.judge`), which is also the
slow twin: tests hold both to the same verdict, word for word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from zhian.registry.standards.engine.comparison import Conduct, Facts
from zhian.registry.standards.engine.terms import Demand, Term
from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.units import Unit, convert, convertible, plain, unit_named
from zhian.registry.standards.engine.verdict import (
    LONGEST_CELL,
    Case,
    Direction,
    Outcome,
    Step,
    Verdict,
    judge,
    limit_sides,
)

_PLAIN = re.compile(r"(\d{1,15})(?:\.(\d{1,12}))?((?:[^\d.,].{0,11})?)", re.ASCII)
_POWER = re.compile(
    r"(\d{1,15})(?:\.(\d{1,12}))?×10([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})((?:[^\d.,].{0,11})?)", re.ASCII
)
_SPREAD = re.compile(
    r"(\d{1,15})(?:\.(\d{1,12}))?±(\d{1,15})(?:\.(\d{1,12}))?((?:[^\d.,].{0,11})?)", re.ASCII
)
_UNSEEN = re.compile(
    r"未检出[(（]检出限[:：]?(\d{1,15})(?:\.(\d{1,12}))?([^\d.,].{0,11})[)）]", re.ASCII
)
_EXPONENTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SEPARATORS = re.compile(r"[;；、，,║‖]")
_WORDS_ONLY = re.compile(r"\D*")
# units no reading turns into anything else: the quick way asks for no others
_KNOWN_UNITS = {
    "mg/kg", "g/kg", "μg/kg", "µg/kg", "ug/kg", "ng/kg", "mg/g", "μg/g", "µg/g", "ng/g", "mg/L",
    "g/L", "μg/L", "µg/L", "mg/100g", "g/100g", "mg/100mL", "g/100mL", "%", "%vol", "CFU/g",
    "CFU/mL", "CFU/ml", "CFU/100mL", "MPN/g", "MPN/mL", "MPN/100g", "MPN/100mL",
}  # fmt: skip
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Scale:
    """What a printed unit does to a number: times `top`, over 10^`places`."""

    top: int
    places: int
    note: Facts


@dataclass(slots=True)
class Prepared:
    """One limit for one item, ready for results never seen before."""

    limit: str
    unit: str
    direction: Direction
    basis: str
    conduct: Conduct
    term: Term | None = None
    lead: tuple[Step, ...] = ()
    shown: str = ""
    scales: dict[str, Scale | None] = field(default_factory=dict)
    words: dict[str, Verdict] = field(default_factory=dict)

    def judge(self, result: str) -> Verdict:
        """The verdict on one result; the same as the general way gives."""
        if self.term is not None:
            if self.term.demand is Demand.PLAN:
                quick = self._plan(self.term, result)
            else:
                quick = self._amount(self.term, result) or self._marked(self.term, result)
            if quick is not None:
                return quick
        if len(result) <= LONGEST_CELL and _WORDS_ONLY.fullmatch(result):
            return self._word(result)
        return self._generally(result)

    def _generally(self, result: str) -> Verdict:
        case = Case(result, self.limit, self.unit, self.direction, "", self.basis)
        return judge(case, self.conduct)

    def _word(self, result: str) -> Verdict:
        """未检出, 合格, 阴性 …: few texts, each judged once."""
        known = self.words.get(result)
        if known is None:
            known = self._generally(result)
            if len(self.words) < _MOST:
                self.words[result] = known
        return known

    def _amount(self, term: Term, result: str) -> Verdict | None:
        found = _PLAIN.fullmatch(result)
        if found is None:
            return None
        whole, part, unit = found.groups()
        return self._number(term, int(whole + (part or "")), len(part or ""), unit)

    def _marked(self, term: Term, result: str) -> Verdict | None:
        """A power of ten, an uncertainty, or "not detected" with its detection limit."""
        if "×" in result:
            found = _POWER.fullmatch(result)
            if found is not None:
                whole, part, exponent, unit = found.groups()
                value = int(whole + (part or "")) * 10 ** int(exponent.translate(_EXPONENTS))
                return self._number(term, value, len(part or ""), unit)
        elif "±" in result:
            found = _SPREAD.fullmatch(result)
            return self._spread(term, *found.groups()) if found is not None else None
        elif result.startswith("未检出") and term.demand is Demand.MAXIMUM and term.unit:
            found = _UNSEEN.fullmatch(result)
            return self._unseen(term, *found.groups()) if found is not None else None
        return None

    def _number(self, term: Term, value: int, places: int, unit: str) -> Verdict | None:
        scale = self._scale(unit)
        if scale is None or value == 0:
            return None
        value, places = value * scale.top, places + scale.places
        shown = decimals(value, places)
        steps = self._converted(scale, shown)
        return self._said(term, shown, _keeps(value, 10**places, term), steps)

    def _converted(self, scale: Scale, shown: str) -> tuple[Step, ...]:
        if not scale.note:
            return self.lead
        return (*self.lead, Step("converted", (*scale.note, ("value", shown))))

    def _said(self, term: Term, shown: str, conforms: bool, steps: tuple[Step, ...]) -> Verdict:
        facts = (("value", shown), ("limit", self.shown), ("unit", term.unit))
        if conforms:
            return Verdict(Outcome.CONFORMING, Step("within", facts), self.limit, steps=steps)
        return Verdict(Outcome.NONCONFORMING, Step("beyond", facts), self.limit, steps=steps)

    def _spread(
        self, term: Term, whole: str, part: str | None, by: str, by_part: str | None, unit: str
    ) -> Verdict | None:
        """A value whose whole uncertainty lies on one side of the limit."""
        scale = self._scale(unit)
        places = max(len(part or ""), len(by_part or ""))
        value = int(whole + (part or "").ljust(places, "0"))
        spread = int(by + (by_part or "").ljust(places, "0"))
        if scale is None or not 0 < spread <= value:
            return None
        note, ends = "uncertainty", (value - spread, value + spread)
        if self.conduct.uncertainty == "simple":
            note, ends = "uncertainty_ignored", (value, value)
        over = 10 ** (places + scale.places)
        low, high = (_keeps(end * scale.top, over, term) for end in ends)
        both_sided = term.lower is not None and term.upper is not None
        if low != high or (not low and both_sided):
            return None
        shown = decimals(value * scale.top, places + scale.places)
        steps = self._converted(scale, shown)
        counted = Step(note, (("value", decimals(spread, places)),))
        return self._said(term, shown, low, (*steps, counted))

    def _unseen(self, term: Term, whole: str, part: str | None, unit: str) -> Verdict | None:
        """Not detected by a method that sees the limit; a blunter one goes the general way."""
        scale = self._scale(unit)
        value, places = int(whole + (part or "")), len(part or "")
        if scale is None or value == 0 or term.upper is None:
            return None
        value, places = value * scale.top, places + scale.places
        if value * term.upper.denominator > term.upper.numerator * 10**places:
            return None
        shown = decimals(value, places)
        facts = (("value", shown), ("unit", unit_named(term.unit).symbol))
        return self._said(term, f"<{shown}", True, (*self.lead, Step("not_detected_below", facts)))

    def _scale(self, unit: str) -> Scale | None:
        """How a printed unit is brought into the limit's; None: the general way."""
        if unit in self.scales:
            return self.scales[unit]
        scale = None if self.term is None else _scale_of(unit, self.unit, self.term)
        if len(self.scales) < _MOST:
            self.scales[unit] = scale
        return scale

    def _plan(self, term: Term, result: str) -> Verdict | None:
        """Values of sub-samples parted by marks, the last of them with the unit."""
        parts = [part for part in _SEPARATORS.split(result.strip()) if part]
        if len(parts) != term.n or term.upper is None:
            return None
        values: list[Fraction | int] = []
        unit = ""
        for position, part in enumerate(parts, start=1):
            found = _PLAIN.fullmatch(part)
            if found is None or (found[3] and position < len(parts)):
                return None
            unit = found[3]
            number = int(found[1] + (found[2] or ""))
            values.append(Fraction(number, 10 ** len(found[2])) if found[2] else number)
        scale = self._scale(unit)
        if scale is None or scale.note or 0 in values:
            return None
        return self._counted(term, values)

    def _counted(self, term: Term, values: Sequence[Fraction | int]) -> Verdict:
        m = term.upper or 0
        above = sum(value > m for value in values)
        facts = (("above_m", str(above)), ("c", str(term.c)), ("limit", term.text))
        if above > term.c:
            outcome, code = Outcome.NONCONFORMING, "too_many_above_m"
        elif term.ceiling is not None and any(value > term.ceiling for value in values):
            outcome, code = Outcome.NONCONFORMING, "one_above_ceiling"
        else:
            outcome, code = Outcome.CONFORMING, "plan_kept"
        return Verdict(outcome, Step(code, facts), self.limit, steps=self.lead)


def _keeps(value: int, over: int, term: Term) -> bool:
    """Whether value/over keeps both bounds, in whole numbers."""
    if term.upper is not None:
        mine, bound = value * term.upper.denominator, term.upper.numerator * over
        if mine > bound or (mine == bound and term.upper_open):
            return False
    if term.lower is not None:
        mine, bound = value * term.lower.denominator, term.lower.numerator * over
        if mine < bound or (mine == bound and term.lower_open):
            return False
    return True


def decimals(value: int, places: int) -> str:
    """value / 10^places without needless noughts, as `units.plain` writes it."""
    if places <= 0:
        return str(value * 10**-places)
    digits = str(value).rjust(places + 1, "0")
    part = digits[-places:].rstrip("0")
    return f"{digits[:-places]}.{part}" if part else digits[:-places]


def _scale_of(unit: str, column: str, term: Term) -> Scale | None:
    if unit and unit not in _KNOWN_UNITS:
        return None
    printed = tidy(unit) or column
    target = unit_named(term.unit or column or _own(printed, term))
    source = unit_named(printed)
    if (not printed and target.symbol) or not convertible(source, target):
        return None
    return _exact_scale(source, target)


def _own(printed: str, term: Term) -> str:
    """A limit of nought is nought in every unit (see comparison)."""
    zero = term.upper == 0 or (term.demand is Demand.MINIMUM and term.lower == 0)
    return printed if zero else ""


def _exact_scale(source: Unit, target: Unit) -> Scale | None:
    """The factor as a whole number over a power of ten; None where it has no end in decimals."""
    ratio = convert(Fraction(1), source, target)
    for places in range(19):
        scaled = ratio * 10**places
        if scaled.denominator == 1:
            note: Facts = ()
            if ratio != 1:
                note = (("from", source.symbol), ("to", target.symbol), ("factor", plain(ratio)))
            return Scale(scaled.numerator, places, note)
    return None


@lru_cache(maxsize=65536)
def prepared(limit: str, unit: str, direction: Direction, basis: str, conduct: Conduct) -> Prepared:
    """A limit made ready; a limit with several readings or another basis has no quick way."""
    ready = Prepared(limit.strip(), unit, direction, basis, conduct)
    if max(len(limit), len(unit)) > LONGEST_CELL:
        return ready
    sides = limit_sides(limit, direction, basis)
    term = sides[0].term
    if len(sides) > 1 or isinstance(term, Verdict) or term.basis != basis:
        return ready
    usable = {Demand.MAXIMUM, Demand.MINIMUM, Demand.RANGE, Demand.PLAN}
    sound = term.demand in usable and not _crooked(term)
    if sound:
        ready.term, ready.lead, ready.shown = term, sides[0].steps, term.text or _bound(term)
    return ready


def _crooked(term: Term) -> bool:
    """A plan no count can satisfy is for the general way to refuse."""
    if term.demand is not Demand.PLAN:
        return False
    upside_down = term.ceiling is not None and term.upper is not None and term.ceiling < term.upper
    return upside_down or term.c >= term.n


def _bound(term: Term) -> str:
    if term.upper is not None:
        return f"≤{plain(term.upper)}{term.unit}"
    return f"≥{plain(term.lower or Fraction(0))}{term.unit}"
