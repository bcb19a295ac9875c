"""Bad input of every kind is named with row and column, and nothing of the file is loaded."""

import csv
import io
from pathlib import Path

import pytest
from click import ClickException
from openpyxl import Workbook

from tests.casting import Cast
from zhian.registry.standards.commands.files import Wishes, import_into_library
from zhian.registry.standards.models import Edition, FoodNode, Limit, Substance

pytestmark = pytest.mark.django_db
HEADER = ("standard", "edition", "effective_from", "substance", "food_path", "limit", "grade")
GOOD = ("GB 2763", "GB 2763-2021", "2021-09-03", "毒死蜱", "蔬菜 > 韭菜", "≤0.02mg/kg", "M")


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True))


def table(path: Path, *rows: tuple[str, ...], encoding: str = "utf-8") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def refused(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says; nothing was written."""
    with pytest.raises(ClickException):
        import_into_library([file], "GENERAL", Wishes(activate=True))
    for model in (Edition, Limit, Substance, FoodNode):
        assert not model.objects.exists()
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"limit": "≤0.02ppm"}, "限量"),  # ambiguous unit
        ({"limit": "≤0.02mg/桶"}, "限量"),  # unknown unit
        ({"limit": "≤1100g/kg"}, "限量"),  # impossible number
        ({"limit": "≤-1mg/kg"}, "限量"),
        ({"grade": "什么"}, "证据"),  # unknown choice
        ({"substance": "\u0420b"}, "物质"),  # mixed scripts
        ({"effective_from": "2021-13-41"}, "施行日期"),  # impossible day
        ({"limit": "=0.02"}, "限量"),  # a formula
    ],
)
@pytest.mark.usefixtures("cast")
def test_a_bad_cell_is_named_and_nothing_is_half_loaded(
    cells: dict[str, str],
    column: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = refused(table(tmp_path / "limits.csv", GOOD, changed(**cells)), capsys)
    assert "row 3, " in said
    assert column in said


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("kind", ["formula", "merged"])
def test_formulas_and_merged_cells_of_a_workbook_are_refused(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, GOOD, changed(limit="=1/50" if kind == "formula" else "≤0.02mg/kg")):
        sheet.append(row)
    if kind == "merged":
        sheet.merge_cells("D2:D3")
    file = tmp_path / "limits.xlsx"
    book.save(file)
    said = refused(file, capsys)
    assert "row 3, " in said
    assert ("限量" if kind == "formula" else "物质") in said


def test_gb18030_is_read_and_an_unreadable_encoding_is_refused_whole(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"standard,edition\n\xff\xff\x80\x00\n")
    refused(broken, capsys)
    import_into_library(
        [table(tmp_path / "limits.csv", GOOD, encoding="gb18030")], None, Wishes(activate=True)
    )
    assert Limit.objects.get().substance.name_zh == "毒死蜱"
    assert cast.system.pk
