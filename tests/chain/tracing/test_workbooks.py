"""All-in-One and request workbooks become one trace model, each delivery once."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from tests.shared_data import shared
from zhian.chain.tracing.commands import trace
from zhian.chain.tracing.engine.problems import ModelError
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.workbooks import cells
from zhian.chain.tracing.engine.workbooks.cells import (
    amount_of,
    cell_text,
    date_of,
    read_workbook,
)
from zhian.chain.tracing.engine.workbooks.importing import import_workbooks

STATIONS = ["Company_ID", "Name", "City", "Additional Fields ->", "Latitude", "Note"]
GROUPS = ["DeliveryID", "Station", "Product Name", "Lot Number", "Delivery Date Departure", None,
          None, "Unit weigt/vol./pck.", None, "Recipient"]  # fmt: skip
PARTS = [None, None, None, None, "Day", "Month", "Year", "Quantity", "Type / Unit", None]
TOP = [" ", "Product", None, "Lot Information", None, "Delivery", None, None, None]
SUB = [None, "Name", "EAN", "Lot Number", "Best Before Date", "Delivery Date", None, None,
       "Amount\n(e.g. 45 kg)", "Name", "Address", "Country", "Type of Business"]  # fmt: skip
DAYS = [None, None, None, None, None, "Day", "Month", "Year"]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    """A file with these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def good(
    product: str, lot: str, day: Any, amount: str, partner: str, ref: Any = None, ean: str = ""
) -> list[Any]:
    """A row of a request form."""
    return [ref, product, ean, lot, "", day, 3, 2024, amount, partner]


def form(path: Path, company: str, incoming: list[Any], outgoing: list[Any]) -> Path:
    """A backtrace form: outgoing goods above, their ingredients below."""
    return workbook(
        path,
        Backtrace=[
            ["Inquired Company:", None, company, None, None, "Mill Street 1"],
            ["Outgoing Goods"],
            [*TOP, "Recipient"],
            SUB,
            DAYS,
            *outgoing,
            ["Information to complete the sheet:"],
            ["Line Number", "Ingredient", *TOP[2:], "Supplier"],
            SUB,
            DAYS,
            *incoming,
        ],
    )


def codes(notes: Any) -> list[str]:
    """Codes of the findings."""
    return [finding.code for finding in notes.findings]


def test_the_sample_workbook_is_read_whole() -> None:
    path = shared("tracing/All_In_One_Template_Example.xlsx")
    raw, notes = import_workbooks([path])
    model = read_model(raw)
    assert (len(model.stations), len(model.deliveries), len(model.links)) == (6, 7, 6)
    assert len({d.lot_key for d in model.deliveries}) == 4
    assert codes(notes) == []
    assert raw["stations"][1]["city"] == "Trumpton"


def test_the_sample_forms_become_one_model(tmp_path: Path) -> None:
    folder = shared("tracing/request_forms")
    files = sorted(folder.glob("*.xlsx"))
    raw, notes = import_workbooks(files)
    model = read_model(raw)
    assert (len(model.stations), len(model.deliveries)) == (19, 32)
    assert "form_empty" in codes(notes)
    again, _notes = import_workbooks(files, raw)
    assert {d["id"] for d in again["deliveries"]} == {d["id"] for d in raw["deliveries"]}
    assert {tuple(pair) for pair in again["links"]} == {tuple(pair) for pair in raw["links"]}


