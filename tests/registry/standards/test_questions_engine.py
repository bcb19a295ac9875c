"""Two limits held against each other, and libraries of them, with the slow twin."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhian.registry.standards.engine.questions import (
    Clash,
    MarketLimit,
    Relation,
    Trees,
    clashes,
    compare,
    compare_libraries,
    compare_terms,
)
from zhian.registry.standards.engine.questions_twin import lines_slowly, relation_slowly
from zhian.registry.standards.engine.terms import Demand, Term
from zhian.registry.standards.engine.verdict import Direction

LAXER, STRICTER = Relation.LAXER, Relation.STRICTER
EQUAL, NEITHER = Relation.EQUAL, Relation.NOT_COMPARABLE


@pytest.mark.parametrize(
    ("ours", "theirs", "relation", "code", "ratio"),
    [
        ("≤1mg/kg", "≤0.01mg/kg", LAXER, "", Fraction(100)),
        ("≤0.1mg/kg", "≤100μg/kg", EQUAL, "", Fraction(1)),
        ("≤0.5g/kg", "≤1000mg/kg", STRICTER, "", Fraction(1, 2)),
        ("<1mg/kg", "≤1mg/kg", STRICTER, "", Fraction(1)),
        ("≥2.9g/100g", "≥3.1%", LAXER, "", Fraction(31, 29)),
        (">3g/kg", "≥3g/kg", STRICTER, "", Fraction(1)),
        ("1~5mg/kg", "2~4mg/kg", LAXER, "", None),
        ("1~3mg/kg", "2~4mg/kg", NEITHER, "limits_cross", None),
        ("≤5mg/kg", "≥1mg/kg", NEITHER, "limits_cross", None),
        ("不得检出", "≤0.01mg/kg", STRICTER, "", None),
        ("≤0.01mg/kg", "不得使用", LAXER, "", None),
        ("不得检出", "不得检出", EQUAL, "", None),
        ("不得检出", "≥1mg/kg", NEITHER, "limits_cross", None),
        ("不得检出/25g", "不得检出/10g", NEITHER, "portion_differs", None),
        ("按生产需要适量使用", "≤1g/kg", LAXER, "", None),
        ("≤1mg/kg", "≤1mg/L", NEITHER, "unit_differs", None),
        ("≤1mg/kg(以干重计)", "≤1mg/kg", NEITHER, "basis_differs", None),
        ("≤1mg/kg(以干重计)", "≤0.5mg/kg(干基计)", LAXER, "", Fraction(2)),
        ("n=5,c=2,m=10,M=100CFU/g", "n=5,c=1,m=10,M=100CFU/g", LAXER, "", None),
        ("n=5,c=0,m=10,M=10CFU/g", "n=5,c=2,m=5,M=10CFU/g", LAXER, "", None),
        ("n=5,c=2,m=5,M=100CFU/g", "n=5,c=1,m=10,M=100CFU/g", NEITHER, "limits_cross", None),
        ("n=5,c=0,m=0CFU/25g", "n=5,c=0,m=0CFU/25g", EQUAL, "", None),
        ("n=5,c=2,m=10CFU/g", "n=5,c=2,m=10,M=100CFU/g", LAXER, "", None),
        ("n=5,c=2,m=10,M=100CFU/g", "n=3,c=2,m=10,M=100CFU/g", NEITHER, "plans_differ", None),
        ("n=5,c=2,m=10,M=100CFU/g", "≤10CFU/g", NEITHER, "plan_against_number", None),
        ("/", "≤1mg/kg", NEITHER, "limit_unreadable", None),
        ("≤1mg/kg", "见附录", NEITHER, "limit_unreadable", None),
        ("≤1,234mg/kg", "≤1mg/kg", NEITHER, "limit_ambiguous", None),
        ("2mg/kg", "≤1mg/kg", NEITHER, "no_operator", None),
        ("≤0mg/kg", "≤1mg/kg", STRICTER, "", None),
    ],
)
def test_one_limit_stands_to_another(
    ours: str, theirs: str, relation: Relation, code: str, ratio: Fraction | None
) -> None:
    found = compare(ours, theirs)
    assert (found.relation, found.code, found.ratio) == (relation, code, ratio)


def test_a_bare_number_takes_the_direction_of_its_substance() -> None:
    assert compare("2mg/kg", "1mg/kg", Direction.MAXIMUM).ratio == 2
    assert compare("2g/100g", "1g/100g", Direction.MINIMUM).relation is STRICTER


@pytest.mark.parametrize(("this", "that"), [(LAXER, STRICTER), (STRICTER, LAXER)])
def test_turning_the_question_round_turns_the_answer_round(this: Relation, that: Relation) -> None:
    pair = ("≤2mg/kg", "≤1mg/kg") if this is LAXER else ("≤1mg/kg", "≤2mg/kg")
    assert compare(*pair).relation is this
    assert compare(*reversed(pair)).relation is that


numbers = st.integers(0, 6).map(lambda n: Fraction(n, 2))
units = st.sampled_from(["mg/kg", "μg/kg", "g/kg"])


@st.composite
def intervals(draw: st.DrawFn) -> Term:
    kind = draw(st.sampled_from([Demand.MAXIMUM, Demand.MINIMUM, Demand.RANGE]))
    low, high = sorted((draw(numbers), draw(numbers) + 4))
    scale = {"mg/kg": 1, "μg/kg": 1000, "g/kg": Fraction(1, 1000)}[unit := draw(units)]
    return Term(
        kind,
        None if kind is Demand.MAXIMUM else low * scale,
        None if kind is Demand.MINIMUM else high * scale,
        kind is not Demand.MAXIMUM and draw(st.booleans()),
        kind is not Demand.MINIMUM and draw(st.booleans()),
        unit,
    )


@st.composite
def plans(draw: st.DrawFn) -> Term:
    small = draw(numbers)
    ceiling = draw(st.none() | numbers.map(lambda more: small + more))
    c = draw(st.integers(0, 3))
    return Term(Demand.PLAN, upper=small, unit="CFU/g", n=3, c=c, ceiling=ceiling)


@given(intervals(), intervals())
def test_intervals_stand_to_each_other_as_every_result_tried_says(ours: Term, theirs: Term) -> None:
    assert compare_terms(ours, theirs).relation is relation_slowly(ours, theirs)


@given(plans(), plans())
def test_plans_stand_to_each_other_as_every_vector_tried_says(ours: Term, theirs: Term) -> None:
    assert compare_terms(ours, theirs).relation is relation_slowly(ours, theirs)


# ours: all food 1 ⊃ vegetables 2 ⊃ leek 3; a second standard of ours 11 ⊃ 12; theirs 21 ⊃ 22 ⊃ 23
PATHS = {1: (1,), 2: (2, 1), 3: (3, 2, 1), 11: (11,), 12: (12, 11),
         21: (21,), 22: (22, 21), 23: (23, 22, 21)}  # fmt: skip


def limit(key: int, node: int, demand: str, substance: int = 1, condition: str = "") -> MarketLimit:
    return MarketLimit(key, substance, f"s{node // 10}", node, demand, condition=condition)


def test_only_a_mapping_brings_two_trees_together() -> None:
    ours, theirs = [limit(1, 2, "≤1mg/kg")], [limit(2, 22, "≤0.1mg/kg")]
    (line,) = compare_libraries(ours, theirs, Trees(PATHS, []))
    assert (line.compared.relation, line.compared.code) == (NEITHER, "food_not_mapped")
    (line,) = compare_libraries(ours, theirs, Trees(PATHS, [(3, 22)]))
    assert (line.compared.relation, line.compared.ratio) == (LAXER, 10)
    assert (line.our_node, line.their_node) == (3, 22)


def test_the_deepest_limit_binds_and_a_gap_needs_silence_in_all_our_standards() -> None:
    ours = [limit(1, 1, "≤9mg/kg"), limit(2, 2, "≤1mg/kg"), limit(3, 12, "≤2mg/kg", 2)]
    theirs = [limit(4, 23, "≤1mg/kg"), limit(5, 23, "≤1mg/kg", 2), limit(6, 23, "≤1mg/kg", 3)]
    lines = list(compare_libraries(ours, theirs, Trees(PATHS, [(3, 23), (12, 23)])))
    found = {(a.ours and a.ours.key, a.theirs and a.theirs.key): a.compared.relation for a in lines}
    assert found == {(2, 4): EQUAL, (3, 5): LAXER, (None, 6): Relation.GAP}
    (line,) = compare_libraries(ours[:1], [], Trees(PATHS, [(3, 23)]))
    assert line.compared.relation is Relation.NONE_THERE


def test_a_limit_on_part_of_a_food_is_not_held_against_one_on_all_of_it() -> None:
    ours = [limit(1, 3, "≤1mg/kg", condition="仅限罐头")]
    (line,) = compare_libraries(ours, [limit(2, 23, "≤2mg/kg")], Trees(PATHS, [(3, 23)]))
    assert line.compared.code == "only_part_of_the_food"
    used = [MarketLimit(1, 1, "s0", 3, "≤1mg/kg", use="MAXIMUM_USE")]
    (line,) = compare_libraries(used, [limit(2, 23, "≤2mg/kg")], Trees(PATHS, [(3, 23)]))
    assert line.compared.code == "meaning_differs"


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 3, 11, 12]), st.integers(1, 3)), max_size=6),
    st.lists(st.tuples(st.sampled_from([21, 22, 23]), st.integers(1, 3)), max_size=6),
    st.lists(st.sampled_from([(3, 23), (12, 23), (2, 22), (3, 22)]), unique=True),
)
@example([(1, 1)], [(21, 1)], [(3, 23), (3, 22)])  # the same two limits meet twice
def test_libraries_meet_as_the_plain_search_says(
    here: list[tuple[int, int]], there: list[tuple[int, int]], pairs: list[tuple[int, int]]
) -> None:
    ours = [limit(k, node, "≤1mg/kg", substance) for k, (node, substance) in enumerate(here)]
    theirs = [
        limit(100 + k, node, "≤2mg/kg", substance) for k, (node, substance) in enumerate(there)
    ]
    trees = Trees(PATHS, pairs)
    met = {
        (line.ours and line.ours.key, line.theirs and line.theirs.key)
        for line in compare_libraries(ours, theirs, trees)
    }
    assert met == {
        (None if a is None else a, None if b is None else b)
        for a, b in lines_slowly(ours, theirs, trees)
    }


def test_our_own_limits_clash_at_one_food_and_across_mapped_foods() -> None:
    limits = [
        limit(1, 2, "≤1mg/kg"),
        limit(2, 2, "≤1000μg/kg"),
        limit(3, 2, "≤5mg/kg"),
        limit(4, 12, "≤1mg/L"),
        limit(5, 2, "≤7mg/kg", condition="仅限罐头"),
        limit(6, 2, "≤7mg/kg", substance=2),
    ]
    trees = Trees(PATHS, [(3, 12), (2, 12)])
    found = {(c.one.key, c.other.key): c.clash for c in clashes(limits, trees)}
    assert found == {
        (1, 2): Clash.DUPLICATE,
        (1, 3): Clash.CONFLICT,
        (2, 3): Clash.CONFLICT,
        (1, 4): Clash.UNCLEAR,
        (2, 4): Clash.UNCLEAR,
        (3, 4): Clash.UNCLEAR,
    }


def test_a_limit_does_not_clash_with_itself_through_the_mapping() -> None:
    limits = [limit(1, 2, "≤1mg/kg"), limit(2, 12, "≤2mg/kg"), limit(3, 12, "1~3mg/kg")]
    crossing = {(c.one.key, c.other.key): c.clash for c in clashes(limits, Trees(PATHS, [(2, 12)]))}
    assert crossing == {
        (1, 2): Clash.CONFLICT,
        (1, 3): Clash.CONFLICT,
        (2, 3): Clash.CONFLICT,
    }
    same = Trees(PATHS, [(3, 2), (2, 3)])
    assert not list(clashes(limits[:1], same))
