"""The neutral trace: worked example 3.12, laws 3.11, and the twin."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.tracing.models_of_traces import example, models
from zhian.chain.tracing.engine import scores, twin
from zhian.chain.tracing.engine.network import Network
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.scores import run

BASE: dict[str, Any] = {
    "stationScore": {
        "FA": 0.75, "FB": 0.5, "M": 0.75, "K": 1.0, "N": 0.25, "X": 0.25, "Y": 0.5, "Z": -0.25,
    },
    "deliveryScore": {
        "d1": 0.75, "d2": 0.5, "d3": 1.0, "d4": 0.75, "d5": -0.25, "d6": 0.25, "d7": 0.75,
        "d8": -0.25, "d9": 0.5,
    },
    "stationsForward": ["N", "Z"],
    "stationsBackward": ["FA", "FB", "K", "M", "N"],
    "deliveriesForward": ["d8"],
    "deliveriesBackward": ["d1", "d2", "d3", "d4", "d7", "d9"],
}  # fmt: skip


def close(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Equal, numbers within 1e-9."""
    for key, value in expected.items():
        if isinstance(value, dict):
            assert found[key] == pytest.approx(value, abs=1e-9), key
        else:
            assert found[key] == value, key


def test_the_worked_example_gives_the_printed_numbers() -> None:
    out = run(read_model(example()))
    close(out, BASE)
    lots = {"d1": 0.75, "d2": 0.5, "d3": 1, "d4": 0.5, "d5": 0.5, "d6": 0.25, "d7": 0.5,
            "d8": -0.25, "d9": 0.5}  # fmt: skip
    assert out["lotScore"] == pytest.approx(lots)
    assert out["maxLotScore"] == pytest.approx({"FA": 0.75, "FB": 0.5, "M": 1, "K": 0.5, "N": 0.5})


def test_the_worked_example_has_the_printed_successors() -> None:
    found = Network(read_model(example())).successor_ids()
    assert {k: v for k, v in found.items() if v} == {
        "d1": {"d3", "d4", "d5"},
        "d2": {"d4", "d5"},
        "d3": {"d6", "d7"},
        "d4": {"d7"},
        "d5": {"d8"},
    }


def test_at_a_mixing_station_goods_go_into_nothing_that_left_before_they_came() -> None:
    raw = {
        "stations": [{"id": name} for name in "ABC"],
        "deliveries": [
            {"id": "late", "from": "A", "to": "B", "date": "2024-03-10"},
            {"id": "early", "from": "A", "to": "B", "date": "2024-03-01"},
            {"id": "out", "from": "B", "to": "C", "date": "2024-03-05"},
        ],
        "links": [],
        "settings": {"stationCrossContamination": ["B"]},
    }
    found = Network(read_model(raw | {"enforceTemporalOrder": True})).successor_ids()
    assert (found["late"], found["early"]) == (set(), {"out"})


def changed(**parts: Any) -> dict[str, Any]:
    """The printed result with single numbers or lists replaced."""
    out = copy.deepcopy(BASE)
    for key, value in parts.items():
        out[key] = out[key] | value if isinstance(value, dict) else value
    return out


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"enforceTemporalOrder": False},
        changed(
            stationScore={"FB": 0.75},
            deliveryScore={"d2": 0.75, "d4": 1, "d5": 0.25},
            stationsForward=["N", "Y", "Z"],
            deliveriesForward=["d8", "d9"],
            deliveriesBackward=["d1", "d2", "d3", "d4", "d5", "d7", "d9"],
        ),
    ),
    (
        {"stationCrossContamination": [], "deliveryCrossContamination": []},
        changed(
            stationScore={"FA": 0.25},
            deliveryScore={"d1": 0.25, "d3": 0.25},
            stationsBackward=["FB", "K", "M", "N"],
            deliveriesBackward=["d2", "d4", "d7", "d9"],
        ),
    ),
    (
        {"stationKill": ["K"]},
        changed(
            stationScore={"FA": -0.25, "FB": -0.25, "M": -0.25, "K": 0},
            deliveryScore={"d1": -0.25, "d2": -0.25, "d3": 0, "d4": 0},
            stationsBackward=["FA", "FB", "M", "N"],
            deliveriesBackward=["d1", "d2", "d7", "d9"],
        ),
    ),
    ({"deliveryCrossContamination": ["d3", "d4", "d6"]}, changed()),  # alone in its group
    (
        {"deliveryKill": ["d4"]},
        changed(
            stationScore={"FB": -0.25},
            deliveryScore={"d2": -0.25, "d4": 0},
            deliveriesBackward=["d1", "d2", "d3", "d7", "d9"],
        ),
    ),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_one_changed_setting_gives_the_printed_change(
    change: dict[str, Any], expected: dict[str, Any]
) -> None:
    close(run(read_model(example(**change))), expected)


def test_merging_the_mill_and_the_bakery_gives_the_printed_change() -> None:
    model = read_model(
        example(
            mergedStations={"M": "G", "K": "G"},
            stationCrossContamination=["G", "N"],
            deliveryCrossContamination=[],
        )
    )
    expected = changed(
        stationsBackward=["FA", "FB", "G", "N"], deliveriesBackward=["d1", "d2", "d7", "d9"]
    )
    for member in ("M", "K"):
        del expected["stationScore"][member]
    for internal in ("d3", "d4"):
        del expected["deliveryScore"][internal]
    expected["stationScore"]["G"] = 0.75
    close(run(model), expected)
    assert Network(model).successor_ids()["d1"] == {"d3", "d4", "d5", "d6", "d7"}
    assert Network(model).successor_ids()["d3"] == {"d4", "d5", "d6", "d7"}


