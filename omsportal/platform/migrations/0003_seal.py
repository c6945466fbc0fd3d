import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0002_counters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=63, verbose_name="table")),
                ("from_id", models.BigIntegerField(verbose_name="from number")),
                ("to_id", models.BigIntegerField(verbose_name="to number")),
                ("row_count", models.IntegerField(verbose_name="rows")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), size=None, verbose_name="columns"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, verbose_name="digest of the rows")),
                ("marks", models.BinaryField(verbose_name="marks of the rows")),
                ("previous", models.BinaryField(max_length=32, verbose_name="link before")),
                ("link", models.BinaryField(max_length=32, verbose_name="link")),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
            ],
            options={
                "verbose_name": "link of the chain",
                "verbose_name_plural": "chain of the history",
            },
        ),
        migrations.AddIndex(
            model_name="seal",
            index=models.Index(models.F("sealed_at"), name="seal_by_time"),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.UniqueConstraint(fields=("source", "to_id"), name="seal_once"),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.UniqueConstraint(fields=("previous",), name="seal_one_chain"),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_id__isnull", True), ("to_id__gte", models.F("from_id")), _connector="OR"
                ),
                name="seal_range_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.CheckConstraint(
                condition=models.Q(("row_count__gte", 1)), name="seal_holds_rows"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seal",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9f98c6f2c29cb0141467caebef83bba1d5725747",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e644c",
                    table="platform_seal",
                    when="BEFORE",
                ),
            ),
        ),
    ]
