"""What a reply would change in a model line by line, and the model with the lines taken."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

LineKind = Literal[
    "new_delivery", "changed_delivery", "gone_delivery", "new_station", "changed_station",
    "new_link", "gone_link",
]  # fmt: skip
Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One change; `ids` name the station, the delivery, or both deliveries of a link."""

    kind: LineKind
    ids: tuple[str, ...]

    @property
    def id(self) -> str:
        """Short and stable: what the box of the line is called."""
        text = json.dumps([self.kind, *self.ids], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def lines_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Line]:
    """Every change that can be taken by itself; new deliveries bring their ends and links along."""
    return [*_of_deliveries(before, after), *_of_stations(before, after), *_of_links(before, after)]


def _rows(model: Mapping[str, Any], key: str) -> Rows:
    return {str(row["id"]): dict(row) for row in model.get(key) or []}


def _pairs(model: Mapping[str, Any]) -> dict[tuple[str, str], None]:
    return dict.fromkeys((str(a), str(b)) for a, b in model.get("links") or [])


def _of_deliveries(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Line]:
    old, new = _rows(before, "deliveries"), _rows(after, "deliveries")
    for id_, row in new.items():
        if id_ not in old:
            yield Line("new_delivery", (id_,))
        elif row != old[id_]:
            yield Line("changed_delivery", (id_,))
    for id_ in old.keys() - new.keys():
        yield Line("gone_delivery", (id_,))


def _of_stations(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Line]:
    old, known = _rows(before, "stations"), _rows(before, "deliveries")
    fresh = [row for id_, row in _rows(after, "deliveries").items() if id_ not in known]
    brought = {str(row[end]) for row in fresh for end in ("from", "to")}
    for id_, row in _rows(after, "stations").items():
        if id_ in old and row != old[id_]:
            yield Line("changed_station", (id_,))
        elif id_ not in old and id_ not in brought:
            yield Line("new_station", (id_,))


def _of_links(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Line]:
    old, new = _pairs(before), _pairs(after)
    known, kept = _rows(before, "deliveries"), _rows(after, "deliveries")
    for pair in new:
        if pair not in old and pair[0] in known and pair[1] in known:
            yield Line("new_link", pair)
    for pair in old:
        if pair not in new and pair[0] in kept and pair[1] in kept:
            yield Line("gone_link", pair)


def take(
    before: Mapping[str, Any], after: Mapping[str, Any], chosen: Collection[str]
) -> dict[str, Any]:
    """The model before with the chosen lines only; nothing else of the reply comes in."""
    lines = [line for line in lines_between(before, after) if line.id in chosen]
    deliveries = _taken(before, after, lines, "delivery", "deliveries")
    stations = _taken(before, after, lines, "station", "stations")
    every = _rows(after, "stations")
    for row in deliveries.values():
        for end in ("from", "to"):
            stations.setdefault(str(row[end]), every.get(str(row[end]), {"id": row[end]}))
    links = _linked(before, after, lines, deliveries)
    forms = {
        name: {
            "deliveries": [i for i in form["deliveries"] if str(i) in deliveries],
            "links": [pair for pair in form["links"] if (str(pair[0]), str(pair[1])) in links],
        }
        for name, form in (after.get("forms") or {}).items()
    }
    return dict(before) | {
        "stations": list(stations.values()),
        "deliveries": list(deliveries.values()),
        "links": [list(pair) for pair in links],
        "forms": forms,
    }


def _taken(
    before: Mapping[str, Any], after: Mapping[str, Any], lines: list[Line], noun: str, key: str
) -> Rows:
    rows, new = _rows(before, key), _rows(after, key)
    for line in lines:
        if line.kind in {f"new_{noun}", f"changed_{noun}"}:
            rows[line.ids[0]] = new[line.ids[0]]
        elif line.kind == f"gone_{noun}":
            del rows[line.ids[0]]
    return rows


def _linked(
    before: Mapping[str, Any], after: Mapping[str, Any], lines: list[Line], deliveries: Rows
) -> dict[tuple[str, str], None]:
    links, known = _pairs(before), _rows(before, "deliveries")
    for line in lines:
        if line.kind == "gone_link":
            links.pop((line.ids[0], line.ids[1]), None)
        elif line.kind == "new_link":
            links[line.ids[0], line.ids[1]] = None
    for pair in _pairs(after):
        if not (pair[0] in known and pair[1] in known):
            links[pair] = None
    return {pair: None for pair in links if pair[0] in deliveries and pair[1] in deliveries}
