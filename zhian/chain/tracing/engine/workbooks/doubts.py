"""What a person must decide before a model can be trusted: doubtful sameness, impossible facts.

Nothing here changes a model; `accepting.accept` applies exactly what a person confirmed.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zhian.chain.tracing.engine.dates import DUSK, PartialDate, parse_date
from zhian.chain.tracing.engine.fields import as_text
from zhian.chain.tracing.engine.workbooks.draft import Correction, in_kg
from zhian.chain.tracing.engine.workbooks.names import alike, is_slip, lookalike, plain

_WHY = {
    "form": "the names differ by the legal form only",
    "sound": "the names sound the same",
    "slip": "the names differ by one letter",
}
Row = dict[str, Any]
SHORTEST_LOT = 3  # below, every lot number is one letter from every other


@dataclass(frozen=True, slots=True)
class Proposal:
    """One merge a person may confirm; the id stays the same as long as the proposal does."""

    action: str  # same_station | same_lot | same_delivery | correct
    keep: str
    other: str = ""
    changes: tuple[tuple[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """Short and stable."""
        text = json.dumps([self.action, self.keep, self.other, self.changes], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may be wrong, and what would mend it where anything would."""

    code: str
    where: str
    message: str
    proposal: Proposal | None = None

    def as_json(self) -> dict[str, Any]:
        """One flat line; the person keeps the lines to be applied."""
        line: dict[str, Any] = {
            "level": "finding", "code": self.code, "where": self.where, "message": self.message,
        }  # fmt: skip
        if self.proposal:
            line |= {"proposal": self.proposal.id, "action": self.proposal.action}
            line |= {"keep": self.proposal.keep, "other": self.proposal.other}
            line |= {"changes": dict(self.proposal.changes)} if self.proposal.changes else {}
        return line


def doubts_of(
    model: Mapping[str, Any], corrections: Iterable[Correction] = (), *, today: str = ""
) -> list[Doubt]:
    """Everything a person should look at; `today` is an ISO day, empty knows no future."""
    stations = {str(row["id"]): row for row in model.get("stations") or []}
    deliveries = {str(row["id"]): row for row in model.get("deliveries") or []}
    links = [(str(a), str(b)) for a, b in model.get("links") or []]
    return [
        *_corrections(corrections, deliveries),
        *_stations(stations),
        *_same_deliveries(deliveries),
        *_lots(deliveries, {second for _first, second in links}),
        *_dates(deliveries, links, today),
        *_above_stock(deliveries),
    ]


def proposal_of(correction: Correction) -> Proposal:
    """What confirming a correction would do."""
    return Proposal("correct", correction.delivery, changes=correction.changes)


def _corrections(
    corrections: Iterable[Correction], deliveries: Mapping[str, Row]
) -> Iterator[Doubt]:
    for found in corrections:
        said = ", ".join(f"{key}: {value}" for key, value in found.changes)
        if found.delivery in deliveries:
            yield Doubt(
                "form_corrects",
                found.where,
                f"delivery {found.delivery!r} is said to have {said}",
                proposal_of(found),
            )


def _stations(stations: Mapping[str, Row]) -> Iterator[Doubt]:
    names = {id_: as_text(row.get("name")) or id_ for id_, row in stations.items()}
    for first, second, why in alike(names):
        one, other = (plain(as_text(stations[i].get("address"))) for i in (first, second))
        if one and other and one != other and why != "slip":
            continue  # branches of one firm at two addresses are two stations
        yield Doubt(
            "station_alike",
            f"stations[{second}]",
            f"{names[second]!r} may be {names[first]!r}: {_WHY[why]}",
            Proposal("same_station", first, second),
        )


def _same_deliveries(deliveries: Mapping[str, Row]) -> Iterator[Doubt]:
    seen: dict[tuple[Any, ...], str] = {}
    for id_, row in deliveries.items():
        key = (*_goods(row), plain(as_text(row.get("lot"))), row.get("date"), in_kg(row))
        if key in seen:
            text = f"{id_!r} says the same as {seen[key]!r}"
            yield Doubt(
                "delivery_repeated", f"deliveries[{id_}]", text,
                Proposal("same_delivery", seen[key], id_),
            )  # fmt: skip
        else:
            seen[key] = id_


def _goods(row: Row) -> tuple[str, str, str]:
    return (str(row["from"]), str(row["to"]), plain(as_text(row.get("product"))))


def _lots(deliveries: Mapping[str, Row], made: Collection[str]) -> Iterator[Doubt]:
    """Lot texts of one supplier and product that are mistaken for each other."""
    groups: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for id_, row in deliveries.items():
        if lot := as_text(row.get("lot")):
            groups[str(row["from"]), plain(as_text(row.get("product")))].setdefault(lot, id_)
    for lots in groups.values():
        for first, second in _confusable(lots):
            yield _lot_doubt(lots[first], lots[second], first, second, "look alike")
    told = {pair for lots in groups.values() for pair in _confusable(lots)}
    for one, other in _both_ends(deliveries):
        pair = (as_text(deliveries[one].get("lot")), as_text(deliveries[other].get("lot")))
        if pair not in told:
            yield _lot_doubt(one, other, *pair, "differ by a slip in one delivery", "same_delivery")
    yield from _resold(deliveries, made)


