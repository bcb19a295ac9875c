"""`zhian trace run|rank|mass|import`: the neutral trace model; needs no database."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from zhian.chain.tracing.commands.group import trace
from zhian.chain.tracing.engine import scores
from zhian.chain.tracing.engine.mass import trace_mass
from zhian.chain.tracing.engine.mass_model import read_mass_model
from zhian.chain.tracing.engine.problems import ModelError, Problem
from zhian.chain.tracing.engine.ranking import METHODS, rank_sources
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.workbooks.importing import import_workbooks

_MODEL = click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path)
)


@trace.command("run")
@_MODEL
@_OUT
def run_command(model: Path, out: Path) -> None:
    """Scores and the trace of the observed elements (trace 3.8)."""

    def work(raw: Any) -> dict[str, Any]:
        read = read_model(raw)
        _tell(read.findings)
        return scores.run(read)

    _answer(model, out, work)


@trace.command("rank")
@_MODEL
@_OUT
@click.option("--method", type=click.Choice(METHODS), default=METHODS[0], show_default=True)
def rank_command(model: Path, out: Path, method: str) -> None:
    """Where the contamination probably came from (trace 3.13)."""

    def work(raw: Any) -> dict[str, Any]:
        read = read_model(raw)
        _tell(read.findings)
        return rank_sources(read, method=method)

    _answer(model, out, work)


@trace.command("mass")
@_MODEL
@_OUT
def mass_command(model: Path, out: Path) -> None:
    """How much of every lot stems from the source (trace 3.14)."""
    _answer(model, out, lambda raw: trace_mass(read_mass_model(raw)).as_json())


@trace.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--into", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_OUT
def import_command(files: tuple[Path, ...], into: Path | None, out: Path) -> None:
    """Make a model of All-in-One and request workbooks, or add them to one."""

    def work(raw: Any) -> dict[str, Any]:
        model, notes = import_workbooks(files, raw)
        _tell(notes.findings)
        return model

    _answer(into, out, work)


def _answer(model: Path | None, out: Path, work: Callable[[Any], dict[str, Any]]) -> None:
    """Read, work, write; errors become JSON lines on stderr and exit code 1."""
    try:
        raw = json.loads(model.read_text(encoding="utf-8-sig")) if model else None
        result = work(raw)
    except ModelError as error:
        _tell(error.problems)
        sys.exit(1)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        _tell([Problem("error", "not_json", str(model), str(error))])
        sys.exit(1)
    out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(json.dumps(problem.as_json(), ensure_ascii=False), err=True)
