"""Excel and CSV: templates, readings with row-level errors, refusals, error files, uploads."""

import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, TooLarge, Unsupported
from zhian.kernel.exchange import (
    Column,
    Reading,
    RowError,
    Sheet,
    as_text,
    cells,
    day,
    decimal_number,
    text,
    uploads,
    whole_number,
    write_table,
    yes_no,
)

KINDS = (("FARM", "Farm"), ("SHOP", "Shop"))
GOODS = Sheet(
    "goods",
    Column("code", "Code", required=True, unique=True, example="0012"),
    Column("name", "Name", required=True),
    Column("kind", "Kind", choices=KINDS),
    Column("pieces", "Pieces", parse=whole_number, help="whole packages"),
    Column("mass_kg", "Mass (kg)", parse=decimal_number),
    Column("since", "Since", parse=day),
    Column("open", "Open", parse=yes_no),
)
HEADER = ["Code", "Name", "Kind", "Pieces", "Mass (kg)", "Since", "Open"]
Fill = Callable[[openpyxl.worksheet.worksheet.Worksheet], None]


def workbook(*rows: list[object], fill: Fill | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if fill is not None:
        fill(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(*rows: list[object], fill: Fill | None = None) -> Reading:
    return GOODS.read("goods.xlsx", workbook(*rows, fill=fill))


def told(reading: Reading) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.message) for error in reading.errors]


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def test_typed_cells_become_typed_values() -> None:
    reading = read(
        HEADER,
        ["0012", "牛奶", "shop", 24, 12.5, date(2026, 9, 1), "是"],
        [6922165902996, "奶粉", "FARM", "1,200", "0.1", "2026年9月1日", "no"],
    )
    assert told(reading) == []
    first, second = (row.values for row in reading.rows)
    assert first == {
        "code": "0012",
        "name": "牛奶",
        "kind": "SHOP",
        "pieces": 24,
        "mass_kg": Decimal("12.5"),
        "since": date(2026, 9, 1),
        "open": True,
    }
    assert second["code"] == "6922165902996"
    assert (second["pieces"], second["mass_kg"]) == (1200, Decimal("0.1"))
    assert (second["since"], second["open"]) == (date(2026, 9, 1), False)


def test_every_wrong_cell_is_told_with_its_row_and_column() -> None:
    reading = read(
        HEADER,
        ["1", "good", None, None, None, None, None],
        [None, "", "Mine", "a few", "NaN", "2026-02-30", "perhaps"],
        ["2", "x", None, None, "a lot", "soon", None],
    )
    assert [row.number for row in reading.rows] == [2]
    assert reading.failed_rows == [3, 4]
    wrong = [(row, column) for row, column, _why in told(reading)]
    assert wrong == [(3, name) for name in HEADER] + [(4, "Mass (kg)"), (4, "Since")]
    assert "Farm, Shop" in reading.errors[2].message
    assert reading.errors[5].message == "there is no such day"


def test_repeats_of_a_unique_column_name_the_first_row() -> None:
    reading = read(HEADER, ["1", "a"], ["2", "b"], ["1", "c"])
    assert told(reading) == [(4, "Code", "the same as in row 2")]
    assert [row.number for row in reading.rows] == [2, 3]


def test_empty_rows_are_skipped_and_rows_keep_excel_s_numbers() -> None:
    reading = read(["登记表"], [], HEADER, [], ["1", "a"], [" ", None], ["2", "b"])
    assert [row.number for row in reading.rows] == [5, 7]
    assert reading.total == 2


def test_formulas_are_refused_because_their_value_is_not_theirs() -> None:
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["A2"] = '=CONCATENATE("1","2")'

    reading = read(HEADER, ["1", "a"], ["2", "b"], fill=fill)
    assert told(reading) == [(2, "Code", "holds a formula; paste its value")]
    assert [row.number for row in reading.rows] == [3]


def test_merged_cells_are_refused() -> None:
    reading = read(HEADER, ["1", "a"], ["2", None], fill=lambda sheet: sheet.merge_cells("B2:B3"))
    assert reading.failed_rows == [2, 3]
    assert "merged" in reading.errors[0].message


@pytest.mark.parametrize(
    ("header", "column", "message"),
    [
        (["Code", "Kind"], "Name", "this column is missing; start from the template"),
        (["Code", "Name", "Code"], "Code", "this column stands twice"),
        (["Colour", "Taste"], "Code", "this column is missing; start from the template"),
    ],
)
def test_a_wrong_header_reads_no_row(header: list[object], column: str, message: str) -> None:
    reading = read(header, ["1", "a", "b"])
    assert (1, column, message) in told(reading)
    assert reading.rows == []


def test_columns_nobody_asked_for_are_named_not_lost_silently() -> None:
    reading = read(["No", "Code", "NAME *", "Error"], [1, "1", "a", "was wrong"])
    assert reading.not_read == ["No"]
    assert reading.rows[0].values["name"] == "a"


