"""Source ranking of trace 3.13: what the posterior sees and the score cannot."""

import copy
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.tracing.models_of_traces import example, models
from zhian.chain.tracing.engine.dates import Day
from zhian.chain.tracing.engine.ranking import KINDS, _day, rank_sources
from zhian.chain.tracing.engine.reading import read_model

SHOPS = [f"s{i}" for i in range(6)]


def two_dairies(**more: Any) -> dict[str, Any]:
    """Dairies A and B deliver to the same six shops: A mostly to s0, B mostly to s5."""
    deliveries = []
    for i, shop in enumerate(SHOPS):
        deliveries.append(
            {"id": f"a{i}", "from": "A", "to": shop, "lot": "LA", "amount": 60 if i == 0 else 8}
        )
        deliveries.append(
            {"id": f"b{i}", "from": "B", "to": shop, "lot": "LB", "amount": 60 if i == 5 else 8}
        )
    return {
        "stations": [{"id": s} for s in ("A", "B", *SHOPS)],
        "deliveries": deliveries,
        "links": [],
        "settings": {"stationWeight": {"s0": 6, "s1": 1}},
    } | more


def probabilities(raw: dict[str, Any], kind: str = "station") -> dict[str | None, float]:
    """Probability by id."""
    ranking = rank_sources(read_model(raw))["ranking"]
    return {e["id"]: e["probability"] for e in ranking if e["kind"] == kind}


def test_the_candidate_that_sent_most_to_the_sick_places_leads() -> None:
    found = probabilities(two_dairies())
    assert found["A"] > 5 * found["B"]
    assert probabilities(two_dairies(), "lot")["a0"] > 0.5


def test_equal_evidence_gives_equal_probability() -> None:
    found = probabilities(two_dairies(settings={"stationWeight": {"s2": 3, "s3": 3}}))
    assert found["A"] == found["B"]


def test_a_healthy_place_counts_against_who_supplied_it_most() -> None:
    sick = {"stationWeight": {"s2": 2}}
    found = probabilities(two_dairies(settings=sick | {"negativeStations": ["s5"]}))
    assert found["A"] > found["B"]


def test_goods_that_arrived_after_the_case_do_not_explain_it() -> None:
    raw = two_dairies(
        cases=[{"station": "s0", "date": "2024-03-10", "count": 3}],
        hazard={"incubationDays": {"min": 1, "max": 3}},
    )
    for delivery in raw["deliveries"]:
        delivery["date"] = "2024-03-20" if delivery["from"] == "A" else "2024-03-05"
    found = probabilities(raw)
    assert found["B"] > found["A"]
    ranking = {e["id"]: e for e in rank_sources(read_model(raw))["ranking"]}
    assert (ranking["A"]["explains"], ranking["B"]["explains"]) == (1, 4)


def test_a_kill_step_clears_what_lies_before_it_unless_the_hazard_survives() -> None:
    raw = {
        "stations": [{"id": s} for s in ("farm", "dairy", "shop")],
        "deliveries": [
            {"id": "m", "from": "farm", "to": "dairy"},
            {"id": "p", "from": "dairy", "to": "shop"},
        ],
        "links": [["m", "p"]],
        "settings": {"stationWeight": {"shop": 2}, "deliveryKill": ["m"]},
    }
    assert probabilities(raw)["farm"] < 0.2
    survived = probabilities(raw | {"hazard": {"survivesKill": True}})
    assert survived["farm"] == survived["dairy"]


def test_a_salt_lot_that_went_everywhere_is_less_likely_than_the_narrow_lot() -> None:
    stations = ["salt", "ham", *SHOPS, "plant"]
    raw = {
        "stations": [{"id": s} for s in stations],
        "deliveries": [{"id": "x", "from": "salt", "to": "plant", "amount": 1}]
        + [{"id": f"p{s}", "from": "plant", "to": s, "amount": 10} for s in SHOPS]
        + [{"id": f"h{s}", "from": "ham", "to": s, "amount": 10} for s in SHOPS[:2]],
        "links": [["x", f"p{s}"] for s in SHOPS],
        "settings": {"stationWeight": {"s0": 3, "s1": 3}},
    }
    found = probabilities(raw)
    assert found["ham"] > 3 * found["salt"]


