from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a fund's region passed on of late; the index holds nothing but that."""

    atomic = False

    dependencies = [("complaints", "0027_figures_of_days")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("status", "forwarded")),
                fields=["branch", "closed_at", "id"],
                name="complaint_forwarded",
            ),
        ),
    ]
