from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: What a row of the form says that it counts.
KINDS = {
    "жалоба": "complaint", "заявление": "application", "консультация": "consultation",
    "предложение": "proposal", "благодарность": "thanks",
}  # fmt: skip


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Until now a theme had one row: it stays that of the kind which the row counts."""
    for chosen in apps.get_model("complaints", "CategoryCode").objects.select_related(
        "official_code", "category"
    ):
        chosen.kind = KINDS.get(chosen.official_code.kind, chosen.category.default_kind)
        chosen.save(update_fields=["kind"])


class Migration(migrations.Migration):
    dependencies = [("complaints", "0050_official_rows_of_kinds")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
