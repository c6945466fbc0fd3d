from django.db import migrations, models


class Migration(migrations.Migration):
    """A draft may wait for a moment that somebody chose; why it was not published then."""

    dependencies = [
        ("insurers", "0011_hours_of_seven_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="publish_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="published at the moment"),
        ),
        migrations.AddField(
            model_name="revision",
            name="scheduled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="moment chosen"),
        ),
        migrations.AddField(
            model_name="revision",
            name="scheduled_by_id",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="moment chosen by"),
        ),
        migrations.AddField(
            model_name="revision",
            name="stopped_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="not at the moment since"),
        ),
        migrations.AddField(
            model_name="revision",
            name="stopped_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("changed", "The draft was changed after the moment had been chosen."),
                    ("no_right", "Who chose the moment does not look after this any more."),
                    ("moved_on", "What is published was changed meanwhile."),
                    ("refused", "It could not be published as it is."),
                    ("late", "The portal stood still at that moment and for too long after it."),
                ],
                db_default="",
                default="",
                max_length=10,
                verbose_name="why not at the moment",
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("publish_at__isnull", False), ("state", "draft"), ("stopped_why", "")),
                fields=["publish_at"],
                name="revision_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scheduled_by_id__isnull", True), ("scheduled_at__isnull", True)),
                    models.Q(("scheduled_by_id__isnull", False), ("scheduled_at__isnull", False)),
                    _connector="OR",
                ),
                name="revision_scheduled_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("publish_at__isnull", True), ("scheduled_at__isnull", True)),
                    models.Q(("publish_at__isnull", False), ("scheduled_at__isnull", False)),
                    _connector="OR",
                ),
                name="revision_moment_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("publish_at__isnull", True),
                    ("publish_at__gte", models.F("scheduled_at")),
                    _connector="OR",
                ),
                name="revision_moment_after_choice",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stopped_at__isnull", True), ("stopped_why", "")),
                    models.Q(
                        ("publish_at__isnull", False),
                        ("state", "draft"),
                        ("stopped_at__isnull", False),
                        ("stopped_why__in", ["changed", "no_right", "moved_on", "refused", "late"]),
                    ),
                    _connector="OR",
                ),
                name="revision_stopped_of_a_moment",
            ),
        ),
    ]
