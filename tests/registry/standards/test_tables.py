"""The published tables as the engine reads them, row by row."""

import pytest

from zhian.registry.standards.engine.additives import additive_limits, numbers_in
from zhian.registry.standards.engine.tables import (
    NO_DEMAND,
    TableError,
    contaminant_limits,
    foods_in,
    names_in,
    parted,
)

TREE = {"00": "", "14.0": "00", "14.01": "14.0", "14.01.01": "14.01", "07.02": "00"}


def additive(**cells: str) -> dict[str, str]:
    row = {"additive_cn": "山梨酸", "food_code": "07.02", "food_name": "糕点", "max_level": "1.0",
           "unit": "g/kg"}  # fmt: skip
    return row | cells


def test_names_and_foods_are_parted_outside_brackets() -> None:
    assert parted("a(b;c);d") == ["a(b;c)", "d"]
    assert names_in("甜蜜素（又名环己基氨基磺酸钠），环己基氨基磺酸钙") == (
        "甜蜜素",
        "环己基氨基磺酸钠",
        "环己基氨基磺酸钙",
    )
    assert names_in("苯甲酸及其钠盐(包括苯甲酸,苯甲酸钠)")[1:] == ("苯甲酸", "苯甲酸钠")
    assert foods_in("糙米、大米(粉)") == ["糙米", "大米(粉)"]
    assert foods_in("熏、烧、烤肉类") == ["熏、烧、烤肉类"]
    assert foods_in("谷物碾磨加工品[糙米、大米(粉)除外]") == ["谷物碾磨加工品"]
    assert numbers_in("1~3、17") == [1, 2, 3, 17]


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"additive_cn": ""}, TableError(2, "additive_cn", "missing")),
        ({"food_code": "99.9"}, TableError(2, "food_code", "unknown_food")),
        ({"max_level": "很少"}, TableError(2, "max_level", "unreadable_limit")),
    ],
)
def test_a_wrong_row_is_named(cells: dict[str, str], error: TableError) -> None:
    content = additive_limits([(2, additive(**cells))], TREE, {})
    assert (content.limits, content.errors) == ((), (error,))


def test_what_a_level_leaves_out_is_silent_there_not_forbidden() -> None:
    drinks = additive(food_code="14.0", food_name="饮料类[14.01包装饮用水除外]", max_level="0.5")
    own = additive(food_code="14.01.01", food_name="x", max_level="0.1")
    found = {
        one.node: one.demand for one in additive_limits([(2, drinks), (3, own)], TREE, {}).limits
    }
    assert found == {"14.0": "≤0.5g/kg", "14.01": NO_DEMAND, "14.01.01": "≤0.1g/kg"}


def test_a_general_permission_leaves_out_the_numbers_of_table_a2() -> None:
    general = additive(
        food_code="", food_name="各类食品，表 A.2 中编号为 1~2 的食品类别除外", gmp="GMP"
    )
    own = additive(max_level="")
    rows = [(2, general), (3, own)]
    found = additive_limits(rows, TREE, {1: "14.01", 2: "07.02"}).limits
    assert [(one.node, one.demand) for one in found] == [
        ("00", "按生产需要适量使用"),
        ("14.01", NO_DEMAND),
        ("07.02", NO_DEMAND),
        ("07.02", NO_DEMAND),
    ]


def test_contaminant_rows_without_path_or_readable_limit_are_named() -> None:
    row = {"category_path": "茶叶", "analyte": "铅", "limit": "5", "unit": "mg/kg", "kind": "limit"}
    content = contaminant_limits(
        [(2, row | {"category_path": ""}), (3, row | {"limit": "五"}), (4, row | {"analyte": ""})]
    )
    assert [(error.row, error.column) for error in content.errors] == [
        (2, "category_path"),
        (3, "limit"),
        (4, "analyte"),
    ]


def test_a_listed_holder_is_the_one_that_names_the_food_below() -> None:
    row = {"analyte": "镉", "limit": "0.1", "unit": "mg/kg", "kind": "limit"}
    path = "新鲜蔬菜 > 豆类蔬菜、茎类蔬菜(芹菜除外) > 芹菜"
    nodes = {node.code: node.parent for node in contaminant_limits(
        [(2, row | {"category_path": path}), (3, row | {"category_path": "甲、乙 > 丙丁"})]
    ).nodes}  # fmt: skip
    assert nodes["芹菜"] == "茎类蔬菜"
    listed = contaminant_limits([(2, row | {"category_path": "坚果、籽类 > 咖啡豆"})])
    assert {node.code: node.parent for node in listed.nodes}["咖啡豆"] == "坚果"
