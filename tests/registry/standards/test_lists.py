"""Lists and templates read row by row: what does not fit is named, nothing is repaired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from zhian.registry.standards.engine import additives, lists, template
from zhian.registry.standards.engine import library as engine_library
from zhian.registry.standards.engine.choosing import StoredLimit, foods_matching, measurable
from zhian.registry.standards.engine.comparison import Conduct
from zhian.registry.standards.engine.identifiers import cas_holds
from zhian.registry.standards.engine.library import Binding, Food, Library, ListSpan, Tree
from zhian.registry.standards.engine.tables import EVERYTHING, TableError
from zhian.registry.standards.engine.unlisted import Ingredient, Unlisted, carried_over
from zhian.registry.standards.engine.verdict import Case, Direction, Outcome, Verdict, judge

GENERAL = {"standard": "GB 2763", "edition": "GB 2763-2021", "effective_from": "2021-09-03",
           "substance": "毒死蜱", "food_path": "蔬菜 > 韭菜", "limit": "≤0.02mg/kg"}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"food_path": ""}, "food_path", "missing"),
        ({"food_code": "04.01"}, "food_code", "unknown_food"),
        ({"use": "什么"}, "use", "unreadable_limit"),
        ({"limit_from": "2026-01-02", "limit_to": "2026-01-01"}, "limit_to",
         "ends_before_it_begins"),
        ({"limit": "见附录"}, "limit", "unreadable_limit"),
        ({"limit": "0.02mg/kg"}, "limit", "unreadable_limit"),
        ({"limit": "≤0.02mg/桶"}, "limit", "unknown_unit"),
        ({"limit": "≤1100g/kg"}, "limit", "impossible_limit"),
        ({"limit": "≤101%"}, "limit", "impossible_limit"),
        ({"limit": "≤" + "9" * 29 + "mg/kg"}, "limit", "impossible_limit"),
        ({"limit": "≤-1mg/kg"}, "limit", "unreadable_limit"),
        ({"limit": "5~1mg/kg"}, "limit", "unreadable_limit"),
        ({"limit": "≤1,234mg/kg"}, "limit", "unreadable_limit"),
        ({"limit": "≤0.2ppm"}, "limit", "ambiguous_unit"),
        ({"limit": "≤0.2mg"}, "limit", "ambiguous_unit"),
        ({"limit": "≤0.2mg/kg或g/kg"}, "limit", "unknown_unit"),
        ({"limit": "≤0.2\u043cg/kg"}, "limit", "mixed_scripts"),
        ({"limit": "≤O.2mg/kg"}, "limit", "unreadable_limit"),
        ({"substance": "\u0420b"}, "substance", "mixed_scripts"),
        ({"substance": "铅\u200b"}, "substance", "invisible_characters"),
        ({"food_path": "蔬菜 > 韭\u0430菜"}, "food_path", "mixed_scripts"),
        ({"market": "eu"}, "edition", "two_editions"),
    ],
)  # fmt: skip
def test_a_row_of_the_limit_template_is_refused_with_its_column(
    cells: dict[str, str], column: str, code: str
) -> None:
    content = template.general_limits([(2, GENERAL), (3, GENERAL | cells)])
    assert content.errors == (TableError(3, column, code),)
    assert len(content.limits) == 1


def test_the_template_knows_codes_every_food_and_days_of_a_limit() -> None:
    rows = [
        (2, GENERAL | {"food_code": "04.01", "limit_from": "2026-01-01", "use": "RESIDUE"}),
        (3, GENERAL | {"food_path": "*"}),
        (4, GENERAL | {"limit": "≥3倍"}),
    ]
    content = template.general_limits(rows, {"04.01"})
    assert content.errors == ()
    assert [one.node for one in content.limits] == ["04.01", EVERYTHING, "韭菜"]
    assert str(content.limits[0].effective_from) == "2026-01-01"
    assert [node.code for node in content.nodes] == [EVERYTHING, "蔬菜", "韭菜"]


def test_flavours_and_aids_name_their_faults() -> None:
    assert lists.no_flavour_foods([(2, {"food_code": "99"})], {"01": ""}).errors == (
        TableError(2, "food_code", "unknown_food"),
    )
    marked = lists.no_flavour_foods([(2, {"food_code": "01", "footnote": "a"})], {"01": ""})
    assert marked.limits[0].condition == "脚注a另有规定"
    assert lists.flavourings([(2, {"kind": "x", "name_cn": "y"}), (3, {"kind": "natural"})]).errors
    assert lists.processing_aids([(2, {"table": "C.1"}), (3, {"name_cn": "y"})]).errors == (
        TableError(2, "name_cn", "missing"), TableError(3, "table", "missing"),
    )  # fmt: skip
    assert lists.in_two_languages("磷脂酶 Phospholipase") == ("磷脂酶", "Phospholipase")
    assert lists.in_two_languages("4-α-糖基转移酶 4-alpha-glucanotransferase")[1]
    assert lists.in_two_languages("氨水及液氨") == ("氨水及液氨", "")


def test_substances_need_a_right_check_digit_and_readable_components() -> None:
    rows = [
        (2, {"name_zh": "克百威", "cas": "1563-66-2", "components": "克百威;3-羟基克百威*0.933",
             "synonyms": "呋喃丹;Furadan"}),
        (3, {"name_zh": "克百威", "cas": "1563-66-3"}),
        (4, {"name_zh": "克百威", "components": "a*0"}),
    ]  # fmt: skip
    namings, errors = lists.substances(rows)
    assert errors == [
        TableError(3, "cas", "wrong_cas"), TableError(4, "components", "unreadable_components"),
    ]  # fmt: skip
    assert namings[0].components == (("克百威", Decimal(1)), ("3-羟基克百威", Decimal("0.933")))
    assert set(namings[0].folded()) == {"克百威", "呋喃丹", "furadan"}
    assert not cas_holds("108-78-2")
    assert lists.substances([(2, {"name_zh": "a", "components": "*2"})])[1]


def test_a_food_tree_has_known_parents_and_no_circle() -> None:
    rows = [
        (2, {"code": "1", "name": "甲", "words": "甲;乙"}),
        (3, {"code": "2", "name": "乙", "parent": "1"}),
        (4, {"code": "3", "name": "丙", "parent": "9"}),
        (5, {"code": "4", "name": "丁", "parent": "5"}),
        (6, {"code": "5", "name": "戊", "parent": "4"}),
    ]
    nodes, errors = lists.food_tree(rows)
    assert [node.code for node in nodes] == ["1", "2"]
    assert [(error.row, error.code) for error in errors] == [
        (4, "unknown_food"), (5, "circle"), (6, "circle"),
    ]  # fmt: skip


def test_a_shifted_row_of_the_inspection_rules_is_an_error() -> None:
    good = {
        "big_category": "糕点",
        "sub_category": "粽子",
        "item": "甜 蜜素",
        "standard": "GB 2760",
    }
    rows = [(2, good), (3, good | {"item": ""}), (4, good | {"item": "", "standard": ""}),
            (5, good | {"sub_category": ""})]  # fmt: skip
    items, errors = lists.inspection_items(rows)
    assert [one.item for one in items] == ["甜蜜素"]
    assert [(error.row, error.code) for error in errors] == [
        (3, "shifted_row"), (4, "missing"), (5, "missing"),
    ]  # fmt: skip


def test_an_index_joins_known_additives_and_names_the_others() -> None:
    rows = [(2, {"name_cn": "山梨酸及其钾盐", "ins": "200,202"}), (3, {"name_cn": "无此物"})]
    namings, errors = lists.additive_index(rows, {"山梨酸及其钾盐": 1})
    assert (namings[0].ins, errors) == (
        "200,202", [TableError(3, "name_cn", "unknown_substance")],
    )  # fmt: skip


def test_a_residue_written_beside_a_level_is_a_limit_of_its_own() -> None:
    row = {"additive_cn": "亚硝酸钠", "food_code": "08", "food_name": "肉", "max_level": "0.15",
           "unit": "g/kg", "note": "以亚硝酸钠计，残留量≤30mg/kg"}  # fmt: skip
    tree = {"08": ""}
    use, found = additives.additive_limits([(2, row)], tree, {}).limits
    assert [(one.use, one.demand) for one in (use, found)] == [
        ("MAXIMUM_USE", "≤0.15g/kg"), ("RESIDUE", "≤30mg/kg"),
    ]  # fmt: skip
    aluminium = row | {"note": "铝的残留量≤100mg/kg(干样品，以Al计)"}
    (_use, metal) = additives.additive_limits([(2, aluminium)], tree, {}).limits
    assert (metal.substance, metal.use) == ("铝的残留量", "RESIDUE")
    sulphite = row | {"note": "最大使用量以二氧化硫残留量计"}
    (only,) = additives.additive_limits([(2, sulphite)], tree, {}).limits
    assert only.use == "RESIDUE"


def limit(node: str, demand: str) -> StoredLimit:
    return StoredLimit(1, "1", "S", "S-1", node, node, demand, "", "H", date(2020, 1, 1))


def test_the_tree_finds_what_its_slow_twin_finds() -> None:
    foods = [Food("a", "", ("蔬菜",)), Food("b", "a", ("鳞茎类蔬菜", "韭菜")),
             Food("c", "", ("婴儿配方乳粉",)), Food("d", "c", ("较大婴儿配方乳粉",))]  # fmt: skip
    tree = Tree("S", foods)
    named = [(food.code, food.words) for food in foods]
    for product, category in (
        ("韭菜", ""), ("韭菜(散装)", ""), ("x", "蔬菜-韭菜"), ("某牌较大婴儿配方乳粉1段", ""),
        ("新鲜鳞茎类蔬菜", ""), ("砖", "砖"), ("韭菜", "蔬菜"), ("婴儿配方乳粉", "蔬菜"),
    ):  # fmt: skip
        slow = set(foods_matching(product, category, named))
        assert set(tree._matching(product, category)) == slow, product
    assert tree.place("砖", "") is None
    circle = Tree("S", [Food("x", "y", ()), Food("y", "x", ())])
    assert circle.at("x").path == ("x", "y")


def test_a_library_says_what_it_lacks_and_what_an_ingredient_may_hold() -> None:
    day = date(2026, 1, 1)
    span = ListSpan("cn", "ADDITIVES", "S", "S-1", date(2020, 1, 1), date(2026, 6, 30))
    tree = Tree("S", [Food("a", "", ("糕点",)), Food("b", "", ("大米",))])
    library = Library({"山梨酸": "1"}, [limit("a", "≤1g/kg")], [tree], {"1": "ADDITIVE"}, [span])
    bound = library.binding("山梨酸", "糕点", "", (), day, "cn")
    assert library.unlisted(bound, "山梨酸", day, "cn") is None
    rice = library.binding("山梨酸", "大米", "", (), day, "cn")
    unlisted = library.unlisted(rice, "山梨酸", day, "cn")
    assert unlisted == Unlisted("1", "S", "S-1", "b", "2026-01-01", "cn")
    assert library.unlisted(rice, "山梨酸", date(2027, 1, 1), "cn") is None
    assert library.unlisted(Binding(), "无此物", day, "cn") is None
    assert [one.demand for one in library.permitted(unlisted, "a")] == ["≤1g/kg"]
    assert library.permitted(unlisted, "b") == []
    assert library.permitted(unlisted, "z") == ()
    assert library.kind("山梨酸") == "ADDITIVE"
    assert library.kind("无此物") == ""
    assert library.size == 1
    assert library.has_list("cn", "ADDITIVES", day)
    assert not library.has_list("eu", "ADDITIVES", day)
    missing = library.binding("山梨酸", "砖", "", (), day, "cn")
    assert missing.missing == "category_unknown"


def test_a_full_memory_of_bindings_is_emptied_and_changes_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_library, "_MOST", 1)
    tree = Tree("S", [Food("a", "", ("糕点",)), Food("b", "", ("大米",))])
    full = Library({"山梨酸": "1"}, [limit("a", "≤1g/kg")], [tree])
    day = date(2026, 1, 1)
    for _again in range(2):
        found = [
            full.binding("山梨酸", food, "", (), day, "cn") for food in ("糕点", "大米", "大米")
        ]
        assert [len(one.limits) for one in found] == [1, 0, 0]


@dataclass
class Permitted:
    """What each ingredient's node may hold."""

    limits: Mapping[str, StoredLimit]

    def permitted(self, unlisted: Unlisted, node: str) -> Sequence[StoredLimit]:
        return [self.limits[node]] if node in self.limits else []