@given(models())
@settings(deadline=None, max_examples=200)
def test_the_engine_equals_its_twin(raw: dict[str, Any]) -> None:
    model = read_model(raw)
    assert Network(model).successor_ids() == twin.Twin(model).successors
    close(run(model), {k: _float(v) for k, v in twin.run(model).items()})


def _float(value: Any) -> Any:
    return {k: float(v) for k, v in value.items()} if isinstance(value, dict) else value


@given(models())
@settings(deadline=None)
def test_temporal_order_never_adds_a_successor(raw: dict[str, Any]) -> None:
    loose = Network(read_model(raw | {"enforceTemporalOrder": False})).successor_ids()
    strict = Network(read_model(raw | {"enforceTemporalOrder": True})).successor_ids()
    assert all(strict[key] <= loose[key] for key in loose)


@given(models(), st.sampled_from(["station", "delivery"]))
@settings(deadline=None)
def test_mixing_never_removes_and_killing_never_adds(raw: dict[str, Any], kind: str) -> None:
    after = Network(read_model(raw)).successor_ids()
    for key, keeps in (("CrossContamination", True), ("Kill", False)):
        without = copy.deepcopy(raw)
        without["settings"][kind + key] = []
        before = Network(read_model(without)).successor_ids()
        for id_ in after:
            assert (before[id_] <= after[id_]) if keeps else (after[id_] <= before[id_])


@given(models(), st.randoms())
@settings(deadline=None)
def test_scores_depend_neither_on_order_nor_on_ids(raw: dict[str, Any], rng: random.Random) -> None:
    expected = run(read_model(raw))
    shuffled = copy.deepcopy(raw)
    for key in ("stations", "deliveries", "links"):
        rng.shuffle(shuffled[key])
    for value in shuffled["settings"].values():
        if isinstance(value, list):
            rng.shuffle(value)
    close(run(read_model(shuffled)), expected)
    renamed = copy.deepcopy(raw)
    for delivery in renamed["deliveries"]:
        delivery["id"] = "z" + delivery["id"]
    renamed["links"] = [["z" + a, "z" + b] for a, b in raw["links"]]
    for key, value in raw["settings"].items():
        if "elivery" in key or key == "observedDeliveries":
            renamed["settings"][key] = (
                {"z" + k: v for k, v in value.items()}
                if isinstance(value, dict)
                else ["z" + k for k in value]
            )
    assert run(read_model(renamed))["stationScore"] == pytest.approx(expected["stationScore"])


@given(models(), st.sampled_from([0.1, 7, 1000]))
@settings(deadline=None)
def test_scaling_all_weights_changes_no_score(raw: dict[str, Any], factor: float) -> None:
    expected = run(read_model(raw))
    scaled = copy.deepcopy(raw)
    for key in ("stationWeight", "deliveryWeight"):
        scaled["settings"][key] = {k: v * factor for k, v in raw["settings"][key].items()}
    close(run(read_model(scaled)), expected)


@given(models())
@settings(deadline=None)
def test_no_delivery_scores_below_its_successors(raw: dict[str, Any]) -> None:
    for key in ("stationWeight", "deliveryWeight"):
        weights = raw["settings"][key]
        raw["settings"][key] = {k: abs(v) for k, v in weights.items()}
    model = read_model(raw)
    twin_scores = {d.id: twin.Twin(model).delivery_score(d.id) for d in model.deliveries}
    for id_, nexts in Network(model).successor_ids().items():
        assert all(twin_scores[id_] >= twin_scores[n] for n in nexts)


def test_a_loop_of_twenty_thousand_hops_is_traced_without_recursion() -> None:
    n = 20_000
    raw = {
        "stations": [{"id": str(i)} for i in range(n)],
        "deliveries": [{"id": i, "from": i, "to": (i + 1) % n} for i in range(n)],
        "links": [[i, (i + 1) % n] for i in range(n)],
        "settings": {"stationWeight": {"5": 1}, "observedDeliveries": [7]},
    }
    out = run(read_model(raw))
    assert set(out["deliveryScore"].values()) == {1.0}
    assert len(out["deliveriesForward"]) == n - 1


def test_more_weighted_elements_than_one_block_give_exact_scores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scores, "BLOCK", 100)
    n = 250
    raw = {
        "stations": [{"id": str(i)} for i in range(n + 1)],
        "deliveries": [{"id": i, "from": i, "to": i + 1} for i in range(n)],
        "links": [[i, i + 1] for i in range(n - 1)],
        "settings": {
            "stationWeight": {str(i): 1 for i in range(n + 1)},
            "deliveryWeight": {str(i): 2 for i in range(n)},
        },
    }
    out = run(read_model(raw))
    total = n + 1 + 2 * n
    assert out["deliveryScore"]["0"] == pytest.approx((n + 2 * n) / total, abs=1e-12)
    assert out["stationScore"]["0"] == pytest.approx(1, abs=1e-12)
