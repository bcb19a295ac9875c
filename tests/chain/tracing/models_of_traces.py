"""Trace models for the tests: the worked example of trace 3.12 and random small ones."""

import copy
from typing import Any

from hypothesis import strategies as st

EXAMPLE: dict[str, Any] = {
    "enforceTemporalOrder": True,
    "stations": [{"id": i} for i in ("FA", "FB", "M", "K", "N", "X", "Y", "Z")],
    "deliveries": [
        {"id": i, "from": a, "to": b, "product": p, "lot": lot, "date": d}
        for i, a, b, p, lot, d in (
            ("d1", "FA", "M", "wheat", "A1", "2024-03-04"),
            ("d2", "FB", "M", "wheat", "B1", "2024-03-08"),
            ("d3", "M", "K", "flour", "11", "2024-03-06"),
            ("d4", "M", "K", "flour", "12", "2024-03-10"),
            ("d5", "M", "N", "flour", "12", "2024-03"),
            ("d6", "K", "X", "bread", "51", "2024-03-07"),
            ("d7", "K", "Y", "bread", "52", "2024-03-11"),
            ("d8", "N", "Z", "noodles", "71", None),
            ("d9", "N", "Y", "noodles", "72", "2024-02"),
        )
    ],
    "links": [
        ["d1", "d3"],
        ["d2", "d4"],
        ["d2", "d5"],
        ["d3", "d6"],
        ["d4", "d7"],
        ["d5", "d8"],
    ],
    "mergedStations": {},
    "settings": {
        "stationWeight": {"X": 1, "Y": 2, "Z": -1},
        "deliveryWeight": {"d7": 1},
        "stationCrossContamination": ["M", "N"],
        "deliveryCrossContamination": ["d3", "d4"],
        "stationKill": [],
        "deliveryKill": [],
        "observedStations": ["Y"],
        "observedDeliveries": ["d5"],
    },
}


def example(**changes: Any) -> dict[str, Any]:
    """The worked example with top-level keys or settings changed."""
    model = copy.deepcopy(EXAMPLE)
    for key, value in changes.items():
        (model if key in model else model["settings"])[key] = value
    return model


DATES = st.sampled_from(
    [None, "2024", "2024-3", "2024-03-01", "2024-03-02", "2024-4", "2023-12-31", "2025"]
)
WEIGHTS = st.sampled_from([-2, -1, -0.5, 0.25, 1, 3])


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """A small model with cycles, self-shipping, merging, mixing, kills and partial dates."""
    stations = [f"S{i}" for i in range(draw(st.integers(1, 5)))]
    station = st.sampled_from(stations)
    count = draw(st.integers(1, 9))
    goods = [f"d{i}" for i in range(count)]
    item = st.sampled_from(goods)
    merged = draw(st.dictionaries(station, st.sampled_from(["G", "H"]), max_size=3))
    places = sorted({merged.get(s, s) for s in stations})
    place = st.sampled_from(places)
    return {
        "stations": [{"id": s} for s in stations],
        "deliveries": [
            {
                "id": g,
                "from": draw(station),
                "to": draw(station),
                "lot": draw(st.sampled_from([None, "1", "2"])),
                "date": draw(DATES),
                "dateArrival": draw(DATES),
            }
            for g in goods
        ],
        "links": [list(pair) for pair in draw(st.lists(st.tuples(item, item), max_size=12))],
        "mergedStations": merged,
        "enforceTemporalOrder": draw(st.booleans()),
        "settings": {
            "stationWeight": draw(st.dictionaries(place, WEIGHTS, max_size=4)),
            "deliveryWeight": draw(st.dictionaries(item, WEIGHTS, max_size=4)),
            "stationCrossContamination": draw(st.lists(place, max_size=3)),
            "deliveryCrossContamination": draw(st.lists(item, max_size=5)),
            "stationKill": draw(st.lists(place, max_size=1)),
            "deliveryKill": draw(st.lists(item, max_size=2)),
            "observedStations": draw(st.lists(place, max_size=2)),
            "observedDeliveries": draw(st.lists(item, max_size=3)),
        },
    }
