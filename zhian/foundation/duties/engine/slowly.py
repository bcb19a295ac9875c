"""The slow, obvious twin of the calendar: walk day by day, second by second where it is hours."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from zhian.foundation.duties.engine.calendar import Calendar, Stop, Term, Unit, day_of, end_of


def due(start: datetime, term: Term, calendar: Calendar, stops: Sequence[Stop] = ()) -> datetime:
    """Tick until the term is used up; hours tick by the minute."""
    if term.unit is Unit.HOURS:
        return _tick_minutes(start, term.amount * 60, stops)
    day, left = day_of(start), term.amount
    while left:
        day += timedelta(days=1)
        if counts(day, term.unit, calendar) and not taken_out(day, stops):
            left -= 1
    return end_of(day)


def counts(day: date, unit: Unit, calendar: Calendar) -> bool:
    """Whether a day counts in this unit."""
    return unit is Unit.CALENDAR_DAYS or calendar.is_working(day)


def taken_out(day: date, stops: Sequence[Stop]) -> bool:
    """Whether a stop takes the day out of the count."""
    return any(day_of(stop.since) < day <= day_of(stop.until) for stop in stops)


def _tick_minutes(start: datetime, minutes: int, stops: Sequence[Stop]) -> datetime:
    moment = start.astimezone(UTC)
    while minutes:
        if not any(stop.since <= moment < stop.until for stop in stops):
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment
