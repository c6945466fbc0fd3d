"""Everything that must survive, in one directory: the database, the sealed files, the heads of the chain.

The keys are not in it: without them nobody can read it, and with them and the data everybody can everything.
The manifest is written last: a directory without one is no backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from omsportal.platform import chain, chain_heads, digests, rotation, sealed

FORMAT = 1
MANIFEST, DUMP, FILES, SUMS, HEADS = "manifest.json", "database.dump", "files", "files.sha256", "seals"
_CHUNK = 1024 * 1024

_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relpersistence = 'p' ORDER BY 1
"""


class CannotBackUp(Exception):
    """The message says why, and what to do."""


def back_up(directory: Path, now: datetime) -> dict[str, Any]:
    """Write a backup of one moment while the portal runs; returns its manifest. Raises CannotBackUp."""
    _make_empty(directory)
    sums: dict[str, str] = {}
    # Twice: what the snapshot knows was there before it, or came while the first round was under way.
    copy_files(Path(settings.FILES_DIR), directory / FILES, sums)
    with _snapshot() as snapshot:
        told = _described(now)
        _dump(directory / DUMP, snapshot)
    copy_files(Path(settings.FILES_DIR), directory / FILES, sums)
    _write(directory / SUMS, "".join(f"{digest}  {FILES}/{name}\n" for name, digest in sorted(sums.items())))
    for head in sorted(chain_heads.directory().glob("*.jsonl")):
        copy(head, directory / HEADS / head.name)
    told["files"] = len(sums)
    told["sha256"] = {name: digest_of(directory / name) for name in (DUMP, SUMS)}
    _write(directory / MANIFEST, json.dumps(told, indent=2, sort_keys=True))
    return told


def counts() -> dict[str, int]:
    """How many rows each table has; counters of the last minutes, which a crash may lose, are left out."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  its own name
            found[table] = cursor.fetchone()[0]
    return found


def head_now() -> dict[str, Any] | None:
    """The chain's newest link."""
    newest = chain.head()
    return None if newest is None else {"seal": newest.pk, "link": bytes(newest.link).hex()}


def program(name: str) -> str:
    """pg_dump or pg_restore: from POSTGRES_PROGRAMS, else wherever the system finds it."""
    folder = settings.POSTGRES_PROGRAMS
    return str(Path(folder) / name) if folder else name


def run_program(*words: str | Path) -> None:
    """Run one of them on our database; the password travels by the environment. Raises CannotBackUp."""
    given = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    ours = {name: str(given[key]) for name, key in names.items() if given[key]}
    tls = {
        "PG" + name.upper(): str(value) for name, value in given["OPTIONS"].items() if name.startswith("ssl")
    }
    try:
        ended = subprocess.run(  # noqa: S603  our own words
            [program(str(words[0])), *words[1:]],
            env={**os.environ, **ours, **tls},
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise CannotBackUp(
            _("There is no program {name}: set POSTGRES_PROGRAMS to the directory with it.").format(
                name=words[0]
            )
        ) from error
    if ended.returncode:
        raise CannotBackUp(f"{words[0]}: {ended.stderr.strip()[-800:]}")


def copy_files(source: Path, target: Path, sums: dict[str, str]) -> None:
    """Copy what is not in `sums` yet, and add it there: name under the folder, SHA-256."""
    for path in sorted(source.glob("[0-9a-f][0-9a-f]/*")):
        name = str(path.relative_to(source))
        if name in sums or path.suffix:
            continue
        try:
            sums[name] = copy(path, target / name)
        except FileNotFoundError:  # deleted meanwhile
            (target / name).unlink(missing_ok=True)


def copy(path: Path, target: Path) -> str:
    """Copy one file whole; returns its SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("wb") as copied:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                copied.write(chunk)
            os.fsync(copied.fileno())
    target.chmod(0o600)
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_fingerprint() -> str:
    """Tells whether DIGEST_KEY is the one of the backup, and nothing about it."""
    return digests.blind("backup", "fingerprint")[:8].hex()


@contextmanager
def _snapshot() -> Iterator[str]:
    """One moment of the database that counts and dump see alike; writers are not held up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _described(now: datetime) -> dict[str, Any]:
    used: Counter[str] = Counter()
    for place in rotation.places():
        used += place.used_keys()
    known = sealed.fingerprints()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        server = cursor.fetchone()[0]
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        migrations = dict(cursor.fetchall())
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "postgresql": server,
        "migrations": migrations,
        "rows": counts(),
        "head": head_now(),
        "sealing_keys": {key: {"values": n, "fingerprint": known.get(key, "")} for key, n in used.items()},
        "digest_key": digest_fingerprint(),
    }


def _dump(path: Path, snapshot: str) -> None:
    run_program(
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data",
        f"--snapshot={snapshot}", "--lock-wait-timeout=60000", "--file", path,
    )  # fmt: skip
    path.chmod(0o600)


def _make_empty(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise CannotBackUp(_("{place} is not empty: name a new directory.").format(place=directory))


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)
