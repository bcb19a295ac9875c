"""Master data of document headers waits here until a person decides."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("events", "0031_asked_for"),
    ]

    operations = [
        migrations.CreateModel(
            name="MasterDataProposal",
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
                            ("product", "product"),
                            ("site", "site"),
                            ("party", "party"),
                            ("other", "other master data"),
                        ],
                        max_length=8,
                        verbose_name="for the register of",
                    ),
                ),
                ("vocabulary", models.CharField(max_length=2048)),
                ("key", models.CharField(max_length=2048, verbose_name="key")),
                ("name", models.CharField(blank=True, max_length=500, verbose_name="name")),
                ("attributes", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waiting for a decision"),
                            ("accepted", "taken over"),
                            ("refused", "not taken over"),
                        ],
                        default="proposed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="events.capturejob",
                    ),
                ),
            ],
            options={
                "verbose_name": "master data proposal",
                "verbose_name_plural": "master data proposals",
                "ordering": ["-proposed_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "-proposed_at"], name="events_proposals_open")
                ],
            },
        ),
    ]
