"""init, serve, worker: what starts, what is kept running, what is taken up again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import click
import psutil
import pytest
from click.testing import CliRunner
from django.db import OperationalError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from config import processes, queue, serve
from config.processes import AlreadyServed, Child, Notebook
from tests.browser.installation import free_port
from zhian.foundation.offices import selectors as offices
from zhian.kernel.use_cases import unguarded

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
FAMILY = [
    sys.executable,
    "-c",
    "import subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "time.sleep(60)",
]
WEB = (
    "import http.server, sys\n"
    "class Ok(http.server.BaseHTTPRequestHandler):\n"
    "    def do_GET(self):\n"
    "        self.send_response(200); self.end_headers()\n"
    "    def log_message(self, *a): pass\n"
    "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Ok).serve_forever()"
)


def soon(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether something becomes true within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


def living(pid: int) -> bool:
    """Whether a process runs, zombies apart."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between two starts."""
    monkeypatch.setattr(processes, "PAUSE", 0.0)


def test_a_killed_process_is_started_again(quick: None) -> None:
    child = Child(SLEEP)
    assert child.keep_running()
    assert child.process is not None
    first = child.process.pid
    assert not child.keep_running()
    os.kill(first, signal.SIGKILL)
    assert soon(child.keep_running)
    assert child.process.pid != first
    child.ask_to_end()
    child.end()
    assert child.process.poll() is not None


def test_a_broken_process_is_not_started_all_the_time() -> None:
    child = Child([sys.executable, "-c", ""])
    assert child.keep_running()
    assert child.process is not None
    child.process.wait()
    assert not child.keep_running()


def test_a_killed_parent_does_not_leave_its_children_behind(quick: None) -> None:
    child = Child(FAMILY)
    child.keep_running()
    assert child.process is not None
    parent = psutil.Process(child.process.pid)
    assert soon(lambda: len(parent.children()) == 1)
    orphan = parent.children()[0].pid
    parent.kill()
    assert soon(child.keep_running)
    assert soon(lambda: not living(orphan))
    child.ask_to_end()
    child.end()


def test_a_process_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.2)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); "
    child = Child([sys.executable, "-c", stubborn + "time.sleep(60)"])
    child.keep_running()
    assert child.process is not None
    time.sleep(0.5)
    child.ask_to_end()
    child.end()
    assert child.process.poll() == -signal.SIGKILL
    Child(SLEEP).end()  # one that never ran


def test_the_next_supervisor_ends_what_a_killed_one_left(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    left = subprocess.Popen(SLEEP, start_new_session=True)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    child = Child(SLEEP, tmp_path, left)
    notebook.write({"web": child})
    text = notebook.path.read_text().replace(f'"serve": [{os.getpid()}', f'"serve": [{dead.pid}')
    notebook.path.write_text(text)
    notebook.take_over()
    assert left.wait(10) == -signal.SIGKILL
    notebook.close()
    assert notebook.read() == {}


def test_a_child_that_was_never_noted_is_found_by_its_mark(tmp_path: Path) -> None:
    child = Child(SLEEP, tmp_path)
    child.keep_running()
    assert child.process is not None
    Notebook(tmp_path / "another").take_over()
    assert child.process.poll() is None
    Notebook(tmp_path).take_over()
    assert child.process.wait(10) == -signal.SIGKILL


def test_a_stranger_with_an_old_number_is_left_alone(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    notebook.path.parent.mkdir()
    notebook.path.write_text(f'{{"web": [{stranger.pid}, 1.5]}}')
    notebook.take_over()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_two_supervisors_on_one_folder_are_refused(tmp_path: Path) -> None:
    other = subprocess.Popen(SLEEP)
    notebook = Notebook(tmp_path)
    notebook.write({})
    began = psutil.Process(other.pid).create_time()
    notebook.path.write_text(f'{{"serve": [{other.pid}, {began}]}}')
    with pytest.raises(AlreadyServed, match="serves this data folder already"):
        notebook.take_over()
    other.kill()
    other.wait()


def test_a_port_that_is_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.5)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AlreadyServed, match=f"something else listens at 127.0.0.1:{port}"):
            processes.supervise(tmp_path, "127.0.0.1", port, 1)
    assert not Notebook(tmp_path).path.exists()


def test_a_torn_notebook_is_an_empty_one(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.write({})
    notebook.path.write_text('{"web": [1')
    assert notebook.read() == {}


def test_everything_runs_until_the_supervisor_is_told_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    own = {"web": [sys.executable, "-c", WEB, str(port)], "worker": SLEEP}
    monkeypatch.setattr(processes, "commands", lambda *_arguments: own)
    seen: list[int] = []

    def stop_when_it_answers() -> None:
        soon(lambda: processes._answers(f"http://127.0.0.1:{port}/healthz"))
        time.sleep(1)
        seen.extend(pid for pid, _at in Notebook(tmp_path).read().values() if pid != os.getpid())
        os.kill(os.getpid(), signal.SIGTERM)

    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    threading.Thread(target=stop_when_it_answers).start()
    try:
        processes.supervise(tmp_path, "127.0.0.1", port, 1)
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(number, handler)
    assert capsys.readouterr().out == f"ready http://127.0.0.1:{port}\n"
    assert len(seen) == 2
    assert not any(living(pid) for pid in seen)
    assert not Notebook(tmp_path).path.exists()


def test_a_database_that_does_not_start_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_data: Path) -> None:
        raise subprocess.SubprocessError("no room on the disk")

    monkeypatch.setattr("zhian.kernel.postgres.ensure_running", fails)
    processes._look_after(tmp_path, {}, Notebook(tmp_path))
    assert "trying again: no room on the disk" in capsys.readouterr().err


