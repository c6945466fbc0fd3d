from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("representatives", "0002_api_keys")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sessions_ended_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="signed out everywhere at"
            ),
        ),
    ]
