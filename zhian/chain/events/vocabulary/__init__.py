"""Names the other rooms may use for what moved where (no Django models, no queries)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

# the destination of a subscriber who listens at a websocket: bundles are fetched, not sent
SOCKET = "websocket:"


class EventKind(StrEnum):
    """What an EPCIS event means for a trace (S001); derived from type, action and bizStep."""

    COMMISSION = "commission"
    SHIP = "ship"
    RECEIVE = "receive"
    TRANSFORM = "transform"
    AGGREGATE = "aggregate"
    DISAGGREGATE = "disaggregate"
    OBSERVE = "observe"
    SELL = "sell"
    DESTROY = "destroy"
    RETURN_ = "return_"


class LotRole(StrEnum):
    """How an event names a lot."""

    EPC = "epc"
    PARENT = "parent"
    CHILD = "child"
    INPUT = "input"
    OUTPUT = "output"


class PartyRole(StrEnum):
    """How an event names a place or a party."""

    READ_POINT = "read_point"
    BIZ_LOCATION = "biz_location"
    SOURCE = "source"
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True)
class LotQuantity:
    """How much of one lot an event touched; `lot` is a lot key, `kg` is None when not recorded."""

    lot: str
    kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EventFact:
    """One captured event in the neutral form the tracing room reads.

    `at` is when it happened, `recorded_at` when the platform learned of it (both aware, UTC).
    Sites are `urn:epc:id:sgln:….0` or the location URI as captured; None when not recorded.
    Lots are `urn:epc:class:lgtin:…`, single items `urn:epc:id:sgtin:…`.
    A transformation has inputs and outputs; an aggregation has inputs (children) and a parent;
    every other kind carries its goods in `outputs` (what exists or lies there afterwards) and
    in `inputs` when the goods leave (ship, sell, destroy, return_).
    """

    event_id: str
    kind: EventKind
    at: datetime
    recorded_at: datetime
    site: str | None = None
    source_site: str | None = None
    destination_site: str | None = None
    inputs: tuple[LotQuantity, ...] = ()
    outputs: tuple[LotQuantity, ...] = ()
    parent: str | None = None
    documents: tuple[str, ...] = ()
