"""The arrays of the axis stay inside the row: a detoasted, decompressed copy per escalated case would cost
more than the arithmetic itself."""

from django.db import migrations

COLUMNS = ("starts", "ends", "axis")


def set_storage(kind):
    return [
        f"ALTER TABLE insurers_workingaxis ALTER COLUMN {column} SET STORAGE {kind}" for column in COLUMNS
    ]


class Migration(migrations.Migration):
    dependencies = [("insurers", "0001_initial")]

    operations = [migrations.RunSQL(sql=set_storage("PLAIN"), reverse_sql=set_storage("EXTENDED"))]
