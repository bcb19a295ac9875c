"""When coverage rests: what has been measured once costs twice the time to measure again."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper

import coverage

_measured: set[str] = set()


@contextmanager
def unmeasured() -> Iterator[None]:
    """Coverage rests: what runs inside is measured by the rooms' own tests."""
    stopped = []
    # a worker of a parallel run has two: the one below goes on when the one above stops
    while (measuring := coverage.Coverage.current()) is not None:
        measuring.stop()
        stopped.append(measuring)
    try:
        yield
    finally:
        if stopped:
            _forget()
        for measuring in reversed(stopped):
            measuring.start()


def _forget() -> None:
    """What engines and services remembered meanwhile would never be seen to run."""
    for name, module in list(sys.modules.items()):
        if name.startswith("zhian.") and (".engine" in name or ".services" in name):
            for member in list(vars(module).values()):
                if isinstance(member, _lru_cache_wrapper):
                    member.cache_clear()


@contextmanager
def measured_once(what: str) -> Iterator[None]:
    """Coverage rests when the same was set up before in this process."""
    if what not in _measured:
        _measured.add(what)
        yield
        return
    with unmeasured():
        yield
