"""What the room does when events were captured."""

from zhian.chain.events.vocabulary.happenings import EventsCaptured
from zhian.chain.tracing.engine.index import folder as folders
from zhian.chain.tracing.engine.index.deriving import Told
from zhian.chain.tracing.engine.index.segments import Torn
from zhian.chain.tracing.selectors import indexing
from zhian.chain.tracing.selectors.growing import told_of_capture
from zhian.foundation.offices.models import User

AT_ONCE = 1_000  # lots told in one file


def add_to_index(happening: EventsCaptured, *, acting_user: User) -> None:
    """Tell the index what is said now of the lots that the new events name.

    Telling a lot twice changes nothing. A torn index is left alone: the clock rebuilds it.
    """
    try:
        if folders.read_manifest(indexing.folder()) is None:
            return
        lots = list(happening.lot_keys)
        if happening.more_lots:
            lots = indexing.lots_of_capture(happening.capture_id)
        for start in range(0, len(lots), AT_ONCE):
            some = lots[start : start + AT_ONCE]

            def read(some: list[str] = some) -> tuple[Told, int]:
                return told_of_capture(happening.capture_id, some), indexing.last_event()

            folders.append_read(indexing.folder(), read)
    except Torn:
        return
