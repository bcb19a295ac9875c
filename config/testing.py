"""Settings of the test runs: a data folder and a PostgreSQL of their own."""

import os
import tempfile
from pathlib import Path

import psycopg

from zhian.kernel import postgres

_DATA = Path(tempfile.gettempdir()) / f"zhian-tests-{os.getuid()}"
_DATA.mkdir(exist_ok=True)
os.environ["ZHIAN_DATA"] = str(_DATA)
os.environ["ZHIAN_DATABASE_ADDRESS"] = postgres.start(_DATA)
with psycopg.connect(os.environ["ZHIAN_DATABASE_ADDRESS"], autocommit=True) as _connection:
    # This server holds nothing that must outlive the run; the crash tests start their own.
    for _name in ("fsync", "full_page_writes", "synchronous_commit"):
        _connection.execute(f"ALTER SYSTEM SET {_name} = off")
    _connection.execute("SELECT pg_reload_conf()")

import config.settings as _settings  # noqa: E402

globals().update({name: value for name, value in vars(_settings).items() if name.isupper()})
