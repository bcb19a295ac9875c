"""Rows of places carry the time of their event, and their index gives a place's events in order.

Events of months that are detached have no row here to take the time from; their time of recording
stands for it.
"""

from django.db import migrations, models

FILL = """
DO $$ BEGIN
    UPDATE events_eventparty AS party SET event_time = event.event_time
        FROM events_event AS event
        WHERE event.id = party.event_id AND event.record_time = party.record_time;
    UPDATE events_eventparty SET event_time = record_time WHERE event_time IS NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0010_master_data")]

    operations = [
        migrations.AddField("eventparty", "event_time", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("eventparty", "event_time", models.DateTimeField()),
        migrations.RemoveIndex("eventparty", "events_party_by_site"),
        migrations.AddIndex(
            "eventparty",
            models.Index(
                fields=["site", "role", "record_time", "event"],
                include=["event_time"],
                name="events_party_by_site",
            ),
        ),
    ]
