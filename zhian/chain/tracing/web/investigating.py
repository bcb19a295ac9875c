"""An investigation's model in the words of the explorer: the same JSON as a lot's trace."""

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from zhian.chain.tracing.engine.exports.book import Book, Shipment, open_book
from zhian.chain.tracing.engine.reach_change import ReachChange, reach_change
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.web.neutral import Ranking

# kinds of business as the drawing knows them, by what people write
_KINDS = (
    ("FARM", ("farm", "primary", "农场", "养殖", "种植", "奶牛场")),
    ("WHOLESALER", ("wholesal", "distribut", "批发")),
    ("PRODUCER", ("produc", "manufact", "factory", "mill", "bakery", "生产", "加工", "乳品")),
    (
        "SHOP",
        ("shop", "supermarket", "retail", "customer", "patient", "商店", "超市", "便民", "食堂"),
    ),
)


def names_of(model: Mapping[str, Any]) -> dict[str, str]:
    """Stations by id as people call them."""
    return {
        str(row["id"]): str(row.get("name") or row["id"]) for row in model.get("stations") or []
    }


def model_json(model: Mapping[str, Any], ranking: Ranking | None) -> dict[str, Any]:
    """Sites, links and scores for the scripts; tiers count hops from where goods begin."""
    book = open_book(model)
    tiers = _tiers(book)
    lots = _lots(book)
    return {
        "source": "model",
        "sites": [
            _site(book, id_, tiers.get(id_, 0), lots.get(id_, ""), ranking) for id_ in book.places
        ],
        "links": _links(book),
        "regions": {},
    }


def _tiers(book: Book) -> dict[str, int]:
    """Fewest hops from a station that receives nothing; stations on a closed loop begin at 0."""
    out: dict[str, set[str]] = defaultdict(set)
    fed = set()
    for shipment in book.shipments:
        if shipment.sender.id != shipment.recipient.id:
            out[shipment.sender.id].add(shipment.recipient.id)
            fed.add(shipment.recipient.id)
    tiers = {id_: 0 for id_ in book.places if id_ not in fed}
    queue = deque(tiers)
    for start in book.places:
        if not queue and start not in tiers:
            tiers[start] = 0
            queue.append(start)
        while queue:
            here = queue.popleft()
            for there in sorted(out[here]):
                if there not in tiers:
                    tiers[there] = tiers[here] + 1
                    queue.append(there)
    return tiers


def _lots(book: Book) -> dict[str, str]:
    """Product and lots that each station holds, the first few."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for shipment in book.shipments:
        text = f"{shipment.product} {shipment.lot}".strip()
        found[shipment.sender.id][text] = None
        found[shipment.recipient.id][text] = None
    return {id_: "; ".join(list(texts)[:6]) for id_, texts in found.items()}


def _site(book: Book, id_: str, tier: int, lots: str, ranking: Ranking | None) -> dict[str, Any]:
    place, merged = book.places[id_], book.model.merge(id_)
    weight = book.model.settings.station_weight.get(merged, 0.0)
    coming = [s for s in book.shipments if s.recipient == place]
    marks = [
        word
        for word, told in (
            (_("cases here"), weight > 0),
            (_("nothing found"), weight < 0),
            (_("kill step"), merged in book.model.settings.station_kill),
            (_("goods mix"), merged in book.model.settings.station_cross),
        )
        if told
    ]
    return {
        "id": id_, "name": place.name, "operator": place.address, "kind": _kind(place.business),
        "kindWord": place.business or "–", "licence": "", "licenceWord": "", "tier": tier,
        "region": "", "regionWord": place.country or "–", "office": "", "url": "", "lots": lots,
        "place": None, "inKg": _kg(coming) or 0.0, "soldKg": None, "onHandKg": 0.0,
        "sourceKg": None, "share": None, "gaps": [], "gapWords": marks,
        "score": ranking.score.get(merged) if ranking else None,
        "posterior": ranking.posterior.get(merged) if ranking else None,
    }  # fmt: skip


def _kind(business: str) -> str:
    text = business.casefold()
    return next((kind for kind, words in _KINDS if any(word in text for word in words)), "UNKNOWN")


def _kg(shipments: list[Shipment]) -> float | None:
    known = [s.amount for s in shipments if s.amount is not None and s.unit.casefold() == "kg"]
    return float(sum(known)) if known else None


def _links(book: Book) -> list[dict[str, Any]]:
    pairs: dict[tuple[str, str], list[Shipment]] = defaultdict(list)
    for shipment in book.shipments:
        pairs[shipment.sender.id, shipment.recipient.id].append(shipment)
    return [
        {
            "from": origin, "to": to, "broken": False, "returned": False, "candidate": False,
            "kg": _kg(shipments), "sourceKg": None,
            "lots": sorted({s.lot for s in shipments if s.lot}),
            "days": sorted({s.sent for s in shipments if s.sent}),
            "events": [s.id for s in shipments],
        }
        for (origin, to), shipments in pairs.items()
    ]  # fmt: skip


def change_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> ReachChange:
    """What suppositions take out of the reach of the observed elements."""
    return reach_change(read_model(before), read_model(after))
