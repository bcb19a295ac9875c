"""Writing events in bulk: identities first, then COPY; used by the services only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from django.db import connection

from zhian.chain.events.engine.documents import Document
from zhian.chain.events.engine.facts import Summary, summarise
from zhian.chain.events.engine.findings import Finding, shown
from zhian.chain.events.engine.hashing import hash_id
from zhian.chain.events.models import CaptureJob
from zhian.chain.events.vocabulary import PartyRole

DECLARED = "#declared"
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode

_EVENT_COLUMNS = (
    "id, event_id, event_hash, type, action, kind, event_time, record_time, time_zone_offset,"
    " biz_step, disposition, read_point, biz_location, site, source_site, destination_site,"
    " declared_wrong, job_id, context, document"
)
_LOT_COLUMNS = "event_id, record_time, role, lot, quantity, uom, kg"
_PARTY_COLUMNS = "event_id, record_time, role, kind, site"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One event ready to be stored; `index` and `path` are its place in the document as sent."""

    index: int
    path: str
    identity: str
    hash: str
    event_id: str
    event: dict[str, object]
    summary: Summary


@dataclass(slots=True)
class Stored:
    """What storing a document did."""

    events: int = 0
    duplicates: int = 0
    lots: list[str] = field(default_factory=list)


def prepare(document: Document) -> list[Prepared]:
    """Hash and read every event; the same event twice in one document is kept once."""
    prepared: dict[str, Prepared] = {}
    for (index, path), event in zip(document.places, document.events, strict=True):
        summary = summarise(event)
        name = hash_id(event, document.prefixes)
        # an error declaration repeats the event it declares wrong, so it is a record of its own
        identity = name + DECLARED if summary.declared_wrong else name
        one = Prepared(index, path, identity, name, summary.event_id or name, event, summary)
        prepared.setdefault(identity, one)
    return list(prepared.values())


def taken_event_ids(prepared: Sequence[Prepared]) -> list[Finding]:
    """Events whose eventID already names another event, stored or in the same document."""
    named = {one.event_id: one for one in prepared if not one.summary.declared_wrong}
    findings = [
        _taken(one)
        for one in prepared
        if not one.summary.declared_wrong and named[one.event_id] is not one
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_id, identity FROM events_eventidentity"
            " WHERE event_id = ANY(%s) AND identity NOT LIKE %s",
            [list(named), f"%{DECLARED}"],
        )
        known = cursor.fetchall()
    findings += [_taken(named[name]) for name, key in known if named[name].identity != key]
    return findings


def _taken(one: Prepared) -> Finding:
    params = {"value": shown(one.event_id)}
    return Finding("event-id-taken", f"{one.path}.eventID", one.index, params)


def store(job: CaptureJob, document: Document, prepared: list[Prepared], at: datetime) -> Stored:
    """Write the events that are not known yet; `at` becomes their record time."""
    fresh = _unknown(prepared)
    stored = Stored(events=len(fresh), duplicates=len(document.events) - len(fresh))
    ids = _reserved(len(fresh))
    context = _ENCODE(document.context).decode()
    _copy(
        f"events_event ({_EVENT_COLUMNS})",
        (_event_row(pk, one, at, job.pk, context) for pk, one in zip(ids, fresh, strict=True)),
    )
    _copy(
        f"events_eventlot ({_LOT_COLUMNS})",
        (
            (pk, at, lot.role.value, lot.lot, lot.quantity, lot.uom, lot.kg)
            for pk, one in zip(ids, fresh, strict=True)
            for lot in one.summary.lots
        ),
    )
    _copy(
        f"events_eventparty ({_PARTY_COLUMNS})",
        (
            (pk, at, party.role.value, party.kind, party.site)
            for pk, one in zip(ids, fresh, strict=True)
            for party in one.summary.parties
        ),
    )
    stored.lots = list(dict.fromkeys(lot.lot for one in fresh for lot in one.summary.lots))
    return stored


def _unknown(prepared: list[Prepared]) -> list[Prepared]:
    """Claim the identities; whoever claims first stores, so two senders at once cannot double."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_eventidentity (identity, event_id)"
            " SELECT * FROM unnest(%s::text[], %s::text[])"
            " ON CONFLICT (identity) DO NOTHING RETURNING identity",
            [[one.identity for one in prepared], [one.event_id for one in prepared]],
        )
        claimed = {row[0] for row in cursor.fetchall()}
    return [one for one in prepared if one.identity in claimed]


def _reserved(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('events_event_id_seq') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _event_row(
    pk: int, one: Prepared, at: datetime, job_id: int, context: str
) -> tuple[object, ...]:
    found = one.summary
    return (
        pk, one.event_id, one.hash, found.type, found.action, found.kind.value, found.event_time,
        at, str(one.event["eventTimeZoneOffset"]), found.biz_step, found.disposition,
        found.read_point, found.biz_location, found.site or "",
        found.nearest(PartyRole.SOURCE) or "", found.nearest(PartyRole.DESTINATION) or "",
        found.declared_wrong, job_id, context, _ENCODE(one.event).decode(),
    )  # fmt: skip


def _copy(target: str, rows: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
