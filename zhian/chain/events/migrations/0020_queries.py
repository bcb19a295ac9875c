# First laid by Django 5.2.19 on 2026-11-21 22:43

import uuid

import django.db.models.deletion
from django.db import migrations, models

import zhian.chain.events.models.events

# How SQL reads what a JSON value says: as the grammar's slow twin does (engine/grammar/evaluation).
VALUE_READERS = r"""
CREATE FUNCTION events_number(value jsonb) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(value) = 'number' THEN
        RETURN (value #>> '{}')::numeric;
    ELSIF jsonb_typeof(value) = 'string'
        AND (value #>> '{}') ~ '^[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})$' THEN
        RETURN (value #>> '{}')::numeric;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION events_moment(value jsonb) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    text text := upper(value #>> '{}');
BEGIN
    IF jsonb_typeof(value) <> 'string' OR text !~ ('^[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]T'
        '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,12})?'
        '(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$') THEN
        RETURN NULL;
    END IF;
    BEGIN
        RETURN regexp_replace(text, '(\.[0-9]{6})[0-9]+', '\1')::timestamptz;
    EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
        RETURN NULL;
    END;
END $$;

-- the namespace a prefix stands for in one event; what is declared later counts
CREATE FUNCTION events_namespace(context jsonb, document jsonb, prefix text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT rtrim(found.value #>> '{}', '#/:')
    FROM jsonb_path_query(
        jsonb_build_array(context, document -> '@context'),
        ('$[*][*].' || to_json(prefix)::text)::jsonpath
    ) WITH ORDINALITY AS found (value, place)
    WHERE jsonb_typeof(found.value) = 'string'
    ORDER BY found.place DESC LIMIT 1
$$;

-- what the events captured so far use
INSERT INTO events_knownname (kind, value, namespace)
SELECT DISTINCT 'prefix', term.key, term.value #>> '{}'
FROM events_event,
    jsonb_path_query(
        jsonb_build_array(context, document -> '@context'), '$[*][*] ? (@.type() == "object")'
    ) AS entry,
    jsonb_each(entry) AS term
WHERE jsonb_typeof(term.value) = 'string'
UNION SELECT 'type', type, '' FROM events_event WHERE type LIKE '%:%'
UNION SELECT 'step', biz_step, '' FROM events_event WHERE biz_step LIKE '%:%'
UNION SELECT 'disposition', disposition, '' FROM events_event WHERE disposition LIKE '%:%';
"""
FORGET = """
DROP FUNCTION events_namespace(jsonb, jsonb, text);
DROP FUNCTION events_moment(jsonb);
DROP FUNCTION events_number(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("offices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedToken",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("delivery_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("collecting", "waiting for its hour"),
                            ("pending", "on its way"),
                            ("delivered", "delivered"),
                            ("dead", "could not be delivered"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                (
                    "last_problem",
                    models.CharField(blank=True, max_length=500, verbose_name="last problem"),
                ),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="delivered")),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries to subscribers",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="KnownName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prefix", "prefix of extension fields"),
                            ("type", "event type"),
                            ("step", "business step"),
                            ("disposition", "disposition"),
                        ],
                        max_length=11,
                    ),
                ),
                ("value", models.CharField(max_length=2048)),
                ("namespace", models.CharField(blank=True, max_length=2048)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "value", "namespace"), name="events_known_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NamedQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("query", models.JSONField(decoder=zhian.chain.events.models.events.ExactDecoder)),
                ("prefixes", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.user",
                        verbose_name="query kept by",
                    ),
                ),
            ],
            options={
                "verbose_name": "named query",
                "verbose_name_plural": "named queries",
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subscription_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("dest", models.CharField(max_length=2048, verbose_name="sent to")),
                ("signature_token", models.CharField(blank=True, max_length=500)),
                ("stream", models.BooleanField(default=False)),
                ("schedule", models.JSONField(null=True)),
                ("report_if_empty", models.BooleanField(default=False)),
                ("initial_record_time", models.DateTimeField()),
                ("epc_format", models.CharField(blank=True, max_length=30)),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("last_notified_at", models.DateTimeField(null=True, verbose_name="last told")),
                ("next_due", models.DateTimeField(db_index=True, null=True)),
                (
                    "query",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="events.namedquery",
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
            },
        ),
        migrations.CreateModel(
            name="DeliveryEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_key", models.BigIntegerField()),
                ("record_time", models.DateTimeField()),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contents",
                        to="events.delivery",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="events.subscription",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="events.subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="namedquery",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="events_query_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryevent",
            constraint=models.UniqueConstraint(
                fields=("subscription", "event_key"), name="events_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "collecting")),
                fields=("subscription",),
                name="events_one_collecting_delivery",
            ),
        ),
        migrations.RunSQL(VALUE_READERS, FORGET),
    ]
