"""Request forms go out pre-filled, come back, and only what a person confirms is merged."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from tests.chain.tracing.test_exports import MODEL
from tests.chain.tracing.test_workbooks import form, good
from tests.shared_data import shared
from zhian.chain.tracing.commands import trace
from zhian.chain.tracing.engine.workbooks.doubts import doubts_of
from zhian.chain.tracing.engine.workbooks.forms import FormOrder, as_zip, request_forms
from zhian.chain.tracing.engine.workbooks.importing import import_workbooks, read_workbooks


def written(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """The workbooks as files, in order."""
    paths = [folder / name for name in files]
    for path in paths:
        path.write_bytes(files[path.name])
    return paths


def call(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and the JSON lines on stderr."""
    result = CliRunner().invoke(trace, [str(a) for a in arguments])
    lines = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
    return result.exit_code, lines


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("direction", ["both", "back", "forward"])
def test_forms_that_nobody_changed_change_nothing(
    tmp_path: Path, language: str, direction: str
) -> None:
    files = request_forms(MODEL, FormOrder(language, direction, "Office, 12345"))
    assert len(files) == len(MODEL["stations"])
    draft = read_workbooks(written(tmp_path, files), MODEL)
    model = draft.as_json()
    for key in ("stations", "deliveries", "links"):
        assert model[key] == MODEL[key]
    assert (draft.notes.findings, draft.corrections) == ([], [])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_office_that_knows_nothing_learns_the_chain_from_the_forms(
    tmp_path: Path, language: str
) -> None:
    files = request_forms(MODEL, FormOrder(language))
    model, notes = import_workbooks(written(tmp_path, files))
    assert (len(model["stations"]), len(model["deliveries"]), len(model["links"])) == (5, 4, 3)
    assert notes.findings == []
    assert {d["lot"] for d in model["deliveries"]} == {"M1", "P1"}


def test_the_form_has_the_layout_people_know() -> None:
    files = request_forms(MODEL, FormOrder("en"), ["D"])
    (data,) = files.values()
    book = load_workbook(BytesIO(data))
    assert book.sheetnames == ["Production - Backtrace", "Production - Fwdtrace"]
    sheet = book["Production - Backtrace"]
    assert [sheet["A1"].value, sheet["C1"].value] == ["Inquired Company:", "=Dairy"]
    assert sheet["A3"].value == "Outgoing Goods"
    assert [sheet["B4"].value, sheet["J4"].value] == ["Product", "Recipient"]
    assert [sheet["F6"].value, sheet["H6"].value] == ["Day", "Year"]
    assert [sheet.cell(7, column).value for column in (2, 4, 6, 7, 8, 9)] == [
        "powder", "P1", "03", "09", "2026", "60 kg",
    ]  # fmt: skip
    known = [row for row in sheet.iter_rows(min_row=20, values_only=True) if row[1] == "milk"]
    assert [row[0] for row in known] == ["7"]


def test_a_station_without_goods_gets_an_empty_form() -> None:
    raw = {"stations": [{"id": "A", "name": "?"}], "deliveries": [], "links": []}
    (name,) = request_forms(raw, FormOrder("en"), ["A"])
    assert name == "001_form.xlsx"
    (name,) = request_forms(raw, FormOrder("en", "back"), ["A"])
    files = request_forms(raw, FormOrder("en", "back"), ["A"])
    assert load_workbook(BytesIO(files[name])).sheetnames == ["Production - Backtrace"]
    assert request_forms(raw) == {}


def filled(tmp_path: Path, station: str, changes: dict[str, Any]) -> Path:
    """The back form of a station with cells written in."""
    ((name, data),) = request_forms(MODEL, FormOrder("zh", "back"), [station]).items()
    book = load_workbook(BytesIO(data))
    for cell, value in changes.items():
        book.worksheets[0][cell] = value
    path = tmp_path / name
    book.save(path)
    return path


