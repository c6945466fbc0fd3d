"""Asking ClamAV's daemon what it thinks of some bytes: the INSTREAM command over TCP or a Unix socket.

The bytes travel over the connection; the daemon needs no access to our files. It authenticates nobody and
encrypts nothing: it belongs on the same machine or in the same private network.
"""

import socket
import struct
import time
from typing import Self

CHUNK = 256 * 1024
CONNECT_SECONDS = 5.0
#: One file, from the first byte to the verdict.
PATIENCE_SECONDS = 20.0
_LONGEST_ANSWER = 4096


class Away(Exception):
    """Nobody answers at this address."""


class Broken(Exception):
    """It answered, but not with a verdict: the connection died, took too long, or said ERROR."""


class TooLarge(Exception):
    """The daemon takes no such large streams: its StreamMaxLength is too small."""


def scan(address: str, content: bytes, *, patience: float = PATIENCE_SECONDS) -> str | None:
    """The name of the virus, None for a clean file. Raises Away, Broken, TooLarge."""
    with _Connection(address, patience) as daemon:
        try:
            daemon.send(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                daemon.send(struct.pack("!L", len(chunk)) + chunk)
            daemon.send(struct.pack("!L", 0))
        except OSError as error:
            # It may have said why before it hung up.
            return _verdict(daemon.last_words(), error)
        return _verdict(daemon.answer())


def ping(address: str, *, patience: float = CONNECT_SECONDS) -> str:
    """Its version, with that of its signatures. Raises Away, Broken."""
    with _Connection(address, patience) as daemon:
        try:
            daemon.send(b"zVERSION\0")
        except OSError as error:
            raise Broken(str(error)) from error
        return daemon.answer()


def _verdict(answer: str, error: OSError | None = None) -> str | None:
    if "size limit exceeded" in answer:
        raise TooLarge(answer)
    said = answer.removeprefix("stream: ")
    if error is None and said == "OK":
        return None
    if error is None and said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise Broken(answer or str(error)) from error


class _Connection:
    """One command and its answer; all of it within `patience` seconds."""

    def __init__(self, address: str, patience: float) -> None:
        self.until = time.monotonic() + patience
        try:
            self.socket = _connected(address, min(patience, CONNECT_SECONDS))
        except OSError as error:
            raise Away(f"{address}: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self._hurry()
        self.socket.sendall(data)

    def answer(self) -> str:
        """Up to the NUL that ends it. Raises Broken."""
        said = b""
        try:
            while b"\0" not in said and len(said) < _LONGEST_ANSWER:
                self._hurry()
                part = self.socket.recv(_LONGEST_ANSWER)
                if not part:
                    raise Broken("it hung up without a verdict")
                said += part
        except OSError as error:
            raise Broken(str(error)) from error
        return said.partition(b"\0")[0].decode(errors="replace")

    def last_words(self) -> str:
        try:
            return self.answer()
        except Broken:
            return ""

    def _hurry(self) -> None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("it takes too long")
        self.socket.settimeout(left)


def _connected(address: str, patience: float) -> socket.socket:
    """`host:port`, or the path of a Unix socket."""
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=patience)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.settimeout(patience)
        opened.connect(address)
    except BaseException:
        opened.close()
        raise
    return opened
