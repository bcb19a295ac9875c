"""The tools that hold the rest are held too."""

import json
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT


def branches(tmp_path: Path, files: dict[str, object]) -> subprocess.CompletedProcess[str]:
    """Run tools/branches.py over a made-up coverage report."""
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": files}))
    command = [sys.executable, str(ROOT / "tools" / "branches.py"), str(report)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_untested_branch_of_a_service_fails(tmp_path: Path) -> None:
    gap = {"missing_lines": [], "missing_branches": [[3, 5]]}
    done = branches(tmp_path, {"zhian/chain/events/services/capture.py": gap})
    assert done.returncode == 1
    assert "services/capture.py" in done.stderr


def test_an_untested_line_of_an_engine_fails(tmp_path: Path) -> None:
    gap = {"missing_lines": [7], "missing_branches": []}
    assert branches(tmp_path, {"zhian/chain/tracing/engine/mass.py": gap}).returncode == 1


def test_gaps_elsewhere_are_left_to_the_overall_threshold(tmp_path: Path) -> None:
    gap = {"missing_lines": [7], "missing_branches": []}
    done = branches(tmp_path, {"zhian/chain/events/web/views.py": gap, "config/cli.py": gap})
    assert done.returncode == 0
    assert done.stderr == ""


def test_the_makefile_explains_its_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("setup", "demo", "test", "check", "serve", "seed", "messages"):
        assert f"make {target} " in done.stdout


def test_the_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in ("base", "dev", "bootstrap", "node"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_every_wanted_package_is_locked() -> None:
    for name in ("base", "dev"):
        wanted = (ROOT / "requirements" / f"{name}.in").read_text().split()
        locked = (ROOT / "requirements" / f"{name}.txt").read_text()
        for line in wanted:
            plain = line.split("[")[0].split("~")[0].split("=")[0].split(">")[0].lower()
            if not plain.startswith(("-r", "-c")) and ".in" not in plain:
                assert f"\n{plain.replace('_', '-')}==" in f"\n{locked}", f"{line}: run make lock"
