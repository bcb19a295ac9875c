"""`zhian epcis` and `zhian gs1`, as they answer on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.chain.events.test_documents_refused import document, event
from tests.shared_data import shared
from zhian.chain.events.commands import epcis, gs1


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.json"
    path.write_bytes(document(event(), event(quantityList=[{"epcClass": "a:b", "quantity": -1}])))
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.json"
    path.write_bytes(document(event(bizStep="baking")))
    return str(path)


def test_validate_says_what_is_wrong(good: str, bad: str) -> None:
    fine = CliRunner().invoke(epcis, ["validate", good])
    assert (fine.exit_code, json.loads(fine.stdout)) == (0, [])
    assert json.loads(fine.stderr)["code"] == "negative-quantity"
    wrong = CliRunner().invoke(epcis, ["validate", bad])
    assert wrong.exit_code == 1
    (error,) = json.loads(wrong.stdout)
    assert error["path"] == "$.epcisBody.eventList[0].bizStep"


def test_hash_gives_one_line_an_event(good: str, bad: str) -> None:
    hashes = CliRunner().invoke(epcis, ["hash", good])
    assert len(hashes.stdout.split()) == 2
    vector = shared("epcis/event_hash/ReferenceEventHashAlgorithm.jsonld")
    shown = CliRunner().invoke(epcis, ["hash", "--canonical", str(vector)])
    assert shown.stdout == vector.with_suffix(".prehashes").read_text("utf-8").rstrip("\n") + "\n"
    wrong = CliRunner().invoke(epcis, ["hash", bad])
    assert (wrong.exit_code, len(json.loads(wrong.stdout))) == (1, 1)


def test_gs1_spells_each_line(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    path.write_text("urn:epc:id:sgtin:4012345.011111.9876\n\nhello\n", "utf-8")
    lines = [json.loads(line) for line in CliRunner().invoke(gs1, [str(path)]).stdout.splitlines()]
    assert lines[0]["digitalLink"] == "https://id.gs1.org/01/04012345111118/21/9876"
    assert lines[0]["elementString"] == "(01)04012345111118(21)9876"
    assert (lines[1]["valid"], lines[1]["error"]) == (False, "bad-identifier")
