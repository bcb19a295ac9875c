"""Filling the store for a benchmark: events like the invented ones, made by PostgreSQL itself.

Spread over the last 22 months of recording, with their lots, places and identities, without raw
documents. Two connections fill, indexes are laid afterwards, hence a little denser than years of
capturing leave them. Meanwhile nothing waits for the disk; for the measuring the settings are the
wheel's again. Whoever interrupts it goes on where it stopped: what was filled, and which indexes
are to be laid, stands in two tables until all is done.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper

from zhian.kernel import clock
from zhian.kernel.use_cases import unguarded

_AT_ONCE = 100_000
_CONNECTIONS = 2
_SPREAD = timedelta(days=660)
_TABLES = ("events_event", "events_eventlot", "events_eventparty", "events_eventidentity")
# how the database runs while it is filled: a crash would cost the filling, nothing else
_HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
_NOTES = """
CREATE TABLE IF NOT EXISTS prefilled (first bigint PRIMARY KEY, last bigint NOT NULL);
CREATE TABLE IF NOT EXISTS prefill_indexes (definition text NOT NULL);
"""

# i: number of the event; k: its kind of ten; t: when it was recorded; s, d: sites, at which all
# kinds of events happen; r: where it is
_MADE = r"""
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT *, CASE WHEN k IN (2, 4, 8) THEN 'urn:uuid:' || md5(i::text)::uuid
               ELSE 'ni:///sha-256;' || encode(digest, 'hex') || '?ver=CBV2.0' END AS number,
       CASE WHEN k IN (2, 4, 8) THEN d ELSE s END AS r,
       (ARRAY['ObjectEvent', 'ObjectEvent', 'ObjectEvent', 'ObjectEvent', 'ObjectEvent',
              'TransformationEvent', 'AggregationEvent', 'ObjectEvent', 'ObjectEvent',
              'AggregationEvent'])[k + 1] AS type,
       (ARRAY['ADD', 'OBSERVE', 'OBSERVE', 'OBSERVE', 'OBSERVE', '', 'ADD', 'OBSERVE', 'OBSERVE',
              'ADD'])[k + 1] AS action,
       (ARRAY['commission', 'ship', 'receive', 'ship', 'receive', 'transform', 'aggregate', 'ship',
              'receive', 'aggregate'])[k + 1] AS kind,
       (ARRAY['commissioning', 'shipping', 'receiving', 'shipping', 'receiving', 'commissioning',
              'packing', 'shipping', 'receiving', 'packing'])[k + 1] AS step,
       CASE WHEN k = 0 THEN 'active' WHEN k IN (1, 3, 7) THEN 'in_transit' ELSE 'in_progress' END
           AS disposition,
       k IN (0, 5, 6, 9) AS stays,
       'urn:epc:id:sscc:6901234.3' || right('00000000' || i, 9) AS unit
FROM (SELECT i, i %% 10 AS k, sha256(('prefill ' || i)::bytea) AS digest,
             %(start)s::timestamptz + interval '1 second' * (%(apart)s::float8 * i) AS t,
             'urn:epc:id:sgln:6901' || right('000' || here, 4) || '.'
                 || right('000' || here %% 90, 4) || '.0' AS s,
             'urn:epc:id:sgln:6901' || right('000' || there, 4) || '.'
                 || right('000' || there %% 90, 4) || '.0' AS d,
             'urn:epc:class:lgtin:6901' || right('000' || i / 4 %% 2000, 4) || '.0'
                 || right('000' || i / 4 %% 8, 4) || '.P' || right('00000000' || i / 4, 9) AS lot
      FROM (SELECT i, (i * 13 + i / 10) %% 2000 AS here, (i * 7 + i / 10 * 3) %% 2000 AS there
            FROM generate_series(%(first)s, %(last)s) AS i) AS sited) AS numbered
"""
_EVENTS = r"""
INSERT INTO events_event (id, event_id, event_hash, type, action, kind, event_time, record_time,
    time_zone_offset, biz_step, disposition, read_point, biz_location, site, source_site,
    destination_site, declared_wrong, job_id, context, document)
