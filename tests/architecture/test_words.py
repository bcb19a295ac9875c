"""What stands beside the code: documents, fragments, and what no file may name."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, rooms, tracked_files, where

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
# joined from pieces, so that this file does not name them either
NOT_TO_BE_NAMED = (
    "/work/" + "shared",
    "/work/" + ".library",
    "/work/" + "main",
    "/tmp/" + "brief",
    "registry." + "npmjs",
    "files." + "pythonhosted",
    "pypi." + "org",
    "deb." + "debian",
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|raise NotImplemented" + r"Error)\b")


def documents() -> list[Path]:
    """Every text written for people."""
    return [path for path in tracked_files() if path.suffix == ".md"]


@pytest.mark.parametrize("path", documents(), ids=where)
def test_links_of_a_document_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    targets = LINK.findall(text) + [first or second for first, second in IMAGE.findall(text)]
    local = [t for t in targets if "://" not in t and not t.startswith("mailto:")]
    dead = [target for target in local if not (path.parent / target).exists()]
    assert not dead


def test_every_fragment_tells_users_something() -> None:
    fragments = sorted((ROOT / "changelog.d").glob("*.md"))
    empty = [where(path) for path in fragments if len(path.read_text("utf-8").strip()) < 10]
    assert fragments
    assert not empty


def test_no_file_names_a_download_host_or_a_private_path() -> None:
    found = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{where(path)}: {word}" for word in NOT_TO_BE_NAMED if word in text]
    assert not found


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{where(path)}: {match.group()}"
        for path in tracked_files()
        if path.suffix in {".py", ".html", ".js", ".css", ".yaml"}
        for match in UNFINISHED.finditer(path.read_text("utf-8"))
    ]
    assert not found


def test_the_map_names_every_room() -> None:
    text = (ROOT / "docs" / "map.md").read_text("utf-8")
    absent = [where(room) for room in rooms() if f"`{room.name}`" not in text]
    assert not absent
