from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("representatives", "0015_log_of_a_narrowed_receiver")]

    operations = [
        migrations.AddField(
            model_name="representative",
            name="here_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="last sign of an open page"),
        ),
    ]
