from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The lists "to send" and "answered" of a branch: until now both read the whole table."""

    atomic = False

    dependencies = [("complaints", "0022_check_that_event")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("status", "resolved")),
                fields=["branch", "resolved_at", "id"],
                name="complaint_to_dispatch",
            ),
        ),
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("status", "answered")),
                fields=["branch", "answered_at", "id"],
                name="complaint_open_answer",
            ),
        ),
    ]
