"""Emptying the database after a transactional test: only what has rows."""

import time

from django.apps import apps
from django.db import OperationalError, connection, transaction

#: They say the same for every test.
_STAY = ("django_content_type", "auth_permission")
# A file with pages: somebody wrote rows, if only in a transaction that is still open or was undone.
_WRITTEN = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relname = ANY(%s) AND pg_relation_size(oid) > 0
"""
#: Seconds that a page may still be at work after its test.
_PATIENCE = 20


def empty_tables(*_arguments: object) -> None:
    """What Django's flush asks for; lets requests that are still at work end first.

    It never waits for one table while it holds another: a page that reads several would meet it half-way.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return _empty()
        except OperationalError as refused:
            if getattr(refused.__cause__, "pgcode", "") != "55P03" or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _empty() -> None:
    models = apps.get_models(include_auto_created=True)
    tables = [model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [[name for name in tables if name not in _STAY]])
        written = [name for (name,) in cursor.fetchall()]
        if written:
            cursor.execute(f"LOCK TABLE {', '.join(written)} IN ACCESS EXCLUSIVE MODE NOWAIT")
            # Neither references nor what is written once only may object.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in written))
