"""When coverage rests: what has been measured once costs twice the time to measure again."""

from collections.abc import Iterator
from contextlib import contextmanager

import coverage

_measured: set[str] = set()


@contextmanager
def unmeasured() -> Iterator[None]:
    """Coverage rests: what runs inside is measured by the rooms' own tests."""
    measuring = coverage.Coverage.current()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()


@contextmanager
def measured_once(what: str) -> Iterator[None]:
    """Coverage rests when the same was set up before in this process."""
    if what not in _measured:
        _measured.add(what)
        yield
        return
    with unmeasured():
        yield
