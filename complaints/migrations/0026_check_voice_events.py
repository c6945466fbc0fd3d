from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0025_voices")]

    operations = [ValidateConstraint(model_name="history", name="history_event_known")]
