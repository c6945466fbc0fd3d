"""A real SMTP server for tests."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from omsportal.supervisor.valkey import free_port


class MailServer:
    """Listens on loopback and keeps what it receives. `refuse_with` makes it refuse, e.g. "451 try later"."""

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self.port = free_port()
        self.messages: list[EmailMessage] = []
        self.refuse_with: str | None = None
        self._controller = Controller(self, hostname=self.host, port=self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def use(self, settings: Any) -> None:
        """Points Django's mail at this server; `settings` is pytest-django's fixture."""
        settings.EMAIL_BACKEND = "omsportal.platform.mail.EmailBackend"
        settings.EMAIL_HOST = self.host
        settings.EMAIL_PORT = self.port

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse_with:
            return self.refuse_with
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"
