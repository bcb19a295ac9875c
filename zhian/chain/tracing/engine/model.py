"""The neutral trace model: stations, deliveries, links and settings (trace 3.1, 3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from zhian.chain.tracing.engine.dates import Day, PartialDate, earliest_arrival, latest_departure
from zhian.chain.tracing.engine.problems import Problem


@dataclass(frozen=True, slots=True)
class Delivery:
    """One dispatch of one lot from one station to one other; ends as written in the file."""

    id: str
    origin: str
    recipient: str
    product: str
    lot: str
    departure: PartialDate | None
    arrival: PartialDate | None
    amount: float | None
    unit: str

    @property
    def lot_key(self) -> tuple[str, str, str]:
        """Same supplying station, product and lot text are one lot."""
        return (self.origin, self.product, self.lot)

    @property
    def earliest_arrival(self) -> Day:
        """First day on which it can have arrived."""
        return earliest_arrival(self.departure, self.arrival)

    @property
    def latest_departure(self) -> Day:
        """Last day on which it can have left."""
        return latest_departure(self.departure, self.arrival)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the investigator set; stations by their merged ids."""

    station_weight: Mapping[str, float]
    delivery_weight: Mapping[str, float]
    station_cross: frozenset[str]
    delivery_cross: frozenset[str]
    station_kill: frozenset[str]
    delivery_kill: frozenset[str]
    observed_stations: frozenset[str]
    observed_deliveries: frozenset[str]


@dataclass(frozen=True, slots=True)
class CaseReport:
    """Confirmed cases at one place; `count` people, the date may be unknown."""

    station: str
    count: float
    on: PartialDate | None


@dataclass(frozen=True, slots=True)
class Hazard:
    """How the agent behaves: incubation in days, and whether it lives through a kill step."""

    incubation_min: float = 0.0
    incubation_max: float | None = None
    survives_kill: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The further keys that only the ranking reads (trace 3.13)."""

    cases: tuple[CaseReport, ...]
    negative_stations: frozenset[str]
    sales_share: Mapping[str, float]
    prior: Mapping[str, Mapping[str, float]]
    hazard: Hazard


@dataclass(frozen=True)
class Model:
    """A checked trace model. `stations` are the ids as written, in file order."""

    stations: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    links: tuple[tuple[str, str], ...]
    merged: Mapping[str, str]
    settings: Settings
    enforce_temporal_order: bool
    evidence: Evidence
    findings: tuple[Problem, ...]

    def merge(self, station: str) -> str:
        """The id under which a station is traced."""
        return self.merged.get(station, station)

    @cached_property
    def traced_stations(self) -> tuple[str, ...]:
        """Ids of all stations after merging, each once, in file order."""
        return tuple(dict.fromkeys(self.merge(station) for station in self.stations))

    @cached_property
    def internal(self) -> frozenset[str]:
        """Deliveries whose two ends belong to one merged station: traced, not shown."""
        groups = set(self.merged.values())
        return frozenset(
            d.id
            for d in self.deliveries
            if self.merge(d.origin) == self.merge(d.recipient) and self.merge(d.origin) in groups
        )
