"""Several results of one sample judged together: mixtures of additives, residues as sums."""

from datetime import date
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casting import Cast
from tests.registry.standards.goods import Goods, activated, general
from zhian.kernel.exchange import Row
from zhian.registry.standards import selectors, services
from zhian.registry.standards.engine.comparison import Conduct
from zhian.registry.standards.engine.sums import Finding, Part, mixture, residue
from zhian.registry.standards.engine.verdict import Outcome, Step, Verdict
from zhian.registry.standards.models import Substance
from zhian.registry.standards.vocabulary import Table

CONDUCT = Conduct()
MADE = date(2026, 10, 1)


def found(result: str, unit: str = "", lod: str = "") -> Finding:
    return Finding("某剂", result, unit, lod)


@pytest.mark.parametrize(
    ("results", "code"),
    [
        (["0.3g/kg", "0.4g/kg"], "mixture_within"),
        (["0.3g/kg", "410mg/kg"], "mixture_beyond"),
        (["0.6g/kg", "未检出"], "mixture_beyond"),
        (["0.3g/kg", "未检出(检出限0.01g/kg)"], "mixture_within"),
        (["0.5g/kg", "未检出(检出限0.01g/kg)"], "mixture_open"),
        (["0.3g/kg", "0.4±0.05g/kg"], "mixture_open"),
        (["0.3g/kg", ">0.4g/kg"], "mixture_part_open"),
        (["0.3g/kg", "检出"], "mixture_part_open"),
        (["0.3g/kg", "1,234mg/kg"], "mixture_part_open"),
        (["0.3g/kg", "0.4mg/L"], "mixture_part_open"),
    ],
)
def test_shares_of_maximum_levels_are_summed(results: list[str], code: str) -> None:
    demands = ["≤0.5g/kg", "≤1.0g/kg"]
    parts = [(found(one), demand) for one, demand in zip(results, demands, strict=True)]
    verdict = mixture("防腐剂", parts, CONDUCT)
    assert verdict.reason.code == code


def test_a_share_needs_a_number_as_maximum_and_a_policy_for_unstated_limits() -> None:
    for demand in ("按生产需要适量使用", "≤0g/kg", "≥1g/kg"):
        assert mixture("防腐剂", [(found("1g/kg"), demand)], CONDUCT).reason.code == (
            "mixture_part_open"
        )
    strict = Conduct(unstated_detection_limit="person")
    parts = [(found("未检出"), "≤1g/kg")]
    assert mixture("防腐剂", parts, strict).reason.code == "mixture_part_open"
    simple = Conduct(uncertainty="simple")
    assert mixture("x", [(found("1±0.5g/kg"), "≤1g/kg")], simple).outcome is Outcome.CONFORMING


amounts = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4)


@given(amounts)
def test_the_twin_tries_every_corner_and_order_is_irrelevant(cells: list[tuple[int, int]]) -> None:
    """Slow twin: each part at either end of its range, the whole product of them."""
    spans = [(Fraction(min(c)), Fraction(max(c))) for c in cells]
    sums = {sum(corner) / 10 for corner in product(*spans)}
    over = {total > 1 for total in sums}
    expected = {
        frozenset({True}): Outcome.NONCONFORMING,
        frozenset({False}): Outcome.CONFORMING,
    }.get(frozenset(over), Outcome.NEEDS_PERSON)
    parts = [(found(f"{low}~{high}g/kg"), "≤10g/kg") for low, high in spans]
    for order in list(permutations(parts))[:6]:
        assert mixture("防腐剂", order, CONDUCT).outcome is expected


def test_a_residue_adds_its_components_with_their_factors() -> None:
    parts = [
        Part("克百威", Fraction(1), found("0.02mg/kg")),
        Part("3-羟基克百威", Fraction("0.933"), found("10μg/kg")),
    ]
    text, steps = expect_sum(residue(parts, "mg/kg", CONDUCT))
    assert text == "0.02933mg/kg"
    assert [one.code for one in steps] == ["component", "component", "summed"]
    unseen = [*parts[:1], Part("3-羟基克百威", Fraction(1), found("ND", lod="0.005mg/kg"))]
    assert expect_sum(residue(unseen, "mg/kg", CONDUCT))[0] == "0.02~0.025mg/kg"
    missing = residue([*parts, Part("丁硫克百威", Fraction(1), None)], "mg/kg", CONDUCT)
    assert isinstance(missing, Verdict)
    assert missing.reason.code == "sum_incomplete"
    unreadable = residue([Part("克百威", Fraction(1), found("检出"))], "mg/kg", CONDUCT)
    assert isinstance(unreadable, Verdict)
    assert unreadable.reason.code == "sum_part_open"


