"""Open sockets of the workplace; those of whoever works fetch the list again when they hear "changed", as pages do."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected

from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

#: Sockets that open at once; a shift does not begin in one second.
AT_ONCE = 20


@dataclass(slots=True)
class Heard:
    """What the sockets heard, and milliseconds of each fetch that followed."""

    open: int = 0
    closed: int = 0
    changed: int = 0
    fetches: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)


class List:
    """One page with the list: asks for it anew, saying what it has."""

    def __init__(self, port: int, path: str, session: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._path, self._etag = path, ""
        self._headers = {
            "Host": "localhost", "Accept-Language": "ru", "HX-Request": "true", "X-By-Itself": "1",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}",
        }  # fmt: skip

    def fetch(self) -> tuple[int, float]:
        """The status, and milliseconds."""
        began = time.perf_counter()
        try:
            answer = self._asked()
        except (ConnectionError, RemoteDisconnected):  # the server had closed what stood idle
            self._connection.close()
            answer = self._asked()
        self._etag = answer.headers.get("ETag", self._etag)
        return answer.status, (time.perf_counter() - began) * 1000

    def _asked(self) -> HTTPResponse:
        self._connection.request("GET", self._path, headers={**self._headers, "If-None-Match": self._etag})
        answer = self._connection.getresponse()
        answer.read()
        return answer


class Crowd:
    """Sockets of these sessions; the first `working` of them fetch."""

    def __init__(self, *, sockets: int, pages: int, path: str, sessions: Sequence[str], working: int) -> None:
        self._url, self._sessions = f"ws://127.0.0.1:{sockets}/ws/staff/", sessions
        self._lists = [List(pages, path, session) for session in sessions[:working]]
        self._pool = ThreadPoolExecutor(max_workers=working)
        self._gate, self._ready = asyncio.Semaphore(AT_ONCE), threading.Event()
        self.heard = Heard()

    async def live(self, over: asyncio.Event) -> None:
        tasks = [asyncio.create_task(self._one(place)) for place in range(len(self._sessions))]
        while self.heard.open < len(tasks) and not any(task.done() for task in tasks):
            await asyncio.sleep(0.05)
        self._ready.set()
        await over.wait()
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        self._pool.shutdown()

    def wait(self) -> None:
        """Until all are open, or one could not be."""
        self._ready.wait()

    async def _one(self, place: int) -> None:
        async with self._gate:
            socket = await connect(
                self._url, origin="http://localhost",  # type: ignore[arg-type]  # a kind of text
                additional_headers={
                    "Host": "localhost", "Cookie": f"{settings.SESSION_COOKIE_NAME}={self._sessions[place]}"
                },
                open_timeout=60,
            )  # fmt: skip
        self.heard.open += 1
        try:
            await self._listen(socket, place)
        except ConnectionClosed:
            self.heard.closed += 1
        finally:
            with suppress(Exception):
                await socket.close()

    async def _listen(self, socket: ClientConnection, place: int) -> None:
        async for word in socket:
            if word != "changed":
                continue
            self.heard.changed += 1
            if place < len(self._lists):
                loop = asyncio.get_running_loop()
                status, spent = await loop.run_in_executor(self._pool, self._lists[place].fetch)
                self.heard.fetches.append(spent)
                if status not in (200, 304):
                    self.heard.wrong.append(status)


@contextmanager
def listening(crowd: Crowd) -> Iterator[Heard]:
    """All sockets are open when entered."""
    loop, over = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=[crowd.live(over)])
    thread.start()
    try:
        crowd.wait()
        yield crowd.heard
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
