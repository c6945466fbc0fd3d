"""Reading mailboxes over IMAP. A letter is behind us once what became of it is committed, whatever its flags.

The server keeps every letter: nothing is deleted or moved. "Seen" is set on what was taken in, for people
who look into the same mailbox; losing that flag loses nothing.
"""

import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from complaints.escalation import rounds
from complaints.models import Mailbox, ReceivedMail
from complaints.models.mail import LOOPBACK
from complaints.services import mail_in
from complaints.services.mail_in import Delivered
from omsportal.platform import alarms, bells

log = logging.getLogger(__name__)

TOPIC, AWAY, SUBJECT = "mail", "mailbox_away", "mailbox"
LOOK_EVERY = timedelta(seconds=60)
#: A mail server that is away for longer is an alarm: people wait for an answer.
PATIENCE = timedelta(minutes=30)
TIMEOUT_SECONDS = 15.0
#: A run takes no further letter after so many seconds: below a task's limit.
BUDGET_SECONDS = 30.0
#: One worker reads a mailbox at a time; others go on to the next.
_ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(hashtextextended('complaints.mailbox', %s))"
_RELEASE = "SELECT pg_advisory_unlock(hashtextextended('complaints.mailbox', %s))"
_TAKEN = {ReceivedMail.Fate.CASE, ReceivedMail.Fate.MESSAGE}
#: What ends a run from outside, when a worker's time is over.
Ends = tuple[type[Exception], ...]


def ring(_now: datetime) -> None:
    """A round: have a worker read; whoever makes rounds never waits for a mail server."""
    if Mailbox.objects.read().exists():
        bells.ring(TOPIC)


def read_all(*, now: datetime, budget: float = BUDGET_SECONDS, ends: Ends = ()) -> int:
    """Take in new letters of every mailbox, the longest unread first; returns how many were looked at.

    Runs outside a transaction: what became of each letter counts at once. `ends` break the run off: the
    letter in hand is read by the next run, which begins with it; one that alone takes a whole run is left for
    a person.
    """
    until, done, is_first = time.monotonic() + budget, 0, True
    for mailbox in Mailbox.objects.read():
        if time.monotonic() < until:
            with _alone(mailbox) as is_ours:
                done += _read(mailbox, until, now, ends, is_first=is_first) if is_ours else 0
                is_first = is_first and not is_ours
    return done


def _read(mailbox: Mailbox, until: float, now: datetime, ends: Ends, *, is_first: bool) -> int:
    """A server that is away, or sends one byte after the other, delays nobody but its own mailbox.

    `is_first`: no other mailbox has taken of this run's time, with or without letters.
    """
    done = 0
    try:
        with _signed_in(mailbox) as client:
            for delivered in _new_letters(client, mailbox):
                _take(client, mailbox, delivered, now, ends, has_all_time=is_first and done == 0)
                done += 1
                if time.monotonic() >= until:
                    break
    except _TimeIsOver as over:
        raise over.end from None
    except ends as error:
        _note_failure(mailbox, type(error).__name__, now)
        raise
    except (IMAPClientError, OSError, ValueError, KeyError) as error:
        _note_failure(mailbox, type(error).__name__, now)
        return done
    Mailbox.objects.filter(pk=mailbox.pk).update(checked_at=now, failing_since=None, fault="")
    alarms.close_about(kind=AWAY, subject_kind=SUBJECT, subject_id=mailbox.pk, now=now)
    return done


@contextmanager
def _signed_in(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """Words of a server are never logged: they repeat names and passwords."""
    if mailbox.security == Mailbox.Security.PLAIN and mailbox.host not in LOOPBACK:
        raise OSError("a password never crosses a network in the clear")
    context = ssl.create_default_context()
    is_tls = mailbox.security == Mailbox.Security.TLS
    client = IMAPClient(
        mailbox.host, port=mailbox.port, ssl=is_tls, ssl_context=context if is_tls else None,
        timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    client.normalise_times = False  # moments keep the zone that the server names
    try:
        if mailbox.security == Mailbox.Security.STARTTLS:
            client.starttls(context)
        client.login(mailbox.sealed["user"], mailbox.sealed["password"])
        yield client
    except BaseException:
        _hang_up(client)  # a farewell would wait for an answer
        raise
    try:
        client.logout()
    except (IMAPClientError, OSError):
        _hang_up(client)


def _hang_up(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError):
        client.shutdown()


def _new_letters(client: IMAPClient, mailbox: Mailbox) -> Iterator[Delivered]:
    """Behind the last one read; from the first one on when the server has numbered them anew."""
    folder = client.select_folder(mailbox.folder)
    validity = int(folder[b"UIDVALIDITY"])
    begin = mailbox.next_uid if mailbox.uid_validity == validity else 1
    # The day before: servers compare by the date of their own zone.
    day = (mailbox.since - timedelta(days=1)).date()
    found = client.search(["UID", f"{begin}:*", "SINCE", day])
    for uid in sorted(uid for uid in found if uid >= begin):
        told = client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
        if told is None:
            continue  # somebody has deleted it meanwhile
        came_at = _moment(told[b"INTERNALDATE"])
        if came_at >= mailbox.since:
            raw = _raw(client, uid) if told[b"RFC822.SIZE"] <= settings.MAIL_MAX_BYTES else None
            yield Delivered(raw=raw, uid=uid, uid_validity=validity, came_at=came_at)


def _raw(client: IMAPClient, uid: int) -> bytes | None:
    """PEEK: reading alone marks nothing as seen."""
    found: dict[bytes, Any] = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {})
    content = found.get(b"BODY[]")
    return content if isinstance(content, bytes) else None


def _moment(at: datetime) -> datetime:
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)


class _TimeIsOver(Exception):
    """The run ended in the middle of a letter; nothing of it was kept."""

    def __init__(self, end: Exception) -> None:
        super().__init__()
        self.end = end


def _take(
    client: IMAPClient, mailbox: Mailbox, delivered: Delivered, now: datetime, ends: Ends, *,
    has_all_time: bool,
) -> None:  # fmt: skip
    """One letter that the portal fails over, or that takes a whole run, does not stop the others."""
    try:
        received = mail_in.take_in(mailbox=mailbox, delivered=delivered, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if isinstance(error, ends) and not has_all_time:
            raise _TimeIsOver(error) from error
        log.error("letter %s of mailbox %s failed: %s", delivered.uid, mailbox.pk, type(error).__name__)
        received = mail_in.leave(mailbox=mailbox, delivered=delivered, now=now)
    if received is not None and received.fate in _TAKEN:
        with suppress(IMAPClientError):
            client.add_flags([delivered.uid], [SEEN], silent=True)


def _note_failure(mailbox: Mailbox, fault: str, now: datetime) -> None:
    log.warning("mailbox %s cannot be read: %s", mailbox.pk, fault)
    since = mailbox.failing_since or now
    Mailbox.objects.filter(pk=mailbox.pk).update(checked_at=now, failing_since=since, fault=fault[:40])
    if now - since >= PATIENCE:
        alarms.raise_once(
            kind=AWAY, subject_kind=SUBJECT, subject_id=mailbox.pk, hop=int(since.timestamp()) // 60,
            receiver_branch_id=mailbox.branch_id, payload={"fault": fault[:40]}, now=now,
        )  # fmt: skip


@contextmanager
def _alone(mailbox: Mailbox) -> Iterator[bool]:
    """A lock of the session: it ends with the worker, also with one that was killed."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [mailbox.pk])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute(_RELEASE, [mailbox.pk])


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("mail", LOOK_EVERY, ring))
