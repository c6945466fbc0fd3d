"""Is this database ours to migrate? Asked before anything is written into it."""

from dataclasses import dataclass

import psycopg2
from psycopg2 import sql

from omsportal.supervisor.trouble import Trouble

# Every table of the portal starts with one of these, every migrated app is one of those (a test compares
# both with the installed apps).
TABLE_PREFIXES = (
    "platform_", "insurers_", "representatives_", "complaints_", "auth_", "account_", "mfa_", "usersessions_",
    "pghistory_", "django_",
)  # fmt: skip
APPS = (
    "platform", "insurers", "representatives", "complaints", "auth", "account", "mfa", "usersessions",
    "pghistory", "pgtrigger", "contenttypes", "sessions", "admin",
)  # fmt: skip
OLDEST_VERSION = 160000


@dataclass(frozen=True)
class Contents:
    """What was found: `in_use` when people or complaints are in it already."""

    in_use: bool


def inspect(url: str, *, given: bool) -> Contents:
    """Raises Trouble when the server cannot be reached, is too old, or holds somebody else's tables."""
    connection = _connect(url, given=given)
    try:
        with connection.cursor() as cursor:
            _check_server(connection.server_version)
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            tables = {name for (name,) in cursor.fetchall()}
            apps: set[str] = set()
            if "django_migrations" in tables:
                cursor.execute("SELECT DISTINCT app FROM django_migrations")
                apps = {name for (name,) in cursor.fetchall()}
            _check_foreign(tables, apps)
            return Contents(in_use=any(_has_rows(cursor, tables, table) for table in _FILLED_BY_USE))
    finally:
        connection.close()


_FILLED_BY_USE = ("representatives_user", "complaints_complaint")


def _connect(url: str, *, given: bool) -> "psycopg2.extensions.connection":
    try:
        return psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as refused:
        reason = " ".join(str(refused).split()) or "нет ответа"
        remedy = (
            "Проверьте адрес, имя и пароль в DATABASE_URL и что сервер запущен, или уберите DATABASE_URL: "
            "тогда make run поднимет свою базу."
            if given
            else "Повторите make run."
        )
        raise Trouble(f"База данных недоступна: {reason}. {remedy}") from refused


def _check_server(version: int) -> None:
    if version < OLDEST_VERSION:
        raise Trouble(
            f"Нужен PostgreSQL 16 или новее, а на этом адресе {version // 10000}: укажите другой сервер."
        )


def _check_foreign(tables: set[str], apps: set[str]) -> None:
    foreign = sorted(name for name in tables if not name.startswith(TABLE_PREFIXES))
    foreign += sorted(apps.difference(APPS))
    if foreign:
        shown = ", ".join(foreign[:3]) + (" и другие" if len(foreign) > 3 else "")
        raise Trouble(
            f"В этой базе лежат чужие данные ({shown}), портал её не тронет. Создайте для него пустую базу "
            "(createdb omsportal) и укажите её в DATABASE_URL."
        )


def _has_rows(cursor: "psycopg2.extensions.cursor", tables: set[str], table: str) -> bool:
    if table not in tables:
        return False
    cursor.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table)))
    return cursor.fetchone() is not None
