"""The clock's work for the trace index."""

from procrastinate.contrib.django import app

from zhian.chain.tracing.engine.index import folder as folders
from zhian.chain.tracing.engine.index.deriving import Told
from zhian.chain.tracing.engine.index.folder import Manifest
from zhian.chain.tracing.engine.index.segments import Torn
from zhian.chain.tracing.selectors import indexing

MOST_PIECES = 64  # told since the segment was written; more are put together with it
MOST_BYTES = 1_000_000


@app.periodic(cron="* * * * *")
@app.task(name="tracing.tend_index", queue="clock", queueing_lock="tracing.tend_index")
def tend_index(timestamp: int) -> None:
    """Every minute, see that there is a whole index that is quick to open."""
    if needs_rebuilding():
        rebuild_index()
    elif needs_merging():
        folders.merge(indexing.folder())


@app.periodic(cron="40 18 * * *")
@app.task(name="tracing.check_index", queue="clock", queueing_lock="tracing.check_index")
def check_index(timestamp: int) -> None:
    """Every night (02:40 Beijing), read every byte of the index; rebuild it where one is wrong."""
    try:
        folders.check(indexing.folder())
    except Torn:
        rebuild_index()


def needs_rebuilding() -> bool:
    """Whether there is no whole index although there are events."""
    try:
        manifest = folders.read_manifest(indexing.folder())
        if manifest is not None:
            folders.check_sizes(indexing.folder(), manifest)
    except Torn:
        return True
    return manifest is None and indexing.last_event() > 0


def needs_merging() -> bool:
    """Whether so much was told since the segment was written that opening takes long."""
    manifest = folders.read_manifest(indexing.folder())
    told = manifest.told if manifest else ()
    return len(told) > MOST_PIECES or sum(piece.size for piece in told) > MOST_BYTES


def rebuild_index() -> Manifest:
    """Derive the index anew from all events, while the old one is read and added to."""
    place = indexing.folder()
    try:
        before = folders.read_manifest(place)
    except Torn:
        before = None
    told, event = indexing.everything_told()

    def missed() -> tuple[Told, int]:
        lots = indexing.lots_since(event) | folders.lots_told_since(place, before)
        return indexing.told_of(lots), max(event, indexing.last_event())

    return folders.rebuild(place, told, event, missed=missed)
