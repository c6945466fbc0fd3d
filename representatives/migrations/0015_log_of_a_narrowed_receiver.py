from django.db import migrations, models


class Migration(migrations.Migration):
    """A receiver that reaches less than before begins its log anew."""

    dependencies = [("representatives", "0014_one_address_one_account")]

    operations = [
        migrations.AddField(
            "webhook",
            "log_after",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="its log begins after"),
        ),
    ]
