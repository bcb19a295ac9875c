"""Chains captured as EPCIS documents through the events room's door."""

import json
from datetime import datetime, timedelta
from typing import Any

from tests import factories_subjects as subjects
from zhian.chain.events.services import capture_document
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.vocabulary import OperatorKind

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
START = datetime(2026, 9, 1, 8, tzinfo=clock.BEIJING)
MILK = "urn:epc:class:lgtin:6901234.000017.M1"
FEED = "urn:epc:class:lgtin:6901234.000031.F1"
OTHER = "urn:epc:class:lgtin:6901234.000048.C9"


def powder(number: int) -> str:
    """Lot of the n-th batch of powder."""
    return f"urn:epc:class:lgtin:6901234.000024.P{number}"


def at(day: float) -> str:
    """So many days after the story begins."""
    return (START + timedelta(days=day)).isoformat()


def goods(*lots: tuple[str, float]) -> list[dict[str, Any]]:
    """Quantities in kilograms."""
    return [{"epcClass": lot, "quantity": kg, "uom": "KGM"} for lot, kg in lots]


def event(day: float, step: str, site: Site, *lots: tuple[str, float], **more: Any) -> Any:
    """An object event at a site."""
    return {
        "type": "ObjectEvent",
        "eventTime": at(day),
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD" if step == "commissioning" else "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": site.sgln},
        "bizLocation": {"id": site.sgln},
        "quantityList": goods(*lots),
    } | more


def _ends(source: Site, destination: Site) -> dict[str, Any]:
    return {
        "sourceList": [{"type": "location", "source": source.sgln}],
        "destinationList": [{"type": "location", "destination": destination.sgln}],
    }


def ship(day: float, source: Site, destination: Site, *lots: tuple[str, float]) -> Any:
    """A dispatch."""
    return event(day, "shipping", source, *lots, **_ends(source, destination))


def receive(day: float, source: Site, destination: Site, *lots: tuple[str, float]) -> Any:
    """A receipt."""
    return event(day, "receiving", destination, *lots, **_ends(source, destination))


def make(
    day: float, site: Site, inputs: list[tuple[str, float]], outputs: list[tuple[str, float]]
) -> Any:
    """A transformation."""
    return {
        "type": "TransformationEvent",
        "eventTime": at(day),
        "eventTimeZoneOffset": "+08:00",
        "bizStep": "commissioning",
        "readPoint": {"id": site.sgln},
        "bizLocation": {"id": site.sgln},
        "inputQuantityList": goods(*inputs),
        "outputQuantityList": goods(*outputs),
    }


def capture(user: User, *events: Any) -> None:
    """Send events in as one document."""
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": at(0),
        "epcisBody": {"eventList": list(events)},
    }
    raw = json.dumps(document).encode()
    capture_document(acting_user=user, raw=raw, media_type="application/json")


def site(name: str, kind: OperatorKind, region: str = subjects.TOWNSHIP) -> Site:
    """A site of an operator of its own."""
    return subjects.site(subjects.operator(name, kind, region))


def dairy_story(user: User, *, batches: int = 1, shops: int = 3) -> dict[str, Site]:
    """A farm, a dairy with batches of powder, a workshop without a ledger, and shops.

    Each batch goes to its part of the shops; the last shop recorded no receipt.
    """
    sites = {
        "farm": site("青山奶牛场", OperatorKind.FARM),
        "dairy": site("正定乳品厂", OperatorKind.MIXER),
        "workshop": site("刘记糖坊", OperatorKind.WORKSHOP),
    }
    sites |= {f"shop{n}": site(f"便民店{n}号", OperatorKind.SHOP) for n in range(shops)}
    farm, dairy = sites["farm"], sites["dairy"]
    events = [
        event(0, "commissioning", farm, (MILK, 1000)),
        ship(0.5, farm, dairy, (MILK, 1000)),
        receive(1, farm, dairy, (MILK, 1000)),
    ]
    each = 1000 / batches
    for batch in range(batches):
        lot = powder(batch)
        events.append(make(2, dairy, [(MILK, each), (FEED, each)], [(lot, 2 * each)]))
        mine = [n for n in range(shops) if n % batches == batch]
        for n in mine:
            kg = each / len(mine)
            shop = sites[f"shop{n}"]
            events.append(ship(3, dairy, shop, (lot, kg)))
            if n < shops - 1:
                events.append(receive(3.5, dairy, shop, (lot, kg)))
                events.append(event(5, "retail_selling", shop, (lot, kg / 2)))
    events.append(ship(3, dairy, sites["workshop"], (powder(0), each / 2)))
    events.append(receive(3.2, dairy, sites["workshop"], (powder(0), each / 2)))
    events.append(event(4, "commissioning", sites["workshop"], (OTHER, 40)))
    for start in range(0, len(events), 1000):
        capture(user, *events[start : start + 1000])
    return sites
