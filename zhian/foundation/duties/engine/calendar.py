"""When a legal term ends: hours, calendar days, Chinese working days, clocks that stop (3.5).

Days are Beijing days. The day of the start is not counted; a term in days ends at 23:59:59 of
its last day. A stop from day a to day b takes the days after a up to and including b out of the
count, so testing that lasts 20 working days moves the end by exactly 20 working days.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

import chinese_calendar

BEIJING = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(23, 59, 59, tzinfo=BEIJING)
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Unit(StrEnum):
    """What a term is counted in; the statute decides (3.5, unit semantics)."""

    HOURS = "HOURS"
    CALENDAR_DAYS = "CALENDAR_DAYS"
    WORKING_DAYS = "WORKING_DAYS"


@dataclass(frozen=True, slots=True)
class Term:
    """So many units."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Stop:
    """An interval in which the clock did not run; both moments aware."""

    since: datetime
    until: datetime


class CalendarNotAnnounced(LookupError):
    """Nobody has announced yet which days of that year work."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working days of {year} are not announced")
        self.year = year


class Calendar(Protocol):
    """Which days count for working-day terms."""

    def is_working(self, day: date) -> bool:
        """Whether the day works; CalendarNotAnnounced for a year nobody announced."""
        ...

    def working_days_of(self, year: int) -> Sequence[int]:
        """The working days of a year as ascending ordinals."""
        ...


@dataclass
class WorkingDays:
    """The arrangement of the State Council by year, corrected by an override table.

    `announced` years are told by the table alone; other years by the installed calendar. With
    `provisional`, a year nobody announced counts Monday to Friday: an estimate, to be settled.
    """

    announced: frozenset[int] = frozenset()
    rest: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    provisional: bool = False
    _years: dict[int, list[int]] = field(default_factory=dict, repr=False)

    def is_working(self, day: date) -> bool:
        """Whether the day works; CalendarNotAnnounced for a year nobody announced."""
        if day in self.work or day in self.rest:
            return day in self.work
        if day.year in self.announced:
            return day.weekday() < SATURDAY
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            if self.provisional:
                return day.weekday() < SATURDAY
            raise CalendarNotAnnounced(day.year) from None

    def working_days_of(self, year: int) -> Sequence[int]:
        """The working days of a year as ascending ordinals, worked out once."""
        if year not in self._years:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            days = range(first, last + 1)
            self._years[year] = [d for d in days if self.is_working(date.fromordinal(d))]
        return self._years[year]


def day_of(moment: datetime) -> date:
    """The Beijing day a moment falls on."""
    return moment.astimezone(BEIJING).date()


def end_of(day: date) -> datetime:
    """The last second of a Beijing day, in UTC."""
    return datetime.combine(day, END_OF_DAY).astimezone(UTC)


def due(start: datetime, term: Term, calendar: Calendar, stops: Iterable[Stop] = ()) -> datetime:
    """The moment a term ends, aware UTC; stops may be given in any order and may overlap."""
    if term.amount < 1:
        raise ValueError(f"a term of {term.amount}")
    if term.unit is Unit.HOURS:
        return _due_in_hours(start, term.amount, stops)
    last = day_of(start)
    last = _after(last, term.amount, term.unit, calendar)
    for first_out, last_out in _days_out(start, stops):
        if first_out > last:
            break
        out = _count(first_out - ONE_DAY, last_out, term.unit, calendar)
        last = _after(last, out, term.unit, calendar)
    return end_of(last)


def _due_in_hours(start: datetime, hours: int, stops: Iterable[Stop]) -> datetime:
    end = start.astimezone(UTC) + timedelta(hours=hours)
    reached = start
    for stop in sorted(stops, key=lambda one: one.since):
        since = max(stop.since, reached)
        if since >= end:
            break
        if stop.until > since:
            end += stop.until - since
            reached = stop.until
    return end


def _days_out(start: datetime, stops: Iterable[Stop]) -> list[tuple[date, date]]:
    """First and last day of each span taken out, in order, without overlap, after the start."""
    found: list[tuple[date, date]] = []
    reached = day_of(start)
    for stop in sorted(stops, key=lambda one: one.since):
        first = max(day_of(stop.since), reached) + ONE_DAY
        last = day_of(stop.until)
        if first <= last:
            found.append((first, last))
            reached = last
    return found


def _after(day: date, amount: int, unit: Unit, calendar: Calendar) -> date:
    """The `amount`-th counted day after a day; the day itself when the amount is 0."""
    if unit is Unit.CALENDAR_DAYS or amount == 0:
        return day + timedelta(days=amount)
    year = day.year
    days = calendar.working_days_of(year)
    place = bisect_right(days, day.toordinal()) + amount - 1
    while place >= len(days):
        place -= len(days)
        year += 1
        days = calendar.working_days_of(year)
    return date.fromordinal(days[place])


def _count(after: date, until: date, unit: Unit, calendar: Calendar) -> int:
    """Counted days after one day up to and including another."""
    if unit is Unit.CALENDAR_DAYS:
        return max((until - after).days, 0)
    found = 0
    for year in range(after.year, until.year + 1):
        days = calendar.working_days_of(year)
        low, high = bisect_right(days, after.toordinal()), bisect_right(days, until.toordinal())
        found += max(high - low, 0)
    return found


def working_days_between(after: date, until: date, calendar: Calendar) -> int:
    """Working days after one day up to and including another; 0 when it lies before."""
    return _count(after, until, Unit.WORKING_DAYS, calendar)


def share_left(
    *, started_at: datetime, due_at: datetime, stopped: timedelta, now: datetime
) -> float:
    """The part of the running time still left: 1 at the start, 0 at the end, negative after."""
    whole = due_at - started_at - stopped
    return (due_at - now) / whole if whole > timedelta(0) else -1.0 if now > due_at else 0.0
