"""Reads the JSON of a trace model; every error names its row (trace 3.2)."""

import math
from collections.abc import Mapping
from typing import Any

from zhian.chain.tracing.engine.dates import PartialDate, may_feed, parse_date
from zhian.chain.tracing.engine.evidence import read_evidence
from zhian.chain.tracing.engine.fields import (
    as_id,
    as_list,
    as_map,
    as_number,
    as_text,
)
from zhian.chain.tracing.engine.model import Delivery, Model, Settings
from zhian.chain.tracing.engine.problems import Clipboard


def read_model(raw: Any) -> Model:
    """Check and read a trace model; raises ModelError with all errors found."""
    notes = Clipboard()
    top = as_map(raw, "model", notes)
    stations = _read_stations(top, notes)
    merged = _read_merged(top, set(stations), notes)
    deliveries = _read_deliveries(top, set(stations), notes)
    links = _read_links(top, {d.id: d for d in deliveries}, merged, notes)
    places = {merged.get(station, station) for station in stations}
    goods = {d.id for d in deliveries}
    raw_settings = as_map(top.get("settings"), "settings", notes)
    settings = _read_settings(raw_settings, places, goods, notes)
    temporal = top.get("enforceTemporalOrder")
    if temporal is not None and not isinstance(temporal, bool):
        notes.error("not_a_boolean", "enforceTemporalOrder", "must be true or false")
    evidence = read_evidence(
        top, raw_settings, {p: p for p in places} | {s: merged.get(s, s) for s in stations}, notes
    )
    notes.stop_on_errors()
    return Model(
        stations=tuple(stations),
        deliveries=tuple(deliveries),
        links=tuple(links),
        merged=merged,
        settings=settings,
        enforce_temporal_order=temporal is True,
        evidence=evidence,
        findings=tuple(notes.findings),
    )


def _read_stations(top: Mapping[str, Any], notes: Clipboard) -> list[str]:
    found: dict[str, None] = {}
    for row, raw in enumerate(as_list(top.get("stations"), "stations", notes)):
        where = f"stations[{row}]"
        station = as_id(as_map(raw, where, notes).get("id"), f"{where}.id", notes)
        if station in found:
            notes.error("duplicate_id", where, f"station id {station!r} is given twice")
        found[station] = None
    return list(found)


def _read_merged(top: Mapping[str, Any], stations: set[str], notes: Clipboard) -> dict[str, str]:
    merged: dict[str, str] = {}
    for station, raw in as_map(top.get("mergedStations"), "mergedStations", notes).items():
        where = f"mergedStations[{station}]"
        if station not in stations:
            notes.error("unknown_station", where, f"no station {station!r}")
        merged[station] = as_id(raw, where, notes)
    for station, group in merged.items():
        if group in stations and merged.get(group) != group:
            notes.error(
                "merged_id_taken",
                f"mergedStations[{station}]",
                f"{group!r} is the id of a station that is not a member of it",
            )
    return merged


def _read_deliveries(
    top: Mapping[str, Any], stations: set[str], notes: Clipboard
) -> list[Delivery]:
    found: dict[str, Delivery] = {}
    for row, raw in enumerate(as_list(top.get("deliveries"), "deliveries", notes)):
        where = f"deliveries[{row}]"
        fields = as_map(raw, where, notes)
        delivery = Delivery(
            id=as_id(fields.get("id"), f"{where}.id", notes),
            origin=_end(fields, "from", where, stations, notes),
            recipient=_end(fields, "to", where, stations, notes),
            product=as_text(fields.get("product")),
            lot=as_text(fields.get("lot")),
            departure=_date(fields.get("date"), f"{where}.date", notes),
            arrival=_date(fields.get("dateArrival"), f"{where}.dateArrival", notes),
            amount=_amount(fields.get("amount")),
            unit=as_text(fields.get("unit")),
        )
        if delivery.id in found:
            notes.error("duplicate_id", where, f"delivery id {delivery.id!r} is given twice")
        found[delivery.id] = delivery
    return list(found.values())


def _end(
    fields: Mapping[str, Any], key: str, where: str, stations: set[str], notes: Clipboard
) -> str:
    before = len(notes.errors)
    station = as_id(fields.get(key), f"{where}.{key}", notes)
    if len(notes.errors) == before and station not in stations:
        notes.error("unknown_station", f"{where}.{key}", f"no station {station!r}")
    return station


