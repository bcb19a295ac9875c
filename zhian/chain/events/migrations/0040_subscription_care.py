"""Subscriptions can be paused, their bundles held back and dropped; sockets know who holds them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0032_along_a_place")]

    operations = [
        migrations.AddField(
            "subscription",
            "paused_at",
            models.DateTimeField(null=True, verbose_name="paused"),
        ),
        migrations.AddField("subscription", "held_by", models.BigIntegerField(null=True)),
        migrations.AlterField(
            "delivery",
            "state",
            models.CharField(
                choices=[
                    ("collecting", "waiting for its hour"),
                    ("pending", "on its way"),
                    ("held", "held back while paused"),
                    ("delivered", "delivered"),
                    ("dead", "could not be delivered"),
                    ("dropped", "dropped by hand"),
                ],
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
