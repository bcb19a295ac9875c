"""What the processes of the benchmark do: write their documents, then capture or copy them.

A document is written before the clock runs and kept here until it is sent.
"""

import resource
import time
from dataclasses import dataclass

import psutil
from django.db import connection, transaction
from django.utils import timezone

from zhian.chain.events.commands import invented, plain
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.models import CaptureJob
from zhian.chain.events.services import capture_document, storing
from zhian.chain.events.services.rows import EVENTS, LOTS, PARTIES, Rows
from zhian.foundation.offices import selectors as offices
from zhian.kernel.use_cases import unguarded

PER_DOCUMENT = 1_000
IDENTITIES = "events_eventidentity (identity, event_id)"

_written: list[bytes] = []
_rows: dict[str, list[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Timed:
    """When a sender began and ended (seconds of the wall clock), and what it had sent.

    `python` and `postgres` are the processor's seconds of this process and of its server process:
    they tell what a machine shared with others hides.
    """

    began: float
    ended: float
    events: int
    python: float
    postgres: float


class _Clock:
    """Runs from its making until it is asked."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self._server = psutil.Process(connection.connection.info.backend_pid)
        self._began, self._python, self._postgres = time.time(), *self._spent()

    def _spent(self) -> tuple[float, float]:
        times = self._server.cpu_times()
        return time.process_time(), times.user + times.system

    def timed(self, events: int) -> Timed:
        """What it took to send so many events."""
        python, postgres = self._spent()
        return Timed(
            self._began, time.time(), events, python - self._python, postgres - self._postgres
        )


def write(start: int, documents: int) -> None:
    """Write the documents to be sent."""
    _written[:] = [
        invented.document(start + number * PER_DOCUMENT, PER_DOCUMENT)
        for number in range(documents)
    ]


def capture() -> Timed:
    """Send the written documents, each as a request does: one use case, one commit."""
    user = offices.system_user()
    clock = _Clock()
    for raw in _written:
        job = capture_document(acting_user=user, raw=raw)
        assert job.events == PER_DOCUMENT
    return clock.timed(len(_written) * PER_DOCUMENT)


def make_rows() -> None:
    """Make the rows a capture of the written documents would make, without storing them."""
    _rows.clear()
    _rows.update({table: [] for table in (IDENTITIES, EVENTS, LOTS, PARTIES)})
    with unguarded("benchmark"):
        for raw in _written:
            _make_rows_of(raw)


def _make_rows_of(raw: bytes) -> None:
    document = examine(raw).document
    assert document is not None
    prepared = storing.prepare(document)
    now = timezone.now()
    job = CaptureJob.objects.create(
        created_at=now, captured_by=offices.system_user(), media_type="", sha256="", size=len(raw)
    )
    rows = Rows(job.pk, now, document.context)
    for pk, one in zip(storing.reserved(len(prepared)), prepared, strict=True):
        number = "\\N" if one.event_id == one.hash else one.event_id
        _rows[IDENTITIES].append(f"\\\\x{one.identity.hex()}\t{number}\n".encode())
        _rows[EVENTS].append(rows.add(pk, one.event_id, one.hash, one.event, one.imprint))
    _rows[LOTS].append(rows.lot_rows())
    _rows[PARTIES].append(rows.party_rows())
    _rows.setdefault(f"{storing.RAW}#{job.pk}", [raw])


def copy() -> Timed:
    """COPY the rows: one COPY a table for all documents together, one commit."""
    raws = {key: _rows.pop(key)[0] for key in list(_rows) if key.startswith(storing.RAW)}
    pieces = {table: b"".join(rows) for table, rows in _rows.items()}
    clock = _Clock()
    with unguarded("benchmark"), transaction.atomic():
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {storing.RAW} FROM STDIN (FORMAT BINARY)") as copying,
        ):
            copying.set_types(("int8", "bytea"))
            for key, raw in raws.items():
                copying.write_row((int(key.rpartition("#")[2]), raw))
        for table, piece in pieces.items():
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copying:
                copying.write(piece)
    return clock.timed(len(raws) * PER_DOCUMENT)


def capture_plainly(start: int, events: int) -> Timed:
    """Send one document of so many events to the plain implementation."""
    raw = invented.document(start, events)
    user = offices.system_user()
    clock = _Clock()
    with unguarded("benchmark"):
        plain.capture(raw, user)
    return clock.timed(events)


def memory() -> dict[str, float]:
    """Megabytes this process has resident now, and had at its peak."""
    return {
        "now": round(psutil.Process().memory_info().rss / 2**20, 1),
        "peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
