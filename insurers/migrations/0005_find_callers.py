from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the policy of a caller by СНИЛС, or by surname and birthday; on a large table, while it is used."""

    atomic = False

    dependencies = [("insurers", "0004_write_who_into_the_line")]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="snils_blind",
            field=models.BinaryField(
                blank=True, max_length=32, null=True, verbose_name="digest of the СНИЛС"
            ),
        ),
        AddIndexConcurrently(
            model_name="policy",
            index=models.Index(fields=["surname_key", "birth_on_blind"], name="policy_surname_birth"),
        ),
        AddIndexConcurrently(
            model_name="policy",
            index=models.Index(
                condition=models.Q(("snils_blind__isnull", False)),
                fields=["snils_blind"],
                name="policy_snils",
            ),
        ),
    ]
