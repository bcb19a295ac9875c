"""The story played to its end: in this process, and as a command on its own installation."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from config.demo import commands, people, seed, story
from config.demo.seed import Seeded
from tests.browser.installation import ROOT, ZHIAN, environment
from zhian.response.alerts.models import Alert
from zhian.response.recalls.models import Order, Reappearance

STEPS = {
    "signature_to_accountability",
    "sign",
    "alert_opened",
    "scope_proposed",
    "scope_confirmed_all_orders_served",
    "accountability_ready",
    "holders_answered",
    "reappearance_found",
}


def test_the_story_ends_with_a_balance_that_holds(eve: Seeded) -> None:
    said: list[str] = []
    report = story.play(said.append)
    assert said
    assert set(report["seconds"]) == STEPS
    assert all(seconds >= 0 for seconds in report["seconds"].values())
    assert report["balance_holds"] is True
    assert report["holders"] == report["served"] == Order.objects.count()
    assert report["answered"] >= report["acknowledged"] > 0
    assert report["recovered_kg"] > 0
    assert report["reappeared_kg"] == Reappearance.objects.get().kg > 0
    assert report["alert"] == Alert.objects.get(report_id=eve.report.pk).number
    assert report["accountability_lines"] > 0
    assert report["signals"] >= 1
    assert report["public_notice"]


def test_seeding_twice_says_so_and_lists_the_cast(
    eve: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhian.kernel.command_line.open_data", lambda _data: None)
    monkeypatch.setattr("config.serve.lay_out", lambda *_arguments, **_options: None)
    found = CliRunner().invoke(commands.seed, [])
    assert found.exit_code == 0, found.output
    assert "the county is seeded already" in found.output
    assert people.PASSWORD in found.output
    for part in people.CAST:
        assert part.username in found.output


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_prints_the_report(
    eve: Seeded, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    monkeypatch.setattr("zhian.kernel.command_line.open_data", lambda _data: None)
    monkeypatch.setattr("config.serve.lay_out", lambda *_arguments, **_options: None)
    found = CliRunner().invoke(commands.story, ["--play", *(["--json"] if as_json else [])])
    assert found.exit_code == 0, found.output
    if as_json:
        assert json.loads(found.stdout)["balance_holds"] is True
    else:
        assert "signature_to_accountability" in found.stdout
        assert "balance_holds" in found.stdout


def test_the_command_wants_to_be_told_to_play(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhian.kernel.command_line.open_data", lambda _data: None)
    found = CliRunner().invoke(commands.story, [])
    assert found.exit_code == 2
    assert "say --play" in found.output


def test_the_truth_is_written_down_for_others(eve: Seeded, tmp_path: Path) -> None:
    path = seed.write_truth(eve.world, tmp_path)
    assert json.loads(path.read_text())["holders"] == eve.world.truth["holders"]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder the database server's own user may enter."""
    with TemporaryDirectory(prefix="zhian-story-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_the_story_plays_on_a_bare_folder(folder: Path) -> None:
    """From nothing: database, county, incident, recall, in one command."""
    played = subprocess.run(
        [*ZHIAN, "story", "--play", "--json", "--scale", "tiny", "--data", str(folder / "data")],
        cwd=ROOT, env=environment(), check=False, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert played.returncode == 0, played.stderr[-2000:]
    report = json.loads(played.stdout)
    assert set(report["seconds"]) == STEPS
    assert report["balance_holds"] is True
    assert report["holders"] == report["served"] > 20
    assert not (folder / "data" / "pg" / "postmaster.pid").exists()
