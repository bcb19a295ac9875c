"""`zhian bench trace --append`: from a committed capture to an index that answers with it.

On a database of its own, with a worker of its own: the capture's reaction is a job of the real
queue. The index holds the invented country besides, so that it is as large as is asked for; the
country's links have no events, so nothing but the index grows with them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
from django.core.management import call_command
from django.db import connection

from zhian.chain.events import services as events
from zhian.chain.tracing.commands.chained import Chain
from zhian.chain.tracing.engine.index import folder as folders
from zhian.chain.tracing.engine.index.base import put_directory, put_graph
from zhian.chain.tracing.engine.index.building import ranks_by, renumber
from zhian.chain.tracing.engine.index.deriving import NOWHERE
from zhian.chain.tracing.engine.index.generated import Country, invented
from zhian.chain.tracing.engine.index.segments import SegmentWriter
from zhian.chain.tracing.selectors import indexing
from zhian.foundation.ledger import services as ledger
from zhian.foundation.offices import services as offices
from zhian.foundation.offices.selectors import system_user
from zhian.kernel.use_cases import unguarded

PATIENCE = 120.0  # seconds until a capture that does not show counts as lost
_PER_DOCUMENT = 1_000
_FILL = 16  # characters of the names of the invented lots


def measured(links: int, captures: int, hub_events: int) -> dict[str, Any]:
    """All figures; seconds."""
    with unguarded("schema"):
        call_command("migrate", verbosity=0, interactive=False)
    ledger.ensure_checkpoint_key()
    offices.ensure_system_user()
    chain, worker = Chain(), _worker()
    try:
        return _run(chain, links, captures, hub_events)
    finally:
        worker.terminate()
        worker.wait()


def _run(chain: Chain, links: int, captures: int, hub_events: int) -> dict[str, Any]:
    _send(chain.beginning(hub_events))
    _wait_for_the_queue()
    started = time.perf_counter()
    lay_country(indexing.folder(), invented(links))
    laid = time.perf_counter() - started
    lots = sorted(indexing.lots_since(0))
    folders.append(indexing.folder(), indexing.told_of(lots), indexing.last_event())
    started = time.perf_counter()
    folders.merge(indexing.folder())
    merged = time.perf_counter() - started
    found = {name: _spread(_timed(one, captures)) for name, one in chain.kinds().items()}
    manifest = folders.check(indexing.folder())
    assert manifest is not None
    return {
        "links": links,
        "captures_of_each_kind": captures,
        "hub_events": hub_events,
        "lay_s": round(laid, 2),
        "merge_s": round(merged, 2),
        "visible_s": found,
        "pieces": len(manifest.told),
        "piece_bytes": round(float(np.mean([piece.size for piece in manifest.told]))),
    }


def lay_country(place: Path, country: Country) -> None:
    """Write an index of the invented country, as if it had been derived from events."""
    place.mkdir(parents=True, exist_ok=True)
    ranks = ranks_by(country.supply.born)
    supply = renumber(country.links, country.supply, ranks)
    count = len(supply.born)
    path = place / "base-1.seg"
    table = np.arange(1 + int(country.links.arrived.max()), dtype=np.int64) * 1_000_000
    with SegmentWriter(path) as writer:
        born = supply.born.astype(np.int64) * 1_000_000
        put_graph(writer, country.links, supply, table, born)
        text = np.char.zfill(np.arange(count).astype("S"), _FILL)
        writer.put("lots.text", np.frombuffer(text.tobytes(), np.uint8))
        writer.put("lots.offsets", np.arange(count + 1, dtype=np.uint64) * _FILL)
        for name in ("sites", "events"):
            writer.put(f"{name}.text", np.frombuffer(NOWHERE[0].encode(), np.uint8))
            writer.put(f"{name}.offsets", np.array([0, 1], np.uint64))
        named = np.arange(count, dtype=np.uint32)
        put_directory(writer, named, np.zeros(count, np.uint32), count, 1)
        size = writer.publish()
    folders.adopt(place, path, size)


def _send(documents: Iterator[list[Any]]) -> None:
    for document in documents:
        for first in range(0, len(document), _PER_DOCUMENT):
            _capture(document[first : first + _PER_DOCUMENT])


def _capture(listed: list[Any]) -> None:
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-01T00:00:00Z",
        "epcisBody": {"eventList": listed},
    }
    raw = json.dumps(document).encode()
    events.capture_document(acting_user=system_user(), raw=raw, media_type="application/json")


def _worker() -> "subprocess.Popen[bytes]":
    """A worker as `zhian worker` starts it, on this database."""
    data = os.environ["ZHIAN_DATA"]
    command = [sys.executable, "-m", "config.cli", "worker", "--data", data]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for_the_queue() -> None:
    """Until the reactions to what was sent before have run."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
            if cursor.fetchone() is None:
                return
        time.sleep(0.5)


def _timed(one: Callable[[], tuple[list[Any], Callable[[], bool]]], captures: int) -> list[float]:
    """Seconds from the commit of each capture to the answer that has it; the first warms up."""
    took = []
    for _capture_number in range(captures + 1):
        listed, is_there = one()
        _capture(listed)
        committed = time.perf_counter()
        while not is_there():
            if time.perf_counter() - committed > PATIENCE:
                raise click.ClickException("a capture did not become visible")
            time.sleep(0.002)
        took.append(time.perf_counter() - committed)
    return took[1:]


def _spread(seconds: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95])
    return {
        name: round(float(value), 3)
        for name, value in (("p50", p50), ("p95", p95), ("max", max(seconds)))
    }
