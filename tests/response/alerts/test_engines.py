"""Classes, grades, owners: the rules as data, and what they answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhian.kernel import rules
from zhian.response.alerts.engine import classes, grades, owners
from zhian.response.alerts.engine.classes import hazard_of, propose
from zhian.response.alerts.engine.grades import Facts, grade, spread

PROPOSALS = rules.packs(classes.PROPOSALS)[0].content
CLASSES = rules.packs(classes.CLASSES)[0].content
GRADES = rules.packs(grades.GRADES)[0].content
ORDER = ["I", "II", "III", "IV", ""]
counts = st.integers(0, 120)


@pytest.mark.parametrize(
    ("kind"),
    [classes.CLASSES, classes.PROPOSALS, grades.GRADES, owners.DEPARTMENTS],
    ids=lambda kind: kind.name,
)
def test_every_example_of_the_packs_holds(kind: rules.Kind) -> None:  # type: ignore[type-arg]
    for pack in rules.packs(kind):
        assert pack.examples
        for example in pack.examples:
            assert rules.holds(kind, pack, example), (pack.id, example)


def test_the_most_serious_item_decides_and_is_named() -> None:
    found = propose(["铅（以Pb计）", "三聚氰胺", "沙门氏菌"], PROPOSALS)
    assert (found.hazard.category, found.item) == ("illegal_addition", "三聚氰胺")


def test_an_unknown_item_falls_to_the_last_hazard() -> None:
    assert hazard_of("水分", PROPOSALS).category == "other"


def test_no_failed_item_proposes_nothing() -> None:
    with pytest.raises(ValueError, match="no failed item"):
        propose([], PROPOSALS)


def test_a_class_that_is_not_in_the_pack_is_an_error() -> None:
    assert CLASSES.of(2).start_hours == 48
    with pytest.raises(LookupError):
        CLASSES.of(4)


def test_spread_counts_each_level_of_the_codes() -> None:
    facts = spread(frozenset({"130123100", "130123101", "130126100", "131000"}), hurt=3)
    assert facts == Facts(provinces=1, cities=2, counties=3, townships=3, hurt=3)


def slow_grade(facts: Facts) -> str:
    """The four grades of rules 3.10 written out."""
    if facts.provinces >= 2:
        return "I"
    if (
        facts.cities >= 2
        or (facts.hurt >= 100 and facts.dead >= 1)
        or facts.dead >= 10
        or facts.school_hurt >= 50
    ):
        return "II"
    if facts.counties >= 2 or facts.hurt >= 100 or facts.dead >= 1:
        return "III"
    return "IV" if facts.townships >= 2 or facts.hurt >= 30 else ""


@given(st.builds(Facts, *[st.integers(0, 3)] * 4, counts, st.integers(0, 12), counts))
def test_the_pack_grades_as_the_rules_say(facts: Facts) -> None:
    found = grade(facts, GRADES)
    assert found.grade == slow_grade(facts)
    assert bool(found.reasons) == bool(found.grade)


@given(st.builds(Facts, *[st.integers(0, 3)] * 4, counts, st.integers(0, 12), counts))
def test_more_harm_never_lowers_the_grade(facts: Facts) -> None:
    worse = Facts(**{name: value + 1 for name, value in vars(facts).items()})
    before, after = grade(facts, GRADES).grade, grade(worse, GRADES).grade
    assert ORDER.index(after) <= ORDER.index(before)
