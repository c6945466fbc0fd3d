import django.contrib.postgres.fields
from django.db import migrations, models

_SCOPES = [("read", "read queues and cases"), ("work", "work on cases"), ("calls", "announce incoming calls")]


def _scopes() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(choices=_SCOPES, max_length=12), size=None, verbose_name="rights"
    )


class Migration(migrations.Migration):
    """A key of telephone software announces calls and does nothing else."""

    dependencies = [("representatives", "0005_record_rights")]

    operations = [
        migrations.AlterField(model_name="apikey", name="scopes", field=_scopes()),
        migrations.AlterField(model_name="apikeyevent", name="scopes", field=_scopes()),
        migrations.RemoveConstraint(model_name="apikey", name="api_key_scopes_known"),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__contained_by", ["read", "work", "calls"]),
                    models.Q(("scopes", []), _negated=True),
                ),
                name="api_key_scopes_known",
            ),
        ),
    ]
