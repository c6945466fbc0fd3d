"""What sending may run into besides an ordinary failure that is tried again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

#: A server that lets its answer drip is cut off after so many seconds.
EXCHANGE_SECONDS = 40.0


class Undeliverable(Exception):
    """Trying again would not help: the notice is given up at once. The words name no address."""


class PerhapsSent(Exception):
    """Everything was handed over, but no answer came: the other side has it, or not. Nobody here can know."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)


class Refused(Exception):
    """The other side said no for now, so nothing has left; `code` is its number for that."""

    def __init__(self, code: int | str) -> None:
        super().__init__(str(code))
        self.code = code


class ReceiverAway(Exception):
    """Nobody there takes anything now, so the notice is not to blame: the try does not count.

    The receiver's own lane stands still until `until`; `code` says what happened, without an address.
    """

    def __init__(self, code: str, until: datetime) -> None:
        super().__init__(code)
        self.code, self.until = code, until


@contextmanager
def cut_off(sock: socket.socket | None, seconds: float | None = None) -> Iterator[None]:
    """Ends the exchange on this socket after so many seconds: its own timeout begins anew with each byte."""
    timer = threading.Timer(seconds or EXCHANGE_SECONDS, _shut, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(sock: socket.socket | None) -> None:
    try:
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended meanwhile
