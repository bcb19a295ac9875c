"""The one source of time. Aware UTC inside, Beijing time for people.

Nothing else in the project asks the system for the time, so a test, the demo's history and
"as of" questions move one hand only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The present moment, aware, UTC."""
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """The present day in Beijing, where every office of the country keeps its calendar."""
    return now().astimezone(BEIJING).date()


def beijing(moment: datetime) -> datetime:
    """The same moment with Beijing's wall clock."""
    return moment.astimezone(BEIJING)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment: for tests and for the demo's invented history."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
