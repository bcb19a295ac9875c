"""Tests run on a real PostgreSQL: one server for all of them, one database per worker."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from tests.casting import cast
from tests.incident import (
    eve,
    eve_of_module,
    incident,
    incident_of_module,
    running,
    running_of_module,
)
from zhian.kernel.use_cases import unguarded

# No test is timed: a loaded machine must not fail an example that is right.
hypothesis.settings.register_profile(
    "zhian", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("zhian")

__all__ = [
    "cast",
    "eve",
    "eve_of_module",
    "incident",
    "incident_of_module",
    "running",
    "running_of_module",
]


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
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")

    TransactionTestCase._fixture_teardown = clean
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Each worker of a parallel run gets its own database on the one server."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    owner = os.getpid() if worker == "main" else os.getppid()
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_{worker}_{owner}"
