"""Where the people and incidents of the tests come from without being made for every test.

A *cast* is made once for all tests of a module, in a transaction that is rolled back at its end;
a seeded incident once for a worker, in a database of its own that its modules turn to.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from unittest import mock

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.database import create, drop, turn_to
from tests.measuring import measured_once

T = TypeVar("T")
_worlds: dict[str, tuple[str, object]] = {}
# a module whose tests ask for one of these makes its people itself, or really commits
_OWN = frozenset(
    {
        "eve_of_module", "incident_of_module", "running_of_module", "told_of_module",
        "transactional_db", "live_server",
    }
)  # fmt: skip
_with_cast: set[str] = set()


@contextmanager
def held(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Everything until the end of the module happens in one transaction that is rolled back."""
    with blocker.unblock(), _rolled_back():
        yield


@contextmanager
def _rolled_back() -> Iterator[None]:
    """A download that is closed must not close the connection the module stands on."""
    with mock.patch.object(connection, "close_if_unusable_or_obsolete"), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def told_in(name: str, build: Callable[[], T], blocker: DjangoDbBlocker) -> Iterator[T]:
    """What `build` made, made once in this process; the connection turns to its database."""
    with blocker.unblock():
        ordinary = str(connection.settings_dict["NAME"])
        if name not in _worlds:
            _worlds[name] = _built(f"{ordinary}_{name}", build)
        database, found = _worlds[name]
        turn_to(database)
        try:
            with _rolled_back():
                yield copy.deepcopy(found)  # type: ignore[misc]
        finally:
            turn_to(ordinary)


def _built(database: str, build: Callable[[], T]) -> tuple[str, T]:
    create(database)
    turn_to(database)
    with measured_once("world"), transaction.atomic():
        found = build()
        # in a test nothing is committed, so nothing happens on commit
        connection.run_on_commit.clear()
    return database, found


def drop_worlds() -> None:
    """At the end of the run."""
    while _worlds:
        _name, (database, _found) = _worlds.popitem()
        drop(database)


def note_modules(items: list[pytest.Item]) -> None:
    """Find the modules whose tests may share one cast."""
    asked: dict[str, set[str]] = {}
    for item in items:
        names = asked.setdefault(item.nodeid.partition("::")[0], set())
        names.update(getattr(item, "fixturenames", ()))
        mark = item.get_closest_marker("django_db")
        if mark is not None and (mark.args[:1] == (True,) or mark.kwargs.get("transaction")):
            names.add("transactional_db")
        if item.get_closest_marker("empty_platform") is not None:
            names.add("transactional_db")
    _with_cast.clear()
    _with_cast.update(path for path, names in asked.items() if "cast" in names and not names & _OWN)


def shares_cast(request: pytest.FixtureRequest) -> bool:
    """Whether the tests of this module share one cast."""
    return request.node.nodeid.partition("::")[0] in _with_cast
