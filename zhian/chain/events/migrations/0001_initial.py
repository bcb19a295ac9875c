# First laid by Django 5.2.19 on 2026-11-21 19:32

import uuid

import django.db.models.deletion
from django.db import migrations, models

import zhian.chain.events.models

# One table per month of recording, laid ahead; what falls outside lies in the default partition.
# PostgreSQL wants the partition key in the primary key; `id` alone is unique by its sequence.
LAY_EVENTS = """
CREATE SEQUENCE events_event_id_seq AS bigint;
CREATE TABLE events_event (
    id bigint NOT NULL DEFAULT nextval('events_event_id_seq'),
    event_id varchar(2048) NOT NULL,
    event_hash varchar(96) NOT NULL,
    type varchar(2048) NOT NULL,
    action varchar(8) NOT NULL,
    kind varchar(12) NOT NULL,
    event_time timestamptz NOT NULL,
    record_time timestamptz NOT NULL,
    time_zone_offset varchar(6) NOT NULL,
    biz_step varchar(2048) NOT NULL,
    disposition varchar(2048) NOT NULL,
    read_point varchar(2048) NOT NULL,
    biz_location varchar(2048) NOT NULL,
    site varchar(2048) NOT NULL,
    source_site varchar(2048) NOT NULL,
    destination_site varchar(2048) NOT NULL,
    declared_wrong boolean NOT NULL,
    context jsonb NOT NULL,
    document jsonb NOT NULL,
    job_id bigint NOT NULL,
    PRIMARY KEY (id, record_time)
) PARTITION BY RANGE (record_time);
ALTER SEQUENCE events_event_id_seq OWNED BY events_event.id;
CREATE INDEX events_event_by_number ON events_event (event_id);
CREATE INDEX events_event_by_time ON events_event (event_time, id);
CREATE INDEX events_event_by_job ON events_event (job_id);

CREATE TABLE events_event_default PARTITION OF events_event DEFAULT;

CREATE FUNCTION events_lay_months(first date, months integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    month date;
    name text;
    laid integer := 0;
BEGIN
    FOR i IN 0 .. months - 1 LOOP
        month := date_trunc('month', first)::date + make_interval(months => i);
        name := 'events_event_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF events_event FOR VALUES FROM (%L) TO (%L)',
                name, month::text || ' 00:00:00+00',
                (month + interval '1 month')::date::text || ' 00:00:00+00'
            );
            laid := laid + 1;
        END IF;
    END LOOP;
    RETURN laid;
END
$$;
SELECT events_lay_months('2025-01-01', 48);

CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a captured event stays as it was sent: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER events_event_stays BEFORE UPDATE OR DELETE ON events_event
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
"""

UNDO_EVENTS = """
DROP TABLE events_event;
DROP FUNCTION events_lay_months(date, integer);
DROP FUNCTION events_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("offices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventIdentity",
            fields=[
                ("identity", models.CharField(max_length=110, primary_key=True, serialize=False)),
                ("event_id", models.CharField(db_index=True, max_length=2048)),
            ],
        ),
        migrations.CreateModel(
            name="CaptureJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "capture_id",
                    models.UUIDField(
                        default=uuid.uuid4, unique=True, verbose_name="capture number"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "running"),
                            ("succeeded", "accepted"),
                            ("partial", "partly accepted"),
                            ("failed", "refused"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="sent")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("error_behaviour", models.CharField(default="rollback", max_length=10)),
                ("operator_ref", models.BigIntegerField(db_index=True, null=True)),
                ("media_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("events", models.PositiveIntegerField(default=0, verbose_name="new events")),
                ("duplicates", models.PositiveIntegerField(default=0, verbose_name="known events")),
                ("errors", models.JSONField(default=list)),
                ("warnings", models.JSONField(default=list)),
                (
                    "captured_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.user",
                        verbose_name="document sent by",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.office",
                        verbose_name="office",
                    ),
                ),
            ],
            options={
                "verbose_name": "capture job",
                "verbose_name_plural": "capture jobs",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CapturedDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("raw", models.BinaryField()),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document",
                        to="events.capturejob",
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LAY_EVENTS, UNDO_EVENTS)],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "event_id",
                            models.CharField(max_length=2048, verbose_name="event number"),
                        ),
                        ("event_hash", models.CharField(max_length=96)),
                        ("type", models.CharField(max_length=2048, verbose_name="type")),
                        ("action", models.CharField(blank=True, max_length=8)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("commission", "produced or registered"),
                                    ("ship", "shipped"),
                                    ("receive", "received"),
                                    ("transform", "processed"),
                                    ("aggregate", "packed"),
                                    ("disaggregate", "unpacked"),
                                    ("observe", "observed"),
                                    ("sell", "sold"),
                                    ("destroy", "destroyed"),
                                    ("return_", "sent back"),
                                ],
                                max_length=12,
                                verbose_name="what happened",
                            ),
                        ),
                        ("event_time", models.DateTimeField(verbose_name="happened")),
                        ("record_time", models.DateTimeField(verbose_name="recorded")),
                        ("time_zone_offset", models.CharField(max_length=6)),
                        ("biz_step", models.CharField(blank=True, max_length=2048)),
                        ("disposition", models.CharField(blank=True, max_length=2048)),
                        ("read_point", models.CharField(blank=True, max_length=2048)),
                        ("biz_location", models.CharField(blank=True, max_length=2048)),
                        (
                            "site",
                            models.CharField(blank=True, max_length=2048, verbose_name="site"),
                        ),
                        ("source_site", models.CharField(blank=True, max_length=2048)),
                        ("destination_site", models.CharField(blank=True, max_length=2048)),
                        ("declared_wrong", models.BooleanField(default=False)),
                        (
                            "context",
                            models.JSONField(decoder=zhian.chain.events.models.ExactDecoder),
                        ),
                        (
                            "document",
                            models.JSONField(decoder=zhian.chain.events.models.ExactDecoder),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="events.capturejob",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "ordering": ["-event_time", "-id"],
                    },
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["event_id"], name="events_event_by_number"),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["event_time", "id"], name="events_event_by_time"),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["job"], name="events_event_by_job"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EventLot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_time", models.DateTimeField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("epc", "goods"),
                            ("parent", "outer unit"),
                            ("child", "content"),
                            ("input", "ingredient"),
                            ("output", "product"),
                        ],
                        max_length=6,
                    ),
                ),
                ("lot", models.CharField(max_length=2048, verbose_name="lot")),
                ("quantity", models.DecimalField(decimal_places=40, max_digits=80, null=True)),
                ("uom", models.CharField(blank=True, max_length=3)),
                ("kg", models.DecimalField(decimal_places=9, max_digits=24, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EventParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_time", models.DateTimeField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("read_point", "where it was recorded"),
                            ("biz_location", "where the goods are"),
                            ("source", "from"),
                            ("destination", "to"),
                        ],
                        max_length=12,
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=2048)),
                ("site", models.CharField(max_length=2048)),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="capturejob",
            index=models.Index(fields=["-created_at", "-id"], name="events_capture_newest"),
        ),
        migrations.AddIndex(
            model_name="eventlot",
            index=models.Index(fields=["lot", "event"], name="events_lot_by_lot"),
        ),
        migrations.AddIndex(
            model_name="eventparty",
            index=models.Index(fields=["site", "event"], name="events_party_by_site"),
        ),
    ]
