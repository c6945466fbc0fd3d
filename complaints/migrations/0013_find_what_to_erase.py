from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """On large tables, while the portal works."""

    atomic = False

    dependencies = [("complaints", "0012_keep_no_longer")]

    operations = [
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("complaint__isnull", False), ("removed_at", None)),
                fields=["id"],
                name="attachment_to_erase",
            ),
        ),
        AddIndexConcurrently(
            model_name="card",
            index=models.Index(
                condition=models.Q(("anonymised_at", None)), fields=["complaint"], name="card_personal"
            ),
        ),
        AddIndexConcurrently(
            model_name="card",
            index=models.Index(
                condition=models.Q(("anonymised_at", None), ("is_anonymous", True)),
                fields=["complaint"],
                name="card_personal_anonymous",
            ),
        ),
    ]
