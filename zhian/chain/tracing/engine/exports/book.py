"""A neutral model with the names, addresses and documents that exports print."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from zhian.chain.tracing.engine import scores
from zhian.chain.tracing.engine.fields import as_text
from zhian.chain.tracing.engine.model import Model
from zhian.chain.tracing.engine.reading import read_model

_ADDRESS = ("postalCode", "state", "city", "district", "street", "streetNumber")


@dataclass(frozen=True, slots=True)
class Place:
    """A station as letters address it."""

    id: str
    name: str
    address: str
    country: str
    business: str
    longitude: float | None
    latitude: float | None

    @property
    def name_and_address(self) -> str:
        """Both on one line; the address only where it is known."""
        return ", ".join(part for part in (self.name, self.address) if part)


@dataclass(frozen=True, slots=True)
class Shipment:
    """A delivery with both ends; dates are ISO text as far as they are known."""

    id: str
    sender: Place
    recipient: Place
    product: str
    lot: str
    code: str  # the traceability lot code: the lot's number worldwide, else its text
    sent: str
    arrived: str
    amount: float | None
    unit: str
    more: Mapping[str, Any] = field(repr=False)

    @property
    def lot_key(self) -> tuple[str, str, str]:
        """Same supplier, product and lot text are one lot."""
        return (self.sender.id, self.product, self.lot)

    def said(self, *keys: str) -> str:
        """The first of these facts that the file tells, also among the additional ones."""
        extra = self.more.get("additional")
        extra = extra if isinstance(extra, dict) else {}
        return next((t for k in keys for t in [as_text(self.more.get(k) or extra.get(k))] if t), "")


@dataclass(frozen=True)
class Book:
    """The model, checked, and its shipments in file order."""

    model: Model
    places: Mapping[str, Place]
    shipments: tuple[Shipment, ...]
    raw_stations: Mapping[str, Mapping[str, Any]]

    def raw_station(self, station: str) -> Mapping[str, Any]:
        """A station's row as the file has it."""
        return self.raw_stations[station]

    @cached_property
    def by_id(self) -> Mapping[str, Shipment]:
        """Shipments by the delivery's id."""
        return {shipment.id: shipment for shipment in self.shipments}

    @cached_property
    def sources(self) -> Mapping[str, list[Shipment]]:
        """For each delivery those that went into it."""
        found: dict[str, list[Shipment]] = {}
        for first, second in self.model.links:
            if first in self.by_id and second in self.by_id:
                found.setdefault(second, []).append(self.by_id[first])
        return found

    def first_of_lot(self, shipment: Shipment) -> Shipment:
        """Where the lot number was given: upstream as long as it stays the same goods."""
        seen = {shipment.id}
        while True:
            same = [
                s
                for s in self.sources.get(shipment.id, [])
                if (s.product, s.code) == (shipment.product, shipment.code) and s.id not in seen
            ]
            if not same:
                return shipment
            shipment = same[0]
            seen.add(shipment.id)


def open_book(raw: Any, *, only_traced: bool = False) -> Book:
    """Check and read a model for printing; ModelError with every error found.

    `only_traced` keeps the deliveries that the observed elements reach or come from.
    """
    model = read_model(raw)
    kept = _traced(model) if only_traced else None
    places = {as_text(row["id"]): _place(row) for row in raw["stations"]}
    shipments = [
        _shipment(row, places)
        for row in raw.get("deliveries") or []
        if kept is None or as_text(row["id"]) in kept
    ]
    rows = {as_text(row["id"]): row for row in raw["stations"]}
    return Book(model, places, tuple(shipments), rows)


def _traced(model: Model) -> set[str]:
    result = scores.run(model)
    return {*result["deliveriesForward"], *result["deliveriesBackward"]} | set(
        model.settings.observed_deliveries
    )


def _place(row: Mapping[str, Any]) -> Place:
    id_ = as_text(row["id"])
    parts = [as_text(row.get(key)) for key in _ADDRESS]
    return Place(
        id=id_,
        name=as_text(row.get("name")) or id_,
        address=as_text(row.get("address")) or " ".join(part for part in parts if part),
        country=as_text(row.get("country")),
        business=as_text(row.get("typeOfBusiness")),
        longitude=_degree(row.get("longitude"), 180),
        latitude=_degree(row.get("latitude"), 90),
    )


def _degree(raw: Any, most: float) -> float | None:
    """A usable coordinate; anything else is unknown."""
    try:
        value = float(raw)
    except (TypeError, ValueError):
        return None
    return value if -most <= value <= most else None


def _shipment(row: Mapping[str, Any], places: Mapping[str, Place]) -> Shipment:
    amount = row.get("amount")
    usable = isinstance(amount, int | float) and not isinstance(amount, bool)
    lot = as_text(row.get("lot"))
    return Shipment(
        id=as_text(row["id"]),
        sender=places[as_text(row["from"])],
        recipient=places[as_text(row["to"])],
        product=as_text(row.get("product")),
        lot=lot,
        code=as_text(row.get("lotCode")) or lot,
        sent=as_text(row.get("date")) or as_text(row.get("dateArrival")),
        arrived=as_text(row.get("dateArrival")) or as_text(row.get("date")),
        amount=amount if usable else None,
        unit=as_text(row.get("unit")),
        more=row,
    )
