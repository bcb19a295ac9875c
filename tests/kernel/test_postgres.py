"""The embedded PostgreSQL survives kill -9 and keeps what it acknowledged."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

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


def test_the_server_has_memory_by_the_machine_unless_somebody_set_it(tmp_path: Path) -> None:
    def shown(address: str) -> str:
        with psycopg.connect(address) as connection:
            row = connection.execute("SHOW shared_buffers").fetchone()
            assert row is not None
            return str(row[0])

    quarter = min(postgres.MOST_BUFFERS, postgres._memory() // 4) >> 20
    address = postgres.start(tmp_path)
    assert shown(address) in {f"{quarter}MB", f"{quarter >> 10}GB"}
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET shared_buffers = '130MB'")
    postgres.stop(tmp_path)
    assert shown(postgres.start(tmp_path)) == "130MB"
    postgres.stop(tmp_path)
    conf = (tmp_path / "pg" / "postgresql.conf").read_text()
    assert conf.count(postgres.SETTINGS) == 1


def test_a_container_has_the_memory_it_may_have(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    total = postgres._memory(limit)
    limit.write_text("max\n")
    assert postgres._memory(limit) == total
    limit.write_text("1073741824\n")
    assert postgres._memory(limit) == 1 << 30
    (tmp_path / "postgresql.conf").touch()
    postgres._write_settings(tmp_path, 64 << 20)
    assert (tmp_path / postgres.SETTINGS).read_text() == "shared_buffers = 128MB\n"


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


def test_a_left_over_file_that_names_a_stranger_does_not_stop_the_start(tmp_path: Path) -> None:
    """After a power cut the number of the dead server may belong to somebody else."""
    postgres.start(tmp_path)
    file = tmp_path / "pg" / "postmaster.pid"
    lines = file.read_text().split("\n")
    postgres.stop(tmp_path)
    assert not file.exists()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    (tmp_path / "pg" / ".handle_pids.json").write_text("[12")  # killed while writing
    address = postgres.start(tmp_path)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
    postgres.stop(tmp_path)
    assert not file.exists()


def test_killed_processes_do_not_keep_the_server_up(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    file = tmp_path / ".handle_pids.json"
    file.write_text(json.dumps([dead.pid, os.getpid()]))
    time.sleep(0.5)  # a zombie: nobody asked how it ended
    postgres._forget_the_dead(tmp_path)
    assert json.loads(file.read_text()) == [os.getpid()]
    dead.wait()
    file.write_text(json.dumps([dead.pid]))
    postgres._forget_the_dead(tmp_path)
    assert json.loads(file.read_text()) == []


def test_a_server_that_never_starts_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.1)
    tried: list[int] = []

    def begin() -> None:
        tried.append(1)
        raise subprocess.SubprocessError("no room on the disk")

    with pytest.raises(subprocess.SubprocessError):
        postgres._persist(tmp_path, begin)
    assert tried
    with pytest.raises(psycopg.OperationalError):
        postgres._wait_until_ready(f"postgresql://nobody@/x?host={tmp_path}", lambda: None, 0.1)


def _hang(folder: Path, address: str) -> psutil.Process:
    """Kill a process of the server, then the one that recovers from that: it waits for ever.

    Unless the second kill came too late; then once more.
    """
    for _ in range(10):
        postmaster = postgres._postmaster(folder)
        assert postmaster is not None
        _kill_titled(postmaster, "checkpointer")
        _kill_titled(postmaster, "startup")
        try:
            postgres._wait_until_ready(address, lambda: None, 2.0)
        except psycopg.OperationalError:
            return postmaster
    raise AssertionError("the server always came back")


def _kill_titled(postmaster: psutil.Process, title: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for child in postmaster.children():
            with contextlib.suppress(psutil.Error):
                if title in " ".join(child.cmdline()):
                    child.kill()
                    return
    raise AssertionError(f"there is no {title}")


def test_who_joins_a_server_that_waits_for_ever_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor may be killed in that moment too; the next one finds it like this."""
    monkeypatch.setattr(postgres, "SHUTDOWN_PATIENCE", 1.0)
    monkeypatch.setattr(postgres, "LOOK_EVERY", 0.2)
    address = postgres.start(tmp_path)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 100000) AS n")
    hung = _hang((tmp_path / "pg").resolve(), address)
    assert hung.is_running()
    # the next supervisor knows nothing of the server, whose file says that it is starting
    postgres._running.pop((tmp_path / "pg").resolve())
    assert postgres.start(tmp_path) == address
    assert not hung.is_running() or hung.status() == psutil.STATUS_ZOMBIE
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchall() == [(100_000,)]
    postgres.stop(tmp_path)


def test_a_server_that_lost_its_file_is_ended(tmp_path: Path) -> None:
    """It holds the socket: none could start beside it."""
    postgres.start(tmp_path)
    folder = (tmp_path / "pg").resolve()
    nameless = postgres._postmaster(folder)
    assert nameless is not None
    (folder / "postmaster.pid").unlink()
    postgres.ensure_running(tmp_path)
    assert not nameless.is_running() or nameless.status() == psutil.STATUS_ZOMBIE
    with psycopg.connect(postgres.start(tmp_path)) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
    postgres.stop(tmp_path)


def test_nobody_waits_for_a_killed_server_with_the_lock_in_hand() -> None:
    with pytest.raises(subprocess.SubprocessError):
        postgres.wheel.time.sleep(0.0)


def test_where_a_server_listens_is_read_or_guessed(tmp_path: Path) -> None:
    assert postgres._address(tmp_path) == f"postgresql://postgres@/postgres?host={tmp_path}"
    (tmp_path / "postmaster.pid").write_text("1\n/data\n0\n5432\n/run/there\n")
    assert postgres._address(tmp_path) == "postgresql://postgres@/postgres?host=/run/there"


def test_a_server_that_starts_late_is_waited_for(tmp_path: Path) -> None:
    tried: list[int] = []

    def begin() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise subprocess.SubprocessError("still in recovery")

    postgres._persist(tmp_path, begin)
    assert len(tried) == 2


@pytest.mark.parametrize(
    ("refusal", "titles", "hopeless"),
    [
        ("FATAL:  the database system is shutting down", ["postgres: checkpointer"], True),
        ("FATAL:  the database system is in recovery mode", ["postgres: io worker 0"], True),
        (
            "FATAL:  the database system is in recovery mode",
            ["postgres: startup recovering"],
            False,
        ),
        ("FATAL:  the database system is starting up", ["postgres: startup"], False),
        ("Connection refused", [], False),
    ],
)
def test_a_server_that_waits_for_nobody_is_known(
    refusal: str, titles: list[str], hopeless: bool
) -> None:
    assert postgres.stuck(refusal, titles) is hopeless