def _confusable(lots: Iterable[str]) -> list[tuple[str, str]]:
    seen: dict[str, str] = {}
    found = []
    for lot in lots:
        first = seen.setdefault(lookalike(lot), lot)
        if first != lot:
            found.append((first, lot))
    return found


def _both_ends(deliveries: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """The same goods, ends, day and amount, but a lot number one letter apart."""
    groups: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for id_, row in deliveries.items():
        if row.get("date") and row.get("amount") is not None:
            groups[(*_goods(row), row["date"], in_kg(row))].append(id_)
    for ids in groups.values():
        for n, one in enumerate(ids):
            for other in ids[n + 1 :]:
                lots = [plain(as_text(deliveries[i].get("lot"))) for i in (one, other)]
                if is_slip(*lots):
                    yield one, other


def _resold(deliveries: Mapping[str, Row], made: Collection[str]) -> Iterator[Doubt]:
    """A station sends a lot it neither made nor received, but received one a letter apart."""
    came: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for id_, row in deliveries.items():
        came[str(row["to"]), plain(as_text(row.get("product")))].setdefault(
            as_text(row.get("lot")), id_
        )
    for id_, row in deliveries.items():
        lot = as_text(row.get("lot"))
        known = came.get((str(row["from"]), plain(as_text(row.get("product")))), {})
        if len(lot) < SHORTEST_LOT or id_ in made or plain(lot) in {plain(t) for t in known}:
            continue
        for other, source in known.items():
            if is_slip(plain(lot), plain(other)) or lookalike(lot) == lookalike(other):
                yield _lot_doubt(source, id_, other, lot, "differ by a slip; only one was received")


def _lot_doubt(
    keep: str, other: str, first: str, second: str, why: str, action: str = "same_lot"
) -> Doubt:
    return Doubt(
        "lot_alike",
        f"deliveries[{other}]",
        f"lots {first!r} and {second!r} {why}",
        Proposal(action, keep, other),
    )


def _dates(
    deliveries: Mapping[str, Row], links: Iterable[tuple[str, str]], today: str
) -> Iterator[Doubt]:
    latest = parse_date(today).latest if today else DUSK
    for id_, row in deliveries.items():
        sent, came, best = (_day(row.get(key)) for key in ("date", "dateArrival", "bestBefore"))
        where = f"deliveries[{id_}]"
        if sent and came and came.latest < sent.earliest:
            yield Doubt("date_impossible", where, f"{id_!r} arrives before it leaves")
        if any(day and day.earliest > latest for day in (sent, came)):
            yield Doubt("date_impossible", where, f"{id_!r} lies in the future")
        if best and sent and best.latest < sent.earliest:
            yield Doubt("date_impossible", where, f"{id_!r} was past its date when it left")
    for first, second in links:
        if first in deliveries and second in deliveries:
            came = _day(deliveries[first].get("dateArrival") or deliveries[first].get("date"))
            left = _day(deliveries[second].get("date") or deliveries[second].get("dateArrival"))
            if came and left and left.latest < came.earliest:
                text = f"{second!r} had left before {first!r}, its ingredient, arrived"
                yield Doubt("date_impossible", f"links[{first}, {second}]", text)


def _day(raw: Any) -> PartialDate | None:
    """A date as far as it is one; what is none was reported where it was read."""
    try:
        return parse_date(as_text(raw)) if raw else None
    except ValueError:
        return None


def _above_stock(deliveries: Mapping[str, Row]) -> Iterator[Doubt]:
    """A lot that a station passes on in a larger amount than it received, and lots above size."""
    came: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    went: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in deliveries.values():
        goods = (plain(as_text(row.get("product"))), plain(as_text(row.get("lot"))))
        if goods[1]:
            came[str(row["to"]), *goods].append(row)
            went[str(row["from"]), *goods].append(row)
    for key, out in went.items():
        where = f"stations[{key[0]}]"
        lot, sent = as_text(out[0].get("lot")), _total(out)
        size = _total([_lot_size(row) for row in out[:1]])
        had = _total(came[key]) if came.get(key) else None
        for stock, what in ((had, "received"), (size, "made")):
            if sent and stock and sent[1] == stock[1] and sent[0] > stock[0] * (1 + 1e-9):
                text = f"sent {sent[0]:g} {sent[1]} of lot {lot!r} but {what} {stock[0]:g}"
                yield Doubt("above_stock", where, text)


def _lot_size(row: Row) -> Row:
    return {"amount": row.get("lotSize"), "unit": row.get("lotSizeUnit") or row.get("unit")}


def _total(rows: list[Row]) -> tuple[float, str] | None:
    """The sum where every amount is known in one unit."""
    masses = [in_kg(row) for row in rows]
    if {unit for _amount, unit in masses} != {masses[0][1]} or None in {a for a, _u in masses}:
        return None
    return sum(amount or 0.0 for amount, _unit in masses), masses[0][1]
