"""What this room says happened (apart from the light names: these need the outbox)."""

from dataclasses import dataclass

from zhian.kernel.outbox import Happening


@dataclass(frozen=True)
class EventsCaptured(Happening):
    """New events are stored; `capture_id` names the capture job, `lot_keys` the lots touched.

    `lot_keys` holds at most 200 keys; when the events touch more it is empty, and `more_lots` true.
    """

    capture_id: str
    events: int
    lot_keys: tuple[str, ...]
    more_lots: bool


@dataclass(frozen=True)
class DocumentAccepted(Happening):
    """A document too large for one request was judged and kept; its events are still to store."""

    capture_id: str


@dataclass(frozen=True)
class MasterDataSeen(Happening):
    """A document said new things of products, sites or parties; they wait to be decided."""

    capture_id: str
    proposals: int
