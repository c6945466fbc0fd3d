from django.db import migrations, models
from django.db.models.functions import Now

STATES = [
    ("unscanned", "not checked for viruses"),
    ("pending", "being checked for viruses"),
    ("clean", "no virus found"),
    ("infected", "has a virus"),
]


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_find_promised_calls")]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="state",
            field=models.CharField(choices=STATES, default="unscanned", max_length=9, verbose_name="scan"),
        ),
        # Constant for the rows that are there: nothing is written anew.
        migrations.AddField(
            model_name="attachment",
            name="scan_after",
            field=models.DateTimeField(db_default=Now(), verbose_name="scan after"),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("removed_at", None), ("state", "pending")),
                fields=["scan_after"],
                name="attachment_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("removed_at", None), ("state", "unscanned")),
                fields=["scan_after"],
                name="attachment_unscanned",
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("removed_at", None), ("state", "infected")),
                fields=["complaint"],
                name="attachment_infected",
            ),
        ),
    ]
