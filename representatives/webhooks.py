"""Receivers of a branch's events: made, changed, switched off and on by its administrators, and what is sent.

A notice of the outbox is one event for one receiver. It leaves signed, to an address that is public when it
is sent (omsportal/platform/outward.py), in the receiver's own lane: one that does not answer stands alone.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insurers.models import Branch
from omsportal.platform import alarms, bells, delivery, digests, lanes, outbox, outward
from omsportal.platform.delivery import Lane
from omsportal.platform.kinds import Channel, Severity
from omsportal.platform.models import Outbox
from omsportal.platform.sending import ReceiverAway, Refused
from representatives import integrating, webhook_log, webhook_secrets
from representatives.integrating import Span
from representatives.models import TEST_EVENT, User, Webhook, WhyOff
from representatives.profiles import Profile, profile_of

SUBJECT = "webhook"
ALARM = "webhook_off"
#: How long a receiver is left alone after so many failures in a row.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 5 * 60, 15 * 60, 30 * 60, 60 * 60))
#: Without one success for so long, and after so many tries, it is switched off and people are told.
GIVE_UP_AFTER, GIVE_UP_TRIES = timedelta(days=3), 10
#: Events are kept for a receiver that is off, so that nothing is missing when it comes back.
KEPT_WHILE_OFF = timedelta(days=30)
MOST_RECEIVERS = 20
#: The receiver lives and does not want this one event; every other answer is about the receiver.
_NOT_THIS_ONE = frozenset({400, 409, 413, 422})
_GONE = 410

# Partial index outbox_receiver, one descent for each receiver that is on; there are some hundreds.
_DUE = """
SELECT w.id FROM representatives_webhook w
WHERE w.off_at IS NULL AND (w.paused_until IS NULL OR w.paused_until <= %(now)s) AND EXISTS (
    SELECT FROM platform_outbox o
    WHERE o.channel = 'webhook' AND o.receiver_id = w.id AND o.available_at <= %(now)s
        AND o.sent_at IS NULL AND o.skipped_at IS NULL AND o.dead_at IS NULL AND o.doubtful_at IS NULL)
