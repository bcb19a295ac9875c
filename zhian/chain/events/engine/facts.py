"""What an accepted event means: its kind, the lots and parties it touches, in kilograms.

The same reading serves storing (rows per lot and party) and tracing (EventFact).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import msgspec

from zhian.chain.events.engine.keys import lot_key, site_key
from zhian.chain.events.engine.values import moment, number
from zhian.chain.events.engine.words import (
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    DISPOSITION,
    SOURCE_DESTINATION_TYPE,
)
from zhian.chain.events.vocabulary import EventKind, LotRole, PartyRole

Members = Mapping[str, object]

# UN/ECE Recommendation 20: how many kilograms one unit is
KILOGRAMS = {
    "KGM": Decimal(1),
    "GRM": Decimal("0.001"),
    "MGM": Decimal("0.000001"),
    "TNE": Decimal(1000),
    "DTN": Decimal(100),
    "LBR": Decimal("0.45359237"),
    "ONZ": Decimal("0.028349523125"),
}
# masses beyond this are not goods but slips; the stored field has fifteen digits before the point
MOST_KG = Decimal(10) ** 14

_KIND_OF_STEP = {
    "commissioning": EventKind.COMMISSION,
    "creating_class_instance": EventKind.COMMISSION,
    "shipping": EventKind.SHIP,
    "departing": EventKind.SHIP,
    "receiving": EventKind.RECEIVE,
    "arriving": EventKind.RECEIVE,
    "accepting": EventKind.RECEIVE,
    "retail_selling": EventKind.SELL,
    "dispensing": EventKind.SELL,
    "destroying": EventKind.DESTROY,
    "decommissioning": EventKind.DESTROY,
}
_KIND_OF_DISPOSITION = {
    "destroyed": EventKind.DESTROY,
    "disposed": EventKind.DESTROY,
    "retail_sold": EventKind.SELL,
    "dispensed": EventKind.SELL,
    "returned": EventKind.RETURN_,
}
_BOND = {"ADD": EventKind.AGGREGATE, "DELETE": EventKind.DISAGGREGATE}

_GOODS = (
    ("epcList", "quantityList", LotRole.EPC),
    ("childEPCs", "childQuantityList", LotRole.CHILD),
    ("inputEPCList", "inputQuantityList", LotRole.INPUT),
    ("outputEPCList", "outputQuantityList", LotRole.OUTPUT),
)
_PARTY_ORDER = {"location": 0, "possessing_party": 1, "owning_party": 2}


class Touched(msgspec.Struct, frozen=True):
    """One lot an event names, in which role, how much of it; `kg` only when the unit is a mass."""

    role: LotRole
    lot: str
    quantity: Decimal | None = None
    uom: str = ""
    kg: Decimal | None = None


class Party(msgspec.Struct, frozen=True):
    """A place or party an event names; `kind` is the CBV word for sources and destinations."""

    role: PartyRole
    site: str
    kind: str = ""


class Summary(msgspec.Struct, frozen=True):
    """An accepted event read for storing and tracing; moments are aware UTC."""

    event_id: str | None
    type: str
    action: str
    kind: EventKind
    event_time: datetime
    biz_step: str
    disposition: str
    read_point: str
    biz_location: str
    declared_wrong: bool
    lots: tuple[Touched, ...]
    parties: tuple[Party, ...]
    documents: tuple[str, ...]

    @property
    def site(self) -> str | None:
        """Where it happened: the goods' place afterwards, or where they were seen."""
        places = (self.biz_location, self.read_point)
        if self.kind is EventKind.SHIP:  # a shipment has left: its location is not known any more
            places = (self.read_point, self.biz_location)
        return site_key(next(filter(None, places))) if any(places) else None

    def nearest(self, role: PartyRole) -> str | None:
        """The site of a source or destination: location before possessor before owner."""
        found: Party | None = None
        for party in self.parties:
            if party.role is role and (found is None or _rank(party) < _rank(found)):
                found = party
        return None if found is None else found.site


def _rank(party: Party) -> int:
    return _PARTY_ORDER.get(party.kind, 3)


