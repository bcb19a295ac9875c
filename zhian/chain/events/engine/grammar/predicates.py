"""The neutral tree a query becomes: what an event must say to be in the answer.

A query is a conjunction; inside one predicate the values are alternatives. The selector compiles
the tree to SQL, `evaluation` asks an event document in Python; hypothesis holds them together.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from typing import TypeAlias


class Op(StrEnum):
    """How a value is compared."""

    GT = "GT"
    GE = "GE"
    LT = "LT"
    LE = "LE"


class Depth(Enum):
    """Where below its holder an extension field stands."""

    TOP = "top"
    # inside another extension field, however deep
    INNER = "inner"


@dataclass(frozen=True, slots=True)
class Name:
    """An extension field: as the query writes it, and its full name when that is known.

    Without a namespace the field is known by its spelling alone (`ex:colour`).
    """

    written: str
    namespace: str | None
    local: str


# --- tests of one value -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Present:
    """There is such a value."""


@dataclass(frozen=True, slots=True)
class Among:
    """The value is one of these texts, numbers or moments."""

    texts: frozenset[str] = frozenset()
    numbers: frozenset[Decimal] = frozenset()
    moments: frozenset[datetime] = frozenset()


@dataclass(frozen=True, slots=True)
class Compared:
    """The value is a number, or a moment, on one side of another."""

    op: Op
    number: Decimal | None = None
    moment: datetime | None = None


Test: TypeAlias = Present | Among | Compared


# --- predicates ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Stored:
    """A word the store keeps in a column: type, action, biz_step, disposition, event_id."""

    column: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Timed:
    """When it happened or was recorded (`event_time`, `record_time`)."""

    column: str
    op: Op
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One component of an EPC pattern: a literal, anything, or a range of numbers."""

    literal: str = ""
    low: int | None = None
    high: int | None = None

    @property
    def anything(self) -> bool:
        """Whether every value fits."""
        return not self.literal and self.low is None


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a MATCH value names: keys that are equal, or keys of a scheme part by part.

    `whole` is the full spelling when the value names an item together with its lot.
    """

    keys: frozenset[str]
    scheme: str = ""
    parts: tuple[Part, ...] = ()
    start: str = ""
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Goods:
    """One of the goods the event names in these fields fits one of the patterns."""

    fields: tuple[str, ...]
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The read point or business location is one of these, in any spelling."""

    field: str
    spellings: frozenset[str]
    sites: frozenset[str]


@dataclass(frozen=True, slots=True)
class Within:
    """The place is one of these or lies in one: doors of a site, sites of a region or operator."""

    field: str
    sites: frozenset[str]
    # full spellings of doors and shelves, which contain nothing further
    doors: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list with this type and one of these values (transactions, sources, …)."""

    field: str
    member: str
    types: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Valued:
    """A value of the standard's own fields, by path; one path suffices."""

    paths: tuple[tuple[str, ...], ...]
    test: Test


@dataclass(frozen=True, slots=True)
class Extended:
    """An extension field below a holder (`()` is the event itself)."""

    holder: tuple[str, ...]
    depth: Depth
    name: Name
    test: Test


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with a unit beside it; `bounds` is the same quantity in every unit it may have.

    Empty `bounds` compare with `plain` whatever the unit. `op` None asks for equality.
    """

    holders: tuple[tuple[str, ...], ...]
    field: str
    op: Op | None
    values: tuple[Fraction, ...]
    uom: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """The thing a field names has this master data attribute (with one of these values)."""

    field: str
    attributes: frozenset[str]
    values: frozenset[str] | None = None


Predicate: TypeAlias = (
    Stored | Timed | Goods | Place | Within | Listed | Valued | Extended | Measured | Described
)


@dataclass(frozen=True, slots=True)
class Order:
    """By what the answer is ordered: `event_time`, `record_time`, or an extension field."""

    field: str = "record_time"
    name: Name | None = None
    down: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: all predicates hold; order, limits and page size as given."""

    predicates: tuple[Predicate, ...] = ()
    order: Order = Order()
    ordered: bool = False
    limit: int | None = None
    most: int | None = None
    per_page: int | None = None
    token: str | None = None
