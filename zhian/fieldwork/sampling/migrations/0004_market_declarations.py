import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0001_initial"),
        ("products", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("sampling", "0003_rejudgements"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarketDeclaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lot_key", models.CharField(db_index=True, max_length=200, verbose_name="lot")),
                ("market", models.CharField(max_length=40, verbose_name="market")),
                ("declared_at", models.DateTimeField(verbose_name="declared")),
                ("results", models.PositiveIntegerField(verbose_name="results judged")),
                (
                    "stopped_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="stopped"),
                ),
                (
                    "blocks",
                    models.JSONField(blank=True, default=list, verbose_name="what fails there"),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="declared by",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.office",
                        verbose_name="office",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "declaration for a market",
                "verbose_name_plural": "declarations for markets",
                "ordering": ["-declared_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lot_key", "market"), name="sampling_declared_once"
                    )
                ],
            },
        ),
    ]
