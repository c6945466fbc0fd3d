"""Bytes of files, sealed outside the web root under a random name. A file is there whole or not at all."""

import errno
import logging
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from omsportal.platform import sealed

_CONTEXT = "complaints file:"
#: Beside the folders: files without a row.
ASIDE = "aside"
_PREFIX = 512  # bytes, more than version, key id and nonce ever take
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
        _leave_room(len(content))
        _write(path_of(name), sealed.seal(content, _context(name)))
    except OSError as error:
        if error.errno in _NO_ROOM:
            log.error("no room for files of patients: %s", error)
            raise Full(str(name)) from error
        raise


def _leave_room(size: int) -> None:
    """The last of the disk belongs to the database. Raises OSError."""
    root = Path(settings.FILES_DIR)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(root).free - size < settings.FILES_KEEP_FREE:
        raise OSError(errno.ENOSPC, f"less than {settings.FILES_KEEP_FREE} bytes are left")


def _write(path: Path, blob: bytes, *, anew: bool = True) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    try:
        with temporary.open("wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        if anew or path.exists():
            temporary.rename(path)
        else:  # it was deleted meanwhile and must not come back
            temporary.unlink()
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


def key_id_of(name: UUID) -> str | None:
    """By which key the file is sealed; None when it is gone or no sealed file."""
    try:
        with path_of(name).open("rb") as file:
            return sealed.key_id_of(file.read(_PREFIX))
    except (FileNotFoundError, sealed.Unsealable):
        return None


def reseal(name: UUID) -> bool:
    """Put the same content under the newest key in its place, whole or not; False when it went meanwhile.

    Raises sealed.Unsealable.
    """
    path = path_of(name)
    try:
        fresh = sealed.resealed(path.read_bytes(), _context(name))
    except FileNotFoundError:
        return False
    _write(path, fresh, anew=False)
    return path.exists()


def path_of(name: UUID) -> Path:
    """Where the file lies: spread over 256 folders, the name tells nothing about the person."""
    return Path(settings.FILES_DIR) / name.hex[:2] / name.hex


def folders() -> list[str]:
    """The names of all 256 folders, whether they are there or not."""
    return [f"{number:02x}" for number in range(256)]


def stored(folder: str) -> Iterator[tuple[str, datetime]]:
    """Everything in one folder of the store, also what is no file of ours, and when it was written."""
    try:
        with os.scandir(Path(settings.FILES_DIR) / folder) as entries:
            for entry in entries:
                yield entry.name, datetime.fromtimestamp(entry.stat().st_mtime, tz=UTC)
    except FileNotFoundError:
        return


def set_aside(folder: str, name: str) -> None:
    """Move out of the store what no row knows; it is kept for a while, should the rows come back."""
    aside = Path(settings.FILES_DIR) / ASIDE
    aside.mkdir(mode=0o700, exist_ok=True)
    moved = (Path(settings.FILES_DIR) / folder / name).rename(aside / name)
    os.utime(moved)


def throw_away(*, before: datetime) -> int:
    """Delete what was set aside before that moment; returns how many."""
    old = [name for name, at in stored(ASIDE) if at < before]
    for name in old:
        (Path(settings.FILES_DIR) / ASIDE / name).unlink(missing_ok=True)
    return len(old)


def _context(name: UUID) -> bytes:
    return f"{_CONTEXT}{name}".encode()


def _sync(directory: Path) -> None:
    """The rename itself survives a power cut only when the directory is written out too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
