"""Filling the store for a benchmark: events like the invented ones, made by PostgreSQL itself.

Spread over the last 22 months of recording, with their lots, places and identities, without raw
documents. Indexes are laid afterwards, hence a little denser than years of capturing leave them.
"""

import time
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from zhian.kernel.use_cases import unguarded

_AT_ONCE = 250_000
_TABLES = ("events_event", "events_eventlot", "events_eventparty", "events_eventidentity")

# i: number of the event; k: its kind of ten; t: when it was recorded; s, d: sites
_MADE = r"""
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT nextval('events_event_id_seq') AS id, i, k, t, digest,
       CASE WHEN k IN (2, 4, 8) THEN 'urn:uuid:' || md5(i::text)::uuid
            ELSE 'ni:///sha-256;' || encode(digest, 'hex') || '?ver=CBV2.0' END AS number,
       format('urn:epc:id:sgln:6901%%s.%%s.0', lpad((i %% 2000)::text, 4, '0'),
              lpad((i %% 2000 %% 90)::text, 4, '0')) AS s,
       format('urn:epc:id:sgln:6901%%s.%%s.0', lpad(((i * 7 + 3) %% 2000)::text, 4, '0'),
              lpad(((i * 7 + 3) %% 2000 %% 90)::text, 4, '0')) AS d,
       format('urn:epc:class:lgtin:6901%%s.0%%s.P%%s', lpad((i / 4 %% 2000)::text, 4, '0'),
              lpad((i / 4 %% 8)::text, 4, '0'), lpad((i / 4)::text, 9, '0')) AS lot
FROM (SELECT i, i %% 10 AS k, sha256(('prefill ' || i)::bytea) AS digest,
             now() - interval '660 days' * (1 - i::float8 / %(total)s) AS t
      FROM generate_series(%(first)s, %(last)s) AS i) AS numbered
"""
_EVENTS = r"""
INSERT INTO events_event (id, event_id, event_hash, type, action, kind, event_time, record_time,
    time_zone_offset, biz_step, disposition, read_point, biz_location, site, source_site,
    destination_site, declared_wrong, job_id, context, document)
SELECT id, number, 'ni:///sha-256;' || encode(digest, 'hex') || '?ver=CBV2.0',
    CASE k WHEN 5 THEN 'TransformationEvent' WHEN 6 THEN 'AggregationEvent'
           WHEN 9 THEN 'AggregationEvent' ELSE 'ObjectEvent' END,
    CASE k WHEN 5 THEN '' WHEN 0 THEN 'ADD' WHEN 6 THEN 'ADD' WHEN 9 THEN 'ADD'
           ELSE 'OBSERVE' END,
    CASE WHEN k = 0 THEN 'commission' WHEN k IN (1, 3, 7) THEN 'ship'
         WHEN k IN (2, 4, 8) THEN 'receive' WHEN k = 5 THEN 'transform' ELSE 'aggregate' END,
    t - interval '1 hour', t, '+08:00',
    CASE WHEN k IN (0, 5) THEN 'commissioning' WHEN k IN (1, 3, 7) THEN 'shipping'
         WHEN k IN (2, 4, 8) THEN 'receiving' ELSE 'packing' END,
    CASE WHEN k = 0 THEN 'active' WHEN k IN (1, 3, 7) THEN 'in_transit' ELSE 'in_progress' END,
    CASE WHEN k IN (2, 4, 8) THEN d ELSE s END, CASE WHEN k IN (0, 5, 6, 9) THEN s ELSE '' END,
    CASE WHEN k IN (2, 4, 8) THEN d ELSE s END,
    CASE WHEN k IN (1, 2, 3, 4, 7, 8) THEN s ELSE '' END,
    CASE WHEN k IN (1, 2, 3, 4, 7, 8) THEN d ELSE '' END,
    false, -(i / 1000), '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]',
    format('{"type":"ObjectEvent","eventTime":"%%s","eventTimeZoneOffset":"+08:00",'
           '"action":"OBSERVE","bizStep":"shipping","disposition":"in_transit",'
           '"readPoint":{"id":"%%s"},"quantityList":[{"epcClass":"%%s","quantity":%%s.5,'
           '"uom":"KGM"}],"bizTransactionList":[{"type":"desadv","bizTransaction":'
           '"urn:epcglobal:cbv:bt:6901234000016:desadv-%%s"},{"type":"inv","bizTransaction":'
           '"urn:epcglobal:cbv:bt:6901234000016:inv-%%s"}],"sourceList":[{"type":"location",'
           '"source":"%%s"}],"destinationList":[{"type":"location","destination":"%%s"}]}',
           to_char(t - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS+00:00'),
           s, lot, i %% 977, i, i, s, d)::jsonb
FROM made ORDER BY id
"""
_OTHERS = (
    r"""
INSERT INTO events_eventlot (event_id, record_time, role, lot, quantity, uom, kg)
SELECT id, t, CASE WHEN k = 5 THEN 'input' WHEN k IN (6, 9) THEN 'child' ELSE 'epc' END,
       lot, i %% 977 + 0.5, 'KGM', i %% 977 + 0.5
FROM made ORDER BY id
""",
    r"""
INSERT INTO events_eventlot (event_id, record_time, role, lot, quantity, uom, kg)
SELECT id, t, CASE WHEN k = 5 THEN 'output' ELSE 'child' END, lot || '.2', 20, 'KGM', 20
FROM made WHERE k IN (5, 6, 9) ORDER BY id
""",
    r"""
INSERT INTO events_eventlot (event_id, record_time, role, lot, quantity, uom, kg)
SELECT id, t, 'parent', format('urn:epc:id:sscc:6901234.3%%s', lpad(i::text, 9, '0')), NULL, '',
       NULL
FROM made WHERE k IN (6, 9) ORDER BY id
""",
    r"""
INSERT INTO events_eventparty (event_id, record_time, role, kind, site)
SELECT id, t, party.role, party.kind, party.site FROM made, LATERAL (VALUES
    ('read_point', '', CASE WHEN k IN (2, 4, 8) THEN d ELSE s END),
    (CASE WHEN k IN (0, 5, 6, 9) THEN 'biz_location' ELSE 'source' END,
     CASE WHEN k IN (0, 5, 6, 9) THEN '' ELSE 'location' END, s),
    ('destination', 'location', CASE WHEN k IN (0, 5, 6, 9) THEN NULL ELSE d END)
) AS party (role, kind, site) WHERE party.site IS NOT NULL ORDER BY id
""",
    r"""
INSERT INTO events_eventidentity (identity, event_id)
SELECT digest, CASE WHEN k IN (2, 4, 8) THEN number END FROM made
""",
)


