"""Who made a change stands in the change's own row: the table of pghistory, which it rewrites, gets nothing new.

The reference of earlier lines stays where it was, in the same column under the same name and type.
"""

import pghistory.utils
from django.db import migrations, models

EVENTS = ("branchevent", "calendardayevent", "hotlineevent", "insurerevent", "workinghoursevent",
          "workingscheduleevent")  # fmt: skip


def columns(model: str) -> list[migrations.operations.base.Operation]:
    """The foreign key without constraint becomes what it is, a bare number; beside it the words."""
    return [
        migrations.AlterField(model, "pgh_context", models.UUIDField(db_column="pgh_context_id", null=True)),
        migrations.RenameField(model, "pgh_context", "pgh_context_id"),
        migrations.AlterField(model, "pgh_context_id", models.UUIDField(null=True)),
        migrations.AddField(model, "pgh_context", pghistory.utils.JSONField(null=True)),
    ]


class Migration(migrations.Migration):
    dependencies = [("insurers", "0002_keep_the_axis_inline")]

    operations = [operation for model in EVENTS for operation in columns(model)]
