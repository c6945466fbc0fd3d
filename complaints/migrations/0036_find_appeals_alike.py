from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0035_one_newest_text")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("medical_organisation__isnull", False)),
                fields=["medical_organisation", "category", "registered_at"],
                name="complaint_of_clinic",
            ),
        ),
    ]
