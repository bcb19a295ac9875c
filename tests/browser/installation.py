"""A real installation for the journeys: seeded, served, torn down."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ZHIAN = [sys.executable, "-m", "config.cli"]
ROOT = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    """The surroundings of a person's shell: nothing that says we are in a test."""
    ours = ("DJANGO_", "ZHIAN_", "PYTEST_", "COV_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def seed(data: Path) -> None:
    """The evening before the report is signed, in its smallest size."""
    subprocess.run(
        [*ZHIAN, "seed", "--scale", "tiny", "--data", str(data)],
        check=True,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
    )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The site of a data folder, from `ready` until it is stopped."""
    command = [*ZHIAN, "serve", "--data", str(data), "--port", str(free_port()), "--workers", "1"]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("ready "), line
        yield line.split()[1]
    finally:
        server.terminate()
        server.communicate(timeout=60)


def chromium() -> str | None:
    """Chromium of the machine; None lets playwright use its own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)