def summarise(event: Members) -> Summary:
    """Read one accepted event."""
    at = moment(str(event["eventTime"]))
    assert at is not None, "only events that passed the judge are read"
    action = str(event.get("action", ""))
    step = _word(_step, event.get("bizStep"))
    disposition = _word(_disposition, event.get("disposition"))
    transactions = tuple(_members(event.get("bizTransactionList")))
    return Summary(
        event_id=str(event["eventID"]) if "eventID" in event else None,
        type=str(event["type"]),
        action=action,
        kind=kind_of(event, action, step, disposition, transactions),
        event_time=at,
        biz_step=step,
        disposition=disposition,
        read_point=_place(event.get("readPoint")),
        biz_location=_place(event.get("bizLocation")),
        declared_wrong="errorDeclaration" in event,
        lots=tuple(_lots(event)),
        parties=tuple(_parties(event)),
        documents=tuple(str(one["bizTransaction"]) for one in transactions),
    )


def kind_of(
    event: Members, action: str, step: str, disposition: str, transactions: tuple[Members, ...]
) -> EventKind:
    """What the event does to goods: by type, then business step, disposition, then action."""
    kind = str(event["type"])
    if kind == "TransformationEvent":
        return EventKind.TRANSFORM
    if kind in ("AggregationEvent", "AssociationEvent") and action in _BOND:
        return _BOND[action]
    if _is_return(step, disposition, transactions):
        return EventKind.RETURN_
    found = _KIND_OF_STEP.get(step) or _KIND_OF_DISPOSITION.get(disposition)
    if found is not None:
        return found
    if kind == "ObjectEvent" and not step:
        created = {"ADD": EventKind.COMMISSION, "DELETE": EventKind.DESTROY}
        return created.get(action, EventKind.OBSERVE)
    return EventKind.OBSERVE


def _is_return(step: str, disposition: str, transactions: tuple[Members, ...]) -> bool:
    """Goods on their way back: marked returned, or sent under a return authorisation."""
    if step.rpartition("/")[2].rpartition(":")[2] == "returning":
        return True
    if step not in ("shipping", "departing", ""):
        return False
    words = {_word(_transaction, one.get("type")) for one in transactions}
    return disposition == "returned" or "rma" in words


# the standard word of a value, or None; the same few values come again and again
_step = lru_cache(1_024)(BIZ_STEP.word_of)
_disposition = lru_cache(1_024)(DISPOSITION.word_of)
_transaction = lru_cache(1_024)(BIZ_TRANSACTION_TYPE.word_of)
_party = lru_cache(1_024)(SOURCE_DESTINATION_TYPE.word_of)


def _word(word_of: Callable[[str], str | None], value: object) -> str:
    """The standard word of a value, or the private URI itself; empty when absent."""
    return word_of(value) or value if isinstance(value, str) else ""


def _place(value: object) -> str:
    return str(value["id"]) if isinstance(value, dict) else ""


def _members(value: object) -> list[Members]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _lots(event: Members) -> list[Touched]:
    found: list[Touched] = []
    if isinstance(event.get("parentID"), str):
        found.append(Touched(LotRole.PARENT, lot_key(str(event["parentID"]))))
    for epcs, quantities, role in _GOODS:
        items = event.get(epcs)
        if isinstance(items, list):
            found += [Touched(role, lot_key(str(uri))) for uri in items]
        if quantities in event:
            found += [_weighed(role, element) for element in _members(event[quantities])]
    return found


def kilograms(quantity: Decimal, uom: str) -> Decimal | None:
    """A quantity in kilograms; None for a unit that is no mass, and beyond all masses."""
    if uom not in KILOGRAMS:
        return None
    kg = quantity if uom == "KGM" else quantity * KILOGRAMS[uom]
    return None if abs(kg) >= MOST_KG else kg


def _weighed(role: LotRole, element: Members) -> Touched:
    quantity, uom = number(element.get("quantity")), str(element.get("uom", ""))
    kg = None if quantity is None else kilograms(quantity, uom)
    return Touched(role, lot_key(str(element["epcClass"])), quantity, uom, kg)


_PLACES = (("readPoint", PartyRole.READ_POINT), ("bizLocation", PartyRole.BIZ_LOCATION))
_SIDES = (
    ("sourceList", "source", PartyRole.SOURCE),
    ("destinationList", "destination", PartyRole.DESTINATION),
)


def _parties(event: Members) -> list[Party]:
    found: list[Party] = []
    for name, role in _PLACES:
        place = _place(event.get(name))
        if place:
            found.append(Party(role, site_key(place)))
    for name, member, role in _SIDES:
        if name in event:
            for one in _members(event[name]):
                kind = _word(_party, one.get("type"))
                found.append(Party(role, site_key(str(one[member])), kind))
    return found
