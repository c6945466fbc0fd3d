import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Calendar, hours, rights and terms of keeping are prepared before they are in force."""

    dependencies = [
        ("complaints", "0044_one_of_a_name_at_a_time"),
        ("insurers", "0009_imports_of_registries"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettingChange",
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
                            ("calendar", "production calendar"),
                            ("hours", "working hours of a branch"),
                            ("rights", "rights of tiers"),
                            ("keeping", "how long data are kept"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year")),
                ("job_id", models.BigIntegerField(blank=True, null=True, verbose_name="dry run")),
                (
                    "tried_version",
                    models.PositiveIntegerField(default=0, verbose_name="version that was tried out"),
                ),
                ("needs_second", models.BooleanField(default=False, verbose_name="needs a second person")),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "prepared change of a setting",
                "verbose_name_plural": "prepared changes of settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("noun__in", ["calendar", "hours", "rights", "keeping"])),
                        name="setting_change_noun_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("branch", None), ("noun", "calendar"), ("year__isnull", False)),
                            models.Q(
                                ("branch__isnull", False), ("noun", "hours"), ("region", None), ("year", None)
                            ),
                            models.Q(
                                ("branch", None),
                                ("noun__in", ["rights", "keeping"]),
                                ("region", None),
                                ("year", None),
                            ),
                            _connector="OR",
                        ),
                        name="setting_change_place_fits_noun",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needs_second", False),
                            models.Q(("state", "published"), _negated=True),
                            models.Q(("settled_by_id", models.F("changed_by_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="setting_change_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "discarded"])),
                        name="setting_change_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_by_id__isnull", True), ("settled_at__isnull", True)),
                            models.Q(("settled_by_id__isnull", False), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="setting_change_settled_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True), ("settled_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="setting_change_settled_iff_no_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_at__isnull", True),
                            ("settled_at__gte", models.F("changed_at")),
                            _connector="OR",
                        ),
                        name="setting_change_settled_after_change",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("noun", "region", "branch", "year"),
                        name="setting_change_one_draft",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
