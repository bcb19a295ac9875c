"""Markets and doubts: decision rules as data, uniform limits, banned lists, prescribed methods."""

from datetime import date

import pytest

from tests.casting import Cast
from tests.registry.standards.goods import Goods, activated, general
from zhian.registry.standards import selectors, services
from zhian.registry.standards.engine.comparison import Conduct
from zhian.registry.standards.engine.measures import exact, measure
from zhian.registry.standards.engine.verdict import Case, Direction, judge
from zhian.registry.standards.models import Limit, Substance
from zhian.registry.standards.vocabulary import SubstanceKind, Table

MADE = date(2026, 10, 1)
LEEK = Goods("韭菜")


@pytest.mark.parametrize(
    ("rule", "result", "expected"),
    [
        ("clear", "0.11±0.02mg/kg", "需人工"),
        ("simple", "0.11±0.02mg/kg", "不合格"),
        ("beyond_doubt", "0.11±0.02mg/kg", "合格"),
        ("beyond_doubt", "0.13±0.02mg/kg", "不合格"),
        ("beyond_doubt", "0.05~0.15mg/kg", "需人工"),
    ],
)
def test_the_decision_rule_for_uncertainty_is_a_choice(
    rule: str, result: str, expected: str
) -> None:
    verdict = judge(Case(result, "≤0.1mg/kg"), Conduct(uncertainty=rule))
    assert verdict.outcome.printed == expected


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ("未检出(检出限0.3μg/kg)", "not_detected"),
        ("未检出(检出限0.4μg/kg)", "method_too_blunt"),
        ("未检出", "not_detected"),
        ("未检出(检出限0.4CFU/g)", "not_detected"),
        ("0.2μg/kg", "below_methods_limit"),
        ("0.0002mg/kg", "below_methods_limit"),
        ("0.5μg/kg", "detected_though_forbidden"),
        ("0.5CFU/g", "detected_though_forbidden"),
        ("0μg/kg", "cannot_conclude"),
    ],
)
def test_not_to_be_detected_holds_for_the_prescribed_method(result: str, code: str) -> None:
    for limit in ("不得检出(检出限0.3μg/kg)", "不得检出检出限0.3μg/kg"):
        verdict = judge(Case(result, limit, direction=Direction.MAXIMUM), Conduct())
        if code != "cannot_conclude":
            assert verdict.reason.code == code, (limit, verdict)
        else:
            assert verdict.outcome.printed in {"合格", "需人工"}


def test_a_limit_is_stored_with_its_columns_and_in_base_units() -> None:
    lead = measure("≤0.2mg/kg(干重计)")
    assert (lead.operator, str(lead.upper), lead.unit, lead.basis) == (
        "MAXIMUM", "0.2", "mg/kg", "dry",
    )  # fmt: skip
    assert lead.base_upper == measure("≤200μg/kg").base_upper
    plan = measure("n=5,c=2,m=10⁴,M=10⁵CFU/g")
    assert (plan.operator, plan.samples, plan.may_exceed) == ("PLAN", 5, 2)
    assert (int(plan.upper or 0), int(plan.ceiling or 0)) == (10_000, 100_000)
    ban = measure("不得检出(检出限0.3μg/kg)")
    assert (ban.operator, ban.method_limit) == ("ABSENT", "0.3μg/kg")
    assert measure("40~60%vol").lower is not None
    assert measure("≤1×10^20CFU/g").upper is None
    assert exact(None) is None
    for text in ("以冲调后计", "复原乳", "as reconstituted"):
        assert measure(f"≤1mg/kg({text}计)").basis == "reconstituted"


def european(cast: Cast) -> None:
    """A loaded list of the Union: chlorpyrifos only, and an unlisted pesticide by name."""
    row = general(
        standard="(EC) 396/2005", edition="(EC) 396/2005 (2026)", market="EU",
        standard_kind="PESTICIDES", limit="≤0.05mg/kg", substance_kind="PESTICIDE",
    )  # fmt: skip
    activated(cast.system, Table.GENERAL, [row])
    home = general(substance="腐霉利", substance_en="procymidone", substance_kind="PESTICIDE")
    activated(cast.system, Table.GENERAL, [home])


