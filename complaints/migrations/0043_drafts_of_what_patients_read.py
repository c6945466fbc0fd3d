import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Changes of themes, advice and waiting times that nobody outside sees yet."""

    dependencies = [
        ("complaints", "0043_search_messages"),
        ("insurers", "0009_imports_of_registries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row_id", models.BigIntegerField(blank=True, null=True, verbose_name="row")),
                ("values", models.JSONField(verbose_name="as it shall be")),
                ("seen", models.JSONField(blank=True, null=True, verbose_name="as it was")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("discarded", "discarded")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("changed_by_id", models.BigIntegerField(verbose_name="changed by")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                ("settled_by_id", models.BigIntegerField(blank=True, null=True, verbose_name="settled by")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "made_row_id",
                    models.BigIntegerField(blank=True, null=True, verbose_name="row that came of it"),
                ),
                (
                    "noun",
                    models.CharField(
                        choices=[
                            ("theme", "theme of an appeal"),
                            ("guide", "page of advice"),
                            ("term", "waiting time"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
            ],
            options={
                "verbose_name": "prepared change of what patients read",
                "verbose_name_plural": "prepared changes of what patients read",
            },
        ),
        migrations.AddField(
            model_name="amendment",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="insurers.region",
                verbose_name="region",
            ),
        ),
        migrations.AddIndex(
            model_name="amendment",
            index=models.Index(fields=["noun", "made_row_id"], name="amendment_of_made_row"),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("noun__in", ["theme", "guide", "term"])), name="amendment_noun_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("region", None), ("noun", "term"), _connector="OR"),
                name="amendment_region_of_terms_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "discarded"])),
                name="amendment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_by_id__isnull", True), ("settled_at__isnull", True)),
                    models.Q(("settled_by_id__isnull", False), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="amendment_settled_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="amendment_settled_iff_no_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_at__isnull", True), ("settled_at__gte", models.F("changed_at")), _connector="OR"
                ),
                name="amendment_settled_after_change",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("noun", "row_id"),
                name="amendment_one_draft_of_a_row",
            ),
        ),
    ]
