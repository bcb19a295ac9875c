"""When a scheduled subscription reports: the six fields of EPCIS 2.0, second to day of week.

A field holds numbers, ranges `[a-b]`, steps `a/n` and `*`, separated by commas; days of the week
run from 1 (Monday) to 7. A field left out is open, except that fields finer than the finest one
given are zero: hour 1 and minute 5 mean 01:05:00, once a day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

FIELDS: dict[str, tuple[int, int]] = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
_ELEMENT = re.compile(r"(?:\*|(\d{1,2})|\[?(\d{1,2})-(\d{1,2})\]?)(?:/(\d{1,2}))?")
# a 29 February that falls on a given day of the week comes within 40 years
_MOST_DAYS = 366 * 41


class BadSchedule(ValueError):
    """A field that cannot be read; `name` is the field."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values each field may have."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def allows_day(self, day: date) -> bool:
        """Whether it reports on this day."""
        return (
            day.day in self.days and day.month in self.months and day.isoweekday() in self.weekdays
        )


def read_schedule(fields: Mapping[str, object]) -> Schedule:
    """The schedule of its fields; BadSchedule names the one that is wrong."""
    for name in fields:
        if name not in FIELDS:
            raise BadSchedule(name)
    given = [name for name in FIELDS if fields.get(name) not in (None, "")]
    if not given:
        raise BadSchedule("schedule")
    finest = list(FIELDS).index(given[0])
    values = []
    for place, (name, (low, high)) in enumerate(FIELDS.items()):
        if name in given:
            values.append(_values(name, str(fields[name]), low, high))
        else:
            values.append(frozenset({0}) if place < min(finest, 3) else _span(low, high))
    found = Schedule(*values)
    if not any(found.allows_day(date(2000, 1, 1) + timedelta(days)) for days in range(_MOST_DAYS)):
        raise BadSchedule("dayOfMonth")
    return found


def _span(low: int, high: int, step: int = 1) -> frozenset[int]:
    return frozenset(range(low, high + 1, step))


def _values(name: str, text: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for element in text.replace(" ", "").split(","):
        parts = _ELEMENT.fullmatch(element)
        if parts is None:
            raise BadSchedule(name)
        number, first, last, step = (None if part is None else int(part) for part in parts.groups())
        start = low if number is None and first is None else number if first is None else first
        end = last if last is not None else start if number is not None and step is None else high
        if start is None or end is None or not low <= start <= end <= high or step == 0:
            raise BadSchedule(name)
        found |= _span(start, end, step or 1)
    return frozenset(found)


def next_after(schedule: Schedule, at: datetime) -> datetime:
    """The first second after `at` at which it reports, in the time zone of `at`."""
    moment = at.replace(microsecond=0) + timedelta(seconds=1)
    on, earliest = moment.date(), moment.time()
    # read_schedule lets no schedule through that never reports
    while True:
        found = _first_time(schedule, earliest) if schedule.allows_day(on) else None
        if found is not None:
            return datetime.combine(on, found, tzinfo=at.tzinfo)
        on, earliest = on + timedelta(days=1), time()


def _first_time(schedule: Schedule, earliest: time) -> time | None:
    times = (
        time(hour, minute, second)
        for hour in sorted(schedule.hours)
        if hour >= earliest.hour
        for minute in sorted(schedule.minutes)
        for second in sorted(schedule.seconds)
    )
    return next((found for found in times if found >= earliest), None)
