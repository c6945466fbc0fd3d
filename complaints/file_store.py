"""Bytes of files, sealed outside the web root under a random name. A file is there whole or not at all."""

import errno
import logging
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from omsportal.platform import sealed

_CONTEXT = "complaints file:"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
log = logging.getLogger(__name__)


class Missing(Exception):
    """There is no file of this name in the store."""


class Full(Exception):
    """The disk has no room for the file."""


def write(name: UUID, content: bytes) -> None:
    """Seal and keep. A full disk or a crash leaves no half-written file: temporary file, fsync, rename.

    Raises Full.
    """
    try:
        _write(path_of(name), sealed.seal(content, _context(name)))
    except OSError as error:
        if error.errno in _NO_ROOM:
            log.error("no room for files of patients: %s", error)
            raise Full(str(name)) from error
        raise


def _write(path: Path, blob: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    try:
        with temporary.open("wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def read(name: UUID) -> bytes:
    """The bytes as they were written. Raises Missing, and sealed.Unsealable when they were tampered with."""
    try:
        blob = path_of(name).read_bytes()
    except FileNotFoundError as error:
        raise Missing(str(name)) from error
    return sealed.open_(blob, _context(name))


def delete(name: UUID) -> None:
    """Remove; removing twice is no error."""
    path_of(name).unlink(missing_ok=True)


def path_of(name: UUID) -> Path:
    """Where the file lies: spread over 256 folders, the name tells nothing about the person."""
    return Path(settings.FILES_DIR) / name.hex[:2] / name.hex


def _context(name: UUID) -> bytes:
    return f"{_CONTEXT}{name}".encode()


def _sync(directory: Path) -> None:
    """The rename itself survives a power cut only when the directory is written out too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
