import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

_READ_ANEW = (
    "\nINSERT INTO complaints_wordsdue (complaint_id) VALUES (NEW.complaint_id)\n"
    "ON CONFLICT (complaint_id) DO UPDATE SET retry_at = NULL;\n"
    "PERFORM pg_notify('omsportal', 'search');\nRETURN NULL;\n"
)


class Migration(migrations.Migration):
    """Search reads a case anew when somebody writes in its thread; older threads by `fill_search --again`."""

    dependencies = [("complaints", "0042_contacts_that_fail")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="message",
            trigger=pgtrigger.compiler.Trigger(
                name="words_are_due",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.\"author_kind\" IN ('patient', 'staff'))",
                    func=_READ_ANEW,
                    hash="523daf58254f00b4bac1c2171df857388442bbde",
                    operation="INSERT",
                    pgid="pgtrigger_words_are_due_10c68",
                    table="complaints_message",
                    when="AFTER",
                ),
            ),
        ),
    ]
