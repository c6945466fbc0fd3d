"""A load generator: kept-alive connections that ask as fast as answers come, or at a steady pace.

Requests are bytes that were made before the clock starts, and of an answer only what has to be known is read:
the generator shares the machine with the servers and must cost little.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlencode

CONNECTIONS = 8
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """One connection to a server on loopback."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def ask(self, request: bytes) -> Answer:
        """The answer to one request; a connection that the server had closed is opened once more."""
        if self._socket is not None:
            try:
                return self._asked(request)
            except ConnectionError:
                self.close()
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._asked(request)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _asked(self, request: bytes) -> Answer:
        assert self._socket is not None
        self._socket.sendall(request)
        head = self._until_head()
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _colon, value in pairs}
        body = self._read(int(headers["content-length"]))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(first.split(" ", 2)[1]), headers, body)

    def _until_head(self) -> bytes:
        while _HEAD_END not in self._rest:
            self._rest += self._received()
        head, _end, self._rest = self._rest.partition(_HEAD_END)
        return head

    def _read(self, length: int) -> bytes:
        parts, missing = [self._rest], length - len(self._rest)
        while missing > 0:
            part = self._received()
            parts.append(part)
            missing -= len(part)
        whole = b"".join(parts)
        self._rest = whole[length:]
        return whole[:length]

    def _received(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionResetError("the server closed the connection")
        return part


def get(path: str, **cookies: str) -> bytes:
    return _request("GET", path, b"", cookies)


def post(path: str, form: Mapping[str, str], *, came_from: str = "127.0.0.1", **cookies: str) -> bytes:
    """A form, as a proxy passes it on for the address `came_from`."""
    return _request("POST", path, urlencode(form).encode(), cookies, came_from)


def _request(
    method: str, path: str, body: bytes, cookies: Mapping[str, str], came_from: str = "127.0.0.1"
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Accept-Language: ru", "Accept: text/html"]
    lines.append(f"X-Forwarded-For: {came_from}")
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@dataclass(frozen=True, slots=True)
class Rate:
    """So many answers in so many seconds."""

    answers: int
    seconds: float

    @property
    def a_second(self) -> float:
        return self.answers / self.seconds


def rate(port: int, requests: Iterator[bytes], expected: int, seconds: float) -> Rate:
    """What is answered over CONNECTIONS connections, each asking again as soon as it is answered; one answer
    of each comes before the clock starts and is not counted.

    `requests` is an iterator of C (iter, cycle), which several threads may share. Raises RuntimeError for any
    status but the expected one, and when the requests end too early.
    """
    answered = [0] * CONNECTIONS
    gate = threading.Barrier(CONNECTIONS + 1)

    def ask(place: int) -> None:
        with _wire(port) as wire:
            _check(wire.ask(next(requests)), expected)  # connected, and everything is warm
            gate.wait()
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                _check(wire.ask(next(requests)), expected)
                answered[place] += 1

    crew = _Crew(ask, gate)
    with suppress(threading.BrokenBarrierError):  # the mistake behind it is told by the crew
        gate.wait()
    began = time.perf_counter()
    crew.finish()
    return Rate(sum(answered), time.perf_counter() - began)


def paced(port: int, requests: Sequence[bytes], expected: int, a_second: float) -> list[float]:
    """Seconds from the moment each request was due to its answer: a slow server is not asked less."""
    seconds = [0.0] * len(requests)
    places, began = iter(range(len(requests))), time.perf_counter() + 0.1

    def ask(_place: int) -> None:
        with _wire(port) as wire:
            for place in places:
                due = began + place / a_second
                time.sleep(max(0.0, due - time.perf_counter()))
                _check(wire.ask(requests[place]), expected)
                seconds[place] = time.perf_counter() - due

    _Crew(ask).finish()
    return seconds


class _Crew:
    """CONNECTIONS threads at the same work; the first mistake of any of them is everybody's."""

    def __init__(self, work: Callable[[int], None], gate: threading.Barrier | None = None) -> None:
        self._work, self._gate = work, gate
        self._mistakes: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=[place]) for place in range(CONNECTIONS)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        for thread in self._threads:
            thread.join()
        if self._mistakes:
            raise RuntimeError("the server was not measured") from self._mistakes[0]

    def _run(self, place: int) -> None:
        try:
            self._work(place)
        except BaseException as mistake:
            self._mistakes.append(mistake)
            if self._gate is not None:
                self._gate.abort()  # nobody waits for this one


@contextmanager
def _wire(port: int) -> Iterator[Wire]:
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.close()


def _check(answer: Answer, expected: int) -> None:
    if answer.status != expected:
        raise RuntimeError(
            f"{answer.status} instead of {expected}: {answer.body[:2000].decode(errors='replace')}"
        )
