"""A backup becomes a portal again: into an empty database and store of files, with keys given apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from omsportal.platform import backup, chain_check, chain_heads, sealed


class CannotRestore(Exception):
    """The message says why, and what to do."""


def restore(directory: Path) -> dict[str, Any]:
    """Bring back a backup and prove that it is whole; returns its manifest. Raises CannotRestore.

    Nothing is written before the backup, the keys and the emptiness of both places are in order.
    """
    told = _manifest(directory)
    _check_keys(told)
    _check_whole(directory, told)
    _check_empty()
    try:
        backup.run_program(
            "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
            "--no-comments", f"--dbname={connection.settings_dict['NAME']}", directory / backup.DUMP,
        )  # fmt: skip
    except backup.CannotBackUp as error:
        raise CannotRestore(str(error)) from error
    _bring_files(directory)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    faults = list(_differences(told))
    if faults:
        raise CannotRestore(_("Restored, but not the same: {faults}").format(faults="; ".join(faults)))
    return told


def _manifest(directory: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((directory / backup.MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        text = _("{place} is no finished backup: it has no {name}.")
        raise CannotRestore(text.format(place=directory, name=backup.MANIFEST)) from error
    if told.get("format") != backup.FORMAT:
        raise CannotRestore(_("This backup was made by another version of the portal: use that version."))
    return told


def _check_keys(told: dict[str, Any]) -> None:
    ours = sealed.fingerprints()
    missing = [key for key, about in told["sealing_keys"].items() if not _is_ours(ours.get(key), about)]
    if missing:
        text = _(
            "SEALING_KEYS lacks what sealed this backup: {keys}. Take the keys from where they are kept "
            "apart from the data; without them nobody can read it."
        )
        raise CannotRestore(text.format(keys=", ".join(sorted(missing))))
    if backup.digest_fingerprint() != told["digest_key"]:
        raise CannotRestore(
            _("DIGEST_KEY is not the one of this backup: access codes and policies would not be found.")
        )


def _is_ours(ours: str | None, about: dict[str, Any]) -> bool:
    """A key that the backup's own portal had not is known by its name only."""
    return ours is not None and about["fingerprint"] in {ours, ""}


def _check_whole(directory: Path, told: dict[str, Any]) -> None:
    for name, digest in told["sha256"].items():
        if not (directory / name).exists() or backup.digest_of(directory / name) != digest:
            raise CannotRestore(_("{name} of the backup is damaged: take another backup.").format(name=name))


def _check_empty() -> None:
    if connection.introspection.table_names():
        raise CannotRestore(_("The database is not empty: make a new one and name it in DATABASE_URL."))
    for place in (Path(settings.FILES_DIR), chain_heads.directory()):
        if place.exists() and any(place.iterdir()):
            raise CannotRestore(_("{place} is not empty: restore only into a new place.").format(place=place))


def _bring_files(directory: Path) -> None:
    target = Path(settings.FILES_DIR)
    with (directory / backup.SUMS).open(encoding="utf-8") as lines:
        for line in lines:
            digest, _space, name = line.rstrip("\n").partition("  ")
            source = directory / name
            copied = (
                backup.copy(source, target / source.relative_to(directory / backup.FILES))
                if source.exists()
                else ""
            )
            if copied != digest:
                raise CannotRestore(
                    _("{name} of the backup is damaged: take another backup.").format(name=name)
                )
    if (directory / backup.HEADS).exists():
        shutil.copytree(directory / backup.HEADS, chain_heads.directory(), dirs_exist_ok=True)


def _differences(told: dict[str, Any]) -> Iterator[str]:
    rows = backup.counts()
    for table in sorted(rows.keys() | told["rows"].keys()):
        if rows.get(table) != told["rows"].get(table):
            yield f"{table}: {told['rows'].get(table)} → {rows.get(table)}"
    if backup.head_now() != told["head"]:
        yield _("the chain ends elsewhere")
    # Heads may be younger than the snapshot by a minute: they were copied after it.
    for fault in islice(chain_check.verify(), 20):
        yield f"{fault.table} {fault.from_id}–{fault.to_id} {fault.what}"