ORDER BY w.tried_at NULLS FIRST, w.id
"""


class WebhookRefused(Exception):
    """It cannot be set like that (422). `message` says why, `field` which answer is to blame."""

    def __init__(self, code: str, message: object, field: str | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.field = code, message, field


@dataclass(frozen=True, slots=True)
class Made:
    """A receiver with its new secret, which exists in clear only here."""

    webhook: Webhook
    secret: str


@transaction.atomic
def create(
    *, span: Span, name: str, url: str, hears: Sequence[str], by: User, profile: Profile, now: datetime
) -> Made:
    """A new receiver that hears of everything from now on. Raises WebhookRefused, PermissionDenied."""
    integrating.check(profile, span)
    _check_url(url)
    Branch.objects.select_for_update(no_key=True, of=("self",)).get(pk=span.branch.pk)
    if Webhook.objects.of_branches([span.branch.pk]).count() >= MOST_RECEIVERS:
        raise WebhookRefused(
            "too_many", gettext_lazy("This branch has as many receivers as it may have. Change one.")
        )
    fresh = webhook_secrets.fresh()
    webhook = Webhook.objects.create(
        reference=uuid.uuid4(), **span.columns, name=name, url=url, hears=_sorted(hears), created_by=by,
        created_at=now, sealed={"current": fresh, "previous": None},
    )  # fmt: skip
    return Made(webhook, fresh["secret"])


@transaction.atomic
def change(
    *,
    webhook: Webhook,
    span: Span,
    name: str,
    url: str,
    hears: Sequence[str],
    profile: Profile,
    now: datetime,
) -> Webhook:
    """Another name, address, choice of events or branches; a new address is tried at once.

    Of branches that it does not reach any more nothing leaves and nothing is shown: others answer for the
    receiver now. Raises WebhookRefused, PermissionDenied.
    """
    row = _locked(webhook, profile)
    reached = integrating.reached(row)
    integrating.check(profile, span)
    _check_url(url)
    row.name, row.url, row.hears = name, url, _sorted(hears)
    row.everywhere, row.other_branch_ids = span.everywhere, span.columns["other_branch_ids"]
    row.paused_until = None if url != webhook.url else row.paused_until
    if not reached <= integrating.reached(row):
        webhook_log.leave_others(row, now)
    row.save(
        update_fields=[
            "name", "url", "hears", "everywhere", "other_branch_ids", "paused_until", "log_after",
        ]
    )  # fmt: skip
    bells.ring(outbox.TOPIC)
    return row


@transaction.atomic
def rotate(*, webhook: Webhook, profile: Profile, now: datetime) -> Made:
    """A new secret; what is sent is signed with both for two days, so that nothing is lost meanwhile.

    Pressed again within that time (a page loaded anew, say), those from before go on too: only the receiver
    knows which of them it has.
    """
    row = _locked(webhook, profile)
    secret = webhook_secrets.replace(row, now)
    row.save(update_fields=["sealed", "overlap_until"])
    return Made(row, secret)


@transaction.atomic
def switch_off(*, webhook: Webhook, profile: Profile, now: datetime) -> Webhook:
    """Nothing is sent; events are kept for a month. Switching off twice keeps the first moment."""
    row = _locked(webhook, profile)
    if row.is_on:
        row.off_at, row.off_why = max(now, row.created_at), WhyOff.PERSON
        row.save(update_fields=["off_at", "off_why"])
    return row


@transaction.atomic
def switch_on(*, webhook: Webhook, with_missed: bool, profile: Profile, now: datetime) -> Webhook:
    """Sending goes on at once, with what was missed meanwhile or without it; the alarm is over."""
    row = _locked(webhook, profile)
    if not with_missed:
        Outbox.objects.pending().for_receiver(row.pk).filter(lease_token=None).update(skipped_at=now)
    row.off_at = row.off_why = row.paused_until = row.failing_since = None
    row.failures = 0
    row.save(update_fields=["off_at", "off_why", "paused_until", "failing_since", "failures"])
    alarms.close_about(kind=ALARM, subject_kind=SUBJECT, subject_id=row.pk, now=now)
    bells.ring(outbox.TOPIC)
    return row


@transaction.atomic
def send_test(*, webhook: Webhook, profile: Profile, now: datetime) -> None:
    """An event about nothing, to see whether the receiver answers and can check the signature."""
    row = _locked(webhook, profile)
    row.paused_until = None
    row.save(update_fields=["paused_until"])
    outbox.enqueue(
        channel=Channel.WEBHOOK, kind=TEST_EVENT, subject_kind=SUBJECT, subject_id=row.pk,
        receiver_kind=SUBJECT, receiver_id=row.pk, dedup=int(now.timestamp() * 1_000_000),
        payload={"at": now.isoformat()}, now=now,
    )  # fmt: skip


@transaction.atomic
def replay_one(*, webhook: Webhook, notice_id: int, profile: Profile, now: datetime) -> int:
    """Send one event anew, with the same id; returns 0 when it waits to be sent anyway."""
    row = _locked(webhook, profile)
    return webhook_log.send_again(row, now, pk=notice_id)


@transaction.atomic
def replay_since(*, webhook: Webhook, since: datetime, profile: Profile, now: datetime) -> int:
    """Send every event written down since then anew, in their order; returns how many."""
    row = _locked(webhook, profile)
    return webhook_log.send_again(row, now, created_at__gte=since)


def due_lanes(now: datetime) -> list[Lane]:
    """Lanes of receivers that have something due and are not paused, longest untried first."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now})
        return [Lane(Channel.WEBHOOK.value, False, number) for (number,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Push:
    """One event on its way to one receiver."""

    webhook: Webhook
    body: bytes
    event_id: str
    now: datetime

    def send(self) -> None:
        """Raises Refused (this one event), ReceiverAway (all of them)."""
        try:
            status = outward.post(self.webhook.url, self.body, self._headers())
        except (outward.AddressRefused, outward.NoAnswer) as error:
            raise ReceiverAway(error.code, _failed(self.webhook, error.code, self.now)) from error
        if 200 <= status < 300:
            _answered(self.webhook, status, self.now)
        elif status in _NOT_THIS_ONE:
            _noted(self.webhook, status, self.now)
            raise Refused(f"HTTP {status}")
        else:
            raise ReceiverAway(f"HTTP {status}", _failed(self.webhook, f"HTTP {status}", self.now))

    def _headers(self) -> dict[str, str]:
        stamp = int(self.now.timestamp())
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "omsportal-webhooks",
            "OMS-Event-Id": self.event_id,
            "OMS-Timestamp": str(stamp),
            "OMS-Signature": webhook_secrets.signatures(self.webhook, stamp, self.body, now=self.now),
        }


def build(row: Outbox) -> Push | None:
    """What leaves for this row; nothing when the receiver is gone, or hears of that branch no more."""
    webhook = Webhook.objects.filter(pk=row.receiver_id).first()
    if webhook is None or webhook_log.is_left(webhook, row):
        return None
    # The lease's end is the one moment of now that a row being sent carries.
    now = (row.leased_until or row.available_at) - delivery.LEASE
    if not webhook.is_on:  # a moment ago
        raise ReceiverAway("off", now)
    number = event_id(row)
    said = {"id": number, "event": row.kind} | {
        k: v for k, v in row.payload.items() if k != webhook_log.BRANCH
    }
    return Push(webhook, json.dumps(said, separators=(",", ":"), sort_keys=True).encode(), number, now)


def event_id(row: Outbox) -> str:
    """The same for every copy of the event, whoever receives it and however often; tells nothing else."""
    text = f"{row.kind}:{row.subject_id}:{row.dedup}"
    return f"evt_{digests.blind(text, 'webhook event').hex()[:32]}"


@transaction.atomic
def _failed(webhook: Webhook, code: str, now: datetime) -> datetime:
    """Nobody there: until when to leave it alone; switched off after days without one success."""
    row = _row(webhook)
    row.failing_since = row.failing_since or now
    row.failures = min(row.failures + 1, 10_000)
    row.tried_at, row.last_answer = now, code
    row.paused_until = now + PAUSES[min(row.failures, len(PAUSES)) - 1]
    if row.is_on and code == f"HTTP {_GONE}":
        _turn_off(row, WhyOff.GONE, now)
    elif row.is_on and now - row.failing_since >= GIVE_UP_AFTER and row.failures >= GIVE_UP_TRIES:
        _turn_off(row, WhyOff.FAILING, now)
    row.save(
        update_fields=[
            "failing_since", "failures", "tried_at", "last_answer", "paused_until", "off_at", "off_why",
        ]
    )  # fmt: skip
    return row.paused_until


def _turn_off(row: Webhook, why: WhyOff, now: datetime) -> None:
    row.off_at, row.off_why = max(now, row.created_at), why
    alarms.raise_once(
        kind=ALARM, subject_kind=SUBJECT, subject_id=row.pk, hop=int(now.timestamp()) // 60,
        receiver_branch_id=row.branch_id, severity=Severity.WARNING, now=now,
    )  # fmt: skip
    people = list(User.objects.answering_for(row.branch, day=now.date()))
    # Of several branches: only who can switch it on again, if there is anybody.
    able = [person for person in people if integrating.may_change(profile_of(person, now=now), row)]
    outbox.enqueue_many([_told_off(row, person.pk, now) for person in able or people], now)


def _told_off(row: Webhook, person_id: int, now: datetime) -> outbox.Notice:
    return outbox.Notice(
        channel=Channel.EMAIL, kind=ALARM, subject_kind=SUBJECT, subject_id=row.pk, receiver_kind="user",
        receiver_id=person_id, dedup=int(now.timestamp()),
    )  # fmt: skip


def off_mail(row: Outbox) -> EmailMessage | None:
    """To heads and administrators: which receiver, why, and where to switch it on; no address of it."""
    person = User.objects.filter(pk=row.receiver_id, is_active=True).exclude(email="").first()
    webhook = Webhook.objects.filter(pk=row.subject_id).exclude(off_at=None).first()
    if person is None or webhook is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        body = _(
            "“%(name)s” (%(branch)s) receives no events of the portal any more: %(why)s.\n\n"
            "What happens meanwhile is kept for 30 days. When the receiver works again, switch it on: "
            "%(url)s"
        ) % {
            "name": webhook.name, "branch": webhook.branch, "why": webhook.get_off_why_display(),
            "url": f"{settings.SITE_URL}/staff/integrations/webhooks/{webhook.reference}/",
        }  # fmt: skip
        return EmailMessage(subject=_("A receiver of events was switched off"), body=body, to=[person.email])


@transaction.atomic
def _answered(webhook: Webhook, status: int, now: datetime) -> None:
    row = _row(webhook)
    row.failing_since, row.failures, row.paused_until = None, 0, None
    row.tried_at = row.answered_at = now
    row.last_answer = f"HTTP {status}"
    row.save(
        update_fields=[
            "failing_since", "failures", "paused_until", "tried_at", "answered_at", "last_answer",
        ]
    )  # fmt: skip


def _noted(webhook: Webhook, status: int, now: datetime) -> None:
    """It lives and refuses one event: neither a success nor a failure of the receiver."""
    Webhook.objects.filter(pk=webhook.pk).update(tried_at=now, last_answer=f"HTTP {status}")


def _row(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_for_update(no_key=True, of=("self",)).get(pk=webhook.pk)


def _locked(webhook: Webhook, profile: Profile) -> Webhook:
    """By what it reaches now, not when the page was read."""
    row = _row(webhook)
    integrating.check_row(profile, row)
    return row


_WHY_NOT = {
    "scheme": gettext_lazy("The address must begin with https://: events travel encrypted."),
    "port": gettext_lazy("Only the ports 443 and 8443 are used. Let the receiver listen on one of them."),
    "password": gettext_lazy("Take login and password out of the address: the signature proves who sends."),
    "private": gettext_lazy(
        "This address is not on the internet. Give one that can be reached from outside."
    ),
}
_MALFORMED = gettext_lazy("This is not a web address. Write it like https://example.ru/oms-events")


def _check_url(url: str) -> None:
    try:
        outward.checked_url(url)
    except outward.AddressRefused as error:
        raise WebhookRefused(error.code, _WHY_NOT.get(error.code, _MALFORMED), "url") from None


def _sorted(events: Sequence[str]) -> list[str]:
    return sorted(set(events))


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register(Channel.WEBHOOK.value, build)
    delivery.register(Channel.EMAIL.value, off_mail, ALARM)
    lanes.register(due_lanes)
