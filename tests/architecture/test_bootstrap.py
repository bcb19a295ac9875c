"""Setting up: each step runs when it must, only then, and again after it failed."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.tree import ROOT


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/bootstrap.py, keeping its stamps in a folder of the test."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bootstrap", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "STAMPS", tmp_path / "stamps")
    return module


def test_a_step_runs_once_and_again_when_an_input_changes(
    bootstrap: ModuleType, tmp_path: Path
) -> None:
    source, made, runs = tmp_path / "in.txt", tmp_path / "out.txt", []

    def work() -> None:
        runs.append(1)
        made.write_text("made")

    for content, expected in (("a", 1), ("a", 1), ("b", 2), ("b", 2)):
        source.write_text(content)
        bootstrap.step("copy", [source], [made])(work, "copying")
        assert len(runs) == expected
    made.unlink()
    bootstrap.step("copy", [source], [made])(work, "copying")
    assert len(runs) == 3


def test_a_failed_step_is_tried_again(bootstrap: ModuleType) -> None:
    runs = []

    def work() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise bootstrap.SetUpError("the network went away")

    with pytest.raises(bootstrap.SetUpError, match="network"):
        bootstrap.step("fetch", ["x"], [])(work, "fetching")
    bootstrap.step("fetch", ["x"], [])(work, "fetching")
    bootstrap.step("fetch", ["x"], [])(work, "fetching")
    assert len(runs) == 2


def test_a_failing_command_shows_what_it_said(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.SetUpError, match="no room left"):
        bootstrap.run(sys.executable, "-c", "print('no room left'); raise SystemExit(3)")


def test_an_old_node_is_not_used(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.usable_npm() is None
    for name, answer in (("node", "v16.20.0"), ("npm", "8")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {answer}\n")
        (tmp_path / name).chmod(0o755)
    assert bootstrap.usable_npm() is None
    (tmp_path / "node").write_text("#!/bin/sh\necho v20.1.0\n")
    assert bootstrap.usable_npm() == tmp_path / "npm"


def test_every_listed_icon_is_drawn() -> None:
    sprite = (ROOT / "tools" / "icons.txt").read_text().split()
    assert sprite == sorted(set(sprite))
    drawn = (ROOT / "build" / "static" / "vendor" / "icons.svg").read_text()
    assert all(f'id="{name}"' in drawn for name in sprite)
