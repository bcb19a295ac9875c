"""The verdict engine on the prints it really meets."""

from fractions import Fraction

import pytest

from zhian.registry.standards.engine.comparison import Conduct
from zhian.registry.standards.engine.verdict import Case, Direction, Outcome, judge

CONDUCT = Conduct()


def verdict_on(result: str, limit: str, **case: object) -> tuple[str, str]:
    verdict = judge(Case(result, limit, **case), CONDUCT)  # type: ignore[arg-type]
    return verdict.outcome.printed, verdict.reason.code


@pytest.mark.parametrize(
    ("result", "limit", "expected"),
    [
        ("0.2mg/kg", "≤0.2mg/kg", "合格"),
        ("0.2001mg/kg", "≤0.2mg/kg", "不合格"),
        ("200μg/kg", "≤0.2mg/kg", "合格"),
        ("200.1µg/kg", "≤0.2mg/kg", "不合格"),
        ("０．３ｍｇ／ｋｇ", "＜０．３mg/kg", "不合格"),
        ("0.5%", "≤5g/kg", "合格"),
        ("0.5g/100g", "≤0.5％", "合格"),
        ("300ppm", "≤0.3g/kg", "合格"),
        ("0.3/0.5+0.4/1.0", "≤1", "合格"),
        ("0.3/0.5+0.5", "≤1", "不合格"),
        ("0.3/0+0.5", "≤1", "需人工"),
        ("0.3+0.4mg/kg", "≤1mg/kg", "需人工"),
        ("0.3mg/kg(湿重)", "≤0.2mg/kg", "不合格"),
        ("0.3mg/kg", "≤0.2mg/kg(GB 2762-2025)", "不合格"),
        ("0,15mg/kg", "≤0.2mg/kg", "合格"),
        ("1.2.3mg/kg", "≤0.2mg/kg", "需人工"),
        ("0.05 毫克/千克", "≤50微克/千克", "合格"),
        ("1.17×10³mg/kg", "≤500mg/kg", "不合格"),
        ("1.04x10³mg/kg", "≤500mg/kg", "不合格"),
        ("2.1E+4CFU/g", "≤30000CFU/g", "合格"),
        ("165mg/kg", "≤≤100mg/kg", "不合格"),
        ("0.3mg/kg", "≥≤0.2mg/kg", "需人工"),
        ("0.3mg/kg", "不得超过0.2mg/kg", "不合格"),
        ("0.3g/100mL", "不低于0.5g/100mL", "不合格"),
        ("1.076/", "≤1/", "不合格"),
        ("1.5MPN/100mL", "≤3CFU/100mL", "需人工"),
        ("0.3mg/L", "≤0.2mg/kg", "需人工"),
        ("0.15", "≤0.2mg/kg", "需人工"),
        ("2倍", "≥1.5倍", "合格"),
        ("5mL/L", "≤1%vol", "合格"),
        ("3furlong", "≤4furlong", "合格"),
        ("≥24000MPN/100mL", "≤3MPN/100mL", "不合格"),
        (">110MPN/g", "≤200MPN/g", "需人工"),
        ("0.1~0.3mg/kg", "≤0.2mg/kg", "需人工"),
        ("0.3~0.1mg/kg", "≤0.2mg/kg", "需人工"),
        ("约0.1mg/kg", "≤0.2mg/kg", "需人工"),
        ("-0.1mg/kg", "≤0.2mg/kg", "需人工"),
        ("10^99999999", "≤1", "需人工"),
    ],
)
def test_amounts_are_held_against_bounds_in_the_unit_of_the_limit(
    result: str, limit: str, expected: str
) -> None:
    assert verdict_on(result, limit)[0] == expected


@pytest.mark.parametrize(
    ("result", "limit", "expected"),
    [
        ("31.3%vol", "44.0~46.0 %vol", "不合格"),
        ("49.5%vol", "52.0%vol～54.0%vol", "不合格"),
        ("53%(v/v)", "52.0%vol～54.0%vol", "合格"),
        ("11.2mg/kg", "18-33mg/kg", "不合格"),
        ("16.9%", "13.0%-15.0%", "不合格"),
        ("44.9%vol", "45±1%vol", "合格"),
        ("33.6%vol", "≤18.0±1.0%vol", "不合格"),
        ("33.5%vol", "≤35±1.0%vol", "需人工"),
        ("45%vol", "≥44±1.0%vol", "合格"),
        ("5mg/kg", ">4mg/kg,<6mg/kg", "合格"),
        ("6mg/kg", ">4mg/kg,<6mg/kg", "不合格"),
        ("5mg/kg", "8~6mg/kg", "需人工"),
    ],
)
def test_ranges_and_tolerances(result: str, limit: str, expected: str) -> None:
    assert verdict_on(result, limit)[0] == expected


