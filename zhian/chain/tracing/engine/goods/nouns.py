"""The nouns of the goods graph; masses in kg, moments aware, lots and sites by their keys."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from zhian.chain.events.vocabulary import LotQuantity
from zhian.chain.tracing.vocabulary import GapKind

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Movement:
    """One dispatch of one lot with its receipts; an end that recorded nothing has None."""

    lot: str
    origin: str | None
    destination: str | None
    shipped_at: datetime | None
    received_at: datetime | None
    shipped_kg: Decimal | None
    received_kg: Decimal | None
    event_ids: tuple[str, ...]
    is_return: bool = False

    @property
    def kg(self) -> Decimal | None:
        """What arrived, or else what was sent."""
        return self.shipped_kg if self.received_kg is None else self.received_kg

    @property
    def is_broken(self) -> bool:
        """Whether one end recorded nothing."""
        return self.shipped_at is None or self.received_at is None


@dataclass(frozen=True, slots=True)
class Transformation:
    """One making of lots out of lots at one site."""

    event_id: str
    site: str | None
    at: datetime
    inputs: tuple[LotQuantity, ...]
    outputs: tuple[LotQuantity, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """One mass that came to (positive) or left (negative) a holding, with its column and events."""

    at: datetime
    kg: Decimal
    column: str
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A stock that somebody counted."""

    at: datetime
    kg: Decimal
    event_id: str


@dataclass(slots=True)
class Holding:
    """One lot at one site: what came in, what went out, what is left."""

    site: str
    lot: str
    first_at: datetime
    last_at: datetime
    made_kg: Decimal = ZERO
    received_kg: Decimal = ZERO
    unconfirmed_kg: Decimal = ZERO  # sent here, receipt not recorded
    shipped_kg: Decimal = ZERO
    undeclared_kg: Decimal = ZERO  # left by the word of the receiver only
    used_kg: Decimal = ZERO
    sold_kg: Decimal = ZERO
    destroyed_kg: Decimal = ZERO
    returned_kg: Decimal = ZERO  # part of shipped_kg that went back
    counted_kg: Decimal | None = None  # last stock count
    has_unknown_mass: bool = False
    is_accounted: bool = False  # an outgoing, sale, use, destruction or count is recorded
    events: dict[str, None] = field(default_factory=dict)  # ids in order, each once
    flows: list[Flow] = field(default_factory=list)  # every booked mass, in order of booking
    counts: list[Count] = field(default_factory=list)  # every count with a mass, by time

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The events that speak of this holding."""
        return tuple(self.events)

    @property
    def incoming_kg(self) -> Decimal:
        """Everything that came to be here."""
        return self.made_kg + self.received_kg + self.unconfirmed_kg

    @property
    def outgoing_kg(self) -> Decimal:
        """Everything that left or was used up."""
        out = self.shipped_kg + self.undeclared_kg + self.used_kg
        return out + self.sold_kg + self.destroyed_kg

    @property
    def on_hand_kg(self) -> Decimal:
        """What must still be there by the records; negative when the records cannot be true."""
        return self.incoming_kg - self.outgoing_kg


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the records leave open, with the evidence that shows it."""

    kind: GapKind
    lot: str
    site: str | None
    counterpart: str | None
    kg: Decimal | None  # mass in question; signed when it does not add up (out − in)
    at: datetime
    event_ids: tuple[str, ...]
