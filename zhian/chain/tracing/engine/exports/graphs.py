"""A trace for other programs: GraphML (graphs) and GeoJSON (maps)."""

import json
from typing import Any

from lxml import etree

from zhian.chain.tracing.engine import scores
from zhian.chain.tracing.engine.exports.book import Book, Place, Shipment

_NS = "http://graphml.graphdrawing.org/xmlns"
_DEFAULT: Any = {None: _NS}  # the stubs know no default namespace
_STATION = (
    ("name", "string"), ("address", "string"), ("country", "string"), ("business", "string"),
    ("longitude", "double"), ("latitude", "double"), ("score", "double"), ("weight", "double"),
)  # fmt: skip
_DELIVERY = (
    ("delivery", "string"), ("product", "string"), ("lot", "string"), ("sent", "string"),
    ("arrived", "string"), ("amount", "double"), ("unit", "string"), ("deliveryScore", "double"),
)  # fmt: skip


def graphml(book: Book) -> bytes:
    """Stations as nodes, deliveries as edges, both with their scores and attributes.

    The second graph of the file, `links`, has the deliveries as nodes and says which went into
    which; programs that read one graph only read the first.
    """
    result = scores.run(book.model)
    root = etree.Element(f"{{{_NS}}}graphml", nsmap=_DEFAULT)
    for domain, keys in (("node", _STATION), ("edge", _DELIVERY)):
        for name, kind in keys:
            attributes = {"id": name, "for": domain, "attr.name": name, "attr.type": kind}
            etree.SubElement(root, f"{{{_NS}}}key", attributes)
    graph = etree.SubElement(root, f"{{{_NS}}}graph", id="trade", edgedefault="directed")
    for place in book.places.values():
        node = etree.SubElement(graph, f"{{{_NS}}}node", id=_clean(place.id))
        _data(node, _STATION, _station(book, place, result))
    for shipment in book.shipments:
        edge = etree.SubElement(
            graph, f"{{{_NS}}}edge", id=_clean(shipment.id),
            source=_clean(shipment.sender.id), target=_clean(shipment.recipient.id),
        )  # fmt: skip
        _data(edge, _DELIVERY, _delivery(shipment, result))
    links = etree.SubElement(root, f"{{{_NS}}}graph", id="links", edgedefault="directed")
    for shipment in book.shipments:
        etree.SubElement(links, f"{{{_NS}}}node", id=f"delivery:{_clean(shipment.id)}")
    for target, sources in book.sources.items():
        for source in sources:
            ends = {"source": f"delivery:{_clean(source.id)}", "target": f"delivery:{target}"}
            etree.SubElement(links, f"{{{_NS}}}edge", ends)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def geojson(book: Book) -> bytes:
    """Stations as points, deliveries as lines; what has no place is a feature without geometry."""
    result = scores.run(book.model)
    features = [
        _feature(place.id, "station", _point(place), _station(book, place, result))
        for place in book.places.values()
    ]
    for shipment in book.shipments:
        ends = [_point(shipment.sender), _point(shipment.recipient)]
        line = None if None in ends else {
            "type": "LineString", "coordinates": [end["coordinates"] for end in ends if end],
        }  # fmt: skip
        facts = _delivery(shipment, result)
        facts |= {"from": shipment.sender.id, "to": shipment.recipient.id}
        features.append(_feature(shipment.id, "delivery", line, facts))
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1).encode()


def _point(place: Place) -> dict[str, Any] | None:
    if place.longitude is None or place.latitude is None:
        return None
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def _feature(
    id_: str, kind: str, geometry: dict[str, Any] | None, facts: dict[str, Any]
) -> dict[str, Any]:
    known = {key: value for key, value in facts.items() if value not in {None, ""}}
    return {
        "type": "Feature",
        "id": f"{kind}:{id_}",
        "geometry": geometry,
        "properties": {"kind": kind} | known,
    }


def _station(book: Book, place: Place, result: dict[str, Any]) -> dict[str, Any]:
    id_ = book.model.merge(place.id)
    return {
        "name": place.name,
        "address": place.address,
        "country": place.country,
        "business": place.business,
        "longitude": place.longitude,
        "latitude": place.latitude,
        "score": result["stationScore"].get(id_),
        "weight": book.model.settings.station_weight.get(id_),
    }


def _delivery(shipment: Shipment, result: dict[str, Any]) -> dict[str, Any]:
    return {
        "delivery": shipment.id,  # igraph does not read the ids of edges
        "product": shipment.product,
        "lot": shipment.lot,
        "sent": shipment.sent,
        "arrived": shipment.arrived,
        "amount": shipment.amount,
        "unit": shipment.unit,
        "deliveryScore": result["deliveryScore"].get(shipment.id),
    }


def _data(element: Any, keys: tuple[tuple[str, str], ...], facts: dict[str, Any]) -> None:
    for name, _kind in keys:
        if facts[name] not in {None, ""}:
            etree.SubElement(element, f"{{{_NS}}}data", key=name).text = _clean(str(facts[name]))


def _clean(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(c if c in "\t\n\r" or c >= " " else "\ufffd" for c in text)
