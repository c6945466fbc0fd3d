from django.db import migrations, models


class Migration(migrations.Migration):
    """Contacts of a card that messages do not reach; columns without a value, so no row is written anew."""

    dependencies = [("complaints", "0041_begin_history_of_reference")]

    operations = [
        migrations.AddField(
            model_name="card",
            name="email_failed_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="e-mail does not exist, known since"
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="phone_failed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="SMS do not arrive since"),
        ),
    ]
