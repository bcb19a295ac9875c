"""The limit library in the database: starter limits, imported tables, the one judge function."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click import ClickException
from django.utils import translation

from tests.casting import Cast
from tests.shared_data import shared
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.kernel.exchange import Row
from zhian.registry.standards import selectors, services
from zhian.registry.standards.commands.files import Wishes, import_into_library
from zhian.registry.standards.models import (
    Edition,
    FoodNode,
    Limit,
    Standard,
    Substance,
    SubstanceName,
)
from zhian.registry.standards.services.importing import error_text
from zhian.registry.standards.services.sheets import SHEETS
from zhian.registry.standards.vocabulary import EditionState, StandardKind, Table

pytestmark = pytest.mark.django_db
MADE = date(2026, 10, 1)


@dataclass
class Goods:
    """A product as far as the library needs one."""

    name_zh: str
    category_zh: str = ""
    nodes: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def food_nodes(self) -> Sequence[tuple[str, str]]:
        return self.nodes


FORMULA = Goods("婴幼儿配方乳粉", "婴幼儿配方食品")


@pytest.fixture
def starter(cast: Cast) -> int:
    return services.load_starter_limits(acting_user=cast.system)


def read(table: Table, path: str) -> list[Row]:
    file = shared(path)
    reading = SHEETS[table].read(file.name, file.read_bytes())
    assert reading.errors == []
    return reading.rows


def general(**values: object) -> Row:
    row = {
        "standard": "GB 2763",
        "edition": "GB 2763-2021",
        "effective_from": date(2021, 9, 3),
        "effective_to": None,
        "substance": "毒死蜱",
        "substance_en": "chlorpyrifos",
        "food_path": "蔬菜 > 韭菜",
        "limit": "≤0.02mg/kg",
        "grade": "M",
    }
    return Row(2, row | values)


def test_starter_limits_are_loaded_once(cast: Cast) -> None:
    assert not selectors.starter_limits_loaded()
    assert services.load_starter_limits(acting_user=cast.system) == Limit.objects.count() > 40
    assert services.starter_limits_loaded()
    assert services.load_starter_limits(acting_user=cast.system) == 0


def test_melamine_in_infant_formula_fails_with_its_proof(starter: int) -> None:
    verdict = selectors.judge(FORMULA, "三聚氰胺", "2563", "mg/kg", MADE)
    assert verdict.outcome == "不合格"
    assert verdict.outcome_code == "NONCONFORMING"
    assert verdict.reason_zh == "检出值 2563mg/kg 不符合限量 ≤1mg/kg"
    assert verdict.limit["food"] == "婴儿配方食品"
    assert verdict.limit["grade"] == "L"
    codes = [step["code"] for step in verdict.proof["steps"]]
    assert codes == ["limit_chosen", "limit_unverified"]
    assert verdict.proof["produced_on"] == "2026-10-01"


@pytest.mark.parametrize(
    ("product", "item", "result", "produced_on", "options", "code"),
    [
        (FORMULA, "Melamine", "0.4", MADE, {}, "within"),
        (FORMULA, "三聚氰胺", "未检出", MADE, {"lod": "2"}, "detection_limit_above_limit"),
        (FORMULA, "三聚氰胺", "未检出", MADE, {"lod": "0.05mg/kg"}, "within"),
        (FORMULA, "三聚氰胺", "0.4", None, {}, "production_date_missing"),
        (FORMULA, "三聚氰胺", "0.4", date(2010, 1, 1), {}, "no_limit_loaded"),
        (FORMULA, "三聚氰胺", "0.4", MADE, {"market": "JP"}, "market_unknown"),
        (FORMULA, "不明物质", "0.4", MADE, {}, "substance_unknown"),
        (Goods("砖"), "三聚氰胺", "0.4", MADE, {}, "category_unknown"),
        (None, "三聚氰胺", "0.4", MADE, {}, "category_unknown"),
        (None, "三聚氰胺", "0.4", MADE, {"printed_limit": "≤1mg/kg"}, "within"),
        (FORMULA, "三聚氰胺", "2", MADE, {"printed_limit": "≤2.5mg/kg"},
         "printed_and_loaded_disagree"),
        (FORMULA, "铅", "0.05", MADE, {}, "basis_differs"),
        (FORMULA, "铅", "0.05", MADE, {"basis": "solid_product"}, "within"),
    ],
)  # fmt: skip
def test_the_judge_says_what_is_missing(
    starter: int,
    product: Goods | None,
    item: str,
    result: str,
    produced_on: date | None,
    options: dict[str, str],
    code: str,
) -> None:
    verdict = selectors.judge(product, item, result, "mg/kg", produced_on, **options)
    assert verdict.reason_code == code
    assert verdict.reason_en


def test_an_officers_mapping_beats_the_words_of_the_name(starter: int) -> None:
    powder = Goods("婴幼儿配方乳粉", nodes=[("公告2011-10", "other_food")])
    assert selectors.judge(powder, "三聚氰胺", "2", "mg/kg", MADE).outcome == "合格"
    assert selectors.judge(FORMULA, "三聚氰胺", "2", "mg/kg", MADE).outcome == "不合格"


def test_limits_for_gives_the_deepest_binding_limit(starter: int) -> None:
    found = selectors.limits_for("铅(以Pb计)", [("GB 2762", "生乳")], MADE)
    assert [limit.demand for limit in found] == ["≤0.02mg/kg"]
    found = selectors.limits_for("铅", [("GB 2762", "乳粉和调制乳粉")], MADE)
    assert [limit.demand for limit in found] == ["≤0.2mg/kg"]
    assert selectors.limits_for("无此物", [("GB 2762", "生乳")], MADE) == []


def test_the_published_tables_are_imported_whole_and_then_put_in_force(
    cast: Cast, starter: int
) -> None:
    system = cast.system
    rows = read(Table.CONTAMINANTS, "limits/gb2762_2025_contaminants.csv")
    assert services.checked_rows(Table.CONTAMINANTS, rows) == []
    edition = services.import_table(acting_user=system, table=Table.CONTAMINANTS, rows=rows)
    assert edition is not None
    assert (edition.state, edition.revision) == (EditionState.DRAFT, 2)
    rice = Goods("大米", "粮食加工品-大米")
    before = selectors.judge(rice, "无机砷(以As计)", "0.3", "mg/kg", MADE)
    assert before.outcome == "需人工"
    services.activate_edition(acting_user=system, edition_id=edition.pk)
    assert Edition.objects.get(code=edition.code, revision=1).state == EditionState.REPLACED
    after = selectors.judge(rice, "无机砷(以As计)", "0.3", "mg/kg", MADE)
    assert (after.outcome, after.clause) == ("不合格", "GB 2762-2025 表4")
    # the deepest category wins: total arsenic of cereals does not bind rice
    assert selectors.judge(rice, "总砷(以As计)", "0.3", "mg/kg", MADE).reason_code == "no_limit"
    shrimp = Goods("虾", nodes=[("GB 2762", "虾蛄")])
    assert selectors.judge(shrimp, "镉(以Cd计)", "2.9", "mg/kg", MADE).outcome == "合格"
    crab = Goods("蟹", nodes=[("GB 2762", "甲壳类")])
    assert selectors.judge(crab, "镉(以Cd计)", "2.9", "mg/kg", MADE).outcome == "不合格"
    # produced before it took effect: the former edition binds, of which little is loaded
    old = selectors.judge(crab, "镉(以Cd计)", "2.9", "mg/kg", date(2026, 9, 1))
    assert old.reason_code == "no_limit_loaded"
    with pytest.raises(Conflict):
        services.activate_edition(acting_user=system, edition_id=edition.pk)


def test_additive_levels_follow_the_food_codes(cast: Cast, starter: int) -> None:
    system = cast.system
    rows = read(Table.ADDITIVES, "limits/gb2760_2024_a1_additive_limits.csv")
    unknown = services.checked_rows(Table.ADDITIVES, rows)
    assert {error.message for error in unknown} == {error_text("unknown_food")}
    for table, path in (
        (Table.FOOD_CATEGORIES, "limits/gb2760_2024_e1_food_categories.csv"),
        (Table.EXCLUSIONS, "limits/gb2760_2024_a2_excluded_categories.csv"),
    ):
        tree = read(table, path)
        assert services.checked_rows(table, tree) == []
        services.import_table(acting_user=system, table=table, rows=tree)
    assert FoodNode.objects.get(code="01.01.01").exclusion_number == 1
    assert services.checked_rows(Table.ADDITIVES, rows) == []
    edition = services.import_table(acting_user=system, table=Table.ADDITIVES, rows=rows)
    assert edition is not None
    services.activate_edition(acting_user=system, edition_id=edition.pk)
    assert Substance.objects.filter(cns="19.002,19.024").count() <= 1

    def level(code: str, item: str, result: str) -> tuple[str, str]:
        verdict = selectors.judge(
            Goods("x", nodes=[("GB 2760", code)]), item, result, "g/kg", date(2026, 1, 1)
        )
        return verdict.outcome, verdict.reason_code

    assert level("07.02", "山梨酸及其钾盐(以山梨酸计)", "1.1") == ("不合格", "beyond")
    # a code inherits from its parent: 08.03.05 has its own level, 08.03.01 has that of 08.03
    assert level("08.03.05", "山梨酸", "1.1")[0] == "合格"
    assert level("08.03.01", "山梨酸", "1.1")[0] == "不合格"
    # "除外": drinks may have sorbic acid, packaged water is left out
    assert level("14.01.01", "山梨酸", "0.1")[0] == "需人工"
    # "仅限": nobody passes on a level that holds for part of the category only
    assert level("07.04", "甜蜜素(以环己基氨基磺酸计)", "1") == ("需人工", "condition_open")
    assert level("07.04", "甜蜜素(以环己基氨基磺酸计)", "3")[0] == "不合格"
    # a general permission carries no number
    assert level("07.02", "柠檬酸", "1") == ("需人工", "limit_as_needed")


def test_a_limit_for_part_of_a_category_may_spare_a_failure(cast: Cast) -> None:
    rows = [
        general(limit="≤0.1mg/kg"),
        Row(3, general().values | {"limit": "≤0.5mg/kg", "condition": "仅限盆栽"}),
    ]
    edition = services.import_table(acting_user=cast.system, table=Table.GENERAL, rows=rows)
    assert edition is not None
    services.activate_edition(acting_user=cast.system, edition_id=edition.pk)
    leek = Goods("韭菜")

    def outcome(result: str) -> str:
        return selectors.judge(leek, "毒死蜱", result, "mg/kg", MADE).outcome

    assert [outcome("0.05"), outcome("0.3"), outcome("0.6")] == ["合格", "需人工", "不合格"]


def test_a_doubt_stays_a_doubt_where_a_limit_holds_for_part_of_a_category(cast: Cast) -> None:
    rows = [general(limit="≤0.5mg/kg", condition="仅限盆栽")]
    edition = services.import_table(acting_user=cast.system, table=Table.GENERAL, rows=rows)
    assert edition is not None
    services.activate_edition(acting_user=cast.system, edition_id=edition.pk)
    doubt = selectors.judge(Goods("韭菜"), "毒死蜱", "0.1~0.9", "mg/kg", MADE)
    assert doubt.reason_code == "cannot_conclude"


def test_a_new_edition_ends_its_predecessor_and_an_old_one_ends_before_its_successor(
    cast: Cast,
) -> None:
    made = []
    for code, day, limit in (
        ("GB 2763-2021", date(2021, 9, 3), "≤0.02mg/kg"),
        ("GB 2763-2026", date(2026, 6, 1), "≤0.01mg/kg"),
        ("GB 2763-2019", date(2020, 2, 15), "≤0.1mg/kg"),
        ("GB 2763-2016", date(2017, 6, 18), "≤0.2mg/kg"),
    ):
        end = date(2019, 12, 31) if code == "GB 2763-2016" else None
        row = general(edition=code, effective_from=day, effective_to=end, limit=limit)
        edition = services.import_table(acting_user=cast.system, table=Table.GENERAL, rows=[row])
        assert edition is not None
        made.append(services.activate_edition(acting_user=cast.system, edition_id=edition.pk))
    ends = {edition.code: edition.effective_to for edition in Edition.objects.all()}
    assert ends == {
        "GB 2763-2016": date(2019, 12, 31),
        "GB 2763-2019": date(2021, 9, 2),
        "GB 2763-2021": date(2026, 5, 31),
        "GB 2763-2026": None,
    }
    leek = Goods("韭菜")
    outcomes = [
        selectors.judge(leek, "毒死蜱", "0.015", "mg/kg", day).outcome
        for day in (date(2021, 1, 1), date(2026, 5, 31), date(2026, 6, 1), date(2020, 1, 1))
    ]
    assert outcomes == ["合格", "合格", "不合格", "需人工"]
    wet = selectors.judge(leek, "毒死蜱", "0.015", "mg/kg", MADE, moisture_percent=Fraction(50))
    assert wet.outcome == "不合格"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"limit": "0.02mg/kg"}, "unreadable_limit"),
        ({"limit": "见附录"}, "unreadable_limit"),
        ({"food_path": ">"}, "missing"),
    ],
)
def test_rows_of_the_template_are_checked(cast: Cast, values: dict[str, str], code: str) -> None:
    row = general(**values)
    assert [error.message for error in services.checked_rows(Table.GENERAL, [row])] == [
        error_text(code)
    ]
    with pytest.raises(BadInput):
        services.import_table(acting_user=cast.system, table=Table.GENERAL, rows=[row])
    assert not Edition.objects.exists()


def test_one_file_holds_one_edition(cast: Cast) -> None:
    rows = [general(), general(edition="GB 2763-2026")]
    errors = services.checked_rows(Table.GENERAL, rows)
    assert [error.message for error in errors] == [error_text("two_editions")]
    mixed = [
        Row(2, {"standard": "GB 2762-2025", "category_path": "茶叶", "analyte": "铅", "limit": "5",
                "unit": "mg/kg", "kind": "limit"}),
        Row(3, {"standard": "GB 2762-2030", "category_path": "茶叶", "analyte": "铅", "limit": "5",
                "unit": "mg/kg", "kind": "limit"}),
    ]  # fmt: skip
    assert len(services.checked_rows(Table.CONTAMINANTS, mixed)) == 1
    unknown = services.checked_rows(Table.CONTAMINANTS, mixed[1:])
    assert "general template" in unknown[0].message or "通用模板" in unknown[0].message
    assert services.checked_rows(Table.CONTAMINANTS, []) == []


def test_only_a_standards_clerk_changes_the_library(cast: Cast, starter: int) -> None:
    with pytest.raises(Refused):
        services.import_table(acting_user=cast.wang, table=Table.GENERAL, rows=[general()])
    edition = services.import_table(acting_user=cast.system, table=Table.GENERAL, rows=[general()])
    assert edition is not None
    with pytest.raises(Refused):
        services.activate_edition(acting_user=cast.wang, edition_id=edition.pk)
    with pytest.raises(NotKnown):
        services.activate_edition(acting_user=cast.system, edition_id=0)
    services.discard_edition(acting_user=cast.system, edition_id=edition.pk, reason="typo")
    edition.refresh_from_db()
    assert edition.state == EditionState.DISCARDED
    assert selectors.judge(Goods("韭菜"), "毒死蜱", "1", "mg/kg", MADE).outcome == "需人工"


def test_food_categories_are_found_by_words_and_walked_to_the_root(starter: int) -> None:
    rice = selectors.food_nodes("GB 2762", "大米").get()
    assert [node.code for node in selectors.node_path(rice)] == [
        "谷物及其制品", "谷物碾磨加工品", "大米(粉)",
    ]  # fmt: skip
    assert selectors.node_named("GB 2762", "大米(粉)") == rice
    assert selectors.node_named("GB 2762", "无") is None
    assert selectors.food_nodes().count() == FoodNode.objects.count()


def test_things_are_called_as_the_reader_reads() -> None:
    substance = Substance(name_zh="铅", name_en="Lead")
    node = FoodNode(code="x", name_zh="茶叶")
    with translation.override("en"):
        assert (str(substance), str(node)) == ("Lead", "茶叶")
        assert str(Limit(substance=substance, node=node, demand="≤5mg/kg")) == "Lead ≤5mg/kg"
    assert str(SubstanceName(name="Pb")) == "Pb"
    edition = Edition(effective_from=MADE, state=EditionState.ACTIVE)
    assert edition.in_force(MADE)
    assert not edition.in_force(date(2026, 9, 30))


def test_the_command_line_imports_a_table_or_says_what_is_wrong(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "standard,edition,effective_from,substance,food_path,limit\n"
    file = tmp_path / "limits.csv"
    file.write_text(header + "GB 2763,GB 2763-2021,2021-09-03,毒死蜱,韭菜,见附录\n", "utf-8")
    with pytest.raises(ClickException, match="nothing was written"):
        import_into_library([file], "GENERAL", Wishes(activate=True))
    assert "row 2" in capsys.readouterr().err
    file.write_text(header + "GB 2763,GB 2763-2021,2021-09-03,毒死蜱,韭菜,≤0.02mg/kg\n", "utf-8")
    said = import_into_library([file], None, Wishes(activate=True))
    assert said == ["limits.csv: 1 rows → GB 2763-2021", "in force: GB 2763-2021"]
    assert Edition.objects.get().state == EditionState.ACTIVE
    (tmp_path / "empty.csv").write_text("", "utf-8")
    with pytest.raises(ClickException):
        import_into_library([tmp_path / "empty.csv"], "GENERAL", Wishes())


def test_a_food_tree_makes_its_standard_whose_kind_comes_with_the_limits(cast: Cast) -> None:
    foods = [
        Row(2, {"standard": "GB 99999", "market": "CN", "code": "04.01", "name": "韭菜",
                "parent": "04", "words": "韭菜"}),
        Row(3, {"standard": "GB 99999", "market": "CN", "code": "04", "name": "蔬菜"}),
    ]  # fmt: skip
    services.import_table(acting_user=cast.system, table=Table.FOODS, rows=foods)
    made = Standard.objects.get(code="GB 99999")
    assert (made.market, made.kind) == ("cn", StandardKind.OTHER)
    assert FoodNode.objects.get(standard=made, code="04.01").parent == FoodNode.objects.get(
        standard=made, code="04"
    )
    rows = [general(standard="GB 99999", edition="GB 99999-2026", standard_kind="PESTICIDES")]
    services.import_table(acting_user=cast.system, table=Table.GENERAL, rows=rows)
    made.refresh_from_db()
    assert made.kind == StandardKind.PESTICIDES


def test_substances_whose_long_names_begin_alike_are_kept_apart(cast: Cast) -> None:
    names = ["长" * 120 + end for end in "甲乙"]
    rows = [Row(number, {"name_zh": name}) for number, name in enumerate(names, start=2)]
    services.import_table(acting_user=cast.system, table=Table.SUBSTANCES, rows=rows[:1])
    services.import_table(
        acting_user=cast.system,
        table=Table.GENERAL,
        rows=[general(substance=name, substance_en="") for name in names],
    )
    keys = [Substance.objects.get(name_zh=name).key for name in names]
    assert keys == ["长" * 120, "长" * 110 + " #2"]