@pytest.mark.parametrize(
    ("result", "limit", "expected"),
    [
        ("未检出", "不得检出", "合格"),
        ("阴性", "不得使用", "合格"),
        ("0", "不得检出", "合格"),
        ("检出", "不得检出", "不合格"),
        ("检出/50cm²", "不得检出", "不合格"),
        ("检出0.5μg/kg", "不得检出", "不合格"),
        ("0.0154g/kg", "不得使用", "不合格"),
        ("<0.5μg/kg", "不得检出", "合格"),
        ("≤0.5μg/kg", "不得检出", "需人工"),
        ("≥0μg/kg", "不得检出", "需人工"),
        ("未检出/10mL", "不得检出/25mL", "需人工"),
        ("未检出,检出", "不得检出", "不合格"),
        ("0.3μg/kg(检出限0.5μg/kg)", "不得检出", "需人工"),
        ("合格", "不得检出", "需人工"),
    ],
)
def test_nothing_may_be_found_where_the_limit_says_so(
    result: str, limit: str, expected: str
) -> None:
    assert verdict_on(result, limit)[0] == expected


@pytest.mark.parametrize(
    ("result", "limit", "expected", "code"),
    [
        ("未检出", "≤0.2mg/kg", "合格", "not_detected"),
        ("<LOD", "≤0.2mg/kg", "合格", "not_detected"),
        ("未检出(检出限：0.02mg/kg)", "≤0.2mg/kg", "合格", "within"),
        ("ND(<20μg/kg)", "≤0.2mg/kg", "合格", "within"),
        ("<LOD(0.02mg/kg)", "≤0.2mg/kg", "合格", "within"),
        ("未检出,检出限0.02mg/kg", "≤0.2mg/kg", "合格", "within"),
        ("未检出（定量限0.5mg/kg）", "≤0.2mg/kg", "需人工", "detection_limit_above_limit"),
        ("未检出(检出限0.02)", "≤0.2mg/kg", "需人工", "detection_limit_without_unit"),
        ("未检出(检出限0.02mg/L)", "≤0.2mg/kg", "需人工", "units_differ"),
        ("未检出mg/L", "≤0.2mg/kg", "需人工", "units_differ"),
        ("未检出/10mL", "≤0/25mL", "需人工", "portion_too_small"),
        ("0/10mL", "≤0/25mL", "需人工", "portion_too_small"),
        ("未检出（氮的检出限：0.008g/100g）", "≥0.5%", "不合格", "beyond"),
        ("未检出", "≥0.5%", "不合格", "below"),
        ("0.03mg/kg(检出限0.05mg/kg)", "≤0.2mg/kg", "需人工", "below_own_detection_limit"),
        ("0.03mg/kg(检出限0.05mg/L)", "≤0.2mg/kg", "合格", "within"),
        ("检出", "≤0.2mg/kg", "需人工", "detected_without_amount"),
        ("合格", "≤0.2mg/kg", "需人工", "result_is_a_statement"),
        ("", "≤0.2mg/kg", "需人工", "no_result"),
        ("0.1mg/kg", "", "需人工", "no_limit"),
        ("0.1mg/kg", "—", "需人工", "no_limit"),
        ("0.1mg/kg", "按生产需要适量使用", "需人工", "limit_as_needed"),
        ("0.1mg/kg", "0.2mg/kg", "需人工", "no_operator"),
        ("0.1mg/kg", "见标准", "需人工", "limit_unreadable"),
    ],
)
def test_what_cannot_be_concluded_goes_to_a_person_with_its_reason(
    result: str, limit: str, expected: str, code: str
) -> None:
    assert verdict_on(result, limit) == (expected, code)


def test_a_detection_limit_of_its_own_column_counts_unless_the_cell_states_one() -> None:
    assert verdict_on("未检出", "≤0.2mg/kg", detection_limit="0.5mg/kg")[0] == "需人工"
    stated = verdict_on("未检出(检出限0.1mg/kg)", "≤0.2mg/kg", detection_limit="0.5mg/kg")
    assert stated[0] == "合格"