@dataclass(frozen=True, slots=True)
class _Index:
    name: str
    definition: str
    constraint: str


def fill(events: int) -> dict[str, float]:
    """Store so many events; says how long it took and how large the store is."""
    began = time.perf_counter()
    with unguarded("benchmark"), connection.cursor() as cursor:
        indexes = _dropped(cursor)
        for first in range(1, events + 1, _AT_ONCE):
            last = min(first + _AT_ONCE - 1, events)
            cursor.execute("BEGIN")
            cursor.execute(_MADE, {"first": first, "last": last, "total": events})
            for statement in (_EVENTS, *_OTHERS):
                cursor.execute(statement, {})
            cursor.execute("COMMIT")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for index in indexes:
            cursor.execute(index.constraint or index.definition)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    seconds = time.perf_counter() - began
    return {"events": events, "seconds": round(seconds), "gigabytes": round(size / 2**30, 1)}


def _dropped(cursor: CursorWrapper) -> list[_Index]:
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
    indexes = []
    for name, definition, constraint, table in cursor.fetchall():
        # made for the parent alone, an index would not reach its partitions
        indexes.append(_Index(name, definition.replace(" ON ONLY ", " ON "), constraint))
        if constraint:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        else:
            cursor.execute(f"DROP INDEX {name}")
    return indexes
