from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0015_follow_a_case")]

    operations = [ValidateConstraint(model_name="history", name="history_event_known")]
