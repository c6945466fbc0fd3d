"""Many equal rows, so that the planner chooses by size as it does in a year of work."""

from datetime import datetime, timedelta

from django.db import connection, models

from complaints.models import Complaint, History, Message


def copies(case: Complaint, count: int, **changed: str) -> None:
    """`count` further cases like this one; `changed` gives SQL expressions for columns, over `i` from 1.

    Their numbers are of a year in which none is made up.
    """
    special = {"number": "'76-01-' || lpad(i::text, 7, '0') || '-0'", **changed}
    _copy(Complaint, case.pk, count, special)


def of_copies(message: Message, count: int) -> None:
    """A message like this one, a day before it, in each of the cases that were copied from its own."""
    of_another = {"complaint_id": "row.complaint_id + i", "token_digest": "NULL"}
    a_day_before = {"posted_at": "row.posted_at - interval '1 day'", "read_at": "NULL"}
    _copy(Message, message.pk, count, of_another | a_day_before)


def long_history(line: History, count: int, *, until: datetime, step: timedelta) -> None:
    """`count` further lines like this one, of as many hops, one each `step` back from `until`."""
    at = f"'{until.isoformat()}'::timestamptz - i * interval '{step.total_seconds()} seconds'"
    _copy(History, line.pk, count, {"hop": "1000 + i", "at": at})


def _copy(model: type[models.Model], pk: int, count: int, special: dict[str, str]) -> None:
    columns = [field.column for field in model._meta.local_fields if not field.primary_key]
    values = [special.get(column, f"row.{column}") for column in columns]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f"FROM {table} row CROSS JOIN generate_series(1, {count}) i WHERE row.id = %s",
            [pk],
        )
        cursor.execute(f"ANALYZE {table}")
