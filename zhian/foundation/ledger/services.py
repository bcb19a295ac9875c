"""What is written into the ledger: entries by the kernel's port, checkpoints by the clock."""

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from zhian.foundation.ledger import keys, selectors
from zhian.foundation.ledger.engine import merkle
from zhian.foundation.ledger.engine.chain import chained, instant, plain
from zhian.foundation.ledger.models import Checkpoint, Entry
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.use_cases import PendingEntry, record, use_case

# One lock for the whole chain; taken at the very end of a use case, held for the commit only.
CHAIN_LOCK = int.from_bytes(hashlib.sha256(b"zhian.ledger").digest()[:7])


class ChainedLedger:
    """The port the kernel writes through (`use_cases.LedgerPort`)."""

    def append(self, entries: Sequence[PendingEntry]) -> None:
        """Chain and store the entries, in order, in the running transaction."""
        codes = offices.office_codes_of(entry.actor_id for entry in entries)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        size, head = selectors.head()
        contents = [_content(entry, codes.get(entry.actor_id, "")) for entry in entries]
        linked = chained(contents, size=size, head=head)
        Entry.objects.bulk_create(
            Entry(**{**content, "id": entry.id, "at": entry.at, "cause": entry.cause})
            for entry, content in zip(entries, linked, strict=True)
        )

    def already_done(self, once_key: str) -> bool:
        """Whether an entry with this key stands in the ledger."""
        return Entry.objects.filter(once_key=once_key).exists()


def _content(entry: PendingEntry, office_code: str) -> dict[str, object]:
    return {
        "id": str(entry.id),
        "at": instant(entry.at),
        "kind": entry.kind,
        "actor_id": entry.actor_id,
        "actor_name": plain(entry.actor_name),
        "office_code": office_code,
        "subject_type": entry.subject_type,
        "subject_id": plain(entry.subject_id),
        "data": plain(entry.data),
        "happenings": plain(entry.happenings),
        "cause": str(entry.cause) if entry.cause else None,
        "once_key": entry.once_key,
    }


def ensure_checkpoint_key() -> str:
    """Make the platform's signing key unless there is one; returns the public key, hexadecimal."""
    keys.create_key(settings.ZHIAN_DATA)
    return keys.public_key(keys.load_key(settings.ZHIAN_DATA))


@use_case("ledger.checkpoint.signed")
def sign_checkpoint(*, acting_user: User) -> Checkpoint:
    """Sign the Merkle root of everything that stands in the ledger now."""
    key = keys.load_key(settings.ZHIAN_DATA)
    hashes = selectors.hashes()
    last = selectors.last_checkpoint()
    now = clock.now()
    statement = {
        "type": "checkpoint",
        "seq": last.seq + 1 if last else 1,
        "size": len(hashes),
        "root": merkle.root(hashes).hex(),
        "at": instant(now),
    }
    signed = keys.signed(statement, key)
    signed.pop("type")
    checkpoint = Checkpoint.objects.create(**{**signed, "at": now})
    record(checkpoint, size=checkpoint.size, root=checkpoint.root)
    return checkpoint
