"""What this room does when something happened."""

from uuid import UUID

from zhian.chain.events.selectors import subscriptions
from zhian.chain.events.services import bundling, fail_capture, finish_capture
from zhian.chain.events.services.masterdata import hand_to_office
from zhian.chain.events.services.refusals import RefusedDocument
from zhian.chain.events.vocabulary.happenings import (
    DocumentAccepted,
    EventsCaptured,
    MasterDataSeen,
)
from zhian.foundation.offices.models import User


def store_accepted_document(happening: DocumentAccepted, *, acting_user: User) -> None:
    """Store the events of a large document; what contradicts stored events fails the job."""
    capture_id = UUID(happening.capture_id)
    try:
        finish_capture(acting_user=acting_user, capture_id=capture_id)
    except RefusedDocument as refusal:
        fail_capture(acting_user=acting_user, capture_id=capture_id, errors=refusal.findings)


def tell_subscribers(happening: EventsCaptured, *, acting_user: User) -> None:
    """Put what was captured into the bundles of those who want it."""
    if subscriptions.anybody_listens():
        bundling.tell_subscribers(acting_user=acting_user, capture_id=UUID(happening.capture_id))


def hand_over_master_data(happening: MasterDataSeen, *, acting_user: User) -> None:
    """Somebody must decide on what a document proposed for the registers."""
    hand_to_office(acting_user=acting_user, capture_id=UUID(happening.capture_id))
