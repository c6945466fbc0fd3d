from django.db import migrations, models


class Migration(migrations.Migration):
    """How far somebody has read a growing table."""

    dependencies = [("platform", "0007_log_searches")]

    operations = [
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "name",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="name"),
                ),
                ("done_id", models.BigIntegerField(verbose_name="dealt with up to number")),
                ("waiting", models.JSONField(blank=True, null=True, verbose_name="waits for the end of")),
            ],
            options={
                "verbose_name": "follower of a table",
                "verbose_name_plural": "followers of tables",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done_id__gte", 0)), name="follower_number_not_negative"
                    ),
                ],
            },
        ),
    ]
