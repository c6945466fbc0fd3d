from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """On large tables, while the portal works."""

    atomic = False

    dependencies = [("complaints", "0018_chats")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("channel", "chat"), ("first_reaction_at__isnull", False)),
                fields=["branch", "first_reaction_at"],
                name="complaint_chat_reaction",
            ),
        ),
        ValidateConstraint(model_name="history", name="history_event_known"),
    ]
