"""`zhian trace`: files in, files out, errors as JSON lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.chain.tracing.models_of_traces import EXAMPLE, example
from zhian.chain.tracing.commands import trace
from zhian.chain.tracing.engine.problems import ModelError
from zhian.chain.tracing.engine.reading import read_model


def call(tmp_path: Path, command: str, raw: Any, *options: str) -> tuple[int, list[Any], Any]:
    """Exit code, JSON lines on stderr and the output file."""
    model, out = tmp_path / "model.json", tmp_path / "out.json"
    model.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    result = CliRunner().invoke(trace, [command, str(model), "--out", str(out), *options])
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    return result.exit_code, lines, json.loads(out.read_text()) if out.exists() else None


def test_run_writes_the_result_and_reports_findings(tmp_path: Path) -> None:
    raw = example(links=[*EXAMPLE["links"], ["d1", "nowhere"], ["d1", "d1"], ["d1", "d3"]])
    code, lines, out = call(tmp_path, "run", raw)
    assert code == 0
    assert [line["code"] for line in lines] == [
        "link_unknown_delivery", "link_to_itself", "link_repeated",
    ]  # fmt: skip
    assert lines[0]["where"] == "links[6]"
    assert out["stationScore"]["FA"] == 0.75


def test_errors_are_json_lines_and_nothing_is_written(tmp_path: Path) -> None:
    raw = example(stations=[*EXAMPLE["stations"], {"id": "FA"}])
    code, lines, out = call(tmp_path, "run", raw)
    assert (code, out) == (1, None)
    assert lines[0]["level"] == "error"
    assert lines[0]["where"] == "stations[8]"


def test_what_is_no_json_is_an_error(tmp_path: Path) -> None:
    code, lines, _out = call(tmp_path, "run", "{")
    assert code == 1
    assert lines[0]["code"] == "not_json"


def test_rank_and_mass_write_their_files(tmp_path: Path) -> None:
    assert call(tmp_path, "rank", EXAMPLE)[2]["method"] == "posterior"
    assert call(tmp_path, "rank", EXAMPLE, "--method", "fcl-score")[2]["method"] == "fcl-score"
    raw = {"lots": [{"id": "R", "time": 0}], "inputs": [], "roots": ["R"]}
    assert call(tmp_path, "mass", raw)[2]["fraction"]["R"]["value"] == 1


def _delivery(**more: Any) -> dict[str, Any]:
    return {"deliveries": [{"id": "d", "from": "FA", "to": "M"} | more]}


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (_delivery(**{"from": "?"}), "unknown_station", "deliveries[0].from"),
        (_delivery(to=None), "id_missing", "deliveries[0].to"),
        (_delivery(date="2024-13"), "not_a_date", "deliveries[0].date"),
        (_delivery(date="2023-02-29"), "not_a_date", "deliveries[0].date"),
        (_delivery(dateArrival="soon"), "not_a_date", "deliveries[0].dateArrival"),
        ({"deliveries": [{"id": 1, "from": "M", "to": "M"}] * 2}, "duplicate_id", "deliveries[1]"),
        ({"deliveries": 5}, "not_a_list", "deliveries"),
        ({"stations": ["x"]}, "not_an_object", "stations[0]"),
        ({"links": [["d1"]]}, "not_a_pair", "links[0]"),
        ({"enforceTemporalOrder": "yes"}, "not_a_boolean", "enforceTemporalOrder"),
        ({"mergedStations": {"M": "K"}}, "merged_id_taken", "mergedStations[M]"),
        ({"mergedStations": {"?": "G"}}, "unknown_station", "mergedStations[?]"),
        ({"stationWeight": {"?": 1}}, "unknown_id", "settings.stationWeight[?]"),
        ({"stationWeight": {"M": "1"}}, "not_a_number", "settings.stationWeight[M]"),
        ({"deliveryKill": ["?"]}, "unknown_id", "settings.deliveryKill[0]"),
        ({"cases": [{"station": "?"}]}, "unknown_id", "cases[0].station"),
        ({"cases": [{"station": "X", "date": "x"}]}, "not_a_date", "cases[0].date"),
        ({"cases": [{"station": "X", "count": -1}]}, "negative", "cases[0].count"),
    ],
)
def test_every_error_names_its_row(change: dict[str, Any], code: str, where: str) -> None:
    raw = example(settings={}, links=[]) if "deliveries" in change else example()
    for key, value in change.items():
        (raw["settings"] if key in raw["settings"] else raw)[key] = value
    with pytest.raises(ModelError) as caught:
        read_model(raw)
    assert (code, where) in {(p.code, p.where) for p in caught.value.problems}


def test_members_of_a_merged_station_may_not_be_named_in_settings() -> None:
    with pytest.raises(ModelError, match="merged stations by merged id"):
        read_model(example(mergedStations={"X": "G"}))
    merged = read_model(example(mergedStations={"X": "X", "Z": "X"}, stationWeight={"X": 1}))
    assert merged.traced_stations == ("FA", "FB", "M", "K", "N", "X", "Y")


def test_odd_links_are_used_as_recorded_and_reported() -> None:
    links = [*EXAMPLE["links"], ["d4", "d3"], ["d2", "d3"]]
    model = read_model(example(links=links))
    assert [f.code for f in model.findings] == [
        "link_not_joined", "link_dates_contradict", "link_dates_contradict",
    ]  # fmt: skip
    assert ("d4", "d3") in model.links


def test_ids_given_as_numbers_are_read_as_text() -> None:
    raw = {
        "stations": [{"id": 1}, {"id": 2.0}],
        "deliveries": [{"id": 7.0, "from": "1", "to": 2, "lot": 3.0}],
    }
    model = read_model(raw)
    assert (model.stations, model.deliveries[0].id) == (("1", "2"), "7")
    assert model.deliveries[0].lot == "3"
