"""A leaner store: keys of 32 bytes, and no index that only repeats another.

Measured on documents of 1,000 events (docs/benchmarks.md): identities as text with four indexes
cost as much as the events themselves; the numbers of lot and party rows are unique by their
sequence and are never looked up.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

LEAN = r"""
DROP INDEX events_event_by_number;
CREATE INDEX events_event_by_number ON events_event USING hash (event_id);
CREATE INDEX events_event_declared ON events_event (event_id) WHERE declared_wrong;

ALTER TABLE events_eventlot DROP CONSTRAINT events_eventlot_pkey;
ALTER TABLE events_eventparty DROP CONSTRAINT events_eventparty_pkey;

CREATE TABLE events_identities (
    identity bytea PRIMARY KEY,
    event_id varchar(2048)
);
INSERT INTO events_identities
    SELECT decode(substr(identity, 15, 64), 'hex')
           || CASE WHEN identity LIKE '%#declared' THEN '\x01'::bytea ELSE ''::bytea END,
           nullif(event_id, substr(identity, 1, 89))
    FROM events_eventidentity;
DROP TABLE events_eventidentity;
ALTER TABLE events_identities RENAME TO events_eventidentity;
ALTER INDEX events_identities_pkey RENAME TO events_eventidentity_pkey;
CREATE INDEX events_identity_by_number ON events_eventidentity (event_id)
    WHERE event_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0020_queries")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LEAN, migrations.RunSQL.noop)],
            state_operations=[
                migrations.RemoveIndex("event", "events_event_by_number"),
                migrations.AddIndex(
                    "event",
                    django.contrib.postgres.indexes.HashIndex(
                        fields=["event_id"], name="events_event_by_number"
                    ),
                ),
                migrations.AddIndex(
                    "event",
                    models.Index(
                        condition=models.Q(("declared_wrong", True)),
                        fields=["event_id"],
                        name="events_event_declared",
                    ),
                ),
                migrations.AlterField(
                    "eventidentity",
                    "identity",
                    models.BinaryField(max_length=33, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    "eventidentity", "event_id", models.CharField(max_length=2048, null=True)
                ),
                migrations.AddIndex(
                    "eventidentity",
                    models.Index(
                        condition=models.Q(("event_id__isnull", False)),
                        fields=["event_id"],
                        name="events_identity_by_number",
                    ),
                ),
            ],
        ),
    ]
