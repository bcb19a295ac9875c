"""The embedded PostgreSQL survives kill -9 and keeps what it acknowledged."""

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil
import psycopg

from zhian.kernel import postgres


def test_what_was_committed_is_there_after_kill_minus_nine(tmp_path: Path) -> None:
    address = postgres.start(tmp_path)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    pid = int((tmp_path / "pg" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    _wait_until_gone(pid)
    postgres.ensure_running(tmp_path)
    address = postgres.start(tmp_path)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
    postgres.stop(tmp_path)
    assert postgres.django_settings(address)["NAME"] == "zhian"


def _wait_until_gone(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for _ in range(100):
            if process.status() == psutil.STATUS_ZOMBIE:
                return
            time.sleep(0.05)


def test_another_server_is_used_when_named(tmp_path: Path) -> None:
    os.environ["ZHIAN_DATABASE_URL"] = "postgresql://me:p%40ss@db.example:5433/zhian"
    try:
        address = postgres.start(tmp_path)
    finally:
        del os.environ["ZHIAN_DATABASE_URL"]
    settings = postgres.django_settings(address)
    assert (settings["HOST"], settings["PORT"]) == ("db.example", "5433")
    assert (settings["USER"], settings["PASSWORD"]) == ("me", "p@ss")
    assert not (tmp_path / "pg").exists()
    postgres.ensure_running(tmp_path)
