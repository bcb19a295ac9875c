"""What may be read out of the ledger: entries, who knew what when, proofs, the export."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models import Model, QuerySet

from zhian.foundation.ledger import keys, vocabulary
from zhian.foundation.ledger.engine import audit, merkle
from zhian.foundation.ledger.engine.audit import FORMAT, digest
from zhian.foundation.ledger.engine.chain import GENESIS, canonical, hash_of, instant
from zhian.foundation.ledger.models import Checkpoint, Entry
from zhian.foundation.ledger.vocabulary import Knowledge
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown

CHECKPOINT_KIND = "ledger.checkpoint.signed"


@dataclass(frozen=True, slots=True)
class Proof:
    """That one entry is part of what a checkpoint was signed over; hashes in hexadecimal."""

    entry: Entry
    checkpoint: Checkpoint
    path: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Recomputed here: the entry's own hash and its way up to the signed root."""
        return hash_holds(self.entry) and merkle.includes(
            root=bytes.fromhex(self.checkpoint.root),
            size=self.checkpoint.size,
            index=self.entry.seq - 1,
            data=bytes.fromhex(self.entry.hash),
            path=[bytes.fromhex(one) for one in self.path],
        )


def head() -> tuple[int, str]:
    """How many entries there are and the last one's hash."""
    last = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
    return last or (0, GENESIS)


def entry_by_id(entry_id: UUID) -> Entry:
    """One entry; NotKnown when there is none."""
    found = Entry.objects.filter(pk=entry_id).first()
    if found is None:
        raise NotKnown
    return found


def entries_by_id(entry_ids: set[UUID]) -> dict[UUID, Entry]:
    """Several entries at once."""
    return Entry.objects.in_bulk(entry_ids)


def entries_about(subject: Model | str, subject_id: object = "") -> QuerySet[Entry]:
    """Entries about one thing, oldest first: a model instance, or its type and id."""
    if isinstance(subject, Model):
        subject_id = subject.pk
        subject = subject._meta.label_lower
    return Entry.objects.filter(subject_type=subject, subject_id=str(subject_id)).order_by("seq")


def entries_by(user: User) -> QuerySet[Entry]:
    """Everything one person did, newest first."""
    return Entry.objects.filter(actor_id=user.pk)


def consequences_of(entry: Entry) -> QuerySet[Entry]:
    """What was done because of this entry, in order."""
    return Entry.objects.filter(cause=entry.pk).order_by("seq")


def who_knew(subject_type: str, subject_id: object) -> list[Knowledge]:
    """Everybody who provably knew of the subject, by the moment they did (A1–A11 rest on this).

    Whoever acts on a thing knows of it; rooms above add what was delivered to whom.
    """
    found = [
        Knowledge(
            at=entry.at,
            who=entry.actor_name,
            office_code=entry.office_code,
            how=vocabulary.description(entry.kind),
            user_id=entry.actor_id,
            entry_id=entry.pk,
        )
        for entry in entries_about(subject_type, subject_id)
    ]
    for source in vocabulary.knowledge_sources():
        found.extend(source(subject_type, str(subject_id)))
    return sorted(found, key=lambda knowledge: knowledge.at)


def hashes(size: int | None = None) -> list[bytes]:
    """The leaves of the tree: the hashes of the first `size` entries, all without one."""
    rows = Entry.objects.order_by("seq").values_list("hash", flat=True)
    if size is not None:
        rows = rows.filter(seq__lte=size)
    return [bytes.fromhex(one) for one in rows.iterator(chunk_size=20_000)]


def checkpoints() -> QuerySet[Checkpoint]:
    """Every checkpoint, newest first."""
    return Checkpoint.objects.all()


def last_checkpoint() -> Checkpoint | None:
    """The newest checkpoint."""
    return Checkpoint.objects.first()


def checkpoint_over(entry: Entry) -> Checkpoint | None:
    """The first checkpoint that covers the entry; None until one was signed after it."""
    return Checkpoint.objects.filter(size__gte=entry.seq).order_by("seq").first()


def checkpoint_is_due() -> bool:
    """Whether anything but the last checkpoint's own entry came after it."""
    last = last_checkpoint()
    news = Entry.objects.filter(seq__gt=last.size if last else 0)
    return news.exclude(kind=CHECKPOINT_KIND).exists()


def proof_of(entry: Entry) -> Proof | None:
    """The inclusion proof of an entry in the first checkpoint over it."""
    checkpoint = checkpoint_over(entry)
    if checkpoint is None:
        return None
    path = merkle.Tree(hashes(checkpoint.size)).inclusion(entry.seq - 1)
    return Proof(entry, checkpoint, tuple(one.hex() for one in path))


def consistency_of(older: Checkpoint, newer: Checkpoint) -> list[str]:
    """The proof that the newer checkpoint keeps all the older one covered, in hexadecimal."""
    path = merkle.Tree(hashes(newer.size)).consistency(older.size)
    return [one.hex() for one in path]


def content_of(entry: Entry) -> dict[str, Any]:
    """An entry as it is hashed and exported."""
    return {
        "seq": entry.seq,
        "id": str(entry.pk),
        "at": instant(entry.at),
        "kind": entry.kind,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "office_code": entry.office_code,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "data": entry.data,
        "happenings": entry.happenings,
        "cause": str(entry.cause) if entry.cause else None,
        "once_key": entry.once_key,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


def hash_holds(entry: Entry) -> bool:
    """Whether the entry's content still gives its hash."""
    return hash_of(content_of(entry)) == entry.hash


def signature_holds(checkpoint: Checkpoint) -> bool:
    """Whether the checkpoint's signature fits what it says."""
    return audit.signature_holds(statement_of(checkpoint))


def statement_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """A checkpoint as it was signed."""
    return {
        "type": "checkpoint",
        "seq": checkpoint.seq,
        "size": checkpoint.size,
        "root": checkpoint.root,
        "at": instant(checkpoint.at),
        "public_key": checkpoint.public_key,
        "signature": checkpoint.signature,
    }


def exported(key: Ed25519PrivateKey) -> Iterator[str]:
    """The whole ledger as lines `zhian ledger verify` reads; the last line is signed here."""
    size, last_hash = head()
    header = {
        "type": "header",
        "format": FORMAT,
        "at": instant(clock.now()),
        "public_key": keys.public_key(key),
    }
    yield canonical(header).decode()
    leaves: list[bytes] = []
    rows = Entry.objects.filter(seq__lte=size).order_by("seq")
    for entry in rows.iterator(chunk_size=5_000):
        leaves.append(bytes.fromhex(entry.hash))
        yield canonical({"type": "entry", **content_of(entry)}).decode()
    count = 0
    for checkpoint in Checkpoint.objects.filter(size__lte=size).order_by("seq"):
        count += 1
        yield canonical(statement_of(checkpoint)).decode()
    trailer = {
        "type": "trailer",
        "entries": size,
        "head": last_hash,
        "root": merkle.root(leaves).hex(),
        "checkpoints": count,
        "header": digest(header),
    }
    yield canonical(keys.signed(trailer, key)).decode()
