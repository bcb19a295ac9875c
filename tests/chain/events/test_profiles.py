"""Industry profiles: FSMA 204 as published, and the ledgers of this country."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.chain.events.test_documents_refused import document, event
from tests.shared_data import shared
from zhian.chain.events.commands import epcis
from zhian.chain.events.engine.profiles import PROFILES, judge, names
from zhian.kernel import rules

DAY = date(2026, 11, 22)


def validated(file: Path, *options: str) -> tuple[int, list[dict[str, object]]]:
    run = CliRunner().invoke(epcis, ["validate", *options, str(file)])
    found: list[dict[str, object]] = json.loads(run.stdout)
    return run.exit_code, found


@pytest.mark.parametrize("form", ["DL", "URN"])
def test_the_published_harvesting_events_conform(form: str) -> None:
    file = shared(f"epcis/fsma204/FSMA-1-Harvesting-Valid-Event-with-{form}.json")
    assert validated(file, "--profile", "fsma204-harvesting") == (0, [])
    assert validated(file, "--profile", "fsma204") == (0, [])


def test_the_published_invalid_event_passes_epcis_and_fails_the_profile() -> None:
    file = shared("epcis/fsma204/FSMA-1-Harvesting-Invalid-Event.json")
    assert validated(file) == (0, [])
    code, found = validated(file, "--profile", "fsma204-harvesting")
    assert (code, [one["code"] for one in found]) == (1, ["profile-no-kind"])
    code, found = validated(file, "--profile", "fsma204")
    assert code == 1
    assert {one["path"] for one in found} >= {"$.bizTransactionList"}


def test_every_example_of_the_packs_holds() -> None:
    for pack in rules.packs(PROFILES):
        for example in pack.examples:
            assert rules.holds(PROFILES, pack, example)


def test_kinds_are_asked_for_by_profile_or_one_by_one() -> None:
    known = names(DAY)
    assert {kind.name for kind in known["fsma204"]} == {
        "cooling",
        "first-land-based-receiving",
        "harvesting",
        "initial-packing",
        "shipping",
        "receiving",
        "transformation",
    }
    assert [kind.name for kind in known["ledgers-slaughter"]] == ["slaughter"]
    assert names(date(1999, 1, 1)) == {}


def test_the_kind_that_fits_best_is_told() -> None:
    """A receipt without an invoice is no purchase receipt, but a complete catering intake."""
    receipt = event(
        bizStep="urn:epcglobal:cbv:bizstep:receiving",
        bizLocation={"id": "urn:epc:id:sgln:6901234.00001.0"},
        sourceList=[{"type": "possessing_party", "source": "urn:epc:id:pgln:6901234.00002"}],
        bizTransactionList=[{"type": "cert", "bizTransaction": "urn:x:c"}],
    )
    known = names(DAY)
    assert judge(receipt, "$", 0, known["ledgers"]) == []
    (only,) = judge(receipt, "$", 0, known["ledgers-purchase-receipt"])
    assert (only.code, only.path) == ("profile-need", "$.bizTransactionList.type")
    assert "invoice" in only.message


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"bizLocation": {"id": "urn:x:yard"}}, "$.bizLocation.id"),
        ({"disposition": "inactive"}, "$.disposition"),
        ({"quantityList": [{"epcClass": "urn:x:y", "quantity": 1, "uom": "KGM"}]},
         "$.quantityList.epcClass"),
        ({"quantityList": ["x"]}, "$.quantityList.epcClass"),
        ({"quantityList": [{"epcClass": 5, "quantity": "x"}]}, "$.quantityList.epcClass"),
        ({"quantityList": [{"epcClass": 5, "quantity": "x"}]}, "$.quantityList.quantity"),
        ({"quantityList": [{"epcClass": 5, "quantity": "x"}]}, "$.quantityList"),
    ],
)  # fmt: skip
def test_each_need_is_named_at_its_place(change: dict[str, object], place: str) -> None:
    (pack,) = [one for one in rules.packs(PROFILES) if one.id == "fsma204_harvesting"]
    good = pack.examples[0]["event"]
    kinds = pack.content.kinds
    assert judge(good, "$", 0, kinds) == []
    assert place in {finding.path for finding in judge({**good, **change}, "$", 0, kinds)}


def test_an_unknown_profile_and_strictness_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(document(event(quantityList=[{"epcClass": "urn:x:y", "quantity": -1}])))
    run = CliRunner().invoke(epcis, ["validate", "--profile", "nothing", str(file)])
    assert run.exit_code == 2
    assert "fsma204" in run.stderr
    assert validated(file) == (0, [])
    code, found = validated(file, "--strict")
    assert (code, [one["code"] for one in found]) == (1, ["negative-quantity"])
