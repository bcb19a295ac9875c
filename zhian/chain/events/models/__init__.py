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
from zhian.chain.events.models.masterdata import (
    MasterDataProposal,
    ProposalKind,
    ProposalState,
)
from zhian.chain.events.models.queries import (
    ClosedToken,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    KnownName,
    NamedQuery,
    NameKind,
    Standing,
    Subscription,
)

__all__ = [
    "CaptureJob",
    "CaptureState",
    "CapturedDocument",
    "ClosedToken",
    "Delivery",
    "DeliveryEvent",
    "DeliveryState",
    "Event",
    "EventIdentity",
    "EventLot",
    "EventParty",
    "ExactDecoder",
    "Kind",
    "KnownName",
    "LotRoleName",
    "MasterDataProposal",
    "NameKind",
    "NamedQuery",
    "PartyRoleName",
    "ProposalKind",
    "ProposalState",
    "Standing",
    "Subscription",
]