def test_the_commands_name_port_and_folder(tmp_path: Path) -> None:
    made = processes.commands(tmp_path, "0.0.0.0", 8123, 3)
    assert "8123" in made["web"]
    assert made["worker"][-2:] == ["--data", str(tmp_path)]


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    """No job and no worker, before and after."""

    def clear() -> None:
        with unguarded("set-up"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
            cursor.execute("DELETE FROM procrastinate_workers")

    clear()
    yield
    clear()


def _stalled_job(*, heartbeat_seconds_ago: int) -> int:
    with unguarded("set-up"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [heartbeat_seconds_ago],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES"
            " ('reactions', 'nobody.knows', '{}') RETURNING id"
        )
        job: int = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [worker, job],
        )
    return job


def _status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


async def _rescue() -> int:
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    working = app.with_connector(connector)
    async with working.open_async():
        return await queue.rescue_once(working)


def test_the_job_of_a_dead_worker_is_taken_up_again(empty_queue: None) -> None:
    job = _stalled_job(heartbeat_seconds_ago=60)
    assert asyncio.run(_rescue()) == 1
    assert _status(job) == "todo"


def test_the_job_of_a_living_worker_is_left_to_it(empty_queue: None) -> None:
    job = _stalled_job(heartbeat_seconds_ago=0)
    assert asyncio.run(_rescue()) == 0
    assert _status(job) == "doing"


def test_the_worker_ends_when_the_queue_is_empty(
    empty_queue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    asyncio.run(queue.run_worker(wait=False))
    assert _workers() == 0


def _workers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return int(cursor.fetchone()[0])


def test_the_end_of_a_job_is_written_as_soon_as_the_database_is_back() -> None:
    tried: list[int] = []

    async def write() -> None:
        tried.append(1)
        if len(tried) < 3:
            raise ConnectorException("the database is starting up")

    asyncio.run(queue._patiently(write))
    assert len(tried) == 3


def test_a_job_that_somebody_else_ended_is_let_go() -> None:
    async def write() -> None:
        raise ConnectorException('Job was not found or not in "doing" status')

    with pytest.raises(ConnectorException):
        asyncio.run(queue._patiently(write))


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PATIENCE", 0.0)

    async def write() -> None:
        raise ConnectorException("gone for good")

    with pytest.raises(ConnectorException):
        asyncio.run(queue._patiently(write))


@pytest.fixture
def no_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands use the test run's database."""
    monkeypatch.setattr(serve, "open_data", lambda _data: None)
    monkeypatch.setattr("zhian.kernel.command_line.open_data", lambda _data: None)


@pytest.mark.django_db(transaction=True)
def test_an_unready_database_is_refused_before_anything_starts(
    no_database_of_its_own: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_arguments: [1]
    )
    found = CliRunner().invoke(serve.serve, ["--data", str(tmp_path)])
    assert found.exit_code == 1
    assert "zhian init" in found.output


@pytest.mark.django_db(transaction=True)
def test_serve_supervises_the_folder_it_was_given(
    no_database_of_its_own: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[object] = []
    monkeypatch.setattr(processes, "supervise", lambda *arguments: given.extend(arguments))
    found = CliRunner().invoke(serve.serve, ["--data", str(tmp_path), "--port", "8111"])
    assert found.exit_code == 0, found.output
    assert given == [tmp_path.resolve(), "127.0.0.1", 8111, 2]

    def served(*_arguments: object) -> None:
        raise AlreadyServed("process 7 serves this data folder already")

    monkeypatch.setattr(processes, "supervise", served)
    found = CliRunner().invoke(serve.serve, ["--data", str(tmp_path)])
    assert (found.exit_code, "process 7" in found.output) == (1, True)


def test_a_database_that_dies_while_we_come_up_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried: list[int] = []

    def look() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise OperationalError("the database system is in recovery mode")

    monkeypatch.setattr(serve, "_refuse_without_tables", look)
    serve._refuse_unready(tmp_path)
    assert len(tried) == 2
    monkeypatch.setattr("zhian.kernel.postgres.PATIENCE", -1.0)
    tried.clear()
    with pytest.raises(OperationalError):
        serve._refuse_unready(tmp_path)


def test_init_makes_the_administrator_once(db: None) -> None:
    password = serve.lay_out(None, divisions=False)
    assert password
    assert len(password) >= 12
    admin = offices.user_by_name("admin")
    assert admin is not None
    assert admin.check_password(password)
    assert serve.lay_out("something else", divisions=False) is None
    admin.refresh_from_db()
    assert admin.check_password(password)


def test_init_prints_the_password_of_a_new_administrator(
    no_database_of_its_own: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(serve, "lay_out", lambda password, divisions: password)
    options = ["--data", str(tmp_path), "--admin-password", "a good one", "--no-divisions"]
    found = CliRunner().invoke(serve.init, options)
    assert found.output.splitlines() == [
        f"initialised {tmp_path.resolve()}",
        "user admin  password a good one",
    ]


def test_the_worker_and_djangos_commands_run_on_the_folder(
    no_database_of_its_own: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[int] = []
    monkeypatch.setattr(queue, "run_worker", lambda: worked.append(1))
    monkeypatch.setattr(asyncio, "run", lambda _work: None)
    assert CliRunner().invoke(serve.worker, []).exit_code == 0
    assert worked == [1]
    assert CliRunner().invoke(serve.manage, ["check"]).exit_code == 0
    assert isinstance(serve.manage, click.Command)
