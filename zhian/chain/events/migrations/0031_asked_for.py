"""Indexes for what people ask: with the delivery note in their hand, and what is new since."""

import django.contrib.postgres.indexes
import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0030_lean_store")]

    operations = [
        migrations.AddIndex(
            "event",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.fields.json.KeyTransform("bizTransactionList", "document"),
                    name="jsonb_path_ops",
                ),
                name="events_event_by_paper",
            ),
        ),
        migrations.AddIndex(
            "event",
            models.Index(fields=["record_time", "id"], name="events_event_by_recording"),
        ),
        # the index on an expression is of no use before PostgreSQL knows what lies in it
        migrations.RunSQL("ANALYZE events_event", migrations.RunSQL.noop),
    ]
