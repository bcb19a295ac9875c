"""The whole of GB 2760-2024, GB 2762-2025 and the inspection rules of 2026, as published."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click import ClickException
from openpyxl import load_workbook

from tests.casting import Cast
from tests.registry.standards.goods import Goods
from tests.shared_data import shared
from zhian.registry.standards import selectors
from zhian.registry.standards.commands.files import Wishes, import_into_library
from zhian.registry.standards.engine.unlisted import Ingredient
from zhian.registry.standards.models import (
    Edition,
    FunctionalClass,
    InspectionItem,
    Limit,
    Substance,
    SubstanceName,
)
from zhian.registry.standards.vocabulary import EditionState, LimitUse, SubstanceKind

pytestmark = pytest.mark.django_db
MADE = date(2026, 1, 1)
ADDITIVES = (
    "gb2760_2024_a1_additive_limits.csv",
    "gb2760_2024_a2_excluded_categories.csv",
    "gb2760_2024_b1_no_flavour_categories.csv",
    "gb2760_2024_b2_b3_flavourings.csv",
    "gb2760_2024_c_processing_aids.csv",
    "gb2760_2024_d_functional_classes.csv",
    "gb2760_2024_e1_food_categories.csv",
)


def files(*names: str) -> list[Path]:
    return [shared(f"limits/{name}") for name in names]


def judged(
    code: str, item: str, result: str, ingredients: Sequence[Ingredient] = ()
) -> tuple[str, str]:
    goods = Goods("x", nodes=[("GB 2760", code)])
    verdict = selectors.judge(goods, item, result, "g/kg", MADE, ingredients=ingredients)
    return verdict.outcome, verdict.reason_code


def test_gb_2760_is_imported_in_one_command_and_put_in_force_whole(
    cast: Cast, tmp_path: Path
) -> None:
    said = import_into_library(files(*ADDITIVES), None, Wishes(activate=True))
    assert len(said) == len(ADDITIVES) + 1
    edition = Edition.objects.get(code="GB 2760-2024", state=EditionState.ACTIVE)
    assert set(edition.tables) == {"ADDITIVES", "NO_FLAVOURS", "FLAVOURINGS", "PROCESSING_AIDS"}
    assert edition.limits.filter(table="FLAVOURINGS").count() == 1892
    assert edition.limits.filter(table="PROCESSING_AIDS").count() == 183
    assert edition.limits.filter(table="NO_FLAVOURS").count() == 29
    assert FunctionalClass.objects.count() == 23
    assert Substance.objects.get(name_zh="丁香叶油").kind == SubstanceKind.FLAVOURING
    assert Substance.objects.get(names__folded="亮蓝").functions == ["着色剂"]
    _residues_and_uses(edition)
    _positive_list_and_carry_over()
    _index(tmp_path)


def _residues_and_uses(edition: Edition) -> None:
    """Maximum use and residue stand side by side; what is found is held against the residue."""
    nitrite = edition.limits.filter(substance__names__folded="亚硝酸钠", node__code="08.03.01")
    uses = {limit.use: limit.demand for limit in nitrite}
    if uses:
        assert uses[LimitUse.RESIDUE] == "≤30mg/kg"
    assert edition.limits.filter(use=LimitUse.RESIDUE).count() > 40
    assert edition.limits.filter(operator="", table="ADDITIVES").count() == 0
    aluminium = selectors.judge(
        Goods("x", nodes=[("GB 2760", "06.03.02.05")]), "铝的残留量(干样品,以Al计)", "281",
        "mg/kg", MADE,
    )  # fmt: skip
    assert aluminium.outcome in {"不合格", "需人工"}
    assert aluminium.outcome != "合格"


def _positive_list_and_carry_over() -> None:
    # sorbic acid is listed for many foods, not for rice: forbidden, or brought by an ingredient
    assert judged("06.02.01", "山梨酸", "0.5") == ("需人工", "carried_over_or_forbidden")
    assert judged("06.02.01", "山梨酸", "未检出")[0] == "合格"
    share = [Ingredient("07.02", Fraction(10))]
    over = judged("06.02.01", "山梨酸", "0.5", ingredients=share)
    assert over == ("不合格", "beyond")
    within = judged("06.02.01", "山梨酸", "0.05", ingredients=share)
    assert within == ("需人工", "carried_over_conditions")
    none = judged("06.02.01", "山梨酸", "0.5", ingredients=[Ingredient("06.02.01", Fraction(50))])
    assert none == ("不合格", "no_ingredient_permits")
    # a substance no table of the standard names is simply not loaded
    assert judged("06.02.01", "无此物", "0.5") == ("需人工", "substance_unknown")


def _index(tmp_path: Path) -> None:
    """Appendix F: what table A.1 writes otherwise comes back as row errors, the rest is joined."""
    (file,) = files("gb2760_2024_f_additive_index.csv")
    with pytest.raises(ClickException, match="nothing was written"):
        import_into_library([file], None, Wishes(errors=tmp_path))
    refused = load_workbook(tmp_path / f"{file.stem}-errors.xlsx").active
    assert refused is not None
    count = refused.max_row - 1
    assert 0 < count < 60
    before = SubstanceName.objects.count()
    (said,) = import_into_library([file], None, Wishes(keep_valid=True))
    assert f"{count} refused" in said
    assert SubstanceName.objects.count() >= before
    assert Substance.objects.get(names__folded="脱氢乙酸").ins


def test_the_inspection_rules_come_back_with_their_shifted_rows(cast: Cast, tmp_path: Path) -> None:
    (file,) = files("inspection_rules_2026_items.csv")
    with pytest.raises(ClickException, match="nothing was written"):
        import_into_library([file], None, Wishes(errors=tmp_path))
    assert not Edition.objects.exists()
    refused = load_workbook(tmp_path / f"{file.stem}-errors.xlsx").active
    assert refused is not None
    assert refused.max_row - 1 == 38
    import_into_library([file], None, Wishes(keep_valid=True, activate=True))
    edition = Edition.objects.get()
    assert edition.state == EditionState.ACTIVE
    items = InspectionItem.objects.filter(edition=edition)
    assert items.count() == 1916 - 38
    assert not items.filter(item__contains="最 大").exists()
    wheat = items.filter(sub_category="小麦粉").first()
    assert wheat is not None
    assert (wheat.item, wheat.standard, wheat.method) == ("铅(以Pb计)", "GB 2762", "GB 5009.12")


def test_a_second_import_of_one_table_keeps_what_the_others_gave(cast: Cast) -> None:
    names = [ADDITIVES[6], ADDITIVES[1], ADDITIVES[4]]
    import_into_library(files(*names), None, Wishes(activate=True))
    first = Edition.objects.get(code="GB 2760-2024")
    import_into_library(files(ADDITIVES[2]), None, Wishes(activate=True))
    second = Edition.objects.get(code="GB 2760-2024", state=EditionState.ACTIVE)
    assert (first.revision, second.revision) == (1, 2)
    assert set(second.tables) == {"PROCESSING_AIDS", "NO_FLAVOURS"}
    aids = Limit.objects.filter(table="PROCESSING_AIDS")
    assert aids.filter(edition=first).count() == aids.filter(edition=second).count() == 183


def test_processing_aids_carry_their_kind_and_both_names(cast: Cast) -> None:
    import_into_library(files(ADDITIVES[4]), None, Wishes())
    kinds = dict(Substance.objects.values_list("name_zh", "kind"))
    assert kinds["丙烷"] == SubstanceKind.PROCESSING_AID
    enzyme = Limit.objects.filter(clause__startswith="表C.3").first()
    assert enzyme is not None
    assert enzyme.demand == "按生产需要适量使用"
    assert enzyme.substance.name_en
