"""What is written with every row of a table that grows is written once."""

import pytest
from django.db import connection

# Of reference data: some hundreds of rows, for which nobody waits.
SMALL = {
    "complaints_barring", "complaints_escalationrule", "complaints_guide", "complaints_incident",
    "complaints_ruleconsent", "complaints_template",
}  # fmt: skip
# A plain index whose columns, kinds and condition another index of the table begins with.
TWICE = """
SELECT a.indrelid::regclass::text, a.indexrelid::regclass::text, b.indexrelid::regclass::text
FROM pg_index a
JOIN pg_class c ON c.oid = a.indexrelid
JOIN pg_am am ON am.oid = c.relam AND am.amname = 'btree'
JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT a.indisunique AND a.indnatts = a.indnkeyatts
    AND a.indexprs IS NULL AND b.indexprs IS NULL
    AND pg_get_expr(a.indpred, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indpred, b.indrelid)
    AND b.indkey::text || ' ' LIKE a.indkey::text || ' %%'
    AND b.indclass::text || ' ' LIKE a.indclass::text || ' %%'
    AND (a.indrelid::regclass::text LIKE %s OR a.indrelid::regclass::text = 'insurers_policy')
ORDER BY 1, 2
"""


@pytest.mark.django_db
def test_no_growing_table_has_an_index_that_another_one_begins_with() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TWICE, ["complaints\\_%"])
        found = [row for row in cursor.fetchall() if row[0] not in SMALL]
    assert found == []
