import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FunctionalClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=10, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=60, unique=True, verbose_name="function")),
                (
                    "definition_zh",
                    models.CharField(blank=True, max_length=500, verbose_name="definition"),
                ),
            ],
            options={
                "verbose_name": "functional class",
                "verbose_name_plural": "functional classes",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="InspectionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("big_category", models.CharField(max_length=80, verbose_name="food class")),
                ("sub_category", models.CharField(max_length=160, verbose_name="food")),
                ("table", models.CharField(blank=True, max_length=20, verbose_name="table")),
                ("number", models.CharField(blank=True, max_length=10, verbose_name="number")),
                ("item", models.CharField(max_length=300, verbose_name="item")),
                (
                    "item_folded",
                    models.CharField(db_index=True, max_length=300, verbose_name="folded item"),
                ),
                (
                    "standard",
                    models.CharField(blank=True, max_length=300, verbose_name="judged by"),
                ),
                ("method", models.CharField(blank=True, max_length=400, verbose_name="method")),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="note")),
            ],
            options={
                "verbose_name": "item to inspect",
                "verbose_name_plural": "items to inspect",
                "ordering": ["edition", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ResidueComponent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "factor",
                    models.DecimalField(
                        decimal_places=6, default=1, max_digits=12, verbose_name="factor"
                    ),
                ),
            ],
            options={
                "verbose_name": "component of a residue",
                "verbose_name_plural": "components of residues",
                "ordering": ["substance", "component"],
            },
        ),
        migrations.AddField(
            model_name="edition",
            name="tables",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                default=list,
                size=None,
                verbose_name="tables",
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="base_lower",
            field=models.DecimalField(
                blank=True,
                decimal_places=18,
                max_digits=36,
                null=True,
                verbose_name="at least, in base units",
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="base_upper",
            field=models.DecimalField(
                blank=True,
                decimal_places=18,
                max_digits=36,
                null=True,
                verbose_name="at most, in base units",
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "As sold"),
                    ("dry", "Dry matter"),
                    ("fat", "Fat"),
                    ("solid_product", "Solid product"),
                    ("reconstituted", "Reconstituted"),
                    ("ready_to_eat", "Ready to eat or drink"),
                ],
                max_length=16,
                verbose_name="basis",
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="ceiling",
            field=models.DecimalField(
                blank=True, decimal_places=18, max_digits=36, null=True, verbose_name="M"
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="effective_from",
            field=models.DateField(blank=True, null=True, verbose_name="in force from"),
        ),
        migrations.AddField(
            model_name="limit",
            name="effective_to",
            field=models.DateField(blank=True, null=True, verbose_name="in force to"),
        ),
        migrations.AddField(
            model_name="limit",
            name="exceptions",
            field=models.CharField(blank=True, max_length=500, verbose_name="except"),
        ),
        migrations.AddField(
            model_name="limit",
            name="lower",
            field=models.DecimalField(
                blank=True, decimal_places=18, max_digits=36, null=True, verbose_name="at least"
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="may_exceed",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="c"),
        ),
        migrations.AddField(
            model_name="limit",
            name="method_limit",
            field=models.CharField(
                blank=True, max_length=60, verbose_name="detection limit of the method"
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="operator",
            field=models.CharField(
                blank=True,
                choices=[
                    ("MAXIMUM", "At most"),
                    ("MINIMUM", "At least"),
                    ("RANGE", "Between"),
                    ("ABSENT", "Not to be detected or used"),
                    ("PLAN", "Sampling plan"),
                    ("BARE", "Number without operator"),
                    ("AS_NEEDED", "Quantity as needed"),
                    ("MISSING", "Nothing written"),
                    ("UNREADABLE", "Needs a person"),
                ],
                max_length=12,
                verbose_name="operator",
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="quantity",
            field=models.CharField(blank=True, max_length=80, verbose_name="quantity"),
        ),
        migrations.AddField(
            model_name="limit",
            name="samples",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="n"),
        ),
        migrations.AddField(
            model_name="limit",
            name="table",
            field=models.CharField(blank=True, max_length=20, verbose_name="table"),
        ),
        migrations.AddField(
            model_name="limit",
            name="unit",
            field=models.CharField(blank=True, max_length=40, verbose_name="unit"),
        ),
        migrations.AddField(
            model_name="limit",
            name="upper",
            field=models.DecimalField(
                blank=True, decimal_places=18, max_digits=36, null=True, verbose_name="at most"
            ),
        ),
        migrations.AddField(
            model_name="limit",
            name="use",
            field=models.CharField(
                choices=[
                    ("CONTENT", "Content found"),
                    ("MAXIMUM_USE", "Maximum use"),
                    ("RESIDUE", "Residue found"),
                ],
                default="CONTENT",
                max_length=12,
                verbose_name="meaning",
            ),
        ),
        migrations.AddField(
            model_name="standard",
            name="kind",
            field=models.CharField(
                choices=[
                    ("CONTAMINANTS", "Contaminants and toxins"),
                    ("ADDITIVES", "Additives (what is not listed is not permitted)"),
                    ("PESTICIDES", "Pesticide residues"),
                    ("VETERINARY", "Veterinary drug residues"),
                    ("MICROBES", "Microbes"),
                    ("BANNED", "Banned substances"),
                    ("PRODUCT", "Product standard"),
                    ("CONTRACT", "Contract of an importer"),
                    ("OTHER", "Other"),
                ],
                default="OTHER",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="substance",
            name="e_number",
            field=models.CharField(blank=True, max_length=20, verbose_name="E number"),
        ),
        migrations.AddField(
            model_name="substance",
            name="functions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                default=list,
                size=None,
                verbose_name="functions",
            ),
        ),
        migrations.AddField(
            model_name="substance",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ADDITIVE", "Additive"),
                    ("FLAVOURING", "Flavouring"),
                    ("PROCESSING_AID", "Processing aid"),
                    ("CONTAMINANT", "Contaminant"),
                    ("PESTICIDE", "Pesticide"),
                    ("VETERINARY_DRUG", "Veterinary drug"),
                    ("MICROBE", "Microbe"),
                    ("NUTRIENT", "Nutrient or content"),
                    ("OTHER", "Other"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="substance",
            name="residue_en",
            field=models.CharField(
                blank=True, max_length=500, verbose_name="residue definition (English)"
            ),
        ),
        migrations.AddField(
            model_name="substance",
            name="residue_zh",
            field=models.CharField(blank=True, max_length=500, verbose_name="residue definition"),
        ),
        migrations.AlterField(
            model_name="standard",
            name="market",
            field=models.CharField(
                db_index=True, default="cn", max_length=40, verbose_name="market"
            ),
        ),
        migrations.AddIndex(
            model_name="limit",
            index=models.Index(fields=["edition", "substance"], name="standards_limit_edition"),
        ),
        migrations.AddField(
            model_name="inspectionitem",
            name="edition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="inspection_items",
                to="standards.edition",
            ),
        ),
        migrations.AddField(
            model_name="residuecomponent",
            name="component",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counted_in",
                to="standards.substance",
            ),
        ),
        migrations.AddField(
            model_name="residuecomponent",
            name="substance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="components",
                to="standards.substance",
            ),
        ),
        migrations.AddConstraint(
            model_name="residuecomponent",
            constraint=models.UniqueConstraint(
                fields=("substance", "component"), name="standards_component_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="residuecomponent",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__gt", 0)), name="standards_component_factor"
            ),
        ),
    ]
