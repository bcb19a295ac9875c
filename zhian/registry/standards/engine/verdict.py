"""The verdict on one item: conforming, nonconforming, or a person must look, with the proof.

Nothing conforms without a limit; whatever can be read two ways is judged both ways and answered
only where the answers agree. Source: requirements B20, S127, Q-rows of rules.md 3.16 to 3.18.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from zhian.registry.standards.engine.comparison import Answer, Conduct, compare, compare_plan
from zhian.registry.standards.engine.readings import Reading, read_result, read_values
from zhian.registry.standards.engine.terms import Demand, Term, is_plan, read_limit
from zhian.registry.standards.engine.text import Spelling, spellings, tidy

LONGEST_CELL = 400


class Outcome(StrEnum):
    """The three verdicts; the words printed are Outcome.printed."""

    CONFORMING = "CONFORMING"
    NONCONFORMING = "NONCONFORMING"
    NEEDS_PERSON = "NEEDS_PERSON"

    @property
    def printed(self) -> str:
        """The word Chinese notices use."""
        return _PRINTED[self]


_PRINTED = {
    Outcome.CONFORMING: "合格",
    Outcome.NONCONFORMING: "不合格",
    Outcome.NEEDS_PERSON: "需人工",
}


class Direction(StrEnum):
    """Which way a limit for the substance must point, whatever the print says."""

    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    EITHER = "either"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One conversion, reading or assumption of the proof: a wording code and its facts."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()


def step(code: str, **facts: str) -> Step:
    """A proof step from keyword facts."""
    return Step(code, tuple(facts.items()))


@dataclass(frozen=True, slots=True)
class Case:
    """One result against one limit, both as printed; `unit` serves the cell that names none.

    `basis` (dry, fat, solid_product, ready_to_eat) is the item's own and holds for both cells.
    """

    result: str
    limit: str
    unit: str = ""
    direction: Direction = Direction.UNKNOWN
    detection_limit: str = ""
    basis: str = ""
    moisture_percent: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, why (`reason`), against what (`limit`, `clause`) and how (`steps`)."""

    outcome: Outcome
    reason: Step
    limit: str = ""
    clause: str = ""
    limit_key: int | None = None
    steps: tuple[Step, ...] = field(default=())


def person(code: str, *, limit: str = "", steps: Sequence[Step] = (), **facts: str) -> Verdict:
    """A verdict that must be given by a person, with the reason."""
    return Verdict(Outcome.NEEDS_PERSON, step(code, **facts), limit, steps=tuple(steps))


@dataclass(frozen=True, slots=True)
class Side:
    """One reading of a printed limit, settled before any result is known (parse once).

    `term` is the directed limit, or the verdict of a person where it cannot be used.
    """

    spelling: Spelling
    term: "Term | Verdict"
    steps: tuple[Step, ...]
    lists: bool


@lru_cache(maxsize=65536)
def limit_sides(limit: str, direction: Direction, basis: str) -> tuple[Side, ...]:
    """Every reading of a printed limit for an item of this direction and basis."""
    tidied = tidy(limit)
    sides: list[Side] = []
    for spelled in spellings(tidied, commas_separate=is_plan(tidied)):
        for term in read_limit(spelled.text):
            steps: list[Step] = []
            if spelled.note:
                steps.append(step(spelled.note, printed=spelled.detail))
            if term.note:
                steps.append(step(term.note, printed=term.text))
            directed = _directed(term, direction, steps)
            if isinstance(directed, Term):
                directed = replace(directed, basis=directed.basis or basis)
            sides.append(Side(spelled, directed, tuple(steps), _lists(term)))
    return tuple(sides)


def judge(case: Case, conduct: Conduct) -> Verdict:
    """Judge one printed result against one printed limit; pure, never raises on any text."""
    if max(len(case.result), len(case.limit), len(case.unit)) > LONGEST_CELL:
        return person("cell_too_long", limit=case.limit[:LONGEST_CELL])
    result = tidy(_with_detection_limit(case))
    verdicts = [
        _judge_reading(case, written, side, conduct)
        for side in limit_sides(case.limit, case.direction, case.basis)
        for written in spellings(result, commas_separate=side.lists)
        if {written.note, side.spelling.note} not in _INCONSISTENT
    ]
    return _agreed(verdicts)


