"""One browser for all journeys; every language gets its own installation of one seed."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import installation

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def journeys_folder() -> Iterator[Path]:
    """Where the installations lie; open to the server's own user, unlike pytest's folders."""
    with TemporaryDirectory(prefix="zhian-journeys-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="module")
def seeded_folder(journeys_folder: Path) -> Path:
    """A data folder at the eve of the story; copied, never served itself."""
    folder = journeys_folder / "eve"
    installation.seed(folder)
    return folder


@pytest.fixture
def site(seeded_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh copy of the eve, served."""
    copy = seeded_folder.parent / f"{request.node.callspec.id}"
    shutil.copytree(
        seeded_folder, copy, ignore=shutil.ignore_patterns("postmaster.pid", ".handle_pids.json")
    )
    if (seeded_folder / "pg").stat().st_uid != copy.stat().st_uid:
        _give_back(seeded_folder / "pg", copy / "pg")
    with installation.served(copy) as address:
        yield address


def _give_back(original: Path, copy: Path) -> None:
    """As root the server runs as a user of its own; a copy belongs to that user again."""
    owner = original.stat()
    for path in (copy, *copy.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; closed with the module, for its event loop would stop Django's queries."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=installation.chromium(), args=QUIET)
        yield opened
        opened.close()
