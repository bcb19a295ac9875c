"""Reads the further keys of a source ranking (trace 3.13)."""

from collections.abc import Mapping
from typing import Any

from zhian.chain.tracing.engine.dates import PartialDate, parse_date
from zhian.chain.tracing.engine.fields import as_amount, as_id, as_list, as_map, as_text
from zhian.chain.tracing.engine.model import CaseReport, Evidence, Hazard
from zhian.chain.tracing.engine.problems import Clipboard


def read_evidence(
    top: Mapping[str, Any], settings: Mapping[str, Any], places: Mapping[str, str], notes: Clipboard
) -> Evidence:
    """Cases, negative findings, sales shares, prior and hazard; all of them optional.

    `places` gives the traced station of every known id: what is reported about a member of a
    merged station counts for the merged station.
    """
    negative = set()
    for row, raw in enumerate(
        as_list(settings.get("negativeStations"), "settings.negativeStations", notes)
    ):
        negative.add(_place(raw, f"settings.negativeStations[{row}]", places, notes))
    shares: dict[str, float] = {}
    for key, value in as_map(top.get("salesShare"), "salesShare", notes).items():
        where = f"salesShare[{key}]"
        place = _place(key, where, places, notes)
        shares[place] = shares.get(place, 0.0) + as_amount(value, where, notes)
    prior = {
        kind: {
            key: as_amount(value, f"prior.{kind}[{key}]", notes)
            for key, value in as_map(weights, f"prior.{kind}", notes).items()
        }
        for kind, weights in as_map(top.get("prior"), "prior", notes).items()
    }
    return Evidence(
        cases=_read_cases(top, places, notes),
        negative_stations=frozenset(negative),
        sales_share=shares,
        prior=prior,
        hazard=_read_hazard(top, notes),
    )


def _place(raw: Any, where: str, places: Mapping[str, str], notes: Clipboard) -> str:
    place = as_id(raw, where, notes)
    if place not in places:
        notes.error("unknown_id", where, f"no station {place!r}")
    return places.get(place, place)


def _read_cases(
    top: Mapping[str, Any], places: Mapping[str, str], notes: Clipboard
) -> tuple[CaseReport, ...]:
    cases = []
    for row, raw in enumerate(as_list(top.get("cases"), "cases", notes)):
        where = f"cases[{row}]"
        fields = as_map(raw, where, notes)
        on: PartialDate | None = None
        try:
            text = as_text(fields.get("date"))
            on = parse_date(text) if text else None
        except ValueError as error:
            notes.error("not_a_date", f"{where}.date", str(error))
        count = 1.0
        if fields.get("count") is not None:
            count = as_amount(fields.get("count"), f"{where}.count", notes)
        station = _place(fields.get("station"), f"{where}.station", places, notes)
        cases.append(CaseReport(station, count, on))
    return tuple(cases)


def _read_hazard(top: Mapping[str, Any], notes: Clipboard) -> Hazard:
    raw = as_map(top.get("hazard"), "hazard", notes)
    where = "hazard.incubationDays"
    days = as_map(raw.get("incubationDays"), where, notes)
    longest = days.get("max")
    return Hazard(
        incubation_min=as_amount(days.get("min"), f"{where}.min", notes),
        incubation_max=None if longest is None else as_amount(longest, f"{where}.max", notes),
        survives_kill=raw.get("survivesKill") is True,
    )
