"""Providers that misbehave as real ones do: a mail server and an SMS gateway on loopback, byte by byte."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class Server:
    """An asyncio server in a thread of its own; `behave` may be changed while it runs."""

    behave = "well"

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.released = asyncio.Event()
        self.open: set[asyncio.Task[Any]] = set()
        self.port = 0

    def __enter__(self) -> Self:
        self.thread.start()
        self.port = self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def serve(self, reader: Reader, writer: Writer) -> None:
        """One connection; a server of its own kind says how."""

    async def silence(self) -> None:
        """Says nothing until the test is over."""
        await self.released.wait()

    def _run(self, call: Awaitable[Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(call, self.loop).result(20)  # type: ignore[arg-type]

    async def _listen(self) -> int:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.open.add(task)
        try:
            await self.serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side hung up
        finally:
            self.open.discard(task)
            writer.close()

    async def _end(self) -> None:
        self.released.set()
        self.server.close()
        await asyncio.gather(*self.open, return_exceptions=True)


class BadMailServer(Server):
    """Speaks SMTP. What it took in whole is in `taken`, whatever it said about it.

    "well", "451", "550": answers to the message; "silent": takes it and says nothing; "dies": takes it and
    hangs up; "dies_early": hangs up in the middle of it; "dumb": does not even greet; "refuses 550": refuses
    the address.
    """

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[EmailMessage] = []

    async def serve(self, reader: Reader, writer: Writer) -> None:
        if self.behave == "dumb":
            await self.silence()
            return
        await self._say(writer, "220 here")
        while line := (await reader.readline()).decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                if not await self._take(reader, writer):
                    return
            elif word == "RCPT" and self.behave.startswith("refuses"):
                await self._say(writer, f"{self.behave.split()[1]} <vera@example.org> unknown")
            else:
                await self._say(writer, "221 bye" if word == "QUIT" else "250 fine")
                if word == "QUIT":
                    return

    async def _take(self, reader: Reader, writer: Writer) -> bool:
        await self._say(writer, "354 go on")
        if self.behave == "dies_early":
            await reader.readline()
            return False
        body = await reader.readuntil(b"\r\n.\r\n")
        message = message_from_bytes(body[:-3], policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        if self.behave == "silent":
            await self.silence()
        if self.behave in {"silent", "dies"}:
            return False
        codes = {"451": "451 later, vera@example.org", "550": "550 never"}
        await self._say(writer, codes.get(self.behave, "250 taken"))
        return True

    async def _say(self, writer: Writer, line: str) -> None:
        writer.write(f"{line}\r\n".encode())
        await writer.drain()

    def use(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "omsportal.platform.mail.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", self.port
        self.settings = settings
        self.becomes(self.behave)

    def becomes(self, behave: str) -> None:
        """The portal loses its patience soon with who says nothing, never with who is only slow."""
        self.behave = behave
        self.settings.EMAIL_TIMEOUT = 0.6 if behave in {"silent", "dumb"} else 20


class Gateway(Server):
    """An SMS gateway. `answer` is its status and body; "silent" takes the request and says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, dict[str, str], str]] = []
        self.answer: tuple[int, str] = (200, '{"status": "OK"}')
        self.when_asked: Callable[[], None] = lambda: None

    async def serve(self, reader: Reader, writer: Writer) -> None:
        if self.behave == "dumb":
            await self.silence()
            return
        head = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.requests.append((head[0], headers, body.decode()))
        await asyncio.to_thread(self.when_asked)
        if self.behave == "silent":
            await self.silence()
        if self.behave != "well":
            return
        status, text = self.answer
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode()
        )
        await writer.drain()

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _line, _headers, body in self.requests]

    def use(self, settings: Any) -> None:
        settings.SMS_MODE = "http"
        settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{self.port}/send?v=1"
        settings.SMS_GATEWAY_HEADER = "Authorization: Bearer secret"