def test_a_correction_waits_until_somebody_confirms_it(tmp_path: Path) -> None:
    reply = filled(tmp_path, "D", {"D7": "P7", "I7": "61 kg", "E7": "2028"})
    model, out, yes = tmp_path / "m.json", tmp_path / "out.json", tmp_path / "yes.jsonl"
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    code, lines = call("import", reply, "--into", model, "--out", out)
    (line,) = [line for line in lines if line["code"] == "form_corrects"]
    assert (code, line["changes"]) == (0, {"lot": "P7", "amount": 61.0})
    kept = json.loads(out.read_text())["deliveries"][1]
    assert (kept["lot"], kept["amount"], kept["bestBefore"]) == ("P1", 60, "2028")
    yes.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    code, lines = call("import", reply, "--into", model, "--out", out, "--accept", yes)
    changed = json.loads(out.read_text())["deliveries"][1]
    assert (code, changed["lot"], changed["amount"]) == (0, "P7", 61.0)
    assert "form_corrects" not in {line["code"] for line in lines}


def test_a_row_with_another_partner_is_another_delivery(tmp_path: Path) -> None:
    reply = filled(tmp_path, "D", {"J7": "Another store"})
    model, notes = import_workbooks([reply], MODEL)
    assert "partner_changed" in {finding.code for finding in notes.findings}
    assert len(model["deliveries"]) == len(MODEL["deliveries"]) + 1


def test_a_name_with_a_slip_is_reported_and_merged_only_on_a_word(tmp_path: Path) -> None:
    mill = form(tmp_path / "1.xlsx", "Golden Mill Ltd", [], [
        good("Flour", "F1", 8, "5 kg", "正定面包房有限公司"),
    ])  # fmt: skip
    bakery = form(tmp_path / "2.xlsx", "正定面包坊", [
        good("Flour", "F1", 8, "5 kg", "Goldne Mill", "B1"),
    ], [good("Bread", "B1", 9, "3 kg", "Shop")])  # fmt: skip
    out, yes = tmp_path / "out.json", tmp_path / "yes"
    _code, lines = call("import", mill, bakery, "--out", out)
    alike = [line for line in lines if line["code"] == "station_alike"]
    assert len(json.loads(out.read_text())["stations"]) == 5
    assert {(line["keep"], line["other"]) for line in alike} == {
        ("Golden Mill Ltd", "Goldne Mill"), ("正定面包房有限公司", "正定面包坊"),
    }  # fmt: skip
    yes.write_text("\n".join(line["proposal"] for line in alike), encoding="utf-8")
    code, lines = call("import", mill, bakery, "--out", out, "--accept", yes)
    merged = json.loads(out.read_text())
    assert (code, len(merged["stations"])) == (0, 3)
    (again,) = [line for line in lines if line["code"] == "delivery_repeated"]
    yes.write_text(yes.read_text() + "\n" + again["proposal"], encoding="utf-8")
    assert call("import", mill, bakery, "--out", out, "--accept", yes)[0] == 1


def test_a_row_that_a_form_repeats_is_told(tmp_path: Path) -> None:
    twice = [good("Flour", "F1", 8, "5 kg", "Bakery")] * 2
    _model, notes = import_workbooks([form(tmp_path / "f.xlsx", "Mill", [], twice)])
    assert [finding.code for finding in notes.findings] == ["row_repeated"]


def test_the_shared_forms_raise_only_what_a_person_would_ask() -> None:
    files = sorted(shared("tracing/request_forms").glob("*.xlsx"))
    draft = read_workbooks(files)
    told = doubts_of(draft.as_json(), draft.corrections, today="2026-11-21")
    assert {doubt.code for doubt in told} <= {"date_impossible", "above_stock", "lot_alike"}
    assert len(told) < 10


def test_forms_come_as_folder_or_archive(tmp_path: Path) -> None:
    model = tmp_path / "m.json"
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    folder, archive = tmp_path / "forms", tmp_path / "forms.zip"
    assert call("forms", model, "--out", folder) == (0, [])
    assert len(list(folder.glob("*.xlsx"))) == 5
    assert call("forms", model, "--out", archive, "--station", "D", "--language", "en") == (0, [])
    with ZipFile(archive) as opened:
        assert opened.namelist() == ["001_Dairy.xlsx"]
    code, lines = call("forms", model, "--out", folder, "--station", "nobody")
    assert (code, lines[0]["code"]) == (1, "unknown_station")
    assert ZipFile(BytesIO(as_zip({"a": b"b"}))).read("a") == b"b"
