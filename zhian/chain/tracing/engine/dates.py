"""Dates of which month or day may be unknown, and the temporal test (trace 3.3)."""

import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")

Day = tuple[int, int, int]
DAWN: Day = (-1, 0, 0)
DUSK: Day = (10000, 0, 0)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a year and month, or a full date."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> Day:
        """The first day it can mean."""
        return (self.year, self.month or 0, self.day or 0)

    @property
    def latest(self) -> Day:
        """The last day it can mean."""
        return (self.year, self.month or 99, self.day or 99)


def parse_date(text: str) -> PartialDate:
    """Read `2024`, `2024-3` or `2024-03-08`; raises ValueError for what is no date."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date (YYYY, YYYY-MM or YYYY-MM-DD)")
    year, month, day = (None if part is None else int(part) for part in match.groups())
    assert year is not None
    date(max(year, 1), 1 if month is None else month, 1 if day is None else day)
    return PartialDate(year, month, day)


def earliest_arrival(departure: PartialDate | None, arrival: PartialDate | None) -> Day:
    """The first day on which goods can have arrived; the dawn of time when nothing is known."""
    known = arrival or departure
    return known.earliest if known else DAWN


def latest_departure(departure: PartialDate | None, arrival: PartialDate | None) -> Day:
    """The last day on which goods can have left; the dusk of time when nothing is known."""
    known = departure or arrival
    return known.latest if known else DUSK


def may_feed(arrival: PartialDate | None, departure: PartialDate | None) -> bool:
    """Whether goods that arrived then may have left then, step by step as trace 3.3 words it."""
    if arrival is None or departure is None:
        return True
    for came, left in (
        (arrival.year, departure.year),
        (arrival.month, departure.month),
        (arrival.day, departure.day),
    ):
        if came is None or left is None:
            return True
        if came != left:
            return left > came
    return True
