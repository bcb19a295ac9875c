from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0021_pinyin")]

    operations = [
        migrations.AddField(
            model_name="comparisonline",
            name="uniform",
            field=models.CharField(blank=True, max_length=100, verbose_name="default limit"),
        ),
        migrations.AddField(
            model_name="comparisonline",
            name="uniform_clause",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="clause of the default limit"
            ),
        ),
    ]
