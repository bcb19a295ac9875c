"""A trace model in the making: stations and deliveries from several workbooks, each once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhian.chain.tracing.engine.problems import Clipboard
from zhian.chain.tracing.engine.workbooks.cells import same

_KG = {"kg": 1.0, "g": 0.001, "t": 1000.0}


_CORRECTABLE = ("product", "lot", "date", "amount", "unit", "bestBefore")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a form says otherwise about a delivery that is known; only a person may apply it."""

    delivery: str
    changes: tuple[tuple[str, Any], ...]
    where: str


@dataclass
class Draft:
    """The model as plain JSON parts; `forms` says which form brought which rows."""

    model: dict[str, Any]
    notes: Clipboard = field(default_factory=Clipboard)
    corrections: list[Correction] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stations: dict[str, dict[str, Any]] = {
            str(s["id"]): s for s in self.model.get("stations") or []
        }
        self.deliveries: dict[str, dict[str, Any]] = {
            str(d["id"]): d for d in self.model.get("deliveries") or []
        }
        self.links: dict[tuple[str, str], None] = {
            (str(a), str(b)): None for a, b in self.model.get("links") or []
        }
        self.forms: dict[str, dict[str, Any]] = dict(self.model.get("forms") or {})
        self._names = {same(str(s.get("name") or i)): i for i, s in self.stations.items()}

    def as_json(self) -> dict[str, Any]:
        """The whole model, what was in it before included."""
        return self.model | {
            "stations": list(self.stations.values()),
            "deliveries": list(self.deliveries.values()),
            "links": [list(pair) for pair in self.links],
            "forms": self.forms,
        }

    def station_named(self, name: str, details: Mapping[str, str]) -> str:
        """The station of this name, however spelt; made when there is none; gaps are filled."""
        id_ = self._names.get(same(name))
        if id_ is None:
            id_ = name
            self._names[same(name)] = id_
            self.stations[id_] = {"id": id_, "name": name}
        for key, value in details.items():
            if value and not self.stations[id_].get(key):
                self.stations[id_][key] = value
        return id_

    def put_station(self, station: dict[str, Any], where: str) -> None:
        """A station with an id of its own."""
        self._put(self.stations, station, where, "station")
        self._names.setdefault(same(str(station.get("name") or station["id"])), station["id"])

    def put_delivery(self, delivery: dict[str, Any], where: str) -> None:
        """A delivery with an id of its own."""
        self._put(self.deliveries, delivery, where, "delivery")

    def _put(
        self, rows: dict[str, dict[str, Any]], row: dict[str, Any], where: str, noun: str
    ) -> None:
        known = rows.get(row["id"])
        if known is not None and known != row:
            self.notes.finding(
                f"{noun}_changed", where, f"{noun} {row['id']!r} was given before; the later counts"
            )
        rows[row["id"]] = row

    def link(self, first: str, second: str) -> None:
        """One delivery went into another."""
        self.links[first, second] = None

    def seen_from_elsewhere(self, delivery: dict[str, Any], own: Iterable[str], where: str) -> str:
        """The id of this delivery: that of the same one seen from its other end, or a new one.

        Same ends, product, lot and date are one delivery, unless the form itself lists several
        with different amounts.
        """
        mine = set(own)
        twins = [d for d in self.deliveries.values() if _is_twin(d, delivery)]
        for twin in twins:
            if in_kg(twin) == in_kg(delivery):
                return str(twin["id"])
        others = [d for d in twins if d["id"] not in mine]
        if len(others) == 1:
            self.notes.finding(
                "amount_differs",
                where,
                f"delivery {others[0]['id']!r} has another amount at its other end",
            )
            return str(others[0]["id"])
        id_, number = delivery["id"], 1
        while id_ in self.deliveries:
            number += 1
            id_ = f"{delivery['id']} #{number}"
        self.deliveries[id_] = delivery | {"id": id_}
        return str(id_)

    def correct(self, id_: str, said: Mapping[str, Any], where: str) -> None:
        """Fill what was unknown; note what is said otherwise."""
        old = self.deliveries[id_]
        keys = [key for key in _CORRECTABLE if key in said]
        if in_kg(old) == in_kg(said):
            keys = [key for key in keys if key not in {"amount", "unit"}]
        filled = {key: said[key] for key in keys if not old.get(key)}
        self.deliveries[id_] = old | filled
        changes = tuple((k, said[k]) for k in keys if k not in filled and said[k] != old[k])
        if changes:
            self.corrections.append(Correction(id_, changes, where))

    def replace_form(self, name: str) -> None:
        """Take back what only an earlier version of this form said."""
        old = self.forms.pop(name)
        kept = {i for form in self.forms.values() for i in form["deliveries"]}
        links = {tuple(pair) for form in self.forms.values() for pair in form["links"]}
        for id_ in old["deliveries"]:
            if id_ not in kept:
                self.deliveries.pop(id_, None)
        for first, second in old["links"]:
            if (first, second) not in links:
                self.links.pop((first, second), None)
        self.links = {
            pair: None
            for pair in self.links
            if pair[0] in self.deliveries and pair[1] in self.deliveries
        }


def _is_twin(known: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return (
        known["from"] == new["from"]
        and known["to"] == new["to"]
        and same(known.get("product", "")) == same(new.get("product", ""))
        and same(known.get("lot", "")) == same(new.get("lot", ""))
        and known.get("date") == new.get("date")
    )


def in_kg(delivery: Mapping[str, Any]) -> tuple[float | None, str]:
    """The amount in comparable units: 900 g is 0.9 kg."""
    amount, unit = delivery.get("amount"), str(delivery.get("unit", "")).casefold()
    if amount is not None and unit in _KG:
        return round(amount * _KG[unit], 6), "kg"
    return amount, unit
