"""A traced lot as a neutral model: what every export, form and ranking reads (trace 3.2)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zhian.chain.tracing.engine.goods.trace import Hop

UNKNOWN = "?"  # the station of goods that came from nowhere by the records


def trade_model(
    hops: Iterable[Hop],
    stations: Iterable[Mapping[str, Any]],
    describe: Callable[[str], Mapping[str, Any]],
    day: Callable[[Any], str],
) -> dict[str, Any]:
    """Moves become deliveries, makings and passing on become links; kilograms are amounts.

    `stations` are rows with an id for every site; `describe` tells product and lot text of a lot
    key, `day` the ISO day of a moment. An origin nobody recorded is one station `?`.
    """
    listed = sorted(hops, key=lambda hop: (hop.at, hop.lot, hop.origin or "", hop.destination))
    moves = [hop for hop in listed if hop.kind != "make"]
    rows = [dict(row) for row in stations]
    known = {row["id"] for row in rows}
    ends = [end for hop in moves for end in (hop.origin or UNKNOWN, hop.destination)]
    rows += [{"id": end} for end in dict.fromkeys(ends) if end not in known]
    deliveries = [_delivery(f"D{n}", hop, describe, day) for n, hop in enumerate(moves, start=1)]
    return {
        "stations": rows,
        "deliveries": deliveries,
        "links": [list(pair) for pair in _links(moves, listed)],
        "enforceTemporalOrder": True,
        "settings": {},
    }


def _delivery(
    id_: str, hop: Hop, describe: Callable[[str], Mapping[str, Any]], day: Callable[[Any], str]
) -> dict[str, Any]:
    row: dict[str, Any] = {"id": id_, "from": hop.origin or UNKNOWN, "to": hop.destination}
    row |= {"lotCode": hop.lot, "date": day(hop.at), **describe(hop.lot)}
    if hop.kg is not None:
        row |= {"amount": float(hop.kg), "unit": "kg"}
    if hop.event_ids:
        row |= {"documentType": "EPCIS", "document": hop.event_ids[0]}
    return row


def _links(moves: list[Hop], hops: list[Hop]) -> dict[tuple[str, str], None]:
    """A delivery went into another that left the same site later with the same lot or one made."""
    made: dict[tuple[str, str], set[str]] = defaultdict(set)
    for hop in hops:
        if hop.kind == "make":
            made[hop.destination, hop.lot_from].add(hop.lot)
    leaving: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, hop in enumerate(moves):
        leaving[hop.origin or UNKNOWN, hop.lot].append(number)
    links: dict[tuple[str, str], None] = {}
    for number, hop in enumerate(moves):
        for lot in _becomes(made, hop.destination, hop.lot):
            for other in leaving[hop.destination, lot]:
                if other != number and moves[other].at >= hop.at:
                    links[f"D{number + 1}", f"D{other + 1}"] = None
    return links


def _becomes(made: Mapping[tuple[str, str], set[str]], site: str, lot: str) -> list[str]:
    """The lot and all that was made of it at the site, over any number of makings."""
    found = {lot: None}
    queue = [lot]
    while queue:
        for other in sorted(made.get((site, queue.pop()), ())):
            if other not in found:
                found[other] = None
                queue.append(other)
    return list(found)
