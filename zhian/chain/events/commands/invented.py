"""Invented documents for the benchmark: ledgers of dairy goods, about 700 bytes an event.

Numbered from a start, so that no event of one run repeats: every event has its own time, lots and
papers; two thousand sites take turns. No randomness: the same number is the same document.
"""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"example": "https://example.org/ledger/"},
]
SITES = 2_000
# how far apart the events happen: fifty million of them fill about four years
_APART = timedelta(seconds=2.5)
_FIRST = datetime(2022, 1, 1, tzinfo=timezone(timedelta(hours=8)))
Event = dict[str, object]


def site(number: int) -> str:
    """The key of one of the two thousand sites."""
    return f"urn:epc:id:sgln:6901{number % SITES:04}.{number % SITES % 90:04}.0"


def lot(number: int) -> str:
    """The key of a lot, one for every four events."""
    made = number // 4
    return f"urn:epc:class:lgtin:6901{made % SITES:04}.0{made % 8:04}.L{made:09}"


def happened(number: int) -> datetime:
    """When the event of this number happened."""
    return _FIRST + number * _APART


def document(start: int, events: int) -> bytes:
    """A document of the events numbered from `start`, as a sender writes it."""
    return json.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-01T08:00:00+08:00",
            "epcisBody": {"eventList": [event(start + index) for index in range(events)]},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def event(number: int) -> Event:
    """The event of this number: of ten, six are sent or received, the others made or packed."""
    written = _KINDS[number % len(_KINDS)](number)
    at = happened(number).isoformat(timespec="milliseconds")
    return {"type": written.pop("type"), "eventTime": at, "eventTimeZoneOffset": "+08:00"} | written


def _weighed(number: int, quantity: float) -> Event:
    return {"epcClass": lot(number), "quantity": quantity, "uom": "KGM"}


def _papers(number: int) -> list[Event]:
    return [
        {"type": kind, "bizTransaction": f"urn:epcglobal:cbv:bt:6901234000016:{number:08}"}
        for kind in ("desadv", "inv")
    ]


def _moved(number: int, step: str, disposition: str, here: int) -> Event:
    source, destination = site(number), site(number * 7 + 3)
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": step,
        "disposition": disposition,
        "readPoint": {"id": (source, destination)[here]},
        "quantityList": [_weighed(number, number % 977 + 0.5)],
        "bizTransactionList": _papers(number),
        "sourceList": [{"type": "location", "source": source}],
        "destinationList": [{"type": "location", "destination": destination}],
    }


def _sent(number: int) -> Event:
    vehicle = f"冀A·{number % 90_000 + 10_000}"
    return _moved(number, "shipping", "in_transit", 0) | {"example:vehicle": vehicle}


def _received(number: int) -> Event:
    """With a number its sender gave it, in no order, as such numbers are."""
    own = uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)
    return _moved(number, "receiving", "in_progress", 1) | {"eventID": f"urn:uuid:{own}"}


def _made(number: int) -> Event:
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": site(number)},
        "bizLocation": {"id": site(number)},
        "quantityList": [_weighed(number, 1000)],
        "bizTransactionList": _papers(number),
        "ilmd": {
            "cbvmda:lotNumber": f"L{number // 4:09}",
            "cbvmda:itemExpirationDate": happened(number + 3_000_000).date().isoformat(),
            "example:workshop": f"第{number % 7 + 1}车间",
            "example:shift": "早班",
        },
    }


def _processed(number: int) -> Event:
    return {
        "type": "TransformationEvent",
        "bizStep": "commissioning",
        "disposition": "in_progress",
        "readPoint": {"id": site(number)},
        "bizLocation": {"id": site(number)},
        "inputQuantityList": [_weighed(number, 800), _weighed(number - 40, 200.25)],
        "outputQuantityList": [_weighed(number + 4_000_000_000, 960.125)],
        "bizTransactionList": _papers(number),
    }


def _packed(number: int) -> Event:
    return {
        "type": "AggregationEvent",
        "action": "ADD",
        "bizStep": "packing",
        "disposition": "in_progress",
        "parentID": f"urn:epc:id:sscc:6901234.3{number % 1_000_000_000:09}",
        "childQuantityList": [_weighed(number, 20), _weighed(number + 4, 4.75)],
        "readPoint": {"id": site(number)},
        "bizLocation": {"id": site(number)},
        "bizTransactionList": _papers(number),
    }


_KINDS: tuple[Callable[[int], Event], ...] = (
    _made, _sent, _received, _sent, _received, _processed, _packed, _sent, _received, _packed,
)  # fmt: skip