def test_problems_of_an_all_in_one_workbook_name_sheet_and_row(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "all.xlsx",
        Stations=[
            STATIONS,
            ["A", "Farm A", "Ort\xa0", None, "52,5", "wet"],
            [7, "Shop", None, None, "north", None],
            [None, "nameless"],
            ["A", "Farm A again"],
        ],
        Deliveries=[
            GROUPS,
            PARTS,
            ["d1", "A", "milk", "L1", 8, 3, 2024, 5, "kg", 7],
            ["d2", "A", "milk", "L1", 31, 2, 2024, "much", "kg", 7],
            ["d3", "A", "milk", "L1", None, None, 2024, None, None, "nobody"],
            ["d1", "A", "milk", "L1", 9, 3, 2024, 5, "kg", 7],
        ],
        Deliveries2Deliveries=[["From", "Into"], ["d1", "d2"], ["d1", "dx"]],
    )
    raw, notes = import_workbooks([path])
    assert raw["stations"][1] == {"id": "7", "name": "Shop", "additional": {"Latitude": "north"}}
    assert raw["links"] == [["d1", "d2"]]
    assert [(f.code, f.where) for f in notes.findings] == [
        ("id_missing", "all.xlsx:Stations!4"),
        ("duplicate_id", "all.xlsx:Stations!5"),
        ("station_changed", "all.xlsx:Stations!5"),
        ("not_a_date", "all.xlsx:Deliveries!4"),
        ("amount_unreadable", "all.xlsx:Deliveries!4"),
        ("delivery_incomplete", "all.xlsx:Deliveries!5"),
        ("duplicate_id", "all.xlsx:Deliveries!6"),
        ("delivery_changed", "all.xlsx:Deliveries!6"),
        ("link_unknown_delivery", "all.xlsx:Deliveries2Deliveries!3"),
    ]


def test_a_delivery_seen_from_both_ends_is_one(tmp_path: Path) -> None:
    out = good("Flour", "F1", 8, "0.9 kg", "Bakery, Ltd.")
    mill = form(tmp_path / "mill.xlsx", "Mill", [good("Wheat", "W1", 1, "2 t", "Farm", 6)], [out])
    bread = good("Bread", "B1", 9, "3 Piece", "Shop")
    bakery = form(
        tmp_path / "bakery.xlsx", "Bakery Ltd", [good("flour", "f1", 8, "900 g", "Mill", "B1")],
        [bread],
    )  # fmt: skip
    raw, notes = import_workbooks([mill, bakery])
    assert len(raw["deliveries"]) == 3
    assert {s["id"] for s in raw["stations"]} == {"Mill", "Farm", "Bakery, Ltd.", "Shop"}
    assert len(raw["links"]) == 2
    assert codes(notes) == []


def test_another_amount_at_the_other_end_is_reported_and_two_of_one_form_are_two(
    tmp_path: Path,
) -> None:
    twice = [good("Flour", "F1", 8, "5 kg", "Bakery"), good("Flour", "F1", 8, "7 kg", "Bakery")]
    mill = form(tmp_path / "mill.xlsx", "Mill", [], twice)
    raw, _notes = import_workbooks([mill])
    assert [d["amount"] for d in raw["deliveries"]] == [5, 7]
    one = form(tmp_path / "one.xlsx", "Mill2", [], [good("Flour", "F1", 8, "5 kg", "Bakery")])
    other = form(
        tmp_path / "b.xlsx", "Bakery", [good("Flour", "F1", 8, "6 kg", "Mill2", 6)],
        [good("Bread", "B1", 9, "3 kg", "Shop")],
    )  # fmt: skip
    raw, notes = import_workbooks([one, other])
    assert len(raw["deliveries"]) == 2
    assert codes(notes) == ["amount_differs"]


def test_a_corrected_form_replaces_the_first_and_keeps_what_others_said(tmp_path: Path) -> None:
    out = [good("Flour", "F1", 8, "5 kg", "Bakery")]
    first = form(tmp_path / "1.xlsx", "Mill", [good("Wheat", "W1", 1, "2 t", "Farm", "F1")], out)
    second = form(tmp_path / "2.xlsx", "Mill", [good("Wheat", "W2", 1, "2 t", "Farm", "F1")], out)
    bakery = form(
        tmp_path / "3.xlsx", "Bakery", [good("Flour", "F1", 8, "5 kg", "Mill", 6)],
        [good("Bread", "B1", 9, "1 kg", "Shop")],
    )  # fmt: skip
    model, _notes = import_workbooks([first, bakery])
    raw, notes = import_workbooks([second], model)
    assert sorted(d["lot"] for d in raw["deliveries"]) == ["B1", "F1", "W2"]
    assert len(raw["links"]) == 2
    assert codes(notes) == ["form_replaced"]


