from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Decisions without contact and in the last tenth are figures of days too."""

    dependencies = [("complaints", "0047_find_waiting_chats")]

    operations = [
        migrations.RemoveConstraint(model_name="dailycount", name="daily_count_measure_known"),
        AddConstraintNotValid(
            model_name="dailycount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "measure__in",
                        (
                            "filed",
                            "escalated",
                            "escalated_by_hand",
                            "returned",
                            "breached",
                            "reacted",
                            "resolved",
                            "answered",
                            "confirmed",
                            "reopened",
                            "waited",
                            "reclassified",
                            "forwarded",
                            "withdrawn",
                            "category",
                            "clinic",
                            "reaction_time",
                            "decision_time",
                            "stars",
                            "untouched",
                            "last_tenth",
                            "open",
                            "standing",
                        ),
                    )
                ),
                name="daily_count_measure_known",
            ),
        ),
    ]
