"""A key of another system does not end without a word."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from insurers.models import Branch
from omsportal.platform import delivery
from omsportal.platform.models import Outbox
from representatives import api_keys, key_endings
from representatives.integrating import Span
from representatives.models import ApiKey
from tests.factories import NOW, make_branch, make_staff, profile

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def branch() -> Branch:
    made = make_branch()
    make_staff("head", heads=made, email="head@example.org")
    return made


def key_of(branch: Branch, *, days: int, everywhere: bool = False) -> ApiKey:
    """In use, and over in so many days."""
    span = Span(branch, everywhere=everywhere)
    made = api_keys.put_in(
        span=span, name="МИС", tier=1, scopes=["read"], lifetime=timedelta(days=days), now=NOW
    )
    return api_keys.check(text=made.text, now=NOW)


def told(days: int) -> int:
    """New mails on that day from now."""
    return key_endings.tell(NOW + days * DAY)


def test_two_weeks_and_two_days_before_each_once(branch: Branch) -> None:
    key_of(branch, days=30)
    assert [told(days) for days in (15, 16, 17, 27, 28, 29)] == [0, 1, 0, 0, 1, 0]
    delivery.deliver(NOW + 29 * DAY)
    assert [message.to for message in mail.outbox] == [["head@example.org"]] * 2
    text = mail.outbox[0].body
    assert "МИС" in text
    assert "17 апреля 2026" in text


def test_the_day_is_that_of_the_branch(branch: Branch) -> None:
    key = key_of(branch, days=10)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=datetime(2026, 3, 27, 22, tzinfo=UTC))
    assert told(0) == 1
    delivery.deliver(NOW)
    assert "28 марта 2026" in mail.outbox[0].body


def test_one_that_was_replaced_or_revoked_or_that_nobody_uses_is_not_told(branch: Branch) -> None:
    key = key_of(branch, days=10)
    head = profile(make_staff("head"))
    api_keys.rotate(key=key, profile=head, now=NOW)
    assert told(1) == 0
    ApiKey.objects.update(revoked_at=NOW)
    assert told(1) == 0
    ApiKey.objects.update(revoked_at=None, last_used_at=NOW - key_endings.UNUSED, created_at=NOW - 60 * DAY)
    assert told(1) == 0


def test_of_several_branches_only_who_can_replace_it_is_told(branch: Branch) -> None:
    admin = make_staff("insurer_admin", administers=branch.insurer, email="admin@example.org")
    key_of(branch, days=10, everywhere=True)
    assert told(0) == 1
    assert [row.receiver_id for row in Outbox.objects.all()] == [admin.pk]


def test_a_mail_about_a_key_that_was_revoked_meanwhile_is_not_sent(branch: Branch) -> None:
    key = key_of(branch, days=10)
    assert told(0) == 1
    api_keys.revoke(key=key, now=NOW)
    delivery.deliver(NOW + timedelta(minutes=1))
    assert not mail.outbox
