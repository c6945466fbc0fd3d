"""Sending what the outbox holds: lease, send outside any transaction, stamp."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from omsportal.platform import heartbeats
from omsportal.platform.models import Outbox

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LEASED_AT_ONCE = 10
# After the n-th failed attempt wait so long: eight attempts in all, the last one after almost two days.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
MAX_ATTEMPTS = len(BACK_OFF) + 1

# The partial index outbox_pending serves it. A leased row moves out of the due range, so the next worker does
# not walk over it, and comes back by itself if this worker dies.
_LEASE = """
UPDATE platform_outbox SET lease_token = %(token)s, leased_until = %(until)s, available_at = %(until)s,
                           attempts = attempts + 1
WHERE id = ANY(ARRAY(
    SELECT id FROM platform_outbox
    WHERE sent_at IS NULL AND skipped_at IS NULL AND dead_at IS NULL AND available_at <= %(now)s
    ORDER BY available_at, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED))
"""


class Sendable(Protocol):
    """What a builder makes of a row: Django's EmailMessage, or anything that can send itself."""

    def send(self) -> object: ...


class Undeliverable(Exception):
    """Trying again would not help: the row is given up at once."""


Builder = Callable[[Outbox], Sendable | None]
_builders: dict[tuple[str, str], Builder] = {}


@dataclass(frozen=True)
class Delivered:
    """What one run did."""

    sent: int = 0
    skipped: int = 0
    failed: int = 0
    given_up: int = 0

    def plus(self, outcome: str) -> Delivered:
        counts = asdict(self)
        return Delivered(**{**counts, outcome: counts[outcome] + 1})


def register(channel: str, builder: Builder, kind: str = "") -> None:
    """Make `builder` build what this channel sends: one kind, or (without it) all kinds that have no own.

    It looks the address up at the moment of sending and returns None when there is nobody left to tell; it
    raises Undeliverable when the address can never work.
    """
    _builders[channel, kind] = builder


def deliver(now: datetime, limit: int = 200, seconds: float = 30) -> Delivered:
    """Send due notices, at most `limit` and about `seconds` long; returns what became of them.

    Must run outside a transaction. Any number of workers may run it at once: a row is leased by one of them.
    """
    deadline = time.monotonic() + seconds
    mail = get_connection()
    outcome = Delivered()
    try:
        for row in _leased_rows(now, limit, deadline):
            outcome = outcome.plus(_deliver_row(row, mail, now))
    finally:
        mail.close()
    heartbeats.beat("deliver", now, asdict(outcome))
    return outcome


def _leased_rows(now: datetime, limit: int, deadline: float) -> Iterator[Outbox]:
    """Lease a few at a time; what the deadline leaves unsent goes back as if nobody had touched it."""
    left = limit
    while left > 0 and time.monotonic() < deadline:
        rows = lease(now, min(LEASED_AT_ONCE, left))
        left = left - len(rows) if rows else 0
        for row in rows:
            if time.monotonic() < deadline:
                yield row
            else:
                _stamp(row, available_at=now, attempts=row.attempts - 1)


def lease(now: datetime, limit: int) -> list[Outbox]:
    """Take due rows for five minutes, oldest first; nobody else gets them meanwhile."""
    token = uuid.uuid4()
    values: dict[str, Any] = {"token": token, "until": now + LEASE, "now": now, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_LEASE, values)
    return list(Outbox.objects.leased_with(token).order_by("id"))


def _deliver_row(row: Outbox, mail: BaseEmailBackend, now: datetime) -> str:
    try:
        if not _send(row, mail):
            _stamp(row, skipped_at=now, error="")
            return "skipped"
    except (Undeliverable, SMTPRecipientsRefused) as error:
        return _give_up(row, error, now) if _is_final(error) else _postpone(row, error, mail, now)
    # One bad row or a broken mail server must not stop the others: it is kept and tried again.
    except Exception as error:
        return _postpone(row, error, mail, now)
    _stamp(row, sent_at=now, error="")
    return "sent"


def _send(row: Outbox, mail: BaseEmailBackend) -> bool:
    """False if there is nobody to tell any more."""
    builder = _builders.get((row.channel, row.kind)) or _builders.get((row.channel, ""))
    if builder is None:
        raise LookupError(f"nothing sends {row.channel} {row.kind}")
    message = builder(row)
    if message is None:
        return False
    if isinstance(message, EmailMessage):
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        message.extra_headers.setdefault("Message-ID", f"<outbox-{row.pk}@{host}>")
        message.connection = mail
        return bool(message.send())
    message.send()
    return True


def _is_final(error: Undeliverable | SMTPRecipientsRefused) -> bool:
    """The mail server refused every address for good (5xx); 4xx means later."""
    if isinstance(error, Undeliverable):
        return True
    return all(code >= 500 for code, _reason in error.recipients.values())


def _give_up(row: Outbox, error: Exception, now: datetime) -> str:
    logger.error("outbox %s given up after %s attempts: %s", row.pk, row.attempts, _describe(error))
    _stamp(row, dead_at=now, error=_describe(error))
    return "given_up"


def _postpone(row: Outbox, error: Exception, mail: BaseEmailBackend, now: datetime) -> str:
    _close_quietly(mail)
    if row.attempts >= MAX_ATTEMPTS:
        return _give_up(row, error, now)
    logger.warning("outbox %s failed, attempt %s: %s", row.pk, row.attempts, _describe(error))
    _stamp(row, available_at=now + BACK_OFF[row.attempts - 1], error=_describe(error))
    return "failed"


def _close_quietly(mail: BaseEmailBackend) -> None:
    """After a failure the connection's state is unknown; the next message opens a new one."""
    try:
        mail.close()
    except OSError as error:
        logger.debug("closing the mail connection: %s", error)


def _describe(error: Exception) -> str:
    """The error without what servers say: their words repeat addresses, and no address is kept here."""
    if isinstance(error, Undeliverable | LookupError):
        return f"{type(error).__name__}: {error}"
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return type(error).__name__ + (f" {code}" if code else "")


def _stamp(row: Outbox, **values: Any) -> None:
    """Write the outcome and end the lease, if it is still ours."""
    ours = Outbox.objects.pending().leased_with(row.lease_token).filter(pk=row.pk)
    if not ours.update(lease_token=None, leased_until=None, **values):
        logger.warning("outbox %s: the lease ran out before the outcome was written", row.pk)
