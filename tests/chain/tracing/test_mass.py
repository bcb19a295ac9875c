"""Mass fractions of trace 3.14: by hand, and against the exact twin."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhian.chain.tracing.engine.mass import trace_mass
from zhian.chain.tracing.engine.mass_model import read_mass_model
from zhian.chain.tracing.engine.mass_twin import fractions
from zhian.chain.tracing.engine.problems import ModelError


def model(
    inputs: list[tuple[Any, str, Any]], roots: list[str], times: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """A raw mass model."""
    return {
        "lots": [{"id": lot, "time": at} for lot, at in times.items()],
        "inputs": [{"parent": p, "child": c, "mass": m} for p, c, m in inputs],
        "roots": roots,
    } | more


def traced(raw: dict[str, Any]) -> dict[str, Any]:
    """The output file of a raw model."""
    return trace_mass(read_mass_model(raw)).as_json()


def test_uniform_mixing_multiplies_shares_along_the_chain() -> None:
    out = traced(
        model(
            [("R", "A", 1), (None, "A", 3), ("A", "B", 2), ("R", "B", 2)],
            ["R"],
            {"R": 0, "A": 1, "B": 2},
        )
    )
    assert out["fraction"]["A"] == {"value": 0.25, "lower": 0.25, "upper": 0.25}
    assert out["fraction"]["B"]["value"] == pytest.approx(0.625)
    assert out["withoutInputs"] == []


def test_an_input_made_later_than_its_product_is_a_contradiction_and_carries_nothing() -> None:
    out = traced(
        model(
            [("R", "A", 1), (None, "A", 1)],
            ["R"],
            {"R": "2024-01-02T00:00:00Z", "A": "2024-01-01T00:00:00+08:00"},
        )
    )
    assert out["contradictions"] == [["R", "A"]]
    assert set(out["fraction"]) == {"R"}


def test_an_unknown_mass_gives_bounds_and_a_value_at_the_mean() -> None:
    out = traced(model([("R", "A", None), (None, "A", 2), (None, "A", 4)], ["R"], {"R": 0, "A": 1}))
    assert out["fraction"]["A"] == {"value": pytest.approx(1 / 3), "lower": 0.0, "upper": 1.0}


def test_a_loop_of_one_instant_is_reported_and_shares_one_fraction() -> None:
    out = traced(
        model(
            [("R", "A", 1), ("A", "B", 5), ("B", "A", 5), (None, "B", 3)],
            ["R"],
            {"R": 0, "A": 1, "B": 1},
        )
    )
    assert out["loops"] == [["A", "B"]]
    assert out["fraction"]["A"]["value"] == out["fraction"]["B"]["value"] == 0.25


def test_a_killed_lot_holds_its_share_and_passes_nothing_on() -> None:
    out = traced(model([("R", "A", 1), ("A", "B", 1)], ["R"], {"R": 0, "A": 1, "B": 2}, kill=["A"]))
    assert set(out["fraction"]) == {"R", "A"}


def test_a_lot_with_inputs_of_no_mass_holds_nothing_and_orphans_are_listed() -> None:
    out = traced(
        model([("R", "A", 0), ("R", "B", 0), ("R", "B", None)], ["R"],
              {"R": 0, "A": 1, "B": 1, "C": 0})
    )  # fmt: skip
    assert "A" not in out["fraction"]
    assert out["fraction"]["B"]["value"] == 1
    assert out["withoutInputs"] == ["C"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lots": [{"id": "R", "time": 1}, {"id": "R", "time": 1}]}, "duplicate_id"),
        ({"lots": [{"id": "R", "time": None}]}, "not_a_time"),
        ({"lots": [{"id": "R", "time": "soon"}]}, "not_a_time"),
        ({"lots": [{"id": "R", "time": 1}, {"id": "S", "time": "2024-01-01"}]}, "mixed_times"),
        ({"inputs": [{"parent": "Q", "child": "R", "mass": 1}]}, "unknown_lot"),
        ({"inputs": [{"child": "R", "mass": -1}]}, "not_a_mass"),
        ({"roots": ["Q"]}, "unknown_lot"),
        ({"kill": ["Q"]}, "unknown_lot"),
    ],
)
def test_bad_input_is_an_error_that_names_its_row(change: dict[str, Any], code: str) -> None:
    raw = model([], ["R"], {"R": 0}) | change
    with pytest.raises(ModelError) as caught:
        read_mass_model(raw)
    assert code in {p.code for p in caught.value.problems}


LOTS = [f"L{i}" for i in range(7)]
MASSES = st.one_of(st.none(), st.integers(0, 5), st.floats(0, 1e6, allow_subnormal=False))


@st.composite
def raw_models(draw: st.DrawFn) -> dict[str, Any]:
    """Small mass models with loops, contradictions, kills and unknown masses."""
    lot = st.sampled_from(LOTS)
    masses = draw(st.sampled_from([st.just(1), MASSES]))
    return model(
        draw(st.lists(st.tuples(st.one_of(st.none(), lot), lot, masses), max_size=14)),
        draw(st.lists(lot, min_size=1, max_size=2)),
        {x: draw(st.integers(0, 3)) for x in LOTS},
        kill=draw(st.lists(lot, max_size=1)),
    )


@given(raw_models())
@settings(deadline=None, max_examples=200)
def test_fractions_equal_exact_rational_arithmetic(raw: dict[str, Any]) -> None:
    read = read_mass_model(raw)
    found = trace_mass(read).fraction
    for lot, exact in fractions(read).items():
        got = (found[lot].value, found[lot].lower, found[lot].upper)
        for a, b in zip(got, exact, strict=True):
            assert math.isclose(a, float(b), rel_tol=1e-12, abs_tol=1e-300)
        assert got[1] <= got[0] <= got[2]


def test_a_chain_of_twenty_thousand_lots_stays_exact() -> None:
    n = 20_000
    inputs = [(f"{i}", f"{i + 1}", 1) for i in range(n)]
    out = traced(model(inputs, ["0"], {f"{i}": i for i in range(n + 1)}))
    assert out["fraction"][str(n)]["value"] == 1
