from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0052_fix_official_rows")]

    operations = [
        ValidateConstraint(model_name="complaint", name="complaint_counted_when_decided"),
        ValidateConstraint(model_name="dailycount", name="daily_count_measure_known"),
    ]
