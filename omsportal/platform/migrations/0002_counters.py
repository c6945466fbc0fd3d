import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_plumbing")]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("labels", models.TextField(verbose_name="labels")),
                ("count", models.BigIntegerField(verbose_name="how many")),
                ("total", models.FloatField(verbose_name="in all")),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="by size"
                    ),
                ),
            ],
            options={
                "verbose_name": "counter",
                "verbose_name_plural": "counters",
                "constraints": [
                    models.UniqueConstraint(fields=("name", "labels"), name="counter_once"),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 0)), name="counter_count_not_negative"
                    ),
                ],
            },
        ),
        # Figures for monitoring: a crash may empty the table, and it costs no write-ahead log.
        migrations.RunSQL(
            "ALTER TABLE platform_counter SET UNLOGGED", "ALTER TABLE platform_counter SET LOGGED"
        ),
    ]
