"""Sending what the outbox holds: lease one, send it outside any transaction, stamp what became of it.

Each channel has two lanes, one for what is urgent: neither a slow provider nor a crowd of notices delays
another lane (lanes.py). A notice whose outcome nobody can know leaves again with the same Message-ID or id,
three copies at most; then a person decides.
"""

from __future__ import annotations

import base64
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from omsportal.platform import bounces, digests, heartbeats, sms
from omsportal.platform.kinds import Channel
from omsportal.platform.models import Outbox
from omsportal.platform.sending import PerhapsSent, ReceiverAway, Refused, Undeliverable

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
#: After the n-th failed attempt wait so long: eight attempts in all, the last one after almost two days.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
MAX_ATTEMPTS = len(BACK_OFF) + 1
#: The same for what must not wait: a duty person is called anew after ten minutes anyway.
URGENT_BACK_OFF = timedelta(seconds=30)
#: So many copies may leave without anybody knowing whether one arrived.
MOST_COPIES = 3
_SEAL_BYTES = 10
#: The first word of the error of a notice whose address does not exist.
ADDRESS_GONE = "AddressGone"
_MESSAGE_ID = re.compile(r"<outbox-(\d{1,18})-([a-z2-7]{16})@")

# The partial index outbox_lane serves it. A leased row moves out of the due range, so the next worker does
# not walk over it, and comes back by itself if this worker dies: then one copy more may have left.
_LEASE = """
UPDATE platform_outbox SET lease_token = %(token)s, leased_until = %(until)s, available_at = %(until)s,
                           attempts = attempts + 1, copies = copies + (lease_token IS NOT NULL)::int
WHERE id = ANY(ARRAY(
    SELECT id FROM platform_outbox
    WHERE channel = %(channel)s AND {whose} AND available_at <= %(now)s
        AND sent_at IS NULL AND skipped_at IS NULL AND dead_at IS NULL AND doubtful_at IS NULL
    ORDER BY available_at, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED))
RETURNING *
"""
# Of one receiver: the partial index outbox_receiver.
_LEASE_OF_ALL = _LEASE.format(whose="urgent = %(urgent)s")
_LEASE_OF_RECEIVER = _LEASE.format(whose="receiver_id = %(receiver)s")


@dataclass(frozen=True, order=True, slots=True)
class Lane:
    """What is sent one after the other; with a receiver, only what is for them."""

    channel: str
    urgent: bool
    receiver: int = 0


#: What is urgent goes first where one process makes all of them. Each receiver of webhooks has an own lane.
LANES = tuple(
    Lane(channel.value, urgent)
    for urgent in (True, False)
    for channel in Channel
    if channel not in {Channel.PORTAL, Channel.WEBHOOK}
)


class Sendable(Protocol):
    """What a builder makes of a row: Django's EmailMessage, an Sms, or anything that can send itself."""

    def send(self) -> object: ...


Builder = Callable[[Outbox], Sendable | sms.Sms | None]
#: When a notice that must not disturb anybody now may be sent; None: now.
Quiet = Callable[[Outbox, datetime], datetime | None]
_builders: dict[tuple[str, str], tuple[Builder, Quiet | None]] = {}


@dataclass(frozen=True)
class Delivered:
    """What one run did."""

    sent: int = 0
    skipped: int = 0
    failed: int = 0
    given_up: int = 0
    put_off: int = 0
    in_doubt: int = 0
    away: int = 0

    def plus(self, outcome: str) -> Delivered:
        counts = asdict(self)
        return Delivered(**{**counts, outcome: counts[outcome] + 1})


def register(channel: str, builder: Builder, kind: str = "", *, quiet: Quiet | None = None) -> None:
    """Make `builder` build what this channel sends: one kind, or (without it) all kinds that have no own.

    It looks the address up at the moment of sending and returns None when there is nobody left to tell; it
    raises Undeliverable when the address can never work. `quiet` is asked first and may put the notice off.
    """
    _builders[channel, kind] = builder, quiet


def deliver(
    now: datetime, limit: int = 200, seconds: float = 30, *, lanes: Iterable[Lane] = LANES
) -> Delivered:
    """Send due notices, at most `limit` and about `seconds` long; returns what became of them.

    Ends at once when a receiver with a lane of its own is away. Must run outside a transaction. Any number of
    workers may run it at once: a row is leased by one of them.
    """
    deadline = time.monotonic() + seconds
    mail = get_connection()
    outcome = Delivered()
    try:
        for row in _leased_rows(now, limit, deadline, tuple(lanes)):
            outcome = outcome.plus(_deliver_row(row, mail, now))
            if outcome.away:
                break
    finally:
        mail.close()
    heartbeats.beat("deliver", now, asdict(outcome))
    return outcome


def _leased_rows(now: datetime, limit: int, deadline: float, lanes: tuple[Lane, ...]) -> Iterator[Outbox]:
    """One at a time, each time from the first lane that has one: who dies leaves one row in doubt."""
    for _turn in range(limit):
        if time.monotonic() >= deadline:
            return
        row = next((found for lane in lanes for found in lease(lane, now)), None)
        if row is None:
            return
        yield row


def lease(lane: Lane, now: datetime, limit: int = 1) -> list[Outbox]:
    """Take due rows of the lane for five minutes, oldest first; nobody else gets them meanwhile."""
    token = uuid.uuid4()
    values: dict[str, Any] = {"token": token, "until": now + LEASE, "now": now, "limit": limit}
    rows = Outbox.objects.raw(_LEASE_OF_RECEIVER if lane.receiver else _LEASE_OF_ALL, values | asdict(lane))
    return sorted(rows, key=lambda row: (row.created_at, row.pk))