def test_the_prior_and_the_sales_share_weigh_in() -> None:
    even = two_dairies(settings={"stationWeight": {"s2": 3, "s3": 3}})
    found = probabilities(even | {"prior": {"station": {"A": 4, "null": 0}}})
    assert found["A"] == pytest.approx(4 * found["B"])
    assert found[None] == 0
    shares = {"s0": 0.01, "s1": 0.3}
    assert sum(probabilities(two_dairies(salesShare=shares)).values()) == pytest.approx(1)


def test_the_score_is_kept_as_a_mode() -> None:
    out = rank_sources(read_model(example()), method="fcl-score")
    best = next(e for e in out["ranking"] if e["kind"] == "station")
    assert (best["id"], best["score"], "probability" in best) == ("K", 1.0, False)
    assert {e["kind"] for e in out["ranking"]} == set(KINDS)


def test_a_delivery_that_was_killed_explains_no_case() -> None:
    raw = two_dairies(settings={"stationWeight": {"s2": 3, "s3": 3}, "deliveryKill": ["a2"]})
    found = probabilities(raw)
    assert found["B"] > found["A"]


def test_an_undated_delivery_may_have_come_in_time() -> None:
    raw = two_dairies(
        settings={}, cases=[{"station": "s2", "date": "2024-03-10", "count": 3}],
        hazard={"incubationDays": {"min": 1}},
    )  # fmt: skip
    for delivery in raw["deliveries"]:
        delivery["date"] = "2024-03-20" if delivery["from"] == "A" else None
    found = probabilities(raw)
    assert found["B"] > found["A"]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ((0, 0, 0), None, None),
        ((2024, 0, 0), date(2024, 1, 1), date(2024, 12, 31)),
        ((2024, 2, 99), date(2024, 2, 1), date(2024, 2, 29)),
        ((2024, 3, 9), date(2024, 3, 9), date(2024, 3, 9)),
        ((9999, 99, 99), date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_day_of_which_parts_are_unknown_is_a_span(
    day: Day, first: date | None, last: date | None
) -> None:
    assert (_day(day, last=False), _day(day, last=True)) == (first, last)


def test_units_that_are_no_mass_are_compared_among_themselves() -> None:
    raw = two_dairies()
    for delivery in raw["deliveries"]:
        delivery["unit"] = "boxes" if delivery["from"] == "A" else "kg"
    del raw["deliveries"][3]["amount"]
    assert probabilities(raw)["A"] > probabilities(raw)["B"]


@given(models(), st.randoms())
@settings(deadline=None, max_examples=60)
def test_probabilities_sum_to_one_and_ignore_row_order(
    raw: dict[str, Any], rng: random.Random
) -> None:
    raw["cases"] = [{"station": raw["stations"][0]["id"], "date": "2024-03"}]
    shuffled = copy.deepcopy(raw)
    for key in ("stations", "links", "deliveries"):
        rng.shuffle(shuffled[key])
    for kind in ("station", "delivery"):
        first, second = probabilities(raw, kind), probabilities(shuffled, kind)
        assert sum(first.values()) == pytest.approx(1)
        assert all(first[id_] == pytest.approx(second[id_], abs=1e-9) for id_ in first)
    assert sum(probabilities(raw, "lot").values()) == pytest.approx(1)


def test_a_loop_of_rework_that_also_leads_to_the_cases_is_ranked() -> None:
    raw = {
        "stations": [{"id": name} for name in "ABC"],
        "deliveries": [
            {"id": "1", "from": "A", "to": "B"},
            {"id": "2", "from": "B", "to": "A"},
            {"id": "3", "from": "B", "to": "C"},
        ],
        "links": [["1", "2"], ["2", "1"], ["1", "3"]],
        "settings": {"stationWeight": {"C": 3}},
    }
    found = rank_sources(read_model(raw))
    assert found["ranking"]
