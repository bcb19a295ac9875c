"""What a person adds to the records before a trace: tests, treatments, cleanings, accepted links.

Nothing here changes a record. The same records under other rules are a what-if (issue of S100);
every rule can be saved with the trace and named when two traces differ (trace 3.4, 2.2-16).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Clearance:
    """A lot found clean (negative sample, or a document that the goods never came).

    With a site only the goods of the lot that lay there are clear; without one the whole lot:
    it leaves the scope and hands nothing on. A source is never cleared.
    """

    lot: str
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Kill:
    """A step that ends the contamination: every making at the site in that span, or one event."""

    site: str
    since: datetime | None = None
    until: datetime | None = None
    event_id: str | None = None

    def covers(self, site: str | None, at: datetime, event_id: str) -> bool:
        """Whether a making is such a step."""
        if self.event_id is not None:
            return self.event_id == event_id
        starts = self.since is None or self.since <= at
        return site == self.site and starts and (self.until is None or at <= self.until)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A site was cleaned: what was made before does not contaminate what is made after."""

    site: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mixing:
    """Goods of one site touch each other: a making contaminates the next ones for so long.

    Unlike the shared line of every scope, this one goes on from batch to batch until a cleaning.
    """

    site: str
    window: timedelta


@dataclass(frozen=True, slots=True)
class Settled:
    """A document accounts for what became of a lot at a site: nothing of it went unrecorded."""

    lot: str
    site: str


@dataclass(frozen=True, slots=True)
class LotLink:
    """A doubtful link: goods recorded as `lot_from` may be those recorded as `lot_to`.

    `weight` is the probability against all other explanations; `how` names the kind of doubt
    ("slip": the number was mistyped; "unnamed": the receiver named no sender). Used only when a
    person puts it into the rules.
    """

    lot_from: str
    site_from: str
    lot_to: str
    site_to: str
    weight: float
    how: str
    kg: Decimal | None
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything added to the records; order and repetition mean nothing."""

    clearances: frozenset[Clearance] = frozenset()
    kills: frozenset[Kill] = frozenset()
    cleanings: frozenset[Cleaning] = frozenset()
    mixings: frozenset[Mixing] = frozenset()
    settled: frozenset[Settled] = frozenset()
    links: frozenset[LotLink] = frozenset()

    def __or__(self, other: "Rules") -> "Rules":
        return Rules(*(getattr(self, f.name) | getattr(other, f.name) for f in fields(self)))

    def each(self) -> list["Rules"]:
        """The rules one by one, in a fixed order."""
        return [
            Rules(**{f.name: frozenset({rule})})
            for f in fields(self)
            for rule in sorted(getattr(self, f.name), key=repr)
        ]

    def is_killed(self, site: str | None, at: datetime, event_id: str) -> bool:
        """Whether a making lets nothing through."""
        return any(kill.covers(site, at, event_id) for kill in self.kills)

    def cleaned_between(self, site: str, one: datetime, other: datetime) -> bool:
        """Whether the site was cleaned after the earlier and not after the later moment."""
        first, last = sorted((one, other))
        return any(c.site == site and first < c.at <= last for c in self.cleanings)


NO_RULES = Rules()


def together(rules: Iterable[Rules]) -> Rules:
    """All rules of several sets."""
    found = NO_RULES
    for one in rules:
        found |= one
    return found
