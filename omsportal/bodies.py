"""Bodies of requests, received before a thread is busy with them.

Pages run in eight threads. A body that trickles in would hold one of them for as long as its sender likes:
eight slow senders would stop the portal. So the event loop receives it; a thread begins when all is there.
Photos take seconds to redraw: requests with files wait their turn here, so that threads are left for pages.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from omsportal.platform.headers import EVERYWHERE

MEGABYTE = 1024 * 1024
#: Smaller bodies stay in memory.
IN_MEMORY = MEGABYTE
CHUNK = 64 * 1024


class BodyRefused(Exception):
    """The body is not received; `status` says why to the sender."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`most`: bytes of one body, `larger`: of one for these addresses; `together`: of all bodies at once;
    `silence`: seconds without a byte; `with_files`: requests with files that are worked on at once."""

    most: int
    larger: Mapping[str, int] = field(default_factory=dict)
    together: int = 2048 * MEGABYTE
    silence: float = 20.0
    with_files: int = 3


class PatientReceiver:
    """An ASGI application that lets another one see a request only with its whole body."""

    def __init__(self, application: Any, limits: Limits) -> None:
        self.application, self.limits, self.held = application, limits, 0
        self.turns = asyncio.Semaphore(limits.with_files)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if not _has_body(scope):
            await self.application(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            size = 0
            try:
                async for part in self._parts(scope, receive):
                    size += len(part)
                    self._hold(size, len(part), self._most(scope))
                    file.write(part)
                file.seek(0)
                turn = self.turns if _has_files(scope) else nullcontext()
                async with turn:
                    await self.application(scope, _Replay(file, size, receive), send)
            except BodyRefused as refusal:
                await _refuse(send, refusal.status)
            finally:
                self.held -= size

    def _most(self, scope: Scope) -> int:
        return self.limits.larger.get(str(scope.get("path", "")), self.limits.most)

    def _hold(self, size: int, more: int, most: int) -> None:
        """Raises BodyRefused; whatever was counted is given back at the end of the request."""
        self.held += more
        if size > most:
            raise BodyRefused(413)
        if self.held > self.limits.together:
            raise BodyRefused(503)

    async def _parts(self, scope: Scope, receive: ASGIReceiveCallable) -> Any:
        if _declared(scope) > self._most(scope):
            raise BodyRefused(413)
        more = True
        while more:
            try:
                message: Any = await asyncio.wait_for(receive(), self.limits.silence)
            except TimeoutError:
                raise BodyRefused(408) from None
            if message["type"] == "http.disconnect":
                raise BodyRefused(400)
            more = message.get("more_body", False)
            yield message.get("body", b"")


class _Replay:
    """`receive` of the application behind: the kept body, then whatever the connection says."""

    def __init__(self, file: "tempfile.SpooledTemporaryFile[bytes] | BinaryIO", size: int, then: Any) -> None:
        self.file, self.left, self.then, self.is_over = file, size, then, False

    async def __call__(self) -> Any:
        if self.is_over:
            return await self.then()
        part = self.file.read(CHUNK)
        self.left -= len(part)
        self.is_over = self.left <= 0
        return {"type": "http.request", "body": part, "more_body": not self.is_over}


def _header(scope: Any, name: bytes) -> bytes:
    found: bytes = dict(scope["headers"]).get(name, b"")
    return found


def _has_body(scope: Any) -> bool:
    length = _header(scope, b"content-length")
    return scope["type"] == "http" and (
        length not in {b"", b"0"} or bool(_header(scope, b"transfer-encoding"))
    )


def _has_files(scope: Any) -> bool:
    return _header(scope, b"content-type").lower().startswith(b"multipart/")


def _declared(scope: Any) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Any, status: int) -> None:
    """The rest of the body is not read: the connection cannot be used again."""
    headers = [(b"connection", b"close"), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    headers += [(name.lower().encode(), value.encode()) for name, value in EVERYWHERE.items()]
    if status == 503:
        headers.append((b"retry-after", b"30"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
