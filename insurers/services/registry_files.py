"""Files of registries between a person's hands and the registry: in pieces, sealed, and gone afterwards."""

import base64
import io
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from insurers.models import RegistryFilePart, RegistryImport

PIECE = 512 * 1024


def keep(found: RegistryImport, pieces: Iterable[bytes]) -> int:
    """Seal what comes, piece by piece; returns how many bytes it was. In the caller's transaction."""
    size = 0
    for place, piece in enumerate(_cut(pieces)):
        size += len(piece)
        RegistryFilePart.objects.create(
            registry_import=found, place=place, key=uuid.uuid4(),
            content={"piece": base64.b64encode(piece).decode()},
        )  # fmt: skip
    return size


def forget(found: RegistryImport) -> None:
    found.parts.all().delete()


class Kept(io.RawIOBase):
    """The file again, one piece in memory at a time."""

    def __init__(self, found: RegistryImport) -> None:
        self._found, self._place, self._rest = found, 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            part = self._found.parts.filter(place=self._place).first()
            self._place += 1
            self._rest = base64.b64decode(part.content["piece"]) if part is not None else b""
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Into pieces of one size, whatever the sizes in which they come."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)
