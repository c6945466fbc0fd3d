from django.db import migrations, models


class Migration(migrations.Migration):
    """Texts that have a newer version say so; the table holds a few hundred."""

    dependencies = [("complaints", "0034_answering")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE complaints_template AS old SET superseded_at = now()
             WHERE EXISTS (SELECT 1 FROM complaints_template AS newer
                            WHERE newer.code = old.code AND newer.version > old.version
                              AND newer.branch_id IS NOT DISTINCT FROM old.branch_id)
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)),
                fields=("code", "branch"),
                name="template_one_newest",
                nulls_distinct=False,
            ),
        ),
    ]
