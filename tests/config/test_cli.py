"""The command line: every command is there, tells what it does, and starts only what it needs."""

import json
import os
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from django.test import RequestFactory

from config import cli, frame
from config.demo import story
from tests import factories as make
from tests.browser.installation import ROOT, ZHIAN, environment
from tests.casting import Cast
from zhian.foundation.offices.vocabulary import Stranger
from zhian.kernel import command_line
from zhian.kernel.command_line import data_option, needs_database

pytestmark = pytest.mark.empty_platform


def _all(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    names = command.list_commands(context)
    found = [path]
    for name in names:
        inner = command.get_command(context, name)
        assert inner is not None
        found += _all(inner, (*path, name))
    return found


def test_help_lists_every_command() -> None:
    found = CliRunner().invoke(cli.main, ["--help"])
    assert found.exit_code == 0
    for name in cli._COMMANDS:
        assert f"  {name} " in found.output, name


@pytest.mark.parametrize("path", _all(cli.main), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    found = CliRunner().invoke(cli.main, [*path, "--help"])
    assert found.exit_code == 0, found.output
    explained = found.output.split("\n\n")[1].strip()
    assert explained
    assert not explained.startswith("Options:")


def test_an_unknown_command_is_refused() -> None:
    found = CliRunner().invoke(cli.main, ["frobnicate"])
    assert (found.exit_code, "No such command" in found.output) == (2, True)


def test_gs1_spells_every_key_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text("urn:epc:id:sgtin:9520001.012345.400\n\nnonsense\n")
    found = CliRunner().invoke(cli.main, ["gs1", str(file)])
    good, bad = [json.loads(line) for line in found.output.splitlines()]
    assert set(good) == {"input", "valid", "error", "urn", "digitalLink", "elementString"}
    assert good["valid"] is True
    assert good["urn"] == good["input"]
    assert "/01/09520001123450/21/400" in good["digitalLink"]
    assert good["elementString"] == "(01)09520001123450(21)400"
    assert (bad["valid"], bool(bad["error"])) == (False, True)


def test_a_command_without_a_database_starts_none(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text("urn:epc:id:sgtin:9520001.012345.400\n")
    done = subprocess.run(
        [*ZHIAN, "gs1", str(file)],
        cwd=ROOT, env={**environment(), "ZHIAN_DATABASE_URL": "postgresql://nowhere/none"},
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout)["valid"] is True


def test_the_data_folder_is_made_and_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIAN_DATA", "elsewhere")
    monkeypatch.setenv("ZHIAN_DATABASE_ADDRESS", "elsewhere")
    monkeypatch.setattr(
        command_line.postgres, "start", lambda data, *, stop_with_us: f"db of {data.name}"
    )

    @click.command()
    @click.argument("word")
    @needs_database
    def shout(word: str) -> None:
        click.echo(f"{word} {os.environ['ZHIAN_DATA']} {os.environ['ZHIAN_DATABASE_ADDRESS']}")

    found = CliRunner().invoke(shout, ["here", "--data", str(tmp_path / "new")])
    assert found.output == f"here {(tmp_path / 'new').resolve()} db of new\n"
    assert (tmp_path / "new").is_dir()


def test_the_data_option_has_a_default() -> None:
    @click.command()
    @data_option
    def where(data: Path) -> None:
        click.echo(str(data))

    assert CliRunner().invoke(where, []).output == "data\n"


def test_the_story_needs_a_seeded_county(db: None) -> None:
    with pytest.raises(LookupError, match="is the county seeded"):
        story.play(lambda _text: None)


def test_everybody_finds_the_places_of_their_work(cast: Cast, rf: RequestFactory) -> None:
    def places(user: object) -> list[str]:
        request = rf.get("/duties/")
        request.user = user  # type: ignore[assignment]
        return [str(place["url"]) for place in frame.frame(request)["navigation"]]

    assert "/counter/" in places(cast.dian)
    assert set(places(cast.dian)) & set(places(cast.wang)) == {"/events/"}
    assert "/ledger/" in places(make.admin())
    assert "/" in places(cast.wang) or any("work" in place for place in places(cast.wang))
    assert places(Stranger()) == []


def test_the_place_one_is_at_is_marked(cast: Cast, rf: RequestFactory) -> None:
    def marked(address: str, user: object) -> list[str]:
        request = rf.get(address)
        request.user = user  # type: ignore[assignment]
        return [place["url"] for place in frame.frame(request)["navigation"] if place["active"]]

    assert marked("/samples/new/", cast.wang) == ["/samples/"]
    for address in ("queries/", "subscriptions/new/", "bundles/", "captures/", "master-data/"):
        for user in (cast.wang, cast.dian):
            assert marked(f"/events/{address}", user) == ["/events/"]


def test_a_place_without_an_address_is_left_out(
    cast: Cast, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_PLACES", (("no:where", "Nowhere", "x", {"OFFICER"}),))
    request = rf.get("/")
    request.user = cast.wang
    assert frame.frame(request)["navigation"] == []
