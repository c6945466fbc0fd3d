from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0008_keep_all_dates")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("call_back_until__isnull", False)),
                fields=["call_back_until", "id"],
                name="complaint_call_back",
            ),
        ),
        ValidateConstraint(model_name="history", name="history_event_known"),
    ]
