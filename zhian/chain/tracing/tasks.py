"""The clock's work for the trace index."""

from procrastinate.contrib.django import app

from zhian.chain.tracing.engine.index import folder as folders
from zhian.chain.tracing.engine.index.folder import Manifest
from zhian.chain.tracing.engine.index.segments import Torn
from zhian.chain.tracing.selectors import indexing

MOST_PIECES = 64  # told since the segment was written; more are put together with it
MOST_BYTES = 4_000_000


@app.periodic(cron="*/10 * * * *")
@app.task(name="tracing.tend_index", queue="clock", queueing_lock="tracing.tend_index")
def tend_index(timestamp: int) -> None:
    """Every ten minutes, see that there is a whole index that is quick to open."""
    if needs_rebuilding():
        rebuild_index()


@app.periodic(cron="40 18 * * *")
@app.task(name="tracing.check_index", queue="clock", queueing_lock="tracing.check_index")
def check_index(timestamp: int) -> None:
    """Every night (02:40 Beijing), read every byte of the index; rebuild it where one is wrong."""
    try:
        folders.check(indexing.folder())
    except Torn:
        rebuild_index()


def needs_rebuilding() -> bool:
    """Whether there is no whole index, or one with too much told since."""
    try:
        manifest = folders.read_manifest(indexing.folder())
        if manifest is not None:
            folders.check_sizes(indexing.folder(), manifest)
    except Torn:
        return True
    if manifest is None:
        return indexing.last_event() > 0
    told = manifest.told
    return len(told) > MOST_PIECES or sum(piece.size for piece in told) > MOST_BYTES


def rebuild_index() -> Manifest:
    """Derive the index anew from all events, while the old one is read."""
    told, event = indexing.everything_told()
    return folders.rebuild(indexing.folder(), told, event)
