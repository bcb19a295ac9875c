"""The migrated database that every worker's own is a copy of.

Migrating takes ten seconds of a processor, copying a quarter of one. The copy's source is named
by what it was made from, so a changed migration makes a new one; it outlives the run.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import django
import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "zhian_migrated_"
KEPT = 4
_LOCK = 7_001  # one worker migrates, the others wait


def copy_as(name: str) -> None:
    """Have the tests' database called so and copied instead of migrated."""
    template = migrated()
    _options().update(NAME=name, TEMPLATE=template)


def create(name: str) -> None:
    """One more database with all migrations done."""
    with _server() as server:
        server.execute(_order("DROP DATABASE IF EXISTS {}", name))
        server.execute(_order("CREATE DATABASE {} TEMPLATE {}", name, str(_options()["TEMPLATE"])))


def drop(name: str) -> None:
    """Do away with it."""
    with _server() as server:
        server.execute(_order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def turn_to(name: str) -> None:
    """Have Django's connection lead to this database from now on."""
    connection.close()
    connection.settings_dict["NAME"] = name


def migrated() -> str:
    """The name of a database with all migrations done, made now if there is none."""
    name = PREFIX + fingerprint(ROOT)
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if not _exists(server, name):
            unfinished = f"{name}_unfinished"
            _migrate(unfinished)
            server.execute(_order("ALTER DATABASE {} ALLOW_CONNECTIONS false", unfinished))
            server.execute(_order("ALTER DATABASE {} RENAME TO {}", unfinished, name))
            _drop_old(server)
    return name


def fingerprint(root: Path) -> str:
    """Of everything migrating depends on: the migrations, the law some of them read, packages."""
    total = hashlib.sha256(django.get_version().encode())
    files = [*root.glob("zhian/*/*/migrations/*.py"), *root.glob("rules/**/*.yaml")]
    for path in sorted([*files, root / "requirements" / "base.txt", root / "config/settings.py"]):
        total.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    wanted = connection.settings_dict
    with psycopg.connect(
        dbname="postgres",
        user=wanted["USER"],
        host=wanted["HOST"],
        port=wanted["PORT"] or None,
        password=wanted["PASSWORD"] or None,
        autocommit=True,
    ) as server:
        yield server


def _exists(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _migrate(name: str) -> None:
    """Make it as Django makes any test database, and let go of it."""
    ordinary = connection.settings_dict["NAME"]
    _options()["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = ordinary


def _options() -> dict[str, object]:
    return cast(dict[str, object], settings.DATABASES["default"]["TEST"])


def _drop_old(server: psycopg.Connection) -> None:
    found = server.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC OFFSET %s",
        [f"{PREFIX}%", KEPT],
    )
    for (name,) in found.fetchall():
        server.execute(_order("DROP DATABASE IF EXISTS {}", str(name)))


def _order(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*(sql.Identifier(name) for name in names))  # type: ignore[arg-type]
