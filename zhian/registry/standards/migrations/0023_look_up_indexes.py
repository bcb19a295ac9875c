from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0022_uniform_limits")]

    operations = [
        migrations.AddIndex(
            model_name="substance",
            index=models.Index(fields=["name_zh", "id"], name="standards_substance_name"),
        ),
        migrations.AddIndex(
            model_name="limit",
            index=models.Index(
                condition=models.Q(("demand", "/"), _negated=True),
                fields=["edition"],
                name="standards_printed",
            ),
        ),
    ]
