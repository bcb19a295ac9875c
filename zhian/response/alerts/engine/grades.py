"""The grade of an incident from its spread and its victims (rules 3.10)."""

from dataclasses import asdict, dataclass

from zhian.kernel import rules
from zhian.kernel.rules import Content, Example, Text


@dataclass(frozen=True)
class Facts:
    """What is known of an incident: regions touched and people harmed."""

    provinces: int = 0
    cities: int = 0
    counties: int = 0
    townships: int = 0
    hurt: int = 0
    dead: int = 0
    school_hurt: int = 0


class Condition(Content, frozen=True):
    """Every stated minimum must be reached."""

    why: Text
    provinces: int = 0
    cities: int = 0
    counties: int = 0
    townships: int = 0
    hurt: int = 0
    dead: int = 0
    school_hurt: int = 0


class GradeRule(Content, frozen=True):
    """A grade is reached when any of its conditions is."""

    grade: str
    any_of: tuple[Condition, ...]


class IncidentGrades(Content, frozen=True):
    """Content of a pack of kind `incident_grades`, the most serious grade first."""

    grades: tuple[GradeRule, ...]


@dataclass(frozen=True)
class Graded:
    """The grade (blank when none is reached) and every reason that reached it."""

    grade: str
    reasons: tuple[Text, ...] = ()


def reached(condition: Condition, facts: Facts) -> bool:
    """Whether the facts meet every minimum of the condition."""
    return all(value >= getattr(condition, name) for name, value in asdict(facts).items())


def grade(facts: Facts, content: IncidentGrades) -> Graded:
    """The most serious grade whose condition the facts meet."""
    for rule in content.grades:
        reasons = tuple(one.why for one in rule.any_of if reached(one, facts))
        if reasons:
            return Graded(rule.grade, reasons)
    return Graded("")


def spread(region_codes: frozenset[str], **harmed: int) -> Facts:
    """Facts from the codes of the townships touched: a code's prefixes are its path."""
    return Facts(
        provinces=_different(region_codes, 2),
        cities=_different(region_codes, 4),
        counties=_different(region_codes, 6),
        townships=_different(region_codes, 9),
        **harmed,
    )


def _different(codes: frozenset[str], digits: int) -> int:
    return len({code[:digits] for code in codes if len(code) >= digits})


def _grade_holds(content: IncidentGrades, example: Example) -> bool:
    return grade(Facts(**example["facts"]), content).grade == str(example["grade"])


GRADES = rules.kind("incident_grades", IncidentGrades, check=_grade_holds)
