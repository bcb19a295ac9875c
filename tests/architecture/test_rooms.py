"""Every room has the same shape, and every room is held by the floors."""

import configparser
import re
from pathlib import Path

import pytest

from tests.architecture.tree import (
    DOORS,
    FLOORS,
    PACKAGE,
    ROOT,
    python_files,
    room_name,
    rooms,
    where,
)

FILES = {
    "__init__.py",
    "apps.py",
    "commands.py",
    "tasks.py",
    "handlers.py",
    "services.py",
    "selectors.py",
    "policies.py",
    "models.py",
    "lifecycles.py",
    "vocabulary.py",
    "README.md",
}
FOLDERS = {
    "web",
    "api",
    "commands",
    "engine",
    "models",
    "templates",
    "static",
    "migrations",
    "locale",
    "__pycache__",
    *DOORS,
}
# what no door and no engine can hold: docs/decisions/0003-private-modules.md says why
PRIVATE = {
    "foundation.ledger": {"keys.py"},
    "foundation.evidence": {"storage.py"},
    "foundation.duties": {"terms.py", "wording.py"},
    "registry.standards": {"packs.py", "judging.py"},
}
DRAWERS = {"utils", "helpers", "common", "signals", "misc", "tools", "util", "helper", "core"}
LONGEST_FILE, LONGEST_TEST = 400, 600


def contracts() -> configparser.ConfigParser:
    """The file import-linter reads."""
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter")
    return read


@pytest.mark.parametrize("room", rooms(), ids=room_name)
def test_a_room_says_what_it_is(room: Path) -> None:
    readme = room / "README.md"
    assert readme.is_file(), f"{where(room)} has no README.md"
    assert len(readme.read_text("utf-8").strip().splitlines()) >= 5
    assert (room / "apps.py").is_file()
    assert (room / "__init__.py").is_file()


@pytest.mark.parametrize("room", rooms(), ids=room_name)
def test_a_room_holds_only_what_rooms_hold(room: Path) -> None:
    names = {path.name: path for path in room.iterdir()}
    files = FILES | PRIVATE.get(room_name(room), set())
    strange = [n for n, path in names.items() if n not in (FOLDERS if path.is_dir() else files)]
    assert not strange, f"{where(room)}: {strange}; see docs/howto/add-a-room.md"
    both = [name for name in DOORS if name in names and f"{name}.py" in names]
    assert not both, f"{where(room)}: file and package of one name: {both}"


def test_every_exception_is_still_needed() -> None:
    by_name = {room_name(room): room for room in rooms()}
    gone = [
        f"{r}/{n}" for r, names in PRIVATE.items() for n in names if not (by_name[r] / n).exists()
    ]
    assert not gone


@pytest.mark.parametrize("room", rooms(), ids=room_name)
def test_a_room_keeps_its_templates_and_files_under_its_own_name(room: Path) -> None:
    for kind in ("templates", "static"):
        strange = [p.name for p in (room / kind).glob("*") if p.name != room.name]
        assert not strange, f"{where(room)}/{kind}: {strange} belong under {kind}/{room.name}/"


@pytest.mark.parametrize("room", rooms(), ids=room_name)
def test_the_inner_shape_of_every_room_is_checked(room: Path) -> None:
    listed = contracts()["importlinter:contract:room"]["containers"].split()
    assert f"zhian.{room_name(room)}" in listed, "add the room to .importlinter"


@pytest.mark.parametrize("room", rooms(), ids=room_name)
def test_the_arrows_of_every_floor_name_its_rooms(room: Path) -> None:
    layers = contracts()[f"importlinter:contract:{room.parent.name}"]["layers"]
    assert room.name in re.findall(r"\w+", layers), "add the room to its floor in .importlinter"


def test_the_house_has_the_floors_it_should_have() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {*FLOORS, "kernel"}


def test_no_module_is_a_drawer() -> None:
    # inside a door split by noun a file is called as its noun (services/signals.py: Signal)
    modules = [path for path in python_files() if path.parent.name not in DOORS]
    found = [where(path) for path in modules if path.stem in DRAWERS]
    found += [where(path) for path in python_files() if path.parent.name in DRAWERS]
    assert not found, f"name the thing it is: {found}"


def test_no_file_grows_past_one_screenful_of_thought() -> None:
    long = [f"{where(p)} has {lines(p)} lines" for p in python_files() if lines(p) > LONGEST_FILE]
    tests = sorted((ROOT / "tests").rglob("*.py"))
    long += [
        f"{where(path)} has {lines(path)} lines" for path in tests if lines(path) > LONGEST_TEST
    ]
    assert not long, f"split by noun: {long}"


def lines(path: Path) -> int:
    """Lines of a text file."""
    return path.read_text("utf-8").count("\n")