SELECT %(base)s + i, number, 'ni:///sha-256;' || encode(digest, 'hex') || '?ver=CBV2.0',
    type, action, kind, t - interval '1 hour', t, '+08:00', step, disposition, r,
    CASE WHEN stays THEN s ELSE '' END, r, CASE WHEN stays THEN '' ELSE s END,
    CASE WHEN stays THEN '' ELSE d END, false, -(i / 1000),
    '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]',
    ('{"type":"' || type || '","eventTime":"'
     || to_char((t - interval '1 hour') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')
     || 'Z","eventTimeZoneOffset":"+08:00","bizStep":"' || step || '","disposition":"'
     || disposition || '","readPoint":{"id":"' || r
     || '"},"bizTransactionList":[{"type":"desadv","bizTransaction":'
        '"urn:epcglobal:cbv:bt:6901234000016:desadv-' || i
     || '"},{"type":"inv","bizTransaction":"urn:epcglobal:cbv:bt:6901234000016:inv-' || i || '"}]'
     || CASE WHEN action = '' THEN '' ELSE ',"action":"' || action || '"' END
     || CASE WHEN stays THEN ',"bizLocation":{"id":"' || s || '"}'
             ELSE ',"sourceList":[{"type":"location","source":"' || s
                  || '"}],"destinationList":[{"type":"location","destination":"' || d || '"}]' END
     || CASE WHEN k IN (2, 4, 8) THEN ',"eventID":"' || number || '"' ELSE '' END
     || CASE WHEN k = 0 THEN ',"ilmd":{"cbvmda:lotNumber":"P' || i / 4 || '"}' ELSE '' END
     || CASE WHEN k IN (6, 9) THEN ',"parentID":"' || unit || '","childQuantityList"'
             WHEN k = 5 THEN ',"inputQuantityList"' ELSE ',"quantityList"' END
     || ':[{"epcClass":"' || lot || '","quantity":' || i %% 977 || '.5,"uom":"KGM"}'
     || CASE WHEN k = 5 THEN '],"outputQuantityList":[' WHEN stays AND k > 0 THEN ',' ELSE '' END
     || CASE WHEN stays AND k > 0
             THEN '{"epcClass":"' || lot || '-2","quantity":20,"uom":"KGM"}' ELSE '' END
     || ']}')::jsonb
FROM made
"""
_OTHERS = (
    r"""
INSERT INTO events_eventlot (event_id, record_time, role, lot, quantity, uom, kg)
SELECT %(base)s + i, t,
       CASE WHEN k = 5 THEN 'input' WHEN k IN (6, 9) THEN 'child' ELSE 'epc' END,
       lot, i %% 977 + 0.5, 'KGM', i %% 977 + 0.5
FROM made
""",
    r"""
INSERT INTO events_eventlot (event_id, record_time, role, lot, quantity, uom, kg)
SELECT %(base)s + i, t, CASE WHEN k = 5 THEN 'output' ELSE 'child' END, lot || '-2', 20, 'KGM', 20
FROM made WHERE k IN (5, 6, 9)
""",
    r"""
INSERT INTO events_eventlot (event_id, record_time, role, lot, quantity, uom, kg)
SELECT %(base)s + i, t, 'parent', unit, NULL, '', NULL FROM made WHERE k IN (6, 9)
""",
    r"""
INSERT INTO events_eventparty (event_id, record_time, role, kind, site, event_time)
SELECT %(base)s + i, t, party.role, party.kind, party.site, t - interval '1 hour'
FROM made, LATERAL (VALUES
    ('read_point', '', r),
    (CASE WHEN stays THEN 'biz_location' ELSE 'source' END,
     CASE WHEN stays THEN '' ELSE 'location' END, s),
    ('destination', 'location', CASE WHEN stays THEN NULL ELSE d END)
) AS party (role, kind, site) WHERE party.site IS NOT NULL
""",
    r"""
INSERT INTO events_eventidentity (identity, event_id)
SELECT digest, CASE WHEN k IN (2, 4, 8) THEN number END FROM made
""",
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Events to be filled in at once, numbered from first to last of so many in all."""

    first: int
    last: int
    total: int
    base: int


def _unheard(_line: str) -> None:
    """Nobody listens."""


def fill(events: int, say: Say = _unheard) -> dict[str, float]:
    """Store so many events; says how long it took and how large the store is."""
    began = time.perf_counter()
    with unguarded("benchmark"), connection.cursor() as cursor:
        pieces = _missing(cursor, events)
        if pieces:
            _hurry(cursor)
            _drop_indexes(cursor)
            _fill(pieces, say)
        if pieces or _unsettled(cursor):
            _lay_indexes(cursor, say)
            _settle(cursor, say)
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    seconds = time.perf_counter() - began
    return {
        "events": events,
        "seconds": round(seconds),
        "events_per_s": round(sum(one.last - one.first + 1 for one in pieces) / seconds),
        "gigabytes": round(size / 2**30, 1),
    }


def _missing(cursor: CursorWrapper, events: int) -> list[_Piece]:
    """What is still to be filled; nothing when so many were filled before."""
    cursor.execute(_NOTES)
    cursor.execute("SELECT first FROM prefilled")
    done = {first for (first,) in cursor.fetchall()}
    cursor.execute("SELECT nextval('events_event_id_seq')")
    base = cursor.fetchone()[0]
    cursor.execute("SELECT setval('events_event_id_seq', %s)", [base + events])
    return [
        _Piece(first, min(first + _AT_ONCE - 1, events), events, base)
        for first in range(1, events + 1, _AT_ONCE)
        if first not in done
    ]


def _unsettled(cursor: CursorWrapper) -> bool:
    """Whether a filling was interrupted after its last event."""
    cursor.execute(
        "SELECT current_setting('fsync') = 'off' OR EXISTS (SELECT FROM prefill_indexes)"
    )
    return bool(cursor.fetchone()[0])


def _hurry(cursor: CursorWrapper) -> None:
    for name, value in _HASTY.items():
        cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    cursor.execute("SELECT pg_reload_conf()")


def _settle(cursor: CursorWrapper, say: Say) -> None:
    """Statistics, everything on the disk, the settings as they were."""
    say("statistics …")
    cursor.execute("VACUUM (ANALYZE)")
    for name in _HASTY:
        cursor.execute(f"ALTER SYSTEM RESET {name}")
    cursor.execute("SELECT pg_reload_conf()")
    cursor.execute("CHECKPOINT")


def _fill(pieces: list[_Piece], say: Say) -> None:
    began, done = time.perf_counter(), 0
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        waiting = [pool.submit(_fill_piece, piece) for piece in pieces]
        try:
            for one in as_completed(waiting):
                done += one.result()
                rate = done / (time.perf_counter() - began)
                say(f"{done:,} of {pieces[-1].last:,} events, {rate:,.0f} a second")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _fill_piece(piece: _Piece) -> int:
    """Fill one piece on a connection of this thread."""
    facts: dict[str, int | float | datetime] = {
        "first": piece.first,
        "last": piece.last,
        "base": piece.base,
        "start": clock.now() - _SPREAD,
        "apart": _SPREAD.total_seconds() / piece.total,
    }
    with unguarded("benchmark"), connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for statement in (_MADE, _EVENTS, *_OTHERS):
            cursor.execute(statement, facts)
        cursor.execute("INSERT INTO prefilled VALUES (%s, %s)", [piece.first, piece.last])
        cursor.execute("COMMIT")
    connection.close()
    return piece.last - piece.first + 1


def _drop_indexes(cursor: CursorWrapper) -> None:
    """Drop what the filling need not keep in order; the parents of the partitions only."""
    cursor.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid),
               coalesce('ALTER TABLE ' || i.indrelid::regclass || ' ADD CONSTRAINT '
                        || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid), ''),
               i.indrelid::regclass::text
        FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
        WHERE i.indrelid = ANY (%s::regclass[])
        """,
        [list(_TABLES)],
    )
    for name, definition, constraint, table in cursor.fetchall():
        # made for the parent alone, an index would not reach its partitions
        again = constraint or definition.replace(" ON ONLY ", " ON ")
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO prefill_indexes VALUES (%s)", [again])
        if constraint:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        else:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("COMMIT")


def _lay_indexes(cursor: CursorWrapper, say: Say) -> None:
    """Lay the indexes again, two at a time; each is struck off the list with its laying."""
    cursor.execute("SELECT definition FROM prefill_indexes ORDER BY definition")
    definitions = [text for (text,) in cursor.fetchall()]
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        for definition in pool.map(_lay_index, definitions):
            say(definition)


def _lay_index(definition: str) -> str:
    """Lay one index on a connection of this thread."""
    with unguarded("benchmark"), connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        cursor.execute(definition)
        cursor.execute("DELETE FROM prefill_indexes WHERE definition = %s", [definition])
        cursor.execute("COMMIT")
    connection.close()
    return definition
