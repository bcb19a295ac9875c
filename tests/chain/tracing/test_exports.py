"""What other authorities ask for, written and read back."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import igraph
import pytest
from click.testing import CliRunner
from lxml import etree
from openpyxl import load_workbook

from tests.chain.tracing.models_of_traces import EXAMPLE
from tests.shared_data import shared
from zhian.chain.tracing.commands import trace
from zhian.chain.tracing.engine.exports.book import open_book
from zhian.chain.tracing.engine.exports.formats import FORMATS, Order, export_model
from zhian.chain.tracing.engine.exports.fsma import Span
from zhian.chain.tracing.engine.problems import ModelError
from zhian.chain.tracing.engine.workbooks.importing import import_workbooks

MODEL: dict[str, Any] = {
    "stations": [
        {"id": "F", "name": "Farm", "address": "Hill 1", "country": "CN",
         "longitude": 114.5, "latitude": "38.1"},
        {"id": "D", "name": "=Dairy", "street": "Road", "streetNumber": 5, "city": "Zhengding",
         "country": "CN", "typeOfBusiness": "Producer", "longitude": 114.6, "latitude": 38.2},
        {"id": "W", "name": "Store", "address": "Quay 2", "country": "CN", "latitude": 99},
        {"id": "S", "name": "Shop", "address": "Square 3", "country": "DE"},
        {"id": "T", "name": "Kiosk", "country": "DE"},
    ],
    "deliveries": [
        {"id": "d1", "from": "F", "to": "D", "product": "milk", "lot": "M1", "date": "2026-09-01",
         "amount": 500, "unit": "kg", "documentType": "waybill", "document": "W-1",
         "consignor": "Milk Union"},
        {"id": "d2", "from": "D", "to": "W", "product": "powder", "lot": "P1",
         "lotCode": "urn:epc:class:lgtin:6901234.000024.P1", "date": "2026-09-03",
         "dateArrival": "2026-09-04", "amount": 60, "unit": "kg", "document": "W-2",
         "additional": {"Production date": "2026-09-02", "Sampling": "no"}},
        {"id": "d3", "from": "W", "to": "S", "product": "powder", "lot": "P1",
         "lotCode": "urn:epc:class:lgtin:6901234.000024.P1", "date": "2026-09-05",
         "amount": 20.5, "unit": "kg", "bestBefore": "2027-09-01"},
        {"id": "d4", "from": "W", "to": "T", "product": "powder", "lot": "P1",
         "lotCode": "urn:epc:class:lgtin:6901234.000024.P1", "date": "2026-09", "amount": True},
    ],
    "links": [["d1", "d2"], ["d2", "d3"], ["d2", "d4"]],
    "settings": {"stationWeight": {"S": 2}, "observedDeliveries": ["d3"]},
}  # fmt: skip


def sheets(raw: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet as rows."""
    book = load_workbook(BytesIO(raw))
    return {ws.title: [[c.value for c in row] for row in ws.iter_rows()] for ws in book}