# One hand wrote both cells: nobody drops superscripts or changes commas in one of them only.
_INCONSISTENT = ({"decimal_comma", "thousands_comma"}, {"lost_power", "literal_factor"})


def _lists(term: Term) -> bool:
    return term.demand in {Demand.PLAN, Demand.ABSENT}


def _with_detection_limit(case: Case) -> str:
    """The result with the detection limit of its own column, unless the cell states one."""
    if not case.detection_limit or "限" in case.result or "LO" in case.result.upper():
        return case.result
    return f"{case.result}(检出限{case.detection_limit})"


def _agreed(verdicts: Sequence[Verdict]) -> Verdict:
    """The common verdict of all readings; a person where they differ."""
    first = verdicts[0]
    if all(verdict.outcome is first.outcome for verdict in verdicts):
        return first
    steps = tuple(dict.fromkeys(entry for verdict in verdicts for entry in verdict.steps))
    return person("readings_disagree", limit=first.limit, steps=steps)


def _judge_reading(case: Case, written: Spelling, side: Side, conduct: Conduct) -> Verdict:
    steps = side.steps
    if written.note:
        steps = (step(written.note, printed=written.detail), *steps)
    if isinstance(side.term, Verdict):
        return replace(side.term, steps=steps)
    answer = _compared(case, written.text, side.term, conduct)
    if answer.notes:
        steps = (*steps, *(Step(code, facts) for code, facts in answer.notes))
    return Verdict(
        OUTCOMES[answer.conforms], Step(answer.code, answer.facts), case.limit.strip(), steps=steps
    )


OUTCOMES = {
    True: Outcome.CONFORMING,
    False: Outcome.NONCONFORMING,
    None: Outcome.NEEDS_PERSON,
}


def _compared(case: Case, result: str, term: Term, conduct: Conduct) -> Answer:
    if term.demand is Demand.PLAN:
        return compare_plan(read_values(result), term, conduct, case.unit)
    if term.demand is Demand.ABSENT:
        readings: tuple[Reading, ...] = read_values(result) or (read_result(result),)
    else:
        reading = read_result(result)
        if case.basis and not reading.basis:
            reading = replace(reading, basis=case.basis)
        readings = (reading,)
    return compare(readings, term, conduct, unit=case.unit, moisture=case.moisture_percent)


_UNUSABLE = {
    Demand.MISSING: "no_limit",
    Demand.AS_NEEDED: "limit_as_needed",
    Demand.UNREADABLE: "limit_unreadable",
}
_POINTS = {
    Demand.MAXIMUM: Direction.MAXIMUM,
    Demand.ABSENT: Direction.MAXIMUM,
    Demand.PLAN: Direction.MAXIMUM,
    Demand.MINIMUM: Direction.MINIMUM,
}


def _directed(term: Term, direction: Direction, steps: list[Step]) -> Term | Verdict:
    """The limit with its direction settled, or why a person must settle it."""
    if term.demand in _UNUSABLE:
        return person(_UNUSABLE[term.demand], limit=term.text, steps=steps)
    if term.demand is Demand.BARE:
        return _bare(term, direction, steps)
    points = _POINTS.get(term.demand)
    settled = direction in {Direction.MAXIMUM, Direction.MINIMUM}
    if points is not None and settled and points is not direction:
        return person("contradicts_direction", limit=term.text, steps=steps, needed=direction.value)
    return term


def _bare(term: Term, direction: Direction, steps: list[Step]) -> Term | Verdict:
    """A number without an operator takes the substance's direction, if it has one."""
    if direction is Direction.MAXIMUM:
        steps.append(step("bare_maximum", printed=term.text))
        return Term(Demand.MAXIMUM, upper=term.upper, unit=term.unit, basis=term.basis)
    if direction is Direction.MINIMUM:
        steps.append(step("bare_minimum", printed=term.text))
        return Term(Demand.MINIMUM, lower=term.upper, unit=term.unit, basis=term.basis)
    return person("no_operator", limit=term.text, steps=steps)
