"""New rows of several tables in one statement: one way to the database and back, all of them or none."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from omsportal.platform.bells import CHANNEL


def together(rows: Sequence[models.Model], *, unless_taken: str, bells: Sequence[str] = ()) -> bool:
    """Insert the first row and, with it, the others; the bells ring on commit. Needs no transaction.

    False, with nothing written: another row has the first one's value of the unique field `unless_taken`.
    Others that refer to the first one need its primary key set beforehand (references are checked after the
    statement). Sealed fields seal themselves, as with save(); signals are not sent. In which order the others
    are written is the database's choice.
    """
    first, *others = rows
    values: list[Any] = []
    parts = [f"first AS ({_insert(first, values, 'VALUES ({})')} {_unless(first, unless_taken)} RETURNING 1)"]
    for place, row in enumerate(others):
        made = _insert(row, values, "SELECT {} FROM first")
        parts.append(f"row_{place} AS ({made})")
    values += [CHANNEL, list(bells)]
    # The bells stand in the list of columns: without the first row they are not rung.
    rung = "(SELECT count(pg_notify(%s, topic)::text) FROM unnest(%s::text[]) AS topic)"
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT {rung} FROM first", values)  # noqa: S608  names of models
        inserted = cursor.fetchone() is not None
    for row in rows if inserted else ():
        row._state.adding, row._state.db = False, connection.alias
    return inserted


def _insert(row: models.Model, values: list[Any], source: str) -> str:
    """The beginning of the statement; appends the row's values. A key the database makes is left to it."""
    fields = [field for field in row._meta.concrete_fields if not _made_by_database(row, field)]
    for field in fields:
        values.append(field.get_db_prep_save(field.pre_save(row, True), connection))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{row._meta.db_table}" ({columns}) {source.format(", ".join(["%s"] * len(fields)))}'


def _made_by_database(row: models.Model, field: Any) -> bool:
    return bool(field.generated) or (isinstance(field, models.AutoField) and row.pk is None)


def _unless(row: models.Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    return f'ON CONFLICT ("{field.column}") DO NOTHING'
