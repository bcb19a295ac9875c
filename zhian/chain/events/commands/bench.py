"""`zhian bench capture`: how fast events are stored, beside two references in the same run.

(a) bare COPY of the very rows a capture makes, into the same tables with the same indexes;
(b) a plain implementation: jsonschema and one ORM object after another (`plain.py`).
As many senders capture at once as `zhian serve` runs web processes, each of which captures what
it is sent; COPY is measured with as many streams, and with one. On a database of its own that is
thrown away unless a folder is named, with PostgreSQL's settings as the wheel brings them (every
commit reaches the disk). The rounds take turns, so that a busy machine slows all of them; medians
of the rounds are told.
"""

import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from zhian.kernel import postgres
from zhian.kernel.command_line import open_data


@click.command()
@click.option("--events", default=50_000, show_default=True, help="events to capture")
@click.option("--senders", default=2, show_default=True, help="processes that capture at once")
@click.option("--prefill", default=0, show_default=True, help="events stored beforehand, by SQL")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="keep the store in this folder: filled once, measured again and again",
)
@click.option("--soak", default=0, show_default=True, help="seconds of capturing without a pause")
@click.option("--queries", is_flag=True, help="measure twenty typical queries as well")
@click.option("--plain/--no-plain", default=True, help="measure the plain implementation as well")
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of a sentence")
def bench_capture(
    events: int,
    senders: int,
    prefill: int,
    soak: int,
    *,
    data: Path | None,
    queries: bool,
    plain: bool,
    as_json: bool,
) -> None:
    """Measure capture: documents of 1,000 events of 700 bytes, each acknowledged on its own."""
    if os.environ.get("ZHIAN_DATABASE_URL"):
        raise click.ClickException("the benchmark uses a database of its own: unset the address")
    with ExitStack() as stack:
        if data is None:
            data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhian-bench-")))
        open_data(data)
        # Django must be set up before these are imported
        from zhian.chain.events.commands import capture_runs

        try:
            facts = capture_runs.measured(
                capture_runs.Plan(data, events, senders, prefill, soak, queries, plain), _say
            )
        finally:
            postgres.stop(data)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo(f"{facts['events_per_s']} events/s, {facts['ratio']} of bare COPY")


def _say(line: str) -> None:
    click.echo(line, err=True)


def join(data: str) -> None:
    """Set Django up in a process of a sender, on the database that runs already."""
    open_data(Path(data), stop_with_us=False)
