"""What makes sampling records hard to believe: seals used twice, impossible travel (S093, T5)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt

from zhian.kernel import rules
from zhian.kernel.rules import Content, Example

EARTH_KM = 6371.0


class SamplingRules(Content, frozen=True):
    """Content of a pack of kind `sampling_rules`."""

    officers: int
    to_laboratory_working_days: int
    report_working_days: int
    keep_conforming_months: int
    keep_nonconforming_months: int
    travel_kmh: int


@dataclass(frozen=True)
class Act:
    """One draw: who (both officers), when, where (degrees, None when not recorded), which seal."""

    key: str
    officers: tuple[int | str, ...]
    at: datetime
    seal: str
    longitude: float | None = None
    latitude: float | None = None


SEAL_REUSED = "SEAL_REUSED"
IMPOSSIBLE_TRAVEL = "IMPOSSIBLE_TRAVEL"
ONE_OFFICER = "ONE_OFFICER"


def kilometres(a: Act, b: Act) -> float | None:
    """Great-circle distance of two acts; None when a place is unknown."""
    if a.longitude is None or a.latitude is None or b.longitude is None or b.latitude is None:
        return None
    lat_a, lat_b = radians(a.latitude), radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_lon = radians(b.longitude - a.longitude) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def can_travel(distance_km: float, seconds: float, kmh: int) -> bool:
    """Whether the distance can be covered in the time."""
    return distance_km <= kmh * seconds / 3600


def impossible(a: Act, b: Act, kmh: int) -> bool:
    """Whether one person cannot have done both acts."""
    distance = kilometres(a, b)
    seconds = abs((b.at - a.at).total_seconds())
    return distance is not None and not can_travel(distance, seconds, kmh)


def doubts(acts: Sequence[Act], content: SamplingRules) -> dict[str, set[str]]:
    """Flags by key of the act; acts without doubts are left out.

    Both acts of an impossible journey and every act under a repeated seal number are flagged.
    """
    found: dict[str, set[str]] = defaultdict(set)
    seals = Counter(act.seal for act in acts)
    for act in acts:
        if seals[act.seal] > 1:
            found[act.key].add(SEAL_REUSED)
        if len(set(act.officers)) < content.officers:
            found[act.key].add(ONE_OFFICER)
    for journey in _journeys(acts).values():
        for one, other in _too_fast(journey, content.travel_kmh):
            found[one.key].add(IMPOSSIBLE_TRAVEL)
            found[other.key].add(IMPOSSIBLE_TRAVEL)
    return dict(found)


def _journeys(acts: Sequence[Act]) -> dict[int | str, list[Act]]:
    by_officer: dict[int | str, list[Act]] = defaultdict(list)
    for act in sorted(acts, key=lambda act: act.at):
        for officer in set(act.officers):
            by_officer[officer].append(act)
    return by_officer


def _too_fast(journey: list[Act], kmh: int) -> list[tuple[Act, Act]]:
    # Half the earth's circumference at this speed: later pairs are always possible.
    horizon = 3.1416 * EARTH_KM / kmh * 3600
    found = []
    for number, act in enumerate(journey):
        for later in journey[number + 1 :]:
            if (later.at - act.at).total_seconds() > horizon:
                break
            if impossible(act, later, kmh):
                found.append((act, later))
    return found


def _travel_holds(content: SamplingRules, example: Example) -> bool:
    found = can_travel(example["kilometres"], example["minutes"] * 60, content.travel_kmh)
    return found is bool(example["possible"])


RULES = rules.kind("sampling_rules", SamplingRules, check=_travel_holds)