def test_an_unstated_detection_limit_is_an_assumption_that_policy_may_forbid() -> None:
    strict = Conduct(unstated_detection_limit="person")
    assert judge(Case("未检出", "≤1mg/kg"), strict).reason.code == "detection_limit_unstated"
    plan = Case("未检出;未检出", "n=2,c=1,m=10,M=100CFU/g")
    assert judge(plan, strict).reason.code == "detection_limit_unstated"
    accepted = judge(Case("未检出", "≤1mg/kg"), CONDUCT)
    assert "assumed_detection_limit" in {entry.code for entry in accepted.steps}


@pytest.mark.parametrize(
    ("result", "limit", "expected"),
    [
        ("＜10，15，10，＜10，390CFU/g", "n=5,c=2,m=10,M=100CFU/g", "不合格"),
        ("45,10,10,6.1×10⁵,3.8×10⁵CFU/g", "n=5,c=2,m=3×10⁴,M=10⁵CFU/g", "不合格"),
        ("10,10,10,10,10CFU/g", "n=5,c=2,m=3×10⁴,M=10⁵CFU/g", "合格"),
        ("10 20 30 5 5CFU/g", "n=5,c=2,m=10,M=100CFU/g", "合格"),
        ("10/20/30/40/5CFU/g", "n=5,c=2,m=10,M=100CFU/g", "不合格"),
        ("6.0×10²;2.5×10³;10;10;10CFU/g", "n=5,c=2,m=10,M=10²CFU/g；霉菌", "不合格"),
        ("0;0;0;0;2CFU/250mL", "≤n=5,c=0,m=0CFU/250mL", "不合格"),
        ("0;0;0;0;0CFU/250mL", "≤n=5,c=0,m=0CFU/250mL", "合格"),
        ("0;0;0;0;0CFU/100mL", "n=5,c=0,m=0CFU/250mL", "需人工"),
        ("未检出；240；1；26；300CFU/250mL", "≤n=5,c=0,m=0CFU/250mL", "不合格"),
        ("检出，检出，检出，检出，检出/25g", "n=5,c=0,m=0/25g", "不合格"),
        ("未检出;未检出;未检出;未检出;未检出", "n=5,c=0,m=0/25g", "合格"),
        ("检出;未检出;未检出;未检出;未检出", "n=5,c=1,m=10,M=100CFU/g", "需人工"),
        ("未检出/25g;0;0;0;0mg/kg", "n=5,c=1,m=10,M=100CFU/g", "需人工"),
        ("<100;10;10;10;10CFU/g", "n=5,c=0,m=10,M=100CFU/g", "需人工"),
        ("10;10CFU/g", "n=5,c=0,m=10,M=100CFU/g", "需人工"),
        ("1000;10CFU/g", "n=5,c=2,m=10,M=100CFU/g", "不合格"),
        ("1;1;1;1;1;1CFU/g", "n=5,c=0,m=10,M=100CFU/g", "需人工"),
        ("1;1;1;1;1CFU/g", "n=5,c=0,m=100,M=10CFU/g", "需人工"),
        ("1;1;1;1;1", "n=5,c=0,m=10,M=100CFU/g", "需人工"),
        ("1;1;1;?;1CFU/g", "n=5,c=0,m=10,M=100CFU/g", "需人工"),
        (";", "n=5,c=0,m=10,M=100CFU/g", "需人工"),
    ],
)
def test_sampling_plans_count_the_sub_samples(result: str, limit: str, expected: str) -> None:
    assert verdict_on(result, limit)[0] == expected


def test_lost_superscripts_are_judged_both_ways() -> None:
    both_break = verdict_on("10；＜10；10；60；1.4×102CFU/g", "n=5,c=2,m=10,M=100CFU/g")
    assert both_break[0] == "不合格"
    doubtful = verdict_on("2.0×105;10;10;10;10CFU/g", "n=5,c=2,m=10⁴,M=10⁵CFU/g")
    assert doubtful == ("需人工", "readings_disagree")
    assert verdict_on("1.4×10-3mg/kg", "≤0.01mg/kg")[0] == "合格"
    assert verdict_on("5;5;5;5;5CFU/g", "n=5,c=2,m=104,M=105CFU/g")[0] == "合格"
    assert verdict_on("500;5;5;5;5CFU/g", "n=5,c=2,m=10,M=102CFU/g")[0] == "不合格"


