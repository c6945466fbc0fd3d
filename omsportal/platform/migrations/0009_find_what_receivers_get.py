from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Only rows of webhooks are in these indexes: no other notice pays for them."""

    atomic = False

    dependencies = [("platform", "0008_follow_tables")]

    operations = [
        AddIndexConcurrently(
            model_name="outbox",
            index=models.Index(
                models.F("receiver_id"),
                models.F("available_at"),
                models.F("id"),
                condition=models.Q(
                    ("channel", "webhook"),
                    ("dead_at__isnull", True),
                    ("doubtful_at__isnull", True),
                    ("sent_at__isnull", True),
                    ("skipped_at__isnull", True),
                ),
                name="outbox_receiver",
            ),
        ),
        AddIndexConcurrently(
            model_name="outbox",
            index=models.Index(
                models.F("receiver_id"),
                models.F("created_at"),
                models.F("id"),
                condition=models.Q(("channel", "webhook")),
                name="outbox_of_receiver",
            ),
        ),
    ]
