import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Surnames have a table of their own: likeness is looked for there."""

    atomic = False

    dependencies = [
        ("complaints", "0030_words_of_cases"),
    ]

    operations = [
        django.contrib.postgres.operations.RemoveIndexConcurrently(
            model_name="card",
            name="card_surname_trigram",
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="card",
            index=models.Index(
                condition=models.Q(("applicant_surname_key", models.F("patient_surname_key")), _negated=True),
                fields=["applicant_surname_key"],
                name="card_other_applicant",
            ),
        ),
    ]
