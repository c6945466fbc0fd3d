import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from omsportal.platform import delivery, heartbeats, outbox
from omsportal.platform.delivery import BACK_OFF, LEASE, MAX_ATTEMPTS, Delivered, Lane, Undeliverable
from omsportal.platform.models import Outbox
from tests.mail import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def builders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test registers its own senders."""
    monkeypatch.setattr(delivery, "_builders", {})


ORDINARY = Lane("email", urgent=False)


@pytest.fixture
def smtp(smtp_server: MailServer, settings: Settings) -> MailServer:
    smtp_server.use(settings)
    return smtp_server


def letter(row: Outbox) -> EmailMessage:
    return EmailMessage(
        "Есть новости", "по обращению", "portal@example.org", [f"patient{row.subject_id}@example.org"]
    )


def failing(error: Exception) -> Callable[[Outbox], None]:
    def build(row: Outbox) -> None:
        raise error

    return build


class Call:
    """A sendable that is no e-mail."""

    made: list[int] = []

    def __init__(self, row: Outbox) -> None:
        self.row = row

    def send(self) -> None:
        self.made.append(self.row.pk)


def test_it_sends_by_a_real_server_and_stamps(
    smtp: MailServer, now: datetime, make_notice: Callable[..., Outbox], settings: Settings
):
    settings.SITE_URL = "https://oms.example.org"
    row = make_notice()
    delivery.register("email", letter)
    assert delivery.deliver(now) == Delivered(sent=1)
    row.refresh_from_db()
    assert (row.sent_at, row.lease_token, row.attempts) == (now, None, 1)
    assert len(smtp.messages) == 1
    assert smtp.messages[0]["Message-ID"] == delivery.message_id(row.pk)


def test_it_sends_nothing_twice(now: datetime, make_notice: Callable[..., Outbox], mailoutbox: list[Any]):
    make_notice()
    delivery.register("email", letter)
    delivery.deliver(now)
    delivery.deliver(now + timedelta(days=1))
    assert len(mailoutbox) == 1


def test_it_prefers_the_builder_of_the_kind(
    now: datetime, make_notice: Callable[..., Outbox], mailoutbox: list[Any]
):
    make_notice(kind="answer")
    delivery.register("email", failing(AssertionError()))
    delivery.register("email", letter, kind="answer")
    assert delivery.deliver(now).sent == 1


def test_it_sends_what_is_no_mail(now: datetime, make_notice: Callable[..., Outbox]):
    row = make_notice(channel="sms")
    delivery.register("sms", Call)
    delivery.deliver(now)
    assert Call.made == [row.pk]


@pytest.mark.parametrize("build", [lambda row: None, lambda row: EmailMessage("x", "y", "z@example.org", [])])
def test_it_skips_when_there_is_nobody_to_tell(
    now: datetime, make_notice: Callable[..., Outbox], build: Callable[..., Any]
):
    row = make_notice()
    delivery.register("email", build)
    assert delivery.deliver(now) == Delivered(skipped=1)
    row.refresh_from_db()
    assert (row.skipped_at, row.sent_at) == (now, None)


def test_it_tries_again_later_and_later_and_gives_up(now: datetime, make_notice: Callable[..., Outbox]):
    row = make_notice()
    delivery.register("email", failing(ConnectionRefusedError(111, "refused")))
    moment = now
    for wait in BACK_OFF:
        assert delivery.deliver(moment) == Delivered(failed=1)
        assert delivery.deliver(moment + wait - timedelta(seconds=1)) == Delivered()
        moment += wait
    assert delivery.deliver(moment) == Delivered(given_up=1)
    row.refresh_from_db()
    assert (row.attempts, row.dead_at, row.error) == (MAX_ATTEMPTS, moment, "ConnectionRefusedError 111")
    assert delivery.deliver(moment + timedelta(days=9)) == Delivered()


def test_it_gives_up_at_once_when_trying_again_is_useless(now: datetime, make_notice: Callable[..., Outbox]):
    row = make_notice()
    delivery.register("email", failing(Undeliverable("the phone is a landline")))
    assert delivery.deliver(now) == Delivered(given_up=1)
    row.refresh_from_db()
    assert row.error == "Undeliverable: the phone is a landline"


@pytest.mark.parametrize(("code", "outcome"), [(550, Delivered(given_up=1)), (450, Delivered(failed=1))])
def test_it_tells_refused_for_good_from_refused_for_now(
    now: datetime, make_notice: Callable[..., Outbox], code: int, outcome: Delivered
):
    row = make_notice()
    delivery.register("email", failing(SMTPRecipientsRefused({"ivanova@example.org": (code, b"no")})))
    assert delivery.deliver(now) == outcome
    row.refresh_from_db()
    assert "ivanova" not in row.error


def test_one_bad_notice_does_not_stop_the_others(
    now: datetime, make_notice: Callable[..., Outbox], mailoutbox: list[Any]
):
    bad = make_notice()
    make_notice()
    delivery.register("email", lambda row: failing(KeyError("x"))(row) if row == bad else letter(row))
    assert delivery.deliver(now) == Delivered(sent=1, failed=1)
    assert len(mailoutbox) == 1


def test_a_dead_mail_server_delays_and_loses_nothing(
    now: datetime, make_notice: Callable[..., Outbox], smtp_server: MailServer, settings: Settings
):
    make_notice()
    smtp_server.use(settings)
    settings.EMAIL_PORT = 1
    delivery.register("email", letter)
    assert delivery.deliver(now) == Delivered(failed=1)
    settings.EMAIL_PORT = smtp_server.port
    assert delivery.deliver(now + BACK_OFF[0]) == Delivered(sent=1)
    assert len(smtp_server.messages) == 1


def test_a_notice_that_nothing_sends_says_so(now: datetime, make_notice: Callable[..., Outbox]):
    row = make_notice(channel="sms")
    assert delivery.deliver(now) == Delivered(failed=1)
    row.refresh_from_db()
    assert row.error == "LookupError: nothing sends sms hop"


def test_it_works_oldest_first_up_to_the_limit(
    now: datetime, make_notice: Callable[..., Outbox], mailoutbox: list[Any]
):
    for minutes in range(25):
        make_notice(available_at=now - timedelta(minutes=minutes))
    delivery.register("email", letter)
    assert delivery.deliver(now, limit=12).sent == 12
    assert not Outbox.objects.pending().filter(available_at__lt=now - timedelta(minutes=12)).exists()


def test_it_leaves_what_it_has_no_time_for(
    now: datetime,
    make_notice: Callable[..., Outbox],
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
):
    make_notice(), make_notice()
    clock = [0.0]
    monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def slow(row: Outbox) -> EmailMessage:
        clock[0] += 31
        return letter(row)

    delivery.register("email", slow)
    assert delivery.deliver(now, seconds=30).sent == 1
    left = Outbox.objects.pending().get()
    assert (left.available_at, left.attempts, left.lease_token) == (now, 0, None)


def test_a_lease_comes_back_when_its_worker_dies(now: datetime, make_notice: Callable[..., Outbox]):
    make_notice()
    assert len(delivery.lease(ORDINARY, now, 10)) == 1
    assert delivery.lease(ORDINARY, now + LEASE - timedelta(seconds=1), 10) == []
    assert len(delivery.lease(ORDINARY, now + LEASE, 10)) == 1


def test_a_late_worker_does_not_overwrite_the_next_ones_outcome(
    now: datetime, make_notice: Callable[..., Outbox]
):
    make_notice()
    (late,) = delivery.lease(ORDINARY, now, 10)
    (current,) = delivery.lease(ORDINARY, now + LEASE, 10)
    delivery._stamp(current, sent_at=now + LEASE)
    delivery._stamp(late, dead_at=now + LEASE)
    late.refresh_from_db()
    assert (late.sent_at, late.dead_at) == (now + LEASE, None)


def test_it_gives_a_sign_of_life(now: datetime):
    delivery.deliver(now)
    assert heartbeats.age("deliver", now) == timedelta(0)


def test_two_workers_send_each_notice_once(at_once: Callable[..., list[Any]], now: datetime):
    for number in range(60):
        outbox.enqueue(channel="sms", kind="hop", subject_kind="case", subject_id=number, now=now)
    sent: Counter[int] = Counter()
    lock = threading.Lock()

    class Counted(Call):
        def send(self) -> None:
            with lock:
                sent[self.row.pk] += 1

    delivery.register("sms", Counted)
    outcomes = at_once(2, lambda: delivery.deliver(now))
    assert sum(outcome.sent for outcome in outcomes) == 60
    assert set(sent.values()) == {1}
    assert not Outbox.objects.pending().exists()
