"""`zhian trace index`: build, check and describe the index; deleting it loses nothing."""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from zhian.chain.tracing.commands.group import trace
from zhian.kernel.command_line import needs_database


@trace.group("index")
def index() -> None:
    """The index of all links, derived from captured events."""


@index.command("rebuild")
@needs_database
def rebuild_command() -> None:
    """Derive the index anew; the old one is read until the new one is whole."""
    from zhian.chain.tracing import tasks

    started = time.perf_counter()
    manifest = tasks.rebuild_index()
    click.echo(_told(manifest.generation, manifest.event, seconds=time.perf_counter() - started))


@index.command("check")
@needs_database
def check_command() -> None:
    """Read every byte; exit 1 when the index is torn, absent or behind the events."""
    from zhian.chain.tracing.engine.index import folder
    from zhian.chain.tracing.engine.index.segments import Torn
    from zhian.chain.tracing.selectors import indexing

    try:
        manifest = folder.check(indexing.folder())
    except Torn as torn:
        click.echo(_told(None, None, torn=str(torn)))
        sys.exit(1)
    newest = indexing.last_event()
    event = manifest.event if manifest else None
    click.echo(_told(manifest.generation if manifest else None, event, newest_event=newest))
    sys.exit(0 if event is not None and event >= newest else 1)


@index.command("compile")
def compile_command() -> None:
    """Make the machine code of the walks, kept beside their sources.

    Once after an installation; otherwise whoever traces first waits for it.
    """
    from zhian.chain.tracing.engine.index import measuring

    started = time.perf_counter()
    with TemporaryDirectory() as folder:
        measuring.warm_up(Path(folder))
    click.echo(json.dumps({"seconds": round(time.perf_counter() - started, 1)}))


@index.command("stat")
@needs_database
def stat_command() -> None:
    """How large the index is, and up to which event it knows."""
    from zhian.chain.tracing.selectors import indexing

    found = indexing.present()
    if found is None:
        click.echo(_told(None, None))
        return
    graph, manifest = found.graph, found.manifest
    size = manifest.base.size + sum(piece.size for piece in manifest.told)
    click.echo(_told(
        manifest.generation, manifest.event, newest_event=indexing.last_event(),
        nodes=len(graph.nodes.totals), links=len(graph.forward.pairs) // 2,
        changed_nodes=len(graph.patch.nodes), pieces=len(manifest.told), bytes=size,
    ))  # fmt: skip


def _told(generation: int | None, event: int | None, **more: object) -> str:
    return json.dumps({"generation": generation, "event": event, **more}, ensure_ascii=False)
