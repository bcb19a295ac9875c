"""The quick way through the engine gives the verdict of the general way, word for word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhian.registry.standards.engine import quick
from zhian.registry.standards.engine.comparison import Conduct
from zhian.registry.standards.engine.quick import Prepared, decimals, prepared
from zhian.registry.standards.engine.terms import read_limit
from zhian.registry.standards.engine.units import plain
from zhian.registry.standards.engine.verdict import Case, Direction, Outcome, judge

CONDUCT = Conduct()
UNITS = ["mg/kg", "g/kg", "μg/kg", "%", "CFU/g", "MPN/100mL", "mg/L", "%vol", "", "/25g", "mg/100g"]
LIMITS = [
    "≤{n}{u}", "≥{n}{u}", "<{n}{u}", ">{n}{u}", "{n}{u}", "{n}~{m}{u}", "n=5,c=2,m={n},M={m}{u}",
    "n=5,c=1,m={n}{u}", "不得检出", "≤{n}{u}(干基)", "≤{n}±1{u}", "≤≤{n}{u}",
    "按生产需要适量使用", "", "n=2,c=3,m=5,M=4{u}",
]  # fmt: skip
RESULTS = ["{a}{u}", "{a};{b};{a};{b};{a}{u}", "{a}，{b}，{b}，{b}，{b}{u}", "<{a}{u}", "未检出",
           "{a}±0.1{u}", "{a},{b}{u}", "{a}×10{u}", "0{u}", "{a}{u}(干基)", "合格",
           "1.{a}{u}", "{a}×10³{u}", "1.{a}×10⁰²{u}", "{a}×10⁻²{u}", "{a}±{b}{u}",
           "9{a}±0.{b}{u}", "未检出(检出限{a}{u})", "未检出（检出限：0.0{a}{u}）",
           "未检出(定量限{a}{u})"]  # fmt: skip
numbers = st.one_of(
    st.integers(0, 10**6).map(str),
    st.decimals(min_value=0, max_value=1000, places=3).map(lambda value: f"{value:f}"),
)


@settings(max_examples=500)
@given(
    limit=st.sampled_from(LIMITS), result=st.sampled_from(RESULTS),
    numbers=st.tuples(numbers, numbers, numbers, numbers),
    units=st.tuples(*[st.sampled_from(UNITS)] * 3),
    direction=st.sampled_from(list(Direction)), basis=st.sampled_from(["", "dry"]),
    uncertainty=st.sampled_from(["clear", "simple", "beyond_doubt"]),
)  # fmt: skip
def test_both_ways_give_one_verdict(
    limit: str,
    result: str,
    numbers: tuple[str, str, str, str],
    units: tuple[str, str, str],
    direction: Direction,
    basis: str,
    uncertainty: str,
) -> None:
    n, m, a, b = numbers
    conduct = Conduct(uncertainty)
    printed, written = limit.format(n=n, m=m, u=units[0]), result.format(a=a, b=b, u=units[1])
    slow = judge(Case(written, printed, units[2], direction, "", basis), conduct)
    ready = prepared(printed, units[2], direction, basis, conduct)
    for _again in range(2):
        assert ready.judge(written) == slow


@pytest.mark.parametrize(
    ("result", "limit", "expected"),
    [
        ("0.50mg/kg", "≤0.5mg/kg", Outcome.CONFORMING),
        ("501μg/kg", "≤0.5mg/kg", Outcome.NONCONFORMING),
        ("10;20;30;40;50CFU/g", "n=5,c=2,m=30,M=100CFU/g", Outcome.CONFORMING),
        ("10.5;20;130;40;50CFU/g", "n=5,c=4,m=30,M=100CFU/g", Outcome.NONCONFORMING),
        ("x" * 500, "≤0.5mg/kg", Outcome.NEEDS_PERSON),
        ("1mg/kg", "≤" + "1" * 500, Outcome.NEEDS_PERSON),
        ("40;50;60;10;20CFU/g", "n=5,c=2,m=30,M=100CFU/g", Outcome.NONCONFORMING),
        ("10CFU/g;20;30;40;50CFU/g", "n=5,c=2,m=30,M=100CFU/g", Outcome.CONFORMING),
        ("10;20;0;40;50CFU/g", "n=5,c=2,m=30,M=100CFU/g", Outcome.CONFORMING),
        ("1mg/kg", "≤0", Outcome.NONCONFORMING),
        ("3.1%", "≥3%", Outcome.CONFORMING),
        ("2.9%", "≥3%", Outcome.NONCONFORMING),
    ],
)
def test_plain_numbers_are_judged_in_whole_numbers(
    result: str, limit: str, expected: Outcome
) -> None:
    ready = prepared(limit, "", Direction.UNKNOWN, "", CONDUCT)
    assert ready.judge(result).outcome is expected


def test_a_bare_number_is_bound_by_its_direction_and_a_crooked_plan_has_no_quick_way() -> None:
    shown = {
        direction: prepared("5mg/kg", "", direction, "", CONDUCT).shown
        for direction in (Direction.MAXIMUM, Direction.MINIMUM)
    }
    assert shown == {Direction.MAXIMUM: "≤5mg/kg", Direction.MINIMUM: "≥5mg/kg"}
    for plan in ("n=5,c=5,m=100,M=1000CFU/g", "n=5,c=2,m=1000,M=100CFU/g"):
        assert prepared(plan, "", Direction.UNKNOWN, "", CONDUCT).term is None


@pytest.mark.parametrize("uncertainty", ["clear", "simple", "beyond_doubt"])
@pytest.mark.parametrize("limit", ["≤5mg/kg", "<5mg/kg", "≥5mg/kg", "2~5mg/kg", "≤0.005g/kg", "5"])
@pytest.mark.parametrize(
    "result",
    [
        "6.71×10³μg/kg", "5×10³μg/kg", "0×10³μg/kg", "5×10³ug/kg", "5×10³什么", "5×10³",
        "4.9±0.1mg/kg", "4.95±0.1mg/kg", "6±0.1mg/kg", "1±0.5mg/kg", "3±0.5mg/kg", "0.1±0.5mg/kg",
        "4±0mg/kg", "4900±100μg/kg", "3±4mg/kg", "5±1什么", "5±10%", "9±1×10³μg/kg",
        "未检出(检出限5mg/kg)", "未检出(检出限5.1mg/kg)", "未检出（检出限：50μg/kg）",
        "未检出(检出限0mg/kg)", "未检出(检出限5)", "未检出(检出限5什么)", "未检出(检出限5mg/L)",
    ],
)  # fmt: skip
def test_powers_uncertainties_and_detection_limits_take_the_quick_way_to_the_same_verdict(
    result: str, limit: str, uncertainty: str
) -> None:
    conduct = Conduct(uncertainty)
    slow = judge(Case(result, limit, "", Direction.UNKNOWN, "", ""), conduct)
    assert prepared(limit, "", Direction.UNKNOWN, "", conduct).judge(result) == slow


@pytest.mark.parametrize("result", ["6.71×10³μg/kg", "4.9±0.05mg/kg", "未检出(检出限0.05mg/kg)"])
def test_usual_marks_never_reach_the_general_way(
    result: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick, "judge", None)
    assert prepared("≤5mg/kg", "", Direction.MAXIMUM, "", CONDUCT).judge(result).steps


@given(st.integers(0, 10**20), st.integers(-3, 15))
def test_decimals_are_written_as_fractions_are(value: int, places: int) -> None:
    from fractions import Fraction

    assert decimals(value, places) == plain(Fraction(value) / Fraction(10) ** places)


@pytest.mark.parametrize(("result", "expected"), [("1", "within"), ("2", "beyond")])
def test_a_factor_without_end_in_decimals_takes_the_general_way(result: str, expected: str) -> None:
    ready = prepared("≤0.5mg/kg", "mg/3kg", Direction.UNKNOWN, "", CONDUCT)
    assert ready.judge(result).reason.code == expected
    assert ready.scales == {"": None}


def test_a_full_memory_of_words_and_units_changes_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quick, "_MOST", 1)
    ready = Prepared("≤0.5mg/kg", "", Direction.UNKNOWN, "", CONDUCT)
    ready.term = read_limit("≤0.5mg/kg")[0]
    for result in ("未检出", "合格", "1mg/kg", "400μg/kg"):
        slow = judge(Case(result, "≤0.5mg/kg", "", Direction.UNKNOWN, "", ""), CONDUCT)
        assert ready.judge(result).outcome is slow.outcome
    assert (list(ready.words), list(ready.scales)) == (["未检出"], ["mg/kg"])
