"""A trace as a neutral model, and what a changed setting takes out of the reach."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.chain.tracing.models_of_traces import example
from zhian.chain.tracing.engine.exports.from_trace import UNKNOWN, trade_model
from zhian.chain.tracing.engine.goods.trace import Hop
from zhian.chain.tracing.engine.reach_change import reach_change
from zhian.chain.tracing.engine.reading import read_model

START = datetime(2026, 9, 1, tzinfo=UTC)


def hop(kind: str, ends: str, lots: str, day: float, kg: str | None = "5", **more: Any) -> Hop:
    """One hop, ends as `A>B`, lots as `M>P`."""
    origin, _, destination = ends.partition(">")
    first, _, last = lots.partition(">")
    return Hop(
        kind, origin or None, destination, first, last or first, Decimal(kg) if kg else None,
        None, START + timedelta(days=day), more.get("ids", (f"e{day}",)),
    )  # fmt: skip


def modelled(*hops: Hop) -> dict[str, Any]:
    """The neutral model of these hops."""
    return trade_model(
        hops, [{"id": "A", "name": "Farm"}], lambda lot: {"product": lot[0], "lot": lot},
        lambda moment: moment.date().isoformat(),
    )  # fmt: skip


def test_moves_are_deliveries_and_makings_are_links() -> None:
    model = modelled(
        hop("move", "A>B", "M1", 1), hop("make", "B>B", "M1>W1", 2), hop("make", "B>B", "W1>P1", 2),
        hop("make", "B>B", "P1>W1", 2), hop("move", "B>C", "P1", 3), hop("move", "C>D", "P1", 4),
    )  # fmt: skip
    assert [row["lot"] for row in model["deliveries"]] == ["M1", "P1", "P1"]
    assert model["links"] == [["D1", "D2"], ["D2", "D3"]]
    assert model["stations"][0] == {"id": "A", "name": "Farm"}
    assert (
        model["deliveries"][0] | {"amount": 5.0, "unit": "kg", "document": "e1"}
        == (model["deliveries"][0])
    )
    read_model(model)


def test_what_is_unknown_stays_unknown() -> None:
    model = modelled(hop("gap", ">B", "M1", 1, None, ids=()))
    (row,) = model["deliveries"]
    assert row["from"] == UNKNOWN
    assert not {"amount", "document"} & row.keys()
    assert {station["id"] for station in model["stations"]} == {"A", "B", UNKNOWN}


def test_goods_do_not_feed_what_left_before_or_themselves() -> None:
    model = modelled(
        hop("move", "B>C", "M1", 1), hop("move", "A>B", "M1", 2), hop("move", "B>B", "M1", 3)
    )
    assert model["links"] == [["D2", "D3"]]


def test_a_killing_step_takes_places_and_masses_out_of_the_reach() -> None:
    raw = example()
    for row, (amount, unit) in zip(
        raw["deliveries"],
        [(5, "kg"), (5, "kg"), (5, "kg"), (2, "t"), (300, "g"), (7, "box"), (None, ""), (1, "kg"),
         (1, "kg")], strict=True,
    ):  # fmt: skip
        row |= {"amount": amount, "unit": unit}
    raw["settings"] |= {"observedStations": ["FA"], "observedDeliveries": []}
    before = read_model(raw)
    raw["settings"]["stationKill"] = ["M"]
    change = reach_change(before, read_model(raw))
    assert change.stations_dropped == ("K", "N", "X", "Y", "Z")
    assert change.amount_dropped == pytest.approx({"kg": 2006.3, "box": 7})
    assert (change.before, change.after) == (6, 1)
    back = reach_change(read_model(raw), before)
    assert (back.stations_dropped, back.amount_dropped) == ((), {})
    assert back.stations_added == change.stations_dropped
