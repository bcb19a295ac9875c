"""Writing events in bulk: identities first, then COPY; used by the services only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from django.db import connection

from zhian.chain.events.engine.documents import Document
from zhian.chain.events.engine.findings import Finding, shown
from zhian.chain.events.engine.hashing import hash_id, named
from zhian.chain.events.engine.stencils import Imprint
from zhian.chain.events.models import CaptureJob
from zhian.chain.events.services.naming import note_names
from zhian.chain.events.services.rows import EVENTS, LOTS, PARTIES, Rows

# an error declaration repeats the event it declares wrong, so it is a record of its own
DECLARED = b"\x01"
# the hash in its name: ni:///sha-256;<64 hexadecimal digits>?ver=CBV2.0
_HASH = slice(14, 78)
RAW = "events_captureddocument (job_id, raw)"


class Prepared(msgspec.Struct, frozen=True):
    """One event ready to be stored; `index` and `path` are its place in the document as sent.

    `identity` is its hash in bytes, with one more when the event is an error declaration.
    """

    index: int
    path: str
    identity: bytes
    hash: str
    event_id: str
    declared_wrong: bool
    event: dict[str, object]
    imprint: Imprint | None = None


@dataclass(slots=True)
class Stored:
    """What storing a document did."""

    events: int = 0
    duplicates: int = 0
    lots: list[str] = field(default_factory=list)
    known: frozenset[int] = frozenset()


def keep_raw(job: CaptureJob, raw: bytes) -> None:
    """Keep the bytes of a document as they came."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {RAW} FROM STDIN (FORMAT BINARY)") as c:
        c.set_types(("int8", "bytea"))
        c.write_row((job.pk, raw))


def prepare(document: Document) -> list[Prepared]:
    """Name every event by its hash; the same event twice in one document is kept once."""
    prepared: dict[bytes, Prepared] = {}
    imprints = document.imprints or (None,) * len(document.events)
    for (index, path), event, imprint in zip(
        document.places, document.events, imprints, strict=True
    ):
        if imprint is None:
            name = hash_id(event, document.prefixes)
            event_id = str(event.get("eventID", name))
        else:
            name = named(imprint.canonical_text())
            event_id = imprint.event_id or name
        wrong = "errorDeclaration" in event
        identity = identity_of(name) + DECLARED if wrong else identity_of(name)
        if identity not in prepared:
            prepared[identity] = Prepared(
                index, path, identity, name, event_id, wrong, event, imprint
            )
    return list(prepared.values())


def identity_of(name: str) -> bytes:
    """The bytes of a hash written as a name."""
    return bytes.fromhex(name[_HASH])


def taken_event_ids(prepared: Sequence[Prepared]) -> list[Finding]:
    """Events whose eventID already names another event, stored or in the same document."""
    named = {one.event_id: one for one in prepared if not one.declared_wrong}
    findings = [
        _taken(one) for one in prepared if not one.declared_wrong and named[one.event_id] is not one
    ]
    # who is named by its own hash cannot take another's name
    own = [name for name, one in named.items() if name != one.hash]
    findings += [
        _taken(named[name]) for name, key in _known_under(own) if named[name].identity != key
    ]
    return findings


def _known_under(event_ids: list[str]) -> list[tuple[str, bytes]]:
    """The stored events under these numbers: those given by a sender, and hashes used as one."""
    if not event_ids:
        return []
    hashes = {identity_of(name): name for name in event_ids if _is_hash(name)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_id, identity FROM events_eventidentity"
            " WHERE event_id = ANY(string_to_array(%s, E'\\n')) AND length(identity) = 32",
            ["\n".join(event_ids)],
        )
        known = [(name, bytes(key)) for name, key in cursor.fetchall()]
        if hashes:
            cursor.execute(
                "SELECT identity FROM events_eventidentity"
                " WHERE identity = ANY(%s) AND event_id IS NULL",
                [list(hashes)],
            )
            known += [(hashes[bytes(key)], bytes(key)) for (key,) in cursor.fetchall()]
    return known


def _is_hash(name: str) -> bool:
    head, digits, tail = name[:14], name[_HASH], name[78:]
    if (head, tail) != ("ni:///sha-256;", "?ver=CBV2.0"):
        return False
    return not digits.strip("0123456789abcdef")


def _taken(one: Prepared) -> Finding:
    params = {"value": shown(one.event_id)}
    return Finding("event-id-taken", f"{one.path}.eventID", one.index, params)


def store(job: CaptureJob, document: Document, prepared: list[Prepared], at: datetime) -> Stored:
    """Write the events that are not known yet; `at` becomes their record time."""
    note_names(document)
    fresh = _unknown(prepared)
    rows = Rows(job.pk, at, document.context)
    written = zip(reserved(len(fresh)), fresh, strict=True)
    # PostgreSQL stores the rows it has while the next are being written
    copy(
        EVENTS,
        (rows.add(pk, one.event_id, one.hash, one.event, one.imprint) for pk, one in written),
    )
    copy(LOTS, (rows.lot_rows(),))
    copy(PARTIES, (rows.party_rows(),))
    duplicates = len(document.events) - len(fresh)
    known = frozenset[int]()
    if duplicates:
        known = frozenset(one.index for one in prepared) - {one.index for one in fresh}
    return Stored(len(fresh), duplicates, list(dict.fromkeys(rows.lots_named)), known)


def _unknown(prepared: list[Prepared]) -> list[Prepared]:
    """Claim the identities; whoever claims first stores, so two senders at once cannot double."""
    keys = [one.identity.hex() for one in prepared]
    numbers = [one.event_id if one.event_id != one.hash else "" for one in prepared]
    with connection.cursor() as cursor:
        # long texts: psycopg writes an array item by item
        cursor.execute(
            "WITH claimed AS ("
            " INSERT INTO events_eventidentity (identity, event_id)"
            " SELECT decode(key, 'hex'), number FROM unnest("
            "  string_to_array(%s, ','), string_to_array(%s, E'\\n', '')) AS sent (key, number)"
            " ON CONFLICT (identity) DO NOTHING RETURNING identity)"
            " SELECT string_agg(encode(identity, 'hex'), ',') FROM claimed",
            [",".join(keys), "\n".join(numbers)],
        )
        claimed = set((cursor.fetchone()[0] or "").split(","))
    return [one for one, key in zip(prepared, keys, strict=True) if key in claimed]


def reserved(count: int) -> list[int]:
    """Numbers for so many events."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(nextval('events_event_id_seq')) FROM generate_series(1, %s)", [count]
        )
        return cursor.fetchone()[0] or []


def copy(target: str, rows: Iterable[bytes]) -> None:
    """COPY rows in PostgreSQL's text format, in pieces large enough to be sent at once."""
    waiting: list[bytes] = []
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copying:
        for row in rows:
            waiting.append(row)
            if len(waiting) == _AT_ONCE:
                copying.write(b"".join(waiting))
                waiting.clear()
        copying.write(b"".join(waiting))


_AT_ONCE = 50
