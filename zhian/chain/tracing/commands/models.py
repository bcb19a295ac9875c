"""`zhian trace run|rank|mass`: the neutral trace model; needs no database."""

from pathlib import Path
from typing import Any

import click

from zhian.chain.tracing.commands.answering import MODEL, OUT, answer, tell
from zhian.chain.tracing.commands.group import trace
from zhian.chain.tracing.engine import scores
from zhian.chain.tracing.engine.mass import trace_mass
from zhian.chain.tracing.engine.mass_model import read_mass_model
from zhian.chain.tracing.engine.ranking import METHODS, rank_sources
from zhian.chain.tracing.engine.reading import read_model


@trace.command("run")
@MODEL
@OUT
def run_command(model: Path, out: Path) -> None:
    """Scores and the trace of the observed elements (trace 3.8)."""

    def work(raw: Any) -> dict[str, Any]:
        read = read_model(raw)
        tell(read.findings)
        return scores.run(read)

    answer(model, out, work)


@trace.command("rank")
@MODEL
@OUT
@click.option("--method", type=click.Choice(METHODS), default=METHODS[0], show_default=True)
def rank_command(model: Path, out: Path, method: str) -> None:
    """Where the contamination probably came from (trace 3.13)."""

    def work(raw: Any) -> dict[str, Any]:
        read = read_model(raw)
        tell(read.findings)
        return rank_sources(read, method=method)

    answer(model, out, work)


@trace.command("mass")
@MODEL
@OUT
def mass_command(model: Path, out: Path) -> None:
    """How much of every lot stems from the source (trace 3.14)."""
    answer(model, out, lambda raw: trace_mass(read_mass_model(raw)).as_json())
