"""Comparisons, the standards programme with its public comments, the library of law."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0001_initial"),
        ("standards", "0011_measure_known_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Regulation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="key")),
                ("name_zh", models.CharField(max_length=200, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=300, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("LAW", "Law"),
                            ("STATE_COUNCIL", "State Council regulation"),
                            ("MINISTRY", "Ministry rule"),
                            ("NORMATIVE", "Normative document"),
                            ("PLAN", "Plan or announcement"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "issuer_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="issued by"),
                ),
                (
                    "document",
                    models.CharField(blank=True, max_length=100, verbose_name="document number"),
                ),
                (
                    "names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        size=None,
                        verbose_name="names",
                    ),
                ),
            ],
            options={
                "verbose_name": "regulation",
                "verbose_name_plural": "regulations",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("market", models.CharField(max_length=40, unique=True, verbose_name="market")),
                ("on", models.DateField(verbose_name="for goods produced on")),
                ("made_at", models.DateTimeField(verbose_name="compared at")),
                ("editions", models.CharField(max_length=64, verbose_name="editions compared")),
                ("our_limits", models.PositiveIntegerField(verbose_name="our limits")),
                ("our_substances", models.PositiveIntegerField(verbose_name="our substances")),
                ("their_limits", models.PositiveIntegerField(verbose_name="their limits")),
                ("their_substances", models.PositiveIntegerField(verbose_name="their substances")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.user",
                    ),
                ),
            ],
            options={
                "verbose_name": "comparison",
                "verbose_name_plural": "comparisons",
                "ordering": ["market"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=40, unique=True, verbose_name="plan number"),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year of the plan")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("MAKING", "New standard"),
                            ("REVISION", "Revision"),
                            ("WITHDRAWAL", "Weeding out"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("title_zh", models.CharField(max_length=200, verbose_name="Title in Chinese")),
                (
                    "title_en",
                    models.CharField(blank=True, max_length=300, verbose_name="Title in English"),
                ),
                (
                    "standard_code",
                    models.CharField(blank=True, max_length=40, verbose_name="standard"),
                ),
                ("replaces", models.CharField(blank=True, max_length=200, verbose_name="replaces")),
                ("rapid", models.BooleanField(default=False, verbose_name="rapid mechanism")),
                (
                    "trigger",
                    models.CharField(blank=True, max_length=500, verbose_name="what triggered it"),
                ),
                (
                    "adopts",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="international standard"
                    ),
                ),
                (
                    "adoption",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("IDT", "Identical (IDT)"),
                            ("MOD", "Modified (MOD)"),
                            ("NEQ", "Not equivalent (NEQ)"),
                        ],
                        max_length=3,
                        verbose_name="degree of adoption",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("PROPOSAL", "Proposal"),
                            ("PLAN", "In the plan"),
                            ("DRAFT", "Drafting"),
                            ("COMMENT", "Public comment"),
                            ("REVIEW", "Technical review"),
                            ("APPROVAL", "Approval"),
                            ("PUBLISHED", "Published"),
                            ("IN_FORCE", "In force"),
                            ("STOPPED", "Stopped"),
                        ],
                        default="PROPOSAL",
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                ("stage_since", models.DateTimeField(verbose_name="in this stage since")),
                ("due_on", models.DateField(verbose_name="to be published by")),
                ("draft_text", models.TextField(blank=True, verbose_name="draft for comment")),
                (
                    "comment_until",
                    models.DateField(blank=True, null=True, verbose_name="comments until"),
                ),
                (
                    "in_force_on",
                    models.DateField(blank=True, null=True, verbose_name="in force from"),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.edition",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.office",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.user",
                    ),
                ),
            ],
            options={
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.PositiveIntegerField(verbose_name="number")),
                ("clause", models.CharField(blank=True, max_length=100, verbose_name="clause")),
                ("text", models.TextField(max_length=4000, verbose_name="comment")),
                ("author", models.CharField(blank=True, max_length=100, verbose_name="name")),
                (
                    "contact",
                    models.CharField(blank=True, max_length=200, verbose_name="how to reach you"),
                ),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ADOPTED", "Adopted"),
                            ("PARTLY", "Adopted in part"),
                            ("NOT_ADOPTED", "Not adopted"),
                        ],
                        max_length=12,
                        verbose_name="answer",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered at"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.user",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="standards.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "public comment",
                "verbose_name_plural": "public comments",
                "ordering": ["project", "serial"],
            },
        ),
        migrations.CreateModel(
            name="ProjectStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=20, verbose_name="step")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("PROPOSAL", "Proposal"),
                            ("PLAN", "In the plan"),
                            ("DRAFT", "Drafting"),
                            ("COMMENT", "Public comment"),
                            ("REVIEW", "Technical review"),
                            ("APPROVAL", "Approval"),
                            ("PUBLISHED", "Published"),
                            ("IN_FORCE", "In force"),
                            ("STOPPED", "Stopped"),
                        ],
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.user",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="standards.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a project",
                "verbose_name_plural": "steps of a project",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RegulationVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="version")),
                ("effective_from", models.DateField(verbose_name="in force from")),
                (
                    "effective_to",
                    models.DateField(blank=True, null=True, verbose_name="in force to"),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("H", "Read in the primary text"),
                            ("M", "From a secondary source"),
                            ("L", "Unverified"),
                        ],
                        max_length=1,
                        verbose_name="evidence",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                (
                    "regulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="standards.regulation",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a regulation",
                "verbose_name_plural": "versions of a regulation",
                "ordering": ["regulation__code", "effective_from"],
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="article")),
                ("text_zh", models.TextField(verbose_name="Chinese text")),
                ("text_en", models.TextField(blank=True, verbose_name="English text")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("H", "Read in the primary text"),
                            ("M", "From a secondary source"),
                            ("L", "Unverified"),
                        ],
                        max_length=1,
                        verbose_name="evidence",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="articles",
                        to="standards.regulationversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "ordering": ["version", "number"],
            },
        ),
        migrations.CreateModel(
            name="UnlimitedItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=200, verbose_name="test item")),
                ("product", models.CharField(max_length=200, verbose_name="product")),
                ("market", models.CharField(default="cn", max_length=40, verbose_name="market")),
                ("reason", models.CharField(max_length=40, verbose_name="reason")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="times")),
                ("first_on", models.DateField(verbose_name="first")),
                ("last_on", models.DateField(verbose_name="last")),
            ],
            options={
                "verbose_name": "sampled item without limit",
                "verbose_name_plural": "sampled items without limit",
                "ordering": ["-times", "item"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "product", "market", "reason"),
                        name="standards_unlimited_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AdoptedStandard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "international",
                    models.CharField(max_length=100, verbose_name="international standard"),
                ),
                (
                    "degree",
                    models.CharField(
                        choices=[
                            ("IDT", "Identical (IDT)"),
                            ("MOD", "Modified (MOD)"),
                            ("NEQ", "Not equivalent (NEQ)"),
                        ],
                        max_length=3,
                        verbose_name="degree of adoption",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adoptions",
                        to="standards.standard",
                    ),
                ),
            ],
            options={
                "verbose_name": "adoption",
                "verbose_name_plural": "adoptions",
                "ordering": ["standard__code", "international"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("standard", "international"), name="standards_adopted_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ComparisonLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("LAXER", "Ours is laxer"),
                            ("STRICTER", "Ours is stricter"),
                            ("EQUAL", "The same"),
                            ("NOT_COMPARABLE", "Not comparable"),
                            ("GAP", "None here"),
                            ("NONE_THERE", "None there"),
                            ("CONFLICT", "Conflict"),
                            ("DUPLICATE", "Duplicate"),
                            ("UNCLEAR", "Perhaps a conflict"),
                        ],
                        max_length=16,
                        verbose_name="finding",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                ("ratio", models.FloatField(null=True, verbose_name="times laxer")),
                (
                    "comparison",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="standards.comparison",
                    ),
                ),
                (
                    "our_node",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="standards.foodnode",
                    ),
                ),
                (
                    "ours",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="standards.limit",
                    ),
                ),
                (
                    "substance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="standards.substance",
                    ),
                ),
                (
                    "their_node",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="standards.foodnode",
                    ),
                ),
                (
                    "theirs",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="standards.limit",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a comparison",
                "verbose_name_plural": "lines of a comparison",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        fields=["comparison", "finding", "-ratio"],
                        name="standards_finding",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FoodMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                (
                    "ours",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mapped_to",
                        to="standards.foodnode",
                    ),
                ),
                (
                    "theirs",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mapped_from",
                        to="standards.foodnode",
                    ),
                ),
            ],
            options={
                "verbose_name": "mapping of food categories",
                "verbose_name_plural": "mappings of food categories",
                "ordering": ["theirs", "ours"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ours", "theirs"), name="standards_mapping_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ours", models.F("theirs")), _negated=True),
                        name="standards_mapping_two_foods",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rapid", False), models.Q(("trigger", ""), _negated=True), _connector="OR"
                ),
                name="standards_rapid_has_a_trigger",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                fields=("project", "serial"), name="standards_comment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__in", ["", "ADOPTED"]),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="standards_comment_reasoned",
            ),
        ),
        migrations.AddConstraint(
            model_name="regulationversion",
            constraint=models.UniqueConstraint(
                fields=("regulation", "effective_from"), name="standards_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="regulationversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_to__isnull", True),
                    ("effective_to__gte", models.F("effective_from")),
                    _connector="OR",
                ),
                name="standards_version_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                fields=("version", "number"), name="standards_article_once"
            ),
        ),
    ]
