"""Tests run on a real PostgreSQL, one server for all of them, one database per worker."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhian.kernel import postgres

_DATA = Path(tempfile.gettempdir()) / f"zhian-tests-{os.getuid()}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["ZHIAN_DATA"] = str(_DATA)
os.environ["ZHIAN_DATABASE_ADDRESS"] = postgres.start(_DATA, stop_with_us=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Each worker of a parallel run gets its own database on the one server."""
    from django.conf import settings

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_zhian_{worker}_{os.getppid() if worker != 'main' else os.getpid()}"
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The schema is laid by migrations, as in production."""
    yield
