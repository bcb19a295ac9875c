"""Tests run on a real PostgreSQL: one server for all of them, one database per worker."""

import os

import pytest
from django.conf import settings

from tests.casting import cast
from tests.incident import (
    eve,
    eve_of_module,
    incident,
    incident_of_module,
    running,
    running_of_module,
)

__all__ = [
    "cast",
    "eve",
    "eve_of_module",
    "incident",
    "incident_of_module",
    "running",
    "running_of_module",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Each worker of a parallel run gets its own database on the one server."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    owner = os.getpid() if worker == "main" else os.getppid()
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_{worker}_{owner}"
