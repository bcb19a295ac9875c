"""Tests run on a real PostgreSQL: one server for all of them, one database per worker."""

import os
from collections.abc import Generator, Iterator

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.casting import cast, cast_of_module
from tests.database import copy_as
from tests.incident import (
    eve,
    eve_of_module,
    incident,
    incident_of_module,
    running,
    running_of_module,
)
from tests.measuring import unmeasured
from tests.worlds import drop_worlds, note_modules
from zhian.kernel.use_cases import unguarded

# No test is timed: a loaded machine must not fail an example that is right. And a run says of the
# same code what the last one said; `make explore` looks further.
hypothesis.settings.register_profile(
    "zhian",
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "explore", hypothesis.settings.get_profile("zhian"), derandomize=False, max_examples=600
)
hypothesis.settings.load_profile("zhian")

# Files that take longest, first: at the end of a run no worker waits for another.
LONG = (
    "tests/permissions/test_matrix.py",
    "tests/crash/test_kill_minus_nine.py",
    "tests/browser/test_main_job.py",
    "tests/kernel/test_postgres.py",
    "tests/chain/tracing/test_trace_engine.py",
    "tests/demo/test_story.py",
    "tests/response/test_pages.py",
    "tests/foundation/regions/test_divisions.py",
    "tests/performance/test_query_counts.py",
)

# Files that run no line or branch that another file does not run too (found with coverage's
# contexts): they are not measured, which halves what they cost.
UNMEASURED = (
    "tests/architecture/",
    "tests/browser/",
    "tests/chain/events/test_documents_judged.py",
    "tests/chain/tracing/test_index_deep.py",
    "tests/demo/test_ground_truth.py",
    "tests/demo/test_recall_truth.py",
    "tests/oversight/accountability/test_first_picture.py",
    "tests/performance/",
    "tests/response/recalls/test_bulk.py",
)

__all__ = [
    "cast",
    "cast_of_module",
    "eve",
    "eve_of_module",
    "incident",
    "incident_of_module",
    "running",
    "running_of_module",
]


@pytest.hookimpl(trylast=True)  # when -m and -k have chosen
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files, otherwise in the order found (a random one)."""
    note_modules(items)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Coverage rests where it would learn nothing new."""
    if not item.nodeid.startswith(UNMEASURED):
        return (yield)
    with unmeasured():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def ledger_may_be_emptied_after_a_test() -> Iterator[None]:
    """Tests with real transactions are cleaned up by TRUNCATE, which the ledger refuses.

    Only here its triggers sleep: a replica's role, which a superuser alone may take.
    """
    flush = TransactionTestCase._fixture_teardown

    def clean(self: TransactionTestCase) -> None:
        with unguarded("clean-up after a test"), connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                flush(self)
                # no model Django would empty: jobs left behind would run in the next test
                cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")

    TransactionTestCase._fixture_teardown = clean
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(scope="session", autouse=True)
def worlds_end_with_the_run() -> Iterator[None]:
    """The databases of the seeded incidents."""
    yield
    drop_worlds()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> None:
    """Each worker of a parallel run gets its own database on the one server, copied."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    owner = os.getpid() if worker == "main" else os.getppid()
    with django_db_blocker.unblock():
        copy_as(f"test_{worker}_{owner}")
