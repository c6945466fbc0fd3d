"""A tiny clamd of the tests: the INSTREAM protocol on a real socket, and every way to fail at it."""

import socket
import struct
import threading
import time
from typing import Self

VIRUS = b"planted-virus"


class Clamd:
    """`with Clamd() as daemon:` finds the planted virus; `behave` says how it fails.

    good · silent (takes everything, answers nothing) · dying (hangs up in the middle of the stream) ·
    full (size limit) · sick (answers ERROR) · saying (answers `said`, piece by piece, and hangs up)
    """

    def __init__(self, *, most: int = 25 * 1024 * 1024) -> None:
        self.most, self.behave, self.streams = most, "good", 0
        self.said: list[bytes] = []
        self.contents: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.is_over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._say(connection)
            except OSError:
                return

    def _say(self, connection: socket.socket) -> None:
        command = _until_nul(connection)
        if command == b"zVERSION":
            connection.sendall(b"ClamAV 1.4.3/27000\0")
            return
        assert command == b"zINSTREAM"
        self.streams += 1
        if self.behave == "dying":
            _exactly(connection, 4)
            return
        content = self._stream(connection)
        self.contents.append(content or b"")
        if self.behave == "saying":
            for piece in self.said:
                connection.sendall(piece)
                time.sleep(0.01)  # so that the pieces travel apart
        elif content is None:
            connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        elif self.behave == "silent":
            self.is_over.wait(30)
        elif self.behave == "sick":
            connection.sendall(b"stream: Can't allocate memory ERROR\0")
        else:
            connection.sendall(b"stream: Planted.Test FOUND\0" if VIRUS in content else b"stream: OK\0")

    def _stream(self, connection: socket.socket) -> bytes | None:
        content = b""
        while length := struct.unpack("!L", _exactly(connection, 4))[0]:
            content += _exactly(connection, length)
            if len(content) > self.most:
                return None
        return content


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


def _until_nul(connection: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0"):
        said += _exactly(connection, 1)
    return said[:-1]


def _exactly(connection: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        part = connection.recv(count - len(got))
        if not part:
            raise ConnectionError("the portal hung up")
        got += part
    return got
