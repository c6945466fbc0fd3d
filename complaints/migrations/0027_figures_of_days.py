import django.db.models.deletion
from django.db import migrations, models

from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0026_check_voice_events"),
        ("insurers", "0004_write_who_into_the_line"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="CountMark",
                    fields=[
                        (
                            "name",
                            models.CharField(
                                max_length=20, primary_key=True, serialize=False, verbose_name="name"
                            ),
                        ),
                        ("last_id", models.BigIntegerField(default=0, verbose_name="last line")),
                        (
                            "counted_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="counted at"),
                        ),
                        (
                            "stocked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="open cases counted at"),
                        ),
                    ],
                    options={
                        "verbose_name": "mark of the figures",
                        "verbose_name_plural": "marks of the figures",
                    },
                ),
                migrations.CreateModel(
                    name="DailyCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("measure", models.CharField(max_length=20, verbose_name="measure")),
                        ("day", models.DateField(verbose_name="day")),
                        ("key", models.BigIntegerField(verbose_name="of what")),
                        ("n", models.IntegerField(verbose_name="count")),
                        (
                            "branch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="insurers.branch",
                                verbose_name="branch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "figure of a day",
                        "verbose_name_plural": "figures of days",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("branch", "measure", "day", "key"), name="daily_count_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "measure__in",
                                        (
                                            "filed",
                                            "escalated",
                                            "escalated_by_hand",
                                            "returned",
                                            "breached",
                                            "reacted",
                                            "resolved",
                                            "answered",
                                            "confirmed",
                                            "reopened",
                                            "waited",
                                            "reclassified",
                                            "forwarded",
                                            "withdrawn",
                                            "category",
                                            "clinic",
                                            "reaction_time",
                                            "decision_time",
                                            "stars",
                                            "open",
                                            "standing",
                                        ),
                                    )
                                ),
                                name="daily_count_measure_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("n__gte", 0)), name="daily_count_not_negative"
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