def records(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Rows by their headings."""
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def fsma(**span: str) -> list[dict[str, Any]]:
    """The 24-hour records of the model."""
    raw = export_model(MODEL, "fsma204", Order("en", Span(**span)))
    return records(sheets(raw)["24-hour records"])


def test_the_24_hour_spreadsheet_has_a_row_for_each_event_sorted_by_date() -> None:
    rows = fsma()
    events = [row["Critical tracking event"] for row in rows]
    assert {word: events.count(word) for word in events} == {
        "Shipping": 4, "Receiving": 4, "Transformation": 1,
    }  # fmt: skip
    dates = [row["Date"] for row in rows]
    assert dates == sorted(dates)
    ship = next(row for row in rows if row["Record"] == "d3" and "Ship" in str(row.values()))
    assert ship["Traceability lot code"] == "urn:epc:class:lgtin:6901234.000024.P1"
    assert (ship["Quantity"], ship["Unit of measure"]) == (20.5, "kg")
    assert ship["Traceability lot code source"] == "=Dairy"
    assert ship["Address of the lot code source"] == "Zhengding Road 5"
    assert ship["Missing key data elements"] == "Reference document type; Reference document number"


def test_a_transformation_names_what_was_used_and_the_day_it_was_made() -> None:
    (made,) = [row for row in fsma() if row["Critical tracking event"] == "Transformation"]
    assert made["Traceability lot code used"] == "M1"
    assert (made["Quantity used"], made["Unit used"]) == (500, "kg")
    assert made["Date"] == "2026-09-02"


@pytest.mark.parametrize(
    ("span", "wanted"),
    [
        ({"first_day": "2026-09-05"}, {"d3", "d4"}),
        ({"last_day": "2026-09-01"}, {"d1", "d4"}),
        ({"first_code": "N"}, {"d1 → d2", "d2", "d3", "d4"}),
        ({"last_code": "N"}, {"d1"}),
    ],
)
def test_a_range_of_days_or_codes_keeps_what_may_lie_in_it(
    span: dict[str, str], wanted: set[str]
) -> None:
    assert {row["Record"] for row in fsma(**span)} == wanted


def test_the_chase_list_says_what_each_operator_must_be_asked_for() -> None:
    raw = export_model(MODEL, "fsma204")
    rows = {row["Operator"]: row for row in records(sheets(raw)["Missing data by operator"])}
    assert rows["Farm"]["Complete (%)"] == 100
    assert "Address of recipient" in rows["Kiosk"]["To be asked for"]
    assert rows["Kiosk"]["Complete records"] == 0


def test_an_undated_model_is_not_left_out_of_a_range() -> None:
    raw = export_model(EXAMPLE, "fsma204", Order("zh", Span(first_day="2025")))
    rows = records(sheets(raw)["24小时追溯记录"])
    assert {row["记录编号"] for row in rows} >= {"d8"}
    assert all(row["记录编号"] != "d6" for row in rows)


def test_the_931_list_has_every_point_of_article_3() -> None:
    rows = sheets(export_model(MODEL, "eu931"))["Regulation 931-2011"]
    letters = {heading[:3] for heading in rows[0] if heading.startswith("(")}
    assert letters == {f"({letter})" for letter in "abcdefgh"}
    first = records(rows)[1]
    assert first["(d) Consignor (owner), if another"] == "Milk Union"
    assert first["(h) Date of dispatch"] == "2026-09-01"
    assert first["(e) Dispatched to: address"] == "Zhengding Road 5"


def test_the_recipients_list_is_by_country_with_sums() -> None:
    found = sheets(export_model(MODEL, "irasff"))
    rows = records(found["Recipients"])
    assert [row["Country of recipient"] for row in rows] == ["CN", "CN", "DE", "DE"]
    shop = next(row for row in rows if row["Recipient"] == "Shop")
    assert shop["Durability date"] == "2027-09-01"
    assert shop["Supplied by"] == "Store, Quay 2"
    totals = records(found["Distribution by country"])
    assert {(row["Country"], row["Known quantity"]) for row in totals} == {
        ("CN", 500), ("CN", 60), ("DE", 20.5), ("DE", None),
    }  # fmt: skip


def test_text_never_becomes_a_formula() -> None:
    book = load_workbook(BytesIO(export_model(MODEL, "irasff")))
    kinds = {cell.data_type for row in book["Recipients"].iter_rows() for cell in row}
    assert "f" not in kinds


def test_graphml_is_read_by_another_program(tmp_path: Path) -> None:
    path = tmp_path / "trade.graphml"
    path.write_bytes(export_model(MODEL, "graphml"))
    graph = igraph.Graph.Read_GraphML(str(path))
    assert (graph.vcount(), graph.ecount()) == (5, 4)
    farm = graph.vs.find(id="F")
    assert (farm["name"], farm["longitude"], farm["score"]) == ("Farm", 114.5, 1.0)
    assert graph.es.find(delivery="d3")["amount"] == 20.5


def test_graphml_says_what_went_into_what() -> None:
    root = etree.fromstring(export_model(MODEL, "graphml"))
    edges = root.findall(".//{*}graph[@id='links']/{*}edge")
    assert {(e.get("source"), e.get("target")) for e in edges} == {
        (f"delivery:{a}", f"delivery:{b}") for a, b in MODEL["links"]
    }


def test_graphml_survives_control_characters() -> None:
    odd = {"stations": [{"id": "A", "name": "a\x00b"}], "deliveries": [], "links": []}
    root = etree.fromstring(export_model(odd, "graphml"))
    (name,) = root.findall(".//{*}data[@key='name']")
    assert name.text == "a\ufffdb"


def test_geojson_has_points_lines_and_what_lies_nowhere() -> None:
    found = json.loads(export_model(MODEL, "geojson"))
    features = {feature["id"]: feature for feature in found["features"]}
    assert features["station:F"]["geometry"]["coordinates"] == [114.5, 38.1]
    assert features["delivery:d1"]["geometry"]["type"] == "LineString"
    assert features["station:W"]["geometry"] is None
    assert features["delivery:d3"]["properties"]["amount"] == 20.5


def test_an_all_in_one_workbook_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    path.write_bytes(export_model(MODEL, "all-in-one"))
    back, notes = import_workbooks([path])
    assert notes.findings == []
    assert back["links"] == MODEL["links"]
    assert [d["date"] for d in back["deliveries"]] == [d["date"] for d in MODEL["deliveries"]]
    assert back["deliveries"][1]["additional"]["Sampling"] == "no"
    assert back["stations"][1]["street"] == "Road"


def test_the_shared_workbook_comes_back_as_it_went(tmp_path: Path) -> None:
    original, _notes = import_workbooks([shared("tracing/All_In_One_Template_Example.xlsx")])
    path = tmp_path / "all.xlsx"
    path.write_bytes(export_model(original, "all-in-one"))
    back, notes = import_workbooks([path])
    assert notes.findings == []
    assert (back["stations"], back["links"]) == (original["stations"], original["links"])
    assert back["deliveries"] == original["deliveries"]


def test_only_what_is_traced_can_be_exported() -> None:
    book = open_book(MODEL, only_traced=True)
    assert {shipment.id for shipment in book.shipments} == {"d1", "d2", "d3"}
    assert set(book.sources) == {"d2", "d3"}


def test_a_lot_that_goes_round_has_a_first_holder() -> None:
    round_trip = [
        {"id": "a", "from": "F", "to": "D", "product": "p", "lot": "1"},
        {"id": "b", "from": "D", "to": "F", "product": "p", "lot": "1"},
    ]
    raw = MODEL | {"deliveries": round_trip, "links": [["a", "b"], ["b", "a"]], "settings": {}}
    book = open_book(raw)
    assert book.first_of_lot(book.by_id["a"]).id == "b"


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_writes_every_format(tmp_path: Path, name: str, language: str) -> None:
    model, out = tmp_path / "m.json", tmp_path / "out"
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    options = ["--format", name, "--language", language, "--out", str(out)]
    result = CliRunner().invoke(trace, ["export", str(model), *options])
    assert result.exit_code == 0, result.output
    assert out.stat().st_size > 100


def test_a_broken_model_and_a_day_that_is_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        export_model({"stations": [{}]}, "eu931")
    model = tmp_path / "m.json"
    model.write_text('{"stations": [{}]}', encoding="utf-8")
    command = ["export", str(model), "--format", "eu931", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(trace, command)
    assert result.exit_code == 1
    assert json.loads(result.stderr)["code"] == "id_missing"
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    assert CliRunner().invoke(trace, [*command, "--from", "yesterday"]).exit_code == 2