@pytest.mark.django_db
def test_a_market_has_its_own_limits_and_its_own_rule(cast: Cast) -> None:
    european(cast)

    def judged(item: str, result: str, market: str) -> tuple[str, str]:
        verdict = selectors.judge(LEEK, item, result, "mg/kg", MADE, market=market)
        return verdict.outcome, verdict.reason_code

    assert judged("毒死蜱", "0.04", "eu") == ("合格", "within")
    assert judged("毒死蜱", "0.06±0.03", "EU") == ("合格", "not_beyond_doubt")
    assert judged("毒死蜱", "0.04", "jp") == ("需人工", "market_unknown")
    # legal here, illegal there: the uniform limit binds what a complete list does not name
    assert judged("腐霉利", "0.015", "cn") == ("合格", "within")
    assert judged("腐霉利", "0.015", "eu") == ("不合格", "beyond")
    assert judged("腐霉利", "0.015", "jp") == ("需人工", "market_unknown")
    assert judged("腐霉利", "0.015", "codex") == ("需人工", "market_unknown")
    shown = selectors.judge(LEEK, "腐霉利", "0.015", "mg/kg", MADE, market="eu")
    assert shown.clause.startswith("(EC) 396/2005 Art. 18")
    assert Substance.objects.get(name_zh="腐霉利").kind == SubstanceKind.PESTICIDE


@pytest.mark.django_db
def test_a_contract_is_a_market_with_the_value_alone_deciding(cast: Cast) -> None:
    row = general(
        standard="合同2026-7", edition="合同2026-7", market="contract:acme",
        standard_kind="CONTRACT", limit="≤0.01mg/kg", food_path="*",
    )  # fmt: skip
    activated(cast.system, Table.GENERAL, [row])
    verdict = selectors.judge(
        Goods("随便什么"), "毒死蜱", "0.02±0.015", "mg/kg", MADE, market="contract:acme"
    )
    assert verdict.outcome == "不合格"
    assert "uncertainty_ignored" in {one["code"] for one in verdict.proof["steps"]}


@pytest.mark.django_db
def test_a_list_of_banned_substances_binds_every_food(cast: Cast) -> None:
    ban = general(
        standard="非食用物质名单", edition="非食用物质名单2026", food_path="所有食品",
        standard_kind="BANNED", substance="苏丹红I", substance_en="Sudan I", limit="不得检出",
    )  # fmt: skip
    activated(cast.system, Table.GENERAL, [ban])
    for goods in (Goods("辣椒粉"), Goods("谁也没听说过的食品")):
        assert selectors.judge(goods, "苏丹红Ⅰ", "0.1", "mg/kg", MADE).outcome == "不合格"
        assert selectors.judge(goods, "苏丹红I", "未检出", "", MADE).outcome == "合格"


@pytest.mark.django_db
def test_a_limit_may_have_its_own_days_within_its_edition(cast: Cast) -> None:
    rows = [
        general(2, limit="≤0.1mg/kg", limit_to=date(2026, 6, 30)),
        general(3, limit="≤0.02mg/kg", limit_from=date(2026, 7, 1)),
    ]
    activated(cast.system, Table.GENERAL, rows)

    def outcome(day: date) -> str:
        return selectors.judge(LEEK, "毒死蜱", "0.05", "mg/kg", day).outcome

    assert [outcome(date(2026, 6, 30)), outcome(date(2026, 7, 1))] == ["合格", "不合格"]


@pytest.mark.django_db
def test_the_printed_limit_and_the_library_are_both_shown_where_they_differ(cast: Cast) -> None:
    activated(cast.system, Table.GENERAL, [general(limit="≤0.1mg/kg")])

    def judged(result: str, printed: str) -> tuple[str, set[str]]:
        verdict = selectors.judge(LEEK, "毒死蜱", result, "mg/kg", MADE, printed_limit=printed)
        return verdict.outcome, {one["code"] for one in verdict.proof["steps"]}

    stricter = judged("0.05", "≤0.02mg/kg")
    assert stricter[0] == "不合格"
    assert {"printed_limit", "library_says"} <= stricter[1]
    laxer = judged("0.15", "≤0.2mg/kg")
    assert laxer[0] == "需人工"
    assert {"printed_limit", "limit_chosen"} <= laxer[1]
    same = judged("0.05", "≤ 0.1 mg/kg")
    assert same[0] == "合格"
    assert "library_says" not in same[1]


@pytest.mark.django_db
def test_the_product_works_without_big_tables_and_says_so(cast: Cast) -> None:
    services.load_starter_limits(acting_user=cast.system)
    verdict = selectors.judge(LEEK, "噻虫胺", "0.1", "mg/kg", MADE)
    assert verdict.outcome == "需人工"
    assert "未装入" in verdict.reason_zh
    assert "No limit loaded" in verdict.reason_en
    assert not Limit.objects.filter(operator="").exists()