def test_headers_answer_in_both_languages() -> None:
    from django.utils.translation import gettext_lazy

    sheet = Sheet("x", Column("yes", gettext_lazy("Yes"), required=True))
    with translation.override("zh-hans"):
        chinese = str(gettext_lazy("Yes"))
    for header in ("Yes", chinese, "yes"):
        assert sheet.read("a.csv", f"{header}\n1\n".encode()).rows[0].values == {"yes": "1"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_people_save(encoding: str, delimiter: str) -> None:
    lines = [delimiter.join(["Code", "Name"]), delimiter.join(['="0012"', '"益昌, 乳业"'])]
    lines[1] = lines[1].replace('="0012"', '"=""0012"""')
    reading = GOODS.read("goods.CSV", "\r\n".join(lines).encode(encoding))
    assert told(reading) == []
    assert reading.rows[0].values["code"] == "0012"
    assert reading.rows[0].values["name"] == "益昌, 乳业"


def test_a_formula_in_csv_is_refused() -> None:
    reading = GOODS.read("goods.csv", b"Code,Name\n=1+1,a\n")
    assert told(reading) == [(2, "Code", "holds a formula; paste its value")]


@pytest.mark.parametrize(
    ("filename", "data", "error"),
    [
        ("goods.xlsx", b"", BadInput),
        ("goods.xlsx", b"PK\x03\x04 not a zip", BadInput),
        ("goods.xls", b"\xd0\xcf\x11\xe0", Unsupported),
        ("goods.pdf", b"%PDF", Unsupported),
        ("goods.csv", b"\xff\xfe\x00\xd8\x00\xd8x", BadInput),
        ("goods.csv", b"Code\n\x81\x20", BadInput),
        ("goods.csv", b"Code,Name\n" + b"," * 600, TooLarge),
        ("goods.csv", b"Code\n" + b"a" * 200_000, BadInput),
        ("goods.csv", b"x" * (cells.MAX_BYTES + 1), TooLarge),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(
    filename: str, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        GOODS.read(filename, data)


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return stream.getvalue()


def test_a_zip_bomb_is_refused_before_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(TooLarge, match="unpacks"):
        GOODS.read("a.xlsx", packed(**{"xl/worksheets/sheet1.xml": b"0" * 5_000_000}))
    monkeypatch.setattr(cells, "MAX_PARTS", 10)
    with pytest.raises(TooLarge, match="parts"):
        GOODS.read("a.xlsx", packed(**{f"part{n}": b"" for n in range(11)}))


def test_xml_with_entities_and_workbooks_without_a_sheet_are_refused() -> None:
    with pytest.raises(BadInput, match="XML"):
        GOODS.read("a.xlsx", packed(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]>'}))
    with pytest.raises(BadInput, match="damaged"):
        GOODS.read("a.xlsx", packed(**{"xl/workbook.xml": b"<workbook/>"}))


def test_a_sheet_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_ROWS", 3)
    with pytest.raises(TooLarge):
        read(HEADER, ["1", "a"], ["2", "b"], ["3", "c"])


def test_the_template_reads_back_empty_and_holds_its_drop_downs() -> None:
    data = GOODS.template()
    assert GOODS.read("t.xlsx", data).rows == []
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEADER
    assert sheet["A2"].value == "※ required; for example 0012"
    assert sheet["D2"].value == "※ may be left empty; whole packages"
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, str(rule.sqref)) == ("list", "C3:C10000")
    assert [cell.value for cell in book["_"]["C"]] == ["Farm", "Shop"]
    sheet["A3"], sheet["B3"], sheet["C3"] = "0012", "a", "Shop"
    stream = io.BytesIO()
    book.save(stream)
    assert GOODS.read("t.xlsx", stream.getvalue()).rows[0].values["code"] == "0012"


def test_the_error_file_holds_the_failed_rows_and_can_be_mended_and_read_again() -> None:
    reading = read(["Code", "Name", "Remark"], ["1", "a", "x"], ["2", None, "y"])
    book = openpyxl.load_workbook(io.BytesIO(GOODS.error_file(reading)))
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Code", "Name", "Remark", "Error"],
        ["2", None, "y", "Name: must be filled in"],
    ]
    sheet["B2"] = "mended"
    stream = io.BytesIO()
    book.save(stream)
    again = GOODS.read("again.xlsx", stream.getvalue())
    assert told(again) == []
    assert again.rows[0].values["name"] == "mended"


def test_an_export_reads_back_as_the_same_rows() -> None:
    rows = [
        {"code": "=1+1", "name": "公式", "kind": "SHOP", "since": date(2026, 1, 2), "open": True},
        {"code": "2", "name": "x", "pieces": 3, "mass_kg": Decimal("1.250"), "open": False},
    ]
    reading = GOODS.read("e.xlsx", GOODS.export(rows))
    assert told(reading) == []
    full = [{key: row.get(key) for key in GOODS.by_key} for row in rows]
    assert [row.values for row in reading.rows] == full


@settings(max_examples=40, deadline=None)
@given(
    names=st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Z")),
            min_size=1,
            max_size=30,
        ).filter(lambda name: not name.startswith(("※", "'")) and "_x" not in name),
        min_size=1,
        max_size=5,
    )
)
def test_any_name_survives_excel(names: list[str]) -> None:
    rows = [{"code": str(n), "name": name} for n, name in enumerate(names)]
    reading = GOODS.read("e.xlsx", GOODS.export(rows))
    assert told(reading) == []
    assert [row.values["name"] for row in reading.rows] == names


def test_rows_refused_later_leave_the_good_ones() -> None:
    reading = read(HEADER, ["1", "a"], ["2", "b"])
    reading.refuse([RowError(2, "", "already registered")])
    assert [row.number for row in reading.rows] == [3]
    assert str(reading.errors[0]) == "already registered"


def test_a_sheet_names_a_column_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Sheet("x", Column("a", "A"), Column("a", "B"))


def test_text_refuses_what_cannot_be_printed() -> None:
    assert text("王记乳品店") == "王记乳品店"
    for wrong in ("a\x00b", "x" * 1001):
        with pytest.raises(ValueError):
            text(wrong)


def test_written_cells_keep_their_type_and_long_numbers_their_digits() -> None:
    moment = datetime(2026, 11, 21, 16, 30, tzinfo=clock.UTC)
    row = [True, moment, date(2026, 1, 2), Decimal("1.5"), 10**18, "=1+1", None, "http://a.cn"]
    with write_table("a/b", ["h"] * len(row), [row]) as stream:
        sheet = openpyxl.load_workbook(io.BytesIO(stream.read())).worksheets[0]
    assert sheet.title == "a-b"
    assert [cell.value for cell in sheet[2]] == [
        "Yes",
        datetime(2026, 11, 22, 0, 30),  # noqa: DTZ001 (Excel knows no zone)
        datetime(2026, 1, 2),  # noqa: DTZ001
        1.5,
        str(10**18),
        "=1+1",
        None,
        "http://a.cn",
    ]
    assert sheet["F2"].data_type == "s"
    assert sheet["H2"].hyperlink is None


def test_a_table_that_cannot_be_finished_leaves_no_file_open() -> None:
    def rows() -> Iterator[list[object]]:
        yield ["a"]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write_table("t", ["h"], rows())


def test_cells_read_as_people_see_them() -> None:
    assert cells._cell_text(True) == "1"
    assert cells._cell_text(False) == "0"
    assert cells._cell_text(1e20) == "1e+20"
    assert cells._cell_text(0.5) == "0.5"
    assert cells._cell_text(clock_time(8, 30)) == "08:30:00"
    assert cells._cell_text(timedelta(hours=30)) == "1 day, 6:00:00"
    assert cells._cell_text(datetime(2026, 1, 2, 3, 4)) == "2026-01-02 03:04:00"  # noqa: DTZ001


def test_text_for_pages_is_what_people_read() -> None:
    assert as_text(None) == as_text("") == "—"
    assert as_text(datetime(2026, 11, 21, 16, 30, tzinfo=clock.UTC)) == "2026-11-22 00:30"
    assert as_text(date(2026, 1, 2)) == "2026-01-02"
    assert as_text(True) == "Yes"
    assert as_text(12.5) == "12.5"


# --- uploads between preview and commit


@pytest.fixture
def _data(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    platform: Settings = request.getfixturevalue("settings")
    platform.ZHIAN_DATA = tmp_path


@pytest.mark.usefixtures("_data")
def test_an_upload_waits_for_its_own_person_and_sheet() -> None:
    upload = uploads.keep(data=b"abc", filename="a.csv", sheet="goods", user_id=7)
    assert uploads.opened(upload.token, sheet="goods", user_id=7) == upload
    assert upload.data() == b"abc"
    for sheet, user_id, token in (
        ("goods", 8, upload.token),
        ("other", 7, upload.token),
        ("goods", 7, upload.token[:-1] + "_"),
    ):
        with pytest.raises(BadInput, match="expired"):
            uploads.opened(token, sheet=sheet, user_id=user_id)


@pytest.mark.usefixtures("_data")
def test_an_upload_is_committed_once_unless_the_commit_failed() -> None:
    upload = uploads.keep(data=b"abc", filename="a.csv", sheet="goods", user_id=7)
    assert upload.errors() == []
    upload.claim()
    assert upload.committed()
    with pytest.raises(Conflict):
        upload.claim()
    upload.release()
    upload.claim()
    upload.keep_errors([RowError(2, "Code", "known")])
    assert upload.errors() == [RowError(2, "Code", "known")]
    uploads.keep(data=b"abc", filename="a.csv", sheet="goods", user_id=7)
    assert not upload.committed()
    assert upload.errors() == []


@pytest.mark.usefixtures("_data")
def test_uploads_are_gone_after_a_day(tmp_path: Path) -> None:
    old = uploads.keep(data=b"abc", filename="a.csv", sheet="goods", user_id=7)
    past = time.time() - uploads.LIFETIME_S - 60
    for path in (tmp_path / "uploads").iterdir():
        os.utime(path, (past, past))
    uploads.keep(data=b"new", filename="b.csv", sheet="goods", user_id=7)
    with pytest.raises(BadInput, match="expired"):
        old.data()
