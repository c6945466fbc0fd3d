from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0032_bonds_and_leavings")]

    operations = [ValidateConstraint(model_name="complaint", name="complaint_counts_from_earlier")]