def test_several_lines_or_lots_in_one_cell_are_several_links(tmp_path: Path) -> None:
    out = [good("Cake", "C1", 8, "1 kg", "Shop"), good("Cake", "C2", 8, "1 kg", "Shop")]
    rows = [
        good("Milk", "M1", 1, "2 kg", "Dairy", "6, 7"),
        good("Egg", "", 1, "90 Piece", "Farm", "C1; C9", ean="E7"),
        good("Salt", "S1", 1, "some", "Mine", ""),
        good("Fat", "X1", "", "1 kg", "Plant", "C2"),
    ]
    raw, notes = import_workbooks([form(tmp_path / "f.xlsx", "Bakery", rows, out)])
    assert len(raw["links"]) == 4
    assert codes(notes) == [
        "lot_in_ean", "reference_unknown", "amount_unreadable", "reference_missing",
    ]  # fmt: skip
    fat = next(d for d in raw["deliveries"] if d["product"] == "Fat")
    assert fat["date"] == "2024-03"


@pytest.mark.parametrize("content", [b"no workbook", None])
def test_what_is_no_known_workbook_stops_the_import(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.xlsx"
    if content is None:
        workbook(path, Sheet=[["hello"]])
    else:
        path.write_bytes(content)
    with pytest.raises(ModelError):
        import_workbooks([path])


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "x.xlsx", Stations=[["Company_ID"]])
    assert list(read_workbook(path)) == ["Stations"]
    monkeypatch.setattr(cells, "UNPACKED", 100)
    with pytest.raises(ModelError) as refused:
        read_workbook(path)
    assert [problem.code for problem in refused.value.problems] == ["not_a_workbook"]


def test_the_command_writes_a_model_and_adds_to_one(tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    mill = form(tmp_path / "mill.xlsx", "Mill", [], [good("Flour", "F1", 8, "5 kg", "Bakery")])
    assert CliRunner().invoke(trace, ["import", str(mill), "--out", str(out)]).exit_code == 0
    more = form(tmp_path / "b.xlsx", "Plant", [], [good("Oil", "O1", 8, "5 kg", "Bakery")])
    result = CliRunner().invoke(trace, ["import", str(more), "--into", str(out), "--out", str(out)])
    assert result.exit_code == 0
    assert len(json.loads(out.read_text())["deliveries"]) == 2


@pytest.mark.parametrize(
    ("parts", "text"),
    [(("8", "3", "2024"), "2024-03-08"), (("", "3", "2024"), "2024-03"), (("", "", ""), "")],
)
def test_dates_of_three_cells(parts: tuple[str, str, str], text: str) -> None:
    assert date_of(*parts) == text


@pytest.mark.parametrize("parts", [("8", "", "2024"), ("8", "3", ""), ("31", "2", "2024")])
def test_impossible_dates_are_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r"date|day|month"):
        date_of(*parts)


def test_amounts_keep_their_unit() -> None:
    assert amount_of("6,3kg") == (6.3, "kg")
    assert amount_of("6.3", "t") == (6.3, "t")
    assert amount_of("") == (None, "")
    assert cell_text(None) == ""
    assert cell_text(3.5) == "3.5"
    assert cell_text(date(2024, 3, 8)) == "2024-03-08"


def test_an_empty_sheet_and_an_impossible_day_do_no_harm(tmp_path: Path) -> None:
    empty = workbook(tmp_path / "empty.xlsx", Stations=[["Company_ID"]], Deliveries=[])
    raw, notes = import_workbooks([empty])
    assert (raw["deliveries"], codes(notes)) == ([], [])
    odd = form(tmp_path / "odd.xlsx", "Mill", [], [good("Flour", "F1", 40, "5 kg", "Bakery")])
    raw, notes = import_workbooks([odd])
    assert "date" not in raw["deliveries"][0]
    assert codes(notes) == ["not_a_date"]


def test_a_link_that_two_forms_give_outlives_the_correction_of_one(tmp_path: Path) -> None:
    out = [good("Flour", "F1", 8, "5 kg", "Bakery")]
    wheat = good("Wheat", "W1", 1, "2 t", "Farm", "F1")
    first = form(tmp_path / "1.xlsx", "Mill", [wheat], out)
    other = form(tmp_path / "2.xlsx", "Mill", [wheat], [*out, good("Bran", "B", 8, "1 kg", "Zoo")])
    corrected = form(tmp_path / "3.xlsx", "Mill", [], out)
    raw, notes = import_workbooks([first, other, corrected])
    assert len(raw["links"]) == 1
    assert codes(notes) == ["form_replaced"]