def expect_sum(total: tuple[str, tuple[Step, ...]] | Verdict) -> tuple[str, tuple[Step, ...]]:
    assert not isinstance(total, Verdict)
    return total


def additive(name: str, code: str, limit: str, row: int) -> Row:
    values = {"standard": "GB 2760-2024", "additive_cn": name, "functions": "防腐剂",
              "food_code": code, "food_name": "x", "max_level": limit, "unit": "g/kg"}  # fmt: skip
    return Row(row, values)


@pytest.mark.django_db
def test_preservatives_used_together_break_the_rule_though_each_keeps_its_level(
    cast: Cast,
) -> None:
    services.load_starter_limits(acting_user=cast.system)
    tree = [Row(2, {"code": "07.02", "name": "糕点", "parent": None})]
    services.import_table(acting_user=cast.system, table=Table.FOOD_CATEGORIES, rows=tree)
    rows = [additive("山梨酸及其钾盐", "07.02", "1.0", 2), additive("脱氢乙酸", "07.02", "0.5", 3)]
    activated(cast.system, Table.ADDITIVES, rows)
    cake = Goods("糕点", nodes=[("GB 2760", "07.02")])
    findings = [Finding("山梨酸", "0.7g/kg"), Finding("脱氢乙酸", "0.3g/kg"), Finding("铅", "0.1")]
    (together,) = selectors.judge_together(cake, findings, MADE)
    assert together.items == ("山梨酸", "脱氢乙酸")
    assert (together.judgement.outcome, together.judgement.clause) == ("不合格", "GB 2760 附录A")
    assert "1.3" in together.judgement.reason_zh
    assert selectors.judge_together(cake, findings[:1], MADE) == []
    assert selectors.judge_together(cake, findings, None) == []
    unused = [findings[0], Finding("脱氢乙酸", "未检出")]
    assert selectors.judge_together(cake, unused, MADE) == []


@pytest.mark.django_db
def test_components_measured_apart_are_judged_as_the_residue_the_standard_defines(
    cast: Cast,
) -> None:
    row = {"name_zh": "克百威", "name_en": "carbofuran", "cas": "1563-66-2",
           "components": "克百威;3-羟基克百威*0.933", "substance_kind": "PESTICIDE"}  # fmt: skip
    services.import_table(acting_user=cast.system, table=Table.SUBSTANCES, rows=[Row(2, row)])
    components = Substance.objects.get(name_zh="克百威").components.all()
    assert {str(one) for one in components} == {"克百威 × 1", "3-羟基克百威 × 0.933"}
    activated(cast.system, Table.GENERAL, [general(substance="克百威", limit="≤0.02mg/kg")])
    leek = Goods("韭菜")
    assert selectors.judge_together(leek, [Finding("克百威", "0.015mg/kg")], MADE) == []
    low = [Finding("克百威", "0.005mg/kg"), Finding("3-羟基克百威", "0.01mg/kg")]
    (kept,) = selectors.judge_together(leek, low, MADE)
    assert (kept.judgement.outcome, set(kept.items)) == ("合格", {"克百威", "3-羟基克百威"})
    high = [Finding("克百威", "0.015mg/kg"), Finding("3-羟基克百威", "0.01mg/kg")]
    (twice,) = selectors.judge_together(leek, high, MADE)
    assert twice.judgement.reason_code == "sum_may_count_twice"
    parts = [Finding("3-羟基克百威", "0.03mg/kg")]
    (one,) = selectors.judge_together(leek, parts, MADE)
    assert (one.item, one.judgement.reason_code) == ("克百威", "sum_incomplete")


@pytest.mark.django_db
def test_the_index_of_additives_adds_names_and_numbers_to_known_ones(cast: Cast) -> None:
    services.load_starter_limits(acting_user=cast.system)
    tree = [Row(2, {"code": "07.02", "name": "糕点", "parent": None})]
    services.import_table(acting_user=cast.system, table=Table.FOOD_CATEGORIES, rows=tree)
    activated(cast.system, Table.ADDITIVES, [additive("脱氢乙酸", "07.02", "0.5", 2)])
    rows = [Row(2, {"name_cn": "脱氢乙酸", "ins": "265"}), Row(3, {"name_cn": "无此物"})]
    (unknown,) = services.checked_rows(Table.ADDITIVE_INDEX, rows)
    assert unknown.row == 3
    services.import_table(acting_user=cast.system, table=Table.ADDITIVE_INDEX, rows=rows[:1])
    assert Substance.objects.get(names__folded="脱氢乙酸").ins == "265"