def test_doubtful_commas_are_judged_both_ways_but_one_hand_wrote_both_cells() -> None:
    assert verdict_on("1,500mg/kg", "≤2mg/kg") == ("需人工", "readings_disagree")
    assert verdict_on("1,200mg/kg", "≤1,000mg/kg")[0] == "不合格"
    assert verdict_on("1,234,567CFU/g", "≤2,000,000CFU/g")[0] == "合格"
    assert verdict_on("1,234.5mg/kg", "≤2000mg/kg")[0] == "合格"
    assert verdict_on("0,2,3mg/kg", "≤2000mg/kg")[0] == "需人工"


def test_the_direction_belongs_to_the_substance() -> None:
    minimum = {"direction": Direction.MINIMUM}
    assert verdict_on("1.22倍", "≤1.5倍", **minimum) == ("需人工", "contradicts_direction")
    assert verdict_on("1.31倍", "1.5倍", **minimum)[0] == "不合格"
    maximum = {"direction": Direction.MAXIMUM}
    assert verdict_on("360CFU/g", "50CFU/g", **maximum)[0] == "不合格"
    assert verdict_on("0.3mg/kg", "≥0.2mg/kg", **maximum) == ("需人工", "contradicts_direction")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("0.19±0.005mg/kg", "合格"),
        ("0.19±0.02mg/kg", "需人工"),
        ("(0.3±0.02)mg/kg", "不合格"),
        ("0.25mg/kg(U=0.02,k=2)", "不合格"),
        ("0.19±0.02mg/kg(k=2)", "需人工"),
        ("190±20μg/kg", "需人工"),
        ("0.5±10%", "需人工"),
        ("0.1~0.15mg/kg(U=0.02)", "合格"),
        ("<0.1mg/kg(U=0.02)", "合格"),
        (">0.3mg/kg(U=0.02)", "不合格"),
    ],
)
def test_uncertainty_that_straddles_the_limit_needs_a_person(result: str, expected: str) -> None:
    assert verdict_on(result, "≤0.2mg/kg")[0] == expected


def test_the_simple_rule_leaves_uncertainty_out_and_says_so() -> None:
    verdict = judge(Case("0.19±0.02mg/kg", "≤0.2mg/kg"), Conduct(uncertainty="simple"))
    assert verdict.outcome is Outcome.CONFORMING
    assert "uncertainty_ignored" in {entry.code for entry in verdict.steps}


def test_bases_must_agree_or_be_converted_by_the_moisture() -> None:
    dry = "≤0.5mg/kg(以干重计)"
    assert verdict_on("0.3mg/kg", dry) == ("需人工", "basis_differs")
    assert verdict_on("0.3mg/kg(干基)", dry)[0] == "合格"
    assert verdict_on("0.3mg/kg", dry, moisture_percent=Fraction(50))[0] == "不合格"
    assert verdict_on("<0.1mg/kg", dry, moisture_percent=Fraction(50))[0] == "合格"
    assert verdict_on(">0.3mg/kg", dry, moisture_percent=Fraction(50))[0] == "不合格"
    assert verdict_on("0.3mg/kg", dry, moisture_percent=Fraction(100))[0] == "需人工"
    assert verdict_on("0.3mg/kg(以脂肪计)", "≤0.5mg/kg")[0] == "需人工"
    assert verdict_on("0.3mg/kg(以脂肪计)", "≤0.5mg/kg", basis="fat")[0] == "合格"
    assert verdict_on("0.3mg/kg", "≤0.5mg/kg(以固态产品计)", basis="solid_product")[0] == "合格"


def test_the_unit_column_serves_only_the_cell_that_names_none() -> None:
    assert verdict_on("0.15", "≤0.2", unit="mg/kg")[0] == "合格"
    assert verdict_on("150", "≤0.2mg/kg", unit="μg/kg")[0] == "合格"
    assert verdict_on("0.15mg/kg", "≤0.2", unit="g/kg")[0] == "合格"
    assert verdict_on("未检出(0.02)", "≤0.2", unit="mg/kg")[0] == "合格"
    assert verdict_on("5(mg/kg)", "≤0mg/kg")[0] == "不合格"
    assert verdict_on("5CFU/g", "≤0")[0] == "不合格"


def test_a_cell_too_long_to_be_a_result_is_not_read() -> None:
    assert verdict_on("1" * 500, "≤1") == ("需人工", "cell_too_long")
