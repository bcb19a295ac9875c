"""Probabilities against truth, and the two linear engines against walking every path."""

import hashlib
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from zhian.chain.tracing.commands.calibrate import calibrate_command
from zhian.chain.tracing.engine.calibration import Calibration, calibrate, reliability
from zhian.chain.tracing.engine.exposure import Spread, Walk
from zhian.chain.tracing.engine.network import Network
from zhian.chain.tracing.engine.ranking import PRODUCT, rank_sources
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.simulation import World, outbreak


@pytest.fixture(scope="module")
def lots() -> Calibration:
    """A hundred and fifty outbreaks from a contaminated lot."""
    return calibrate(150, seed=3)


def test_among_hypotheses_given_p_the_true_source_is_found_with_frequency_p(
    lots: Calibration,
) -> None:
    for one in lots.bins:
        assert one.sigmas < 3, one
    assert lots.error < 0.12
    high = [one for one in lots.bins if one.least >= 0.8]
    assert sum(one.count for one in high) >= 20
    assert sum(one.count * one.observed for one in high) > 0.9 * sum(one.count for one in high)


def test_the_ranking_beats_suspecting_who_sells_most(lots: Calibration) -> None:
    assert lots.brier < 0.4 < lots.baseline_brier
    assert lots.top1 > 0.7
    assert lots.top3 > 0.9
    assert lots.baseline_top1 < lots.baseline_top3 < 0.5


def test_stations_are_calibrated_in_a_rougher_world_than_the_ranking_assumes() -> None:
    rough = World(stray=0.1, half_dose=0.2, meals=1, cases=(10, 40))
    found = calibrate(40, seed=5, kind="station", world=rough)
    assert found.error < 0.15
    assert found.top1 > 0.8 > found.baseline_top1
    assert found.brier < 0.3


def test_the_plain_likelihood_of_all_paths_is_the_base_that_the_posterior_improves() -> None:
    plain = calibrate(25, seed=3, method="all-paths")
    full = calibrate(25, seed=3)
    assert full.brier < plain.brier < plain.baseline_brier


def test_the_same_seed_makes_the_same_outbreak_on_every_machine() -> None:
    told = json.dumps(outbreak(7).model, sort_keys=True).encode()
    assert hashlib.sha256(told).hexdigest()[:12] == "70c782f8322f"
    assert outbreak(8).model != outbreak(7).model
    kinds = {outbreak(n, kind="station").truth for n in range(12)}
    assert len(kinds) > 5


def test_a_source_in_no_record_is_a_hypothesis_too() -> None:
    story = outbreak(1, world=World(unrecorded=1.0))
    assert story.truth is None
    found = calibrate(4, world=World(unrecorded=1.0))
    assert found.baseline_top3 == 0
    assert found.bins


def test_probability_one_falls_into_the_last_bin() -> None:
    (one,) = reliability([(1.0, True), (1.0, True)])
    assert (one.least, one.most, one.count, one.observed) == (0.95, 1.0, 2, 1.0)
    assert one.sigmas == 0


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_prints_what_was_measured(as_json: bool) -> None:
    options = ["--runs", "2", "--seed", "4", *(["--json"] if as_json else [])]
    result = CliRunner().invoke(calibrate_command, options)
    assert result.exit_code == 0
    if as_json:
        assert json.loads(result.output)["runs"] == 2
    else:
        assert "Brier score" in result.output


@st.composite
def flows(draw: st.DrawFn) -> dict[str, Any]:
    """A chain without loops: deliveries of a higher number hold those of a lower one."""
    count = draw(st.integers(2, 6))
    stations = [f"S{n}" for n in range(4)]
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    links = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8))
    return {
        "stations": [{"id": s} for s in stations],
        "deliveries": [
            {"id": f"d{n}", "from": draw(st.sampled_from(stations)),
             "to": draw(st.sampled_from(stations)), "amount": draw(st.integers(1, 9)),
             "product": draw(st.sampled_from(["milk", "ham"]))}
            for n in range(count)
        ],
        "links": [[f"d{a}", f"d{b}"] for a, b in links],
        "settings": {"stationWeight": {"S3": 2}},
    }  # fmt: skip


@given(flows())
@settings(deadline=None, max_examples=80)
def test_shares_and_walks_equal_walking_every_path_in_fractions(raw: dict[str, Any]) -> None:
    net = Network(read_model(raw))
    size = [Fraction(d["amount"]) for d in raw["deliveries"]]
    fed = [sorted(net.fed_by(i)) for i in range(net.count)]
    inflow = [sum((size[j] for j in range(net.count) if i in fed[j]), Fraction()) for i in
              range(net.count)]  # fmt: skip
    places = {f"S{n}": n for n in range(4)}

    def share(start: int, end: int) -> Fraction:
        here = Fraction(start == end)
        return here + sum((size[start] / inflow[n] * share(n, end) for n in fed[start]), Fraction())

    def eaten(start: int) -> list[Fraction]:
        flow = {n: size[start] / inflow[n] * size[n] for n in fed[start]}
        rest = max(size[start] - sum(flow.values(), Fraction()), Fraction())
        total = rest + sum(flow.values(), Fraction())
        found = [Fraction()] * 4
        found[places[net.recipient[start]]] += rest / total
        for nxt, kg in flow.items():
            found = [a + kg / total * b for a, b in zip(found, eaten(nxt), strict=True)]
        return found

    sizes = [float(one) for one in size]
    everything = list(range(net.count))
    shares = Spread(net, sizes).into(everything)
    walks = Walk(net, sizes, places).eaten()
    for i in everything:
        assert shares[i] == pytest.approx([min(float(share(i, j)), 1.0) for j in everything])
        assert walks[i] == pytest.approx([float(part) for part in eaten(i)])
    assert np.allclose(walks.sum(axis=1), 1.0)


def test_products_are_ranked_on_request_in_every_mode() -> None:
    raw = {
        "stations": [{"id": s} for s in ("A", "B", "X", "Y")],
        "deliveries": [
            {"id": "1", "from": "A", "to": "X", "product": "ham", "amount": 5},
            {"id": "2", "from": "B", "to": "Y", "product": "milk", "amount": 5},
            {"id": "3", "from": "B", "to": "X", "product": "milk", "amount": 1},
        ],
        "links": [],
        "settings": {"stationWeight": {"X": 4}, "negativeStations": ["Y"]},
    }
    for method in ("posterior", "all-paths"):
        ranking = rank_sources(read_model(raw), method=method, kinds=[PRODUCT])["ranking"]
        assert ranking[0]["id"] == "ham"
        assert sum(entry["probability"] for entry in ranking) == pytest.approx(1)
    scored = rank_sources(read_model(raw), method="fcl-score", kinds=[PRODUCT])["ranking"]
    assert {entry["id"]: entry["score"] for entry in scored} == {"ham": 1.0, "milk": 1.0}
    walked = rank_sources(read_model(raw), method="all-paths")["ranking"]
    by_station = {e["id"]: e["probability"] for e in walked if e["kind"] == "station"}
    assert by_station["X"] > by_station["A"] * 0.99 > by_station["B"]
