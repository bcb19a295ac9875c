"""The supervisor: keeps web, worker and database running, and leaves nothing behind.

Every child leads a process group of its own, so that a killed web server takes its workers with
it. What runs is noted in `<data>/run/processes.json`: the supervisor that comes after a killed one
ends what that one left, before it takes the port.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from zhian.kernel import postgres

BEAT = 0.3  # seconds between two looks at everything
PAUSE = 1.0  # seconds between two starts of the same process, so that a broken one costs little
MARK = "ZHIAN_SUPERVISED"  # in the environment of every child: the folder it serves
GRACE = 15.0  # seconds a process may take to end by itself


class AlreadyServed(RuntimeError):
    """Another supervisor runs on this data folder, or something else on the port."""


@dataclass
class Child:
    """One process that must run, and starts again when it died."""

    command: list[str]
    data: Path = Path()
    process: subprocess.Popen[bytes] | None = None
    begun: float = field(default=float("-inf"))

    def keep_running(self) -> bool:
        """Start it if it does not run; True when it was started."""
        if self.process is not None and self.process.poll() is None:
            return False
        if time.monotonic() - self.begun < PAUSE:
            return False
        if self.process is not None:
            end_group(self.process.pid)
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, MARK: str(self.data)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.begun = time.monotonic()
        return True

    def ask_to_end(self) -> None:
        """SIGTERM, if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Wait for its end, then kill what is left of its group."""
        if self.process is None:
            return
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        end_group(self.process.pid)


def end_group(leader: int) -> None:
    """Kill the processes of a group whose leader we started; none left is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


class Notebook:
    """What runs on a data folder, kept on disk: name → [number, moment it began]."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.path = data / "run" / "processes.json"

    def write(self, children: dict[str, Child]) -> None:
        """Note this supervisor and its children, in one stroke."""
        pids = {name: child.process.pid for name, child in children.items() if child.process}
        noted = {name: [pid, _began(pid)] for name, pid in {**pids, "serve": os.getpid()}.items()}
        self.path.parent.mkdir(exist_ok=True)
        made = self.path.with_suffix(".new")
        made.write_text(json.dumps(noted))
        made.replace(self.path)

    def read(self) -> dict[str, tuple[int, float]]:
        """What the last supervisor noted; nothing when there was none."""
        try:
            return {
                name: (pid, at) for name, (pid, at) in json.loads(self.path.read_text()).items()
            }
        except (FileNotFoundError, ValueError):
            return {}

    def take_over(self) -> None:
        """End what a killed supervisor left running; AlreadyServed when it lives."""
        noted = self.read()
        pid, began = noted.pop("serve", (0, 0.0))
        if pid and pid != os.getpid() and _began(pid) == began:
            raise AlreadyServed(f"process {pid} serves this data folder already")
        for child, since in noted.values():
            # A group outlives its leader; its number is not given away while it has members.
            if _began(child) in {since, 0.0}:
                end_group(child)
        self._end_marked()

    def _end_marked(self) -> None:
        """End children that the killed supervisor had no time to note."""
        for process in psutil.process_iter():
            try:
                marked = process.environ().get(MARK) == str(self.data)
                # The database may have been started by a worker: it is no child to end.
                if marked and process.pid != os.getpid() and process.name() != "postgres":
                    process.kill()
            except psutil.Error:
                continue

    def close(self) -> None:
        """Nothing runs any more."""
        self.path.unlink(missing_ok=True)


def _began(pid: int) -> float:
    """When a living process began; 0.0 for none: a number alone may belong to a stranger."""
    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return 0.0


def commands(data: Path, host: str, port: int, workers: int) -> dict[str, list[str]]:
    """The processes of one installation beside its database."""
    sockets = _free_port(host, port + 1)
    # the site sends clients that ask for a websocket on to the process that holds them
    os.environ["ZHIAN_SOCKETS_PORT"] = str(sockets)
    return {
        "web": [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host,
            "--port", str(port), "--workers", str(workers), "--blocking-threads", "4",
            "--respawn-failed-workers", "--log-level", "warning", "config.wsgi:application",
        ],
        "worker": [sys.executable, "-m", "config.cli", "worker", "--data", str(data)],
        "sockets": [
            sys.executable, "-m", "granian", "--interface", "asgi", "--host", host,
            "--port", str(sockets), "--workers", "1", "--respawn-failed-workers",
            "--log-level", "warning", "config.sockets:application",
        ],
    }  # fmt: skip


def _free_port(host: str, wanted: int) -> int:
    """The port wanted if nobody has it, else one the system gives."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (wanted if wanted < 65_536 else 0, 0):
        with socket.socket(family) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    raise AlreadyServed(f"no port is free at {host}")


def supervise(data: Path, host: str, port: int, workers: int) -> None:
    """Keep web, worker and database running; say `ready` once requests are accepted."""
    notebook = Notebook(data)
    notebook.take_over()
    _refuse_taken(host, port)
    children = {
        name: Child(command, data) for name, command in commands(data, host, port, workers).items()
    }
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    address, said = f"http://{host}:{port}", False
    try:
        while not stopping:
            _look_after(data, children, notebook)
            if not said and _answers(f"{address}/healthz"):
                print(f"ready {address}", flush=True)  # noqa: T201 — the contract's one line
                said = True
            time.sleep(BEAT)
    finally:
        for child in children.values():
            child.ask_to_end()
        for child in children.values():
            child.end()
        notebook.close()


def _look_after(data: Path, children: dict[str, Child], notebook: Notebook) -> None:
    try:
        postgres.ensure_running(data)
    except (subprocess.SubprocessError, OSError) as error:
        sys.stderr.write(f"the database does not start, trying again: {error}\n")
    started = [child.keep_running() for child in children.values()]
    if any(started):
        notebook.write(children)


def _refuse_taken(host: str, port: int) -> None:
    """AlreadyServed when somebody else listens: two on one port share its visitors."""
    until = time.monotonic() + GRACE / 3  # what was killed a moment ago may take that long
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if probe.connect_ex((host, port)) != 0:
                return
        if time.monotonic() > until:
            raise AlreadyServed(f"something else listens at {host}:{port}")
        time.sleep(BEAT)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 — our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
