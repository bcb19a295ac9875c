"""A model as All-in-One workbook, so that FoodChain-Lab and a second office can read it."""

from zhian.chain.tracing.engine.exports.book import Book, Place, Shipment
from zhian.chain.tracing.engine.exports.tables import Cell, Table

# heading → key of the model; the marker begins the free columns
_STATIONS = (
    ("Company_ID", "id"), ("Name", "name"), ("Street", "street"),
    ("Street Number", "streetNumber"), ("Postal Code", "postalCode"), ("City", "city"),
    ("District", "district"), ("State", "state"), ("Country", "country"),
    ("Type of business", "typeOfBusiness"),
)  # fmt: skip
_MARKER = "Additional Fields ->"
_HEADS = (
    "DeliveryID", "Station", "Product Name", "Lot Number", "Lot size", "",
    "Delivery Date Departure", "", "", "Delivery Date Arrival", "", "",
    "Unit weigt/vol./pck.", "", "Recipient", _MARKER,
)  # fmt: skip
_SECOND = (
    "", "", "", "", "Quantity", "Type / Unit", "Day", "Month", "Year", "Day", "Month", "Year",
    "Quantity", "Type / Unit", "", "",
)  # fmt: skip


def all_in_one(book: Book) -> list[Table]:
    """Sheets Stations, Deliveries, Deliveries2Deliveries as the format wants them."""
    stations = [_station(book, place) for place in book.places.values()]
    free = sorted({key for s in book.shipments for key in _additional(s)})
    deliveries = [_delivery(s, free) for s in book.shipments]
    known = book.by_id
    links = [[a, b] for a, b in book.model.links if a in known and b in known]
    heads = [head for head, _key in _STATIONS]
    return [
        Table("Stations", [*heads, _MARKER, "Latitude", "Longitude"], stations),
        Table("Deliveries", [*_HEADS, *free], deliveries, [*_SECOND, *("" for _key in free)]),
        Table("Deliveries2Deliveries", ["From DeliveryID", "Into DeliveryID"], links),
    ]


def _station(book: Book, place: Place) -> list[Cell]:
    row = book.raw_station(place.id)
    cells: list[Cell] = [str(row.get(key) or "") for _head, key in _STATIONS]
    cells[0], cells[1] = place.id, place.name
    if not any(row.get(key) for key in ("street", "city", "postalCode")):
        cells[2] = place.address
    return [*cells, None, place.latitude, place.longitude]


def _additional(shipment: Shipment) -> dict[str, str]:
    extra = shipment.more.get("additional")
    return {str(k): str(v) for k, v in extra.items()} if isinstance(extra, dict) else {}


def _delivery(shipment: Shipment, free: list[str]) -> list[Cell]:
    lot_size = shipment.more.get("lotSize")
    extra = _additional(shipment)
    return [
        shipment.id, shipment.sender.id, shipment.product, shipment.lot,
        lot_size if isinstance(lot_size, int | float) else None, shipment.said("lotSizeUnit"),
        *_parts(shipment.said("date")), *_parts(shipment.said("dateArrival")),
        shipment.amount, shipment.unit, shipment.recipient.id, None,
        *(extra.get(key) for key in free),
    ]  # fmt: skip


def _parts(date: str) -> list[Cell]:
    """Day, month, year; what is unknown stays empty."""
    numbers: list[Cell] = [int(part) for part in date.split("-") if part]
    numbers += [None] * (3 - len(numbers))
    return numbers[::-1]
