"""Sockets of staff live no longer than their session."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.utils.timezone import now

from representatives import sessions
from representatives.models import User

log = logging.getLogger(__name__)

#: A session that has ended closes its sockets within so many seconds: one small read for each socket.
LOOK_EVERY_SECONDS = 10.0
ENDED = 4401


class SignedInSockets:
    """Around the router, inside channels' own session and user: an unfinished sign-in is nobody's.

    While a socket is open, its session is read again; once that is over or ended, the socket is closed.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        user = await _user_of(scope)
        scope = {**scope, "user": user or AnonymousUser()}
        if user is None:
            return await self.inner(scope, receive, send)
        watched = _Watched(receive, send)
        watch = asyncio.create_task(watched.until_over(scope))
        try:
            return await self.inner(scope, watched.receive, watched.send)
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch


class _Watched:
    """One socket's two directions, which end when the session does."""

    def __init__(self, receive: Any, send: Any) -> None:
        self._receive, self._send = receive, send
        self._over = asyncio.Event()

    async def until_over(self, scope: Any) -> None:
        is_signed_in = True
        while is_signed_in:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            is_signed_in = await self._still(scope)
        await self._send({"type": "websocket.close", "code": ENDED})
        self._over.set()

    @staticmethod
    async def _still(scope: Any) -> bool:
        """Without an answer the socket closes too: its page asks for another one."""
        try:
            return await _user_of(scope) is not None
        except DatabaseError as error:
            log.warning("cannot read the session of a socket: %s", type(error).__name__)
            return False

    async def send(self, message: Any) -> None:
        if not self._over.is_set():
            await self._send(message)

    async def receive(self) -> Any:
        coming = asyncio.ensure_future(self._receive())
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({coming, over}, return_when=asyncio.FIRST_COMPLETED)
            return {"type": "websocket.disconnect", "code": ENDED} if over.done() else await coming
        finally:
            coming.cancel()
            over.cancel()


async def _user_of(scope: Any) -> User | None:
    """Whose session it is now, if it still is one."""
    found: User | None = await database_sync_to_async(_read)(scope)
    return found


def _read(scope: Any) -> User | None:
    session = scope.get("session")
    return sessions.signed_in(session.session_key, now()) if session is not None else None
