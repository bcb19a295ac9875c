"""Names of substances and foods by pinyin, for those already known too."""

from typing import Any

from django.db import migrations, models

from zhian.registry.standards.engine.pinyin import typed


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the pinyin of every name there is."""
    for model, field in (("SubstanceName", "name"), ("FoodNode", "name_zh")):
        table = apps.get_model("standards", model)
        rows = list(table.objects.order_by("pk"))
        for row in rows:
            row.pinyin = typed(getattr(row, field))
        table.objects.bulk_update(rows, ["pinyin"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("standards", "0020_questions_and_programme")]

    operations = [
        migrations.AddField(
            "substancename",
            "pinyin",
            models.CharField(blank=True, max_length=400, verbose_name="pinyin"),
        ),
        migrations.AddField(
            "foodnode",
            "pinyin",
            models.CharField(blank=True, max_length=400, verbose_name="pinyin"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