def _deliver_row(row: Outbox, mail: BaseEmailBackend, now: datetime) -> str:
    if row.copies >= MOST_COPIES:  # its workers died while they sent it
        return _doubt(row, row.error or "lease", now)
    try:
        later = _not_before(row, now)
        if later is not None:
            _stamp(row, available_at=later, attempts=row.attempts - 1)
            return "put_off"
        if not _send(row, mail):
            _stamp(row, skipped_at=now, error="")
            return "skipped"
    except ReceiverAway as error:
        _stamp(row, available_at=error.until, attempts=row.attempts - 1, error=describe(error))
        return "away"
    # One bad row or a broken provider must not stop the others: it is kept and tried again.
    except Exception as error:
        return _failed(row, error, mail, now)
    _stamp(row, sent_at=now, error="")
    return "sent"


def _builder_of(row: Outbox) -> tuple[Builder, Quiet | None]:
    found = _builders.get((row.channel, row.kind)) or _builders.get((row.channel, ""))
    if found is None:
        raise LookupError(f"nothing sends {row.channel} {row.kind}")
    return found


def _not_before(row: Outbox, now: datetime) -> datetime | None:
    _builder, quiet = _builder_of(row)
    return quiet(row, now) if quiet is not None else None


def _send(row: Outbox, mail: BaseEmailBackend) -> bool:
    """False if there is nobody to tell any more."""
    builder, _quiet = _builder_of(row)
    message = builder(row)
    if message is None:
        return False
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    if isinstance(message, EmailMessage):
        message.extra_headers.setdefault("Message-ID", message_id(row.pk))
        message.connection = mail
        return bool(message.send())
    if isinstance(message, sms.Sms):
        sms.send(message, key=f"outbox-{row.pk}.{host}")
        return True
    message.send()
    return True


def message_id(row_id: int) -> str:
    """The same for each copy of the notice. Its seal shows whoever sends one back that it was ours."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<outbox-{row_id}-{_seal(row_id)}@{host}>"


def row_of(message_id: str) -> int | None:
    """The number of the notice that left with this Message-ID; None: it is none of ours."""
    found = _MESSAGE_ID.match(message_id.lower())
    if found is None or not digests.matches(_seal(int(found[1])).encode(), found[2].encode()):
        return None
    return int(found[1])


def _seal(row_id: int) -> str:
    seal = digests.blind(str(row_id), "message id of a notice")[:_SEAL_BYTES]
    return base64.b32encode(seal).decode().lower()


def _failed(row: Outbox, error: Exception, mail: BaseEmailBackend, now: datetime) -> str:
    _close_quietly(mail)
    copies = row.copies + isinstance(error, PerhapsSent)
    words = describe(error)
    if copies >= MOST_COPIES:
        return _doubt(row, words, now, copies=copies)
    if _is_final(error) or row.attempts >= MAX_ATTEMPTS:
        return _doubt(row, words, now, copies=copies) if copies else _give_up(row, words, now)
    logger.warning("outbox %s failed, attempt %s: %s", row.pk, row.attempts, words)
    wait = URGENT_BACK_OFF if row.urgent else BACK_OFF[row.attempts - 1]
    _stamp(row, available_at=now + wait, copies=copies, error=words)
    return "failed"


def _is_final(error: Exception) -> bool:
    """Refused for good (5xx): every address, or the message itself; 4xx means later."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, Undeliverable)


def _give_up(row: Outbox, words: str, now: datetime) -> str:
    logger.error("outbox %s given up after %s attempts: %s", row.pk, row.attempts, words)
    _stamp(row, dead_at=now, error=words)
    return "given_up"


def _doubt(row: Outbox, words: str, now: datetime, *, copies: int | None = None) -> str:
    logger.error("outbox %s: nobody knows whether it arrived: %s", row.pk, words)
    _stamp(row, doubtful_at=now, copies=row.copies if copies is None else copies, error=words)
    return "in_doubt"


def _close_quietly(mail: BaseEmailBackend) -> None:
    """After a failure the connection's state is unknown; the next message opens a new one."""
    try:
        mail.close()
    except OSError as error:
        logger.debug("closing the mail connection: %s", error)


def describe(error: Exception) -> str:
    """The error without what servers say: their words repeat addresses, and no address is kept here."""
    if isinstance(
        error, Undeliverable | LookupError | PerhapsSent | ReceiverAway | Refused | sms.GatewayUnusable
    ):
        return f"{type(error).__name__}: {error}"
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({code for code, _reason in error.recipients.values()})
        name = ADDRESS_GONE if _is_gone(error) else type(error).__name__
        return f"{name} {' '.join(map(str, codes))}"
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return type(error).__name__ + (f" {code}" if code else "")


def _is_gone(error: SMTPRecipientsRefused) -> bool:
    """The server knows nobody under this address; it may refuse for many other reasons."""
    refused = error.recipients.values()
    verdicts = {bounces.judge(bytes(said).decode(errors="replace")) for code, said in refused if code >= 500}
    return verdicts == {bounces.Verdict.GONE} and _is_final(error)


def _stamp(row: Outbox, **values: Any) -> None:
    """Write the outcome and end the lease, if it is still ours."""
    ours = Outbox.objects.pending().leased_with(row.lease_token).filter(pk=row.pk)
    if not ours.update(lease_token=None, leased_until=None, **values):
        logger.warning("outbox %s: the lease ran out before the outcome was written", row.pk)


__all__ = [
    "ADDRESS_GONE", "BACK_OFF", "LANES", "LEASE", "MAX_ATTEMPTS", "MOST_COPIES", "Delivered", "Lane", "Quiet",
    "Sendable", "Undeliverable", "deliver", "describe", "lease", "message_id", "register", "row_of",
]  # fmt: skip
