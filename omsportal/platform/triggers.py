"""Database triggers that several tables share."""

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

APPEND_ONLY = "append_only"
#: pgtrigger guards rows only; TRUNCATE needs a trigger of its own.
NO_TRUNCATE = "append_only_truncate"

_REFUSE_TRUNCATE = """
CREATE OR REPLACE FUNCTION platform_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'Cannot truncate % table: it is append-only', TG_TABLE_NAME; END $$
"""
_WITHOUT_TRIGGER = """
SELECT c.oid::regclass::text FROM pg_class c
WHERE c.oid IN (SELECT to_regclass(name) FROM unnest(%(tables)s) AS name)
    AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = %(trigger)s)
"""


def append_only() -> pgtrigger.Trigger:
    """Rows are written once: UPDATE and DELETE fail in the database, whoever asks.

    Such a table therefore holds no personal data, or a person's data could never be erased.
    Put it into `Meta.triggers`; TRUNCATE fails too, and the rows become part of the chain (chain.py).
    """
    return pgtrigger.Protect(name=APPEND_ONLY, operation=pgtrigger.Update | pgtrigger.Delete)


def append_only_models() -> list[type[Model]]:
    """Every model whose rows are written once, by name of its table; histories of tracked models too."""
    # Django's word for a class of models is lost in pgtrigger's types.
    registered: list[tuple[Any, pgtrigger.Trigger]] = pgtrigger.registered()
    found: set[type[Model]] = {model for model, trigger in registered if trigger.name == APPEND_ONLY}
    return sorted(found, key=lambda model: model._meta.db_table)


def refuse_truncate(using: str = "default", **_signal: Any) -> None:
    """After each `migrate`: no append-only table can be emptied at one go. Idempotent."""
    tables = [model._meta.db_table for model in append_only_models()]
    with connections[using].cursor() as cursor:
        unguarded = without_trigger(cursor, tables, NO_TRUNCATE)
        if unguarded:
            cursor.execute(_REFUSE_TRUNCATE)
        for name in unguarded:
            cursor.execute(
                f"CREATE TRIGGER {NO_TRUNCATE} BEFORE TRUNCATE ON {name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION platform_refuse_truncate()"
            )


def without_trigger(cursor: CursorWrapper, tables: Iterable[str], trigger: str) -> list[str]:
    """Which of the tables exist and have no trigger of this name."""
    cursor.execute(_WITHOUT_TRIGGER, {"tables": list(tables), "trigger": trigger})
    return [name for (name,) in cursor.fetchall()]