def against(demand: str) -> Verdict:
    return judge(Case("0.3g/kg", demand, "", Direction.UNKNOWN, "", ""), Conduct())


@pytest.mark.parametrize(
    ("second", "outcome", "code"),
    [
        (limit("b", "≤1g/kg"), Outcome.NEEDS_PERSON, "carried_over_conditions"),
        (limit("b", "≤0.01g/kg"), Outcome.NONCONFORMING, "beyond"),
        (limit("b", "按生产需要适量使用"), Outcome.NEEDS_PERSON, "ingredient_needs_person"),
        (replace(limit("b", "≤1g/kg"), condition="仅限x"), Outcome.NEEDS_PERSON,
         "ingredient_needs_person"),
        (limit("b", "≤1g/L"), Outcome.NEEDS_PERSON, "ingredient_needs_person"),
    ],
)  # fmt: skip
def test_what_ingredients_bring_is_summed_only_where_it_can_be(
    second: StoredLimit, outcome: Outcome, code: str
) -> None:
    unlisted = Unlisted("1", "S", "S-1", "x", "2026-01-01", "cn")
    parts = [Ingredient("a", Fraction(10)), Ingredient("b", Fraction(50))]
    held = Permitted({"a": limit("a", "≤0.5g/kg"), "b": second})
    found = carried_over(against(unlisted.demand), unlisted, parts, against, held)
    assert (found.outcome, found.reason.code) == (outcome, code)


def test_without_ingredients_only_a_conforming_result_passes() -> None:
    unlisted = Unlisted("1", "S", "S-1", "x", "2026-01-01", "cn")
    held = Permitted({})
    none = judge(Case("未检出", unlisted.demand, "", Direction.UNKNOWN, "", ""), Conduct())
    for verdict in (none, against(unlisted.demand)):
        found = carried_over(verdict, unlisted, [], against, held)
        if verdict.outcome is Outcome.NONCONFORMING:
            assert found.reason.code == "carried_over_or_forbidden"
        else:
            assert found.outcome is verdict.outcome
    parts = [Ingredient("a", Fraction(10))]
    forbidden = carried_over(against(unlisted.demand), unlisted, parts, against, held)
    assert forbidden.reason.code == "no_ingredient_permits"


def test_what_is_found_is_held_against_the_residue_where_one_is_written() -> None:
    use, residue = (replace(limit("a", "≤1g/kg"), use=use) for use in ("MAXIMUM_USE", "RESIDUE"))
    assert measurable([use, residue]) == [residue]
    assert measurable([use]) == [use]
