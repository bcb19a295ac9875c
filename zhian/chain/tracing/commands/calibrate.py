"""`zhian trace calibrate`: what the probabilities of the source ranking are worth."""

import json

import click

from zhian.chain.tracing.commands.group import trace
from zhian.chain.tracing.engine.calibration import Calibration
from zhian.chain.tracing.engine.calibration import calibrate as calibrate_ranking


@trace.command("calibrate")
@click.option("--runs", default=200, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--kind", default="lot", show_default=True, type=click.Choice(["lot", "station"]))
@click.option(
    "--method",
    default="posterior",
    show_default=True,
    type=click.Choice(["posterior", "all-paths"]),
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def calibrate_command(runs: int, seed: int, kind: str, method: str, as_json: bool) -> None:
    """Rank made-up outbreaks whose source is known, and set probabilities against the truth."""
    found = calibrate_ranking(runs, seed=seed, kind=kind, method=method)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        click.echo(_table(found))


def _table(found: Calibration) -> str:
    lines = ["probability    number  predicted  observed"]
    lines += [
        f"{b.least:4.2f}–{b.most:4.2f} {b.count:12d} {b.predicted:10.3f} {b.observed:9.3f}"
        for b in found.bins
    ]
    lines += [
        f"Brier score {found.brier:.3f} (by sales {found.baseline_brier:.3f})",
        f"first {found.top1:.0%}, among three {found.top3:.0%} "
        f"(by sales {found.baseline_top1:.0%}, {found.baseline_top3:.0%})",
    ]
    return "\n".join(lines)
