"""The browser's end of a websocket, through the whole application as uvicorn calls it."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import connections
from django.test import Client

from omsportal.asgi import application
from tests.threads import run_apart

OWN_PAGE = "http://127.0.0.1:8000"
PATIENCE_SECONDS, QUIET_SECONDS = 20, 0.3


class Socket(ApplicationCommunicator):  # channels' own communicator needs daphne
    """A socket with the cookies of this browser, opened by a page of this origin."""

    def __init__(
        self,
        browser: Client,
        *,
        path: str = "/ws/staff/",
        origin: str | None = OWN_PAGE,
        more: Mapping[str, str] | None = None,
    ) -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        headers = {"host": "127.0.0.1:8000", "cookie": cookies, **(more or {})}
        if origin is not None:
            headers["origin"] = origin
        written = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "websocket", "path": path, "headers": written, "subprotocols": []}
        super().__init__(application, scope)

    async def is_let_in(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(PATIENCE_SECONDS)
        return bool(answer["type"] == "websocket.accept")

    async def word(self) -> str:
        return str((await self.receive_output(PATIENCE_SECONDS))["text"])

    async def is_silent(self) -> bool:
        """Nothing is said for a moment."""
        return bool(await self.receive_nothing(QUIET_SECONDS))

    async def closed_with(self) -> int:
        """What is said meanwhile does not matter."""
        answer = {"type": ""}
        while answer["type"] != "websocket.close":
            answer = await self.receive_output(PATIENCE_SECONDS)
        return int(answer["code"])

    async def leaves(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE_SECONDS)


def run(steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In an event loop of its own; what it opened to the database is closed."""

    async def all_steps() -> None:
        try:
            await steps()
        finally:
            await sync_to_async(connections.close_all)()

    run_apart(all_steps())


async def apart(deed: Callable[[], Any]) -> Any:
    """What a person does meanwhile, in a thread with connections of its own."""

    def call() -> Any:
        try:
            return deed()
        finally:
            connections.close_all()

    return await asyncio.to_thread(call)
