"""The chain that `zhian bench trace --append` captures: one bulk lot, and goods made of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from zhian.chain.tracing.selectors import indexing
from zhian.chain.tracing.vocabulary import Direction

BULK = "urn:epc:class:lgtin:6901234.000017.BULK"
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_WORKS = "urn:epc:id:sgln:6901234.00001.0"
Event = dict[str, Any]
Step = tuple[list[Event], Callable[[], bool]]


def _site(number: int) -> str:
    return f"urn:epc:id:sgln:6905{number // 10_000:03}.{number % 10_000 + 10_000:05}.0"


def _lot(kind: str, number: int) -> str:
    return f"urn:epc:class:lgtin:6901234.000024.{kind}{number:07}"


class Chain:
    """Writes events one after the other, each a minute later than the last."""

    def __init__(self) -> None:
        self._minutes = 0
        self._made = 0
        self._sites = 0

    def beginning(self, hub_events: int) -> Iterator[list[Event]]:
        """The bulk lot, sent to so many places that this many events name it."""
        yield [self._object("commissioning", _WORKS, BULK, 1_000_000)]
        yield [one for _pair in range(hub_events // 2) for one in self._consignment(BULK, _WORKS)]

    def kinds(self) -> dict[str, Callable[[], Step]]:
        """What is captured: a new lot made and sent on; the bulk lot sent; the bulk lot used."""
        return {"new_lot": self._new_lot, "hub_moved": self._hub_moved, "hub_used": self._hub_used}

    def _new_lot(self) -> Step:
        self._made += 1
        raw, product = _lot("R", self._made), _lot("P", self._made)
        listed = [
            self._object("commissioning", _WORKS, raw, 10),
            self._making(_WORKS, raw, product),
            *self._consignment(product, _WORKS),
        ]
        place = _site(self._sites)
        return listed, lambda: (place, product) in _reached(raw)

    def _hub_moved(self) -> Step:
        listed = self._consignment(BULK, _WORKS)
        place = _site(self._sites)
        return listed, lambda: (place, BULK) in _reached(BULK)

    def _hub_used(self) -> Step:
        self._made += 1
        product, place = _lot("P", self._made), _WORKS
        listed = [self._making(place, BULK, product)]
        return listed, lambda: (_WORKS, BULK) in _reached(product, Direction.BACKWARD)

    def _at(self) -> str:
        self._minutes += 1
        return (_FIRST + timedelta(minutes=self._minutes)).isoformat()

    def _consignment(self, lot: str, source: str) -> list[Event]:
        """A dispatch to a place that had nothing yet, and its receipt, under one paper."""
        self._sites += 1
        place = _site(self._sites)
        paper = f"urn:epcglobal:cbv:bt:6901234000016:{self._sites:09}"
        more = {
            "sourceList": [{"type": "location", "source": source}],
            "destinationList": [{"type": "location", "destination": place}],
            "bizTransactionList": [{"type": "desadv", "bizTransaction": paper}],
        }
        return [
            self._object("shipping", source, lot, 1) | more,
            self._object("receiving", place, lot, 1) | more,
        ]

    def _object(self, step: str, place: str, lot: str, kg: int) -> Event:
        return {
            "type": "ObjectEvent",
            "eventTime": self._at(),
            "eventTimeZoneOffset": "+08:00",
            "action": "ADD" if step == "commissioning" else "OBSERVE",
            "bizStep": step,
            "readPoint": {"id": place},
            "bizLocation": {"id": place},
            "quantityList": [{"epcClass": lot, "quantity": kg, "uom": "KGM"}],
        }

    def _making(self, place: str, source: str, product: str) -> Event:
        return {
            "type": "TransformationEvent",
            "eventTime": self._at(),
            "eventTimeZoneOffset": "+08:00",
            "bizStep": "commissioning",
            "readPoint": {"id": place},
            "bizLocation": {"id": place},
            "inputQuantityList": [{"epcClass": source, "quantity": 1, "uom": "KGM"}],
            "outputQuantityList": [{"epcClass": product, "quantity": 1, "uom": "KGM"}],
        }


def _reached(lot: str, way: Direction = Direction.FORWARD) -> set[tuple[str, str]]:
    """Every holding that the index knows to be reached from a lot, or that went into it."""
    found = indexing.reach([lot], way)
    return {(one.site, one.lot) for one in found.holdings} if found else set()
