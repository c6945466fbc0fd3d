from typing import Any

from django.db import migrations

_TRACKED = (
    "Category", "CategoryCode", "OfficialCode", "Deadline", "Guide", "RuleEdition", "EscalationRule",
)  # fmt: skip


def begin(apps: Any, schema_editor: Any) -> None:
    """What is there already is the first line of its history."""
    for name in _TRACKED:
        model, event = apps.get_model("complaints", name), apps.get_model("complaints", f"{name}Event")
        columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
        schema_editor.execute(
            f"INSERT INTO {event._meta.db_table} (pgh_created_at, pgh_label, pgh_obj_id, {columns})"  # noqa: S608
            f" SELECT now(), 'insert', id, {columns} FROM {model._meta.db_table} ORDER BY id"
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0040_history_of_reference")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
