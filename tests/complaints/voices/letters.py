"""A real IMAP server (pymap) on loopback, and letters to put into it."""

import imaplib
import subprocess
import sys
import time
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Self

from omsportal.supervisor.valkey import free_port

USER, PASSWORD = "portal", "geheim"
PATIENCE = 30.0


class ImapServer:
    """Keeps letters in memory. Started anew it has forgotten them and numbers from one: after a disaster."""

    def __init__(self) -> None:
        self.port = free_port()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        who = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from pymap.main import main; main()", *place, *who],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._client().logout() and None
            except OSError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def make_folder(self, name: str) -> None:
        client = self._client()
        client.create(name)
        client.logout()

    def deliver(self, folder: str, letter: EmailMessage | bytes, *, at: datetime | None = None) -> None:
        """As a mail server does it; `at` is the moment that it remembers."""
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        client = self._client()
        answer, _told = client.append(folder, "", imaplib.Time2Internaldate(at) if at else "", raw)
        assert answer == "OK"
        client.logout()

    def seen(self, folder: str) -> list[bool]:
        """Which letters of the folder are marked as seen, in their order."""
        client = self._client()
        client.select(folder, readonly=True)
        _answer, flags = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [b"\\Seen" in bytes(line) for line in flags if isinstance(line, bytes)]

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client


def letter(text: str = "Не записывают на УЗИ второй месяц.", **headers: Any) -> EmailMessage:
    """A letter of Вера; `headers` with underscores for dashes, None takes one out."""
    made = EmailMessage()
    usual = {
        "From": "Вера Соколова <vera@example.org>", "To": "otdel@sogaz.example", "Subject": "Жалоба",
        "Message_ID": "<1@example.org>",
    }  # fmt: skip
    for name, value in {**usual, **headers}.items():
        if value is not None:
            made[name.replace("_", "-")] = value
    made.set_content(text)
    return made
