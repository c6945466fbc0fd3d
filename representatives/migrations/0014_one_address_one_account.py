from django.db import migrations, models
from django.db.models.functions import Upper

#: Of open accounts that have one address the oldest keeps it for itself; the others work on as they are.
MARK = """
UPDATE representatives_user later SET shares_email = true
WHERE later.is_active AND later.email <> '' AND EXISTS (
    SELECT FROM representatives_user first
    WHERE first.is_active AND first.id < later.id AND upper(first.email) = upper(later.email)
)
"""


class Migration(migrations.Migration):
    """One e-mail address serves one open account, also when two take it at once."""

    dependencies = [("representatives", "0013_several_branches_and_details")]

    operations = [
        migrations.AddField(
            "user",
            "shares_email",
            models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="From before one address served one account; it ends with the next address.",
                verbose_name="has the address of another account too",
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(
                Upper("email"),
                condition=models.Q(("is_active", True), ("shares_email", False))
                & models.Q(("email", ""), _negated=True),
                name="user_email_once",
            ),
        ),
    ]
