from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Chats that nobody has taken; the index holds nothing but these."""

    atomic = False

    dependencies = [("complaints", "0046_plain_words_of_terms")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("channel", "chat"), ("status", "new")),
                fields=["branch", "tier", "registered_at"],
                name="complaint_chat_waiting",
            ),
        ),
    ]
