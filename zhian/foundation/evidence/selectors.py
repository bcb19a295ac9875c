"""What may be read of evidence: files, seals, keys, proofs of service."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Model, QuerySet

from zhian.foundation.evidence import storage
from zhian.foundation.evidence.engine import sealing
from zhian.foundation.evidence.models import Item, Seal, ServiceProof, SigningKey
from zhian.foundation.offices.models import User
from zhian.kernel.errors import NotKnown


def item(item_id: UUID) -> Item:
    """One kept file; NotKnown when there is none."""
    found = Item.objects.select_related("added_by").filter(pk=item_id).first()
    if found is None:
        raise NotKnown
    return found


def items_about(subject: Model | str, subject_id: object = "") -> QuerySet[Item]:
    """Files about one thing, oldest first: a model instance, or its type and id."""
    if isinstance(subject, Model):
        subject_id = subject.pk
        subject = subject._meta.label_lower
    found = Item.objects.filter(subject_type=subject, subject_id=str(subject_id))
    return found.select_related("added_by")


def items_by_id(ids: Iterable[UUID]) -> dict[UUID, Item]:
    """Several kept files at once."""
    return Item.objects.in_bulk(set(ids))


def read(item: Item) -> bytes:
    """The bytes of a file, checked against its hash; Unavailable when they changed."""
    return storage.read(item.sha256)


def seal_by_number(number: str) -> Seal | None:
    """The seal with this number."""
    return Seal.objects.filter(number=number).first()


def seals_on(subject: Model) -> QuerySet[Seal]:
    """Seals affixed to a thing, broken ones included."""
    return Seal.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).select_related("affixed_by", "broken_by")


def signing_key_of(user: User) -> SigningKey | None:
    """The key a user signs with today."""
    return SigningKey.objects.filter(user=user, until__isnull=True).first()


def owner_of_key(public_key: str) -> User | None:
    """Whose key this is or was."""
    found = SigningKey.objects.select_related("user").filter(public_key=public_key).first()
    return found.user if found else None


def verify_signature(*, public_key: str, signature: str, payload: bytes) -> bool:
    """Whether the signature over the payload was made with this key; needs no database."""
    return sealing.holds(public_key, signature, payload)


def service_proof(proof_id: UUID) -> ServiceProof:
    """One proof of service; NotKnown when there is none."""
    found = ServiceProof.objects.select_related("item", "recorded_by").filter(pk=proof_id).first()
    if found is None:
        raise NotKnown
    return found


def service_proofs(ids: Iterable[UUID]) -> dict[UUID, ServiceProof]:
    """Several proofs of service at once."""
    return ServiceProof.objects.select_related("item", "recorded_by").in_bulk(set(ids))


def proofs_of_notice(notice_ref: str) -> QuerySet[ServiceProof]:
    """Every proof of service of one notice, newest first."""
    return ServiceProof.objects.filter(notice_ref=notice_ref).select_related("item")
