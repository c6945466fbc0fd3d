from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0048_judged_decisions")]

    operations = [ValidateConstraint(model_name="dailycount", name="daily_count_measure_known")]
