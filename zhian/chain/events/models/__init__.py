"""What the events room stores; see each file."""

from zhian.chain.events.models.captures import CapturedDocument, CaptureJob, CaptureState
from zhian.chain.events.models.events import (
    Event,
    EventIdentity,
    EventLot,
    EventParty,
    ExactDecoder,
    Kind,
    LotRoleName,
    PartyRoleName,
)

__all__ = [
    "CaptureJob",
    "CaptureState",
    "CapturedDocument",
    "Event",
    "EventIdentity",
    "EventLot",
    "EventParty",
    "ExactDecoder",
    "Kind",
    "LotRoleName",
    "PartyRoleName",
]