def _date(raw: Any, where: str, notes: Clipboard) -> PartialDate | None:
    text = as_text(raw)
    if not text:
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        notes.error("not_a_date", where, str(error))
        return None


def _amount(raw: Any) -> float | None:
    """An amount that is no usable number is unknown: only the ranking asks for it."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return float(raw) if math.isfinite(raw) and raw >= 0 else None


def _read_links(
    top: Mapping[str, Any],
    deliveries: Mapping[str, Delivery],
    merged: Mapping[str, str],
    notes: Clipboard,
) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for row, raw in enumerate(as_list(top.get("links"), "links", notes)):
        where = f"links[{row}]"
        if not isinstance(raw, list) or len(raw) != 2:
            notes.error("not_a_pair", where, "a link is a pair of delivery ids")
            continue
        pair = (as_id(raw[0], where, notes), as_id(raw[1], where, notes))
        if _is_usable(pair, where, deliveries, found, notes):
            found[pair] = None
            _doubt(deliveries[pair[0]], deliveries[pair[1]], where, merged, notes)
    return list(found)


def _is_usable(
    pair: tuple[str, str],
    where: str,
    deliveries: Mapping[str, Delivery],
    found: Mapping[tuple[str, str], None],
    notes: Clipboard,
) -> bool:
    unknown = [end for end in dict.fromkeys(pair) if end not in deliveries]
    if unknown:
        text = ", ".join(repr(end) for end in unknown)
        notes.finding("link_unknown_delivery", where, f"no delivery {text}; the link is ignored")
    elif pair[0] == pair[1]:
        notes.finding("link_to_itself", where, f"{pair[0]!r} is linked to itself; ignored")
    elif pair in found:
        notes.finding("link_repeated", where, "the link is given twice and counts once")
    else:
        return True
    return False


def _doubt(
    first: Delivery, second: Delivery, where: str, merged: Mapping[str, str], notes: Clipboard
) -> None:
    """Report what is odd about a link that is used as recorded."""
    ends = merged.get(first.recipient, first.recipient)
    starts = merged.get(second.origin, second.origin)
    if ends != starts:
        notes.finding(
            "link_not_joined",
            where,
            f"{first.id!r} ends at {ends!r}, {second.id!r} starts at {starts!r}",
        )
    if not may_feed(first.arrival or first.departure, second.departure or second.arrival):
        notes.finding(
            "link_dates_contradict", where, f"{first.id!r} arrived after {second.id!r} had left"
        )


def _read_settings(
    raw: Mapping[str, Any], places: set[str], goods: set[str], notes: Clipboard
) -> Settings:
    return Settings(
        station_weight=_weights(raw, "stationWeight", places, notes),
        delivery_weight=_weights(raw, "deliveryWeight", goods, notes),
        station_cross=_ids(raw, "stationCrossContamination", places, notes),
        delivery_cross=_ids(raw, "deliveryCrossContamination", goods, notes),
        station_kill=_ids(raw, "stationKill", places, notes),
        delivery_kill=_ids(raw, "deliveryKill", goods, notes),
        observed_stations=_ids(raw, "observedStations", places, notes),
        observed_deliveries=_ids(raw, "observedDeliveries", goods, notes),
    )


def _weights(
    raw: Mapping[str, Any], key: str, known: set[str], notes: Clipboard
) -> dict[str, float]:
    weights: dict[str, float] = {}
    for element, weight in as_map(raw.get(key), f"settings.{key}", notes).items():
        where = f"settings.{key}[{element}]"
        if element not in known:
            notes.error("unknown_id", where, f"no {element!r} (merged stations by merged id)")
        value = as_number(weight, where, notes)
        if value:
            weights[element] = value
    return weights


def _ids(raw: Mapping[str, Any], key: str, known: set[str], notes: Clipboard) -> frozenset[str]:
    found = set()
    for row, item in enumerate(as_list(raw.get(key), f"settings.{key}", notes)):
        where = f"settings.{key}[{row}]"
        element = as_id(item, where, notes)
        if element not in known:
            notes.error("unknown_id", where, f"no {element!r} (merged stations by merged id)")
        found.add(element)
    return frozenset(found)
