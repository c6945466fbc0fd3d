"""Mail to patients: that there is news, never what it is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from complaints.models import Complaint, Consent
from complaints.notifications import end_of_quiet
from complaints.services import closing, thread
from omsportal.platform import delivery, limits
from omsportal.platform.models import Outbox
from tests.factories import APPLICANT, NOW, make_branch, make_complaint, make_region, make_staff, profile

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_patient_with_consent_hears_of_filing_and_answer_and_no_word_of_the_matter(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    expert = make_staff("expert", 3, make_branch())
    case = make_complaint(tier=3, held_by=expert, consents=["email"], story="Отказали в химиотерапии")
    closing.resolve(
        complaint=case, outcome="justified", text="Химиотерапия положена", by=expert, profile=profile(expert),
        now=case.due_at,
    )  # fmt: skip
    delivery.deliver(case.due_at)
    assert len(mail.outbox) == Outbox.objects.filter(channel="email").count() > 2
    for message in mail.outbox:
        assert message.to == ["vera@example.org"]
        assert case.number in message.subject
        text = f"{message.subject} {message.body}".lower()
        assert not {"химиотерап", "поликлиник", "соколов", "вера"} & set(text.replace("@", " ").split())
        assert "химиотерап" not in text


#: 22:30 in Moscow, 07:30 in Kamchatka.
EVENING = datetime(2026, 3, 18, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("20:59:59", None), ("21:00", "2026-03-19 08:00"), ("23:59", "2026-03-19 08:00"),
        ("00:00", "2026-03-18 08:00"), ("07:59:59", "2026-03-18 08:00"), ("08:00", None),
    ],
)  # fmt: skip
def test_quiet_hours_end_in_the_morning(local: str, until: str | None) -> None:
    zone = ZoneInfo("Asia/Vladivostok")
    moment = datetime.combine(date(2026, 3, 18), time.fromisoformat(local), zone)
    end = datetime.fromisoformat(until).replace(tzinfo=zone) if until else None
    assert end_of_quiet(moment, time(21), time(8)) == end


def test_quiet_hours_within_a_day_do_not_pass_midnight() -> None:
    noon = datetime(2026, 3, 18, 12, tzinfo=UTC)
    assert end_of_quiet(noon, time(10), time(14)) == noon.replace(hour=14)
    assert end_of_quiet(noon, time(13), time(14)) is None


class TestQuietHours:
    """News wait for the patient's morning, by the clock of the case's region."""

    def news(
        self, settings: Any, *, zone: str = "Europe/Moscow", region: str = "76", **fields: Any
    ) -> Outbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        make_region(region, region, zone)
        case = make_complaint(make_branch(region=region), consents=["email"], now=EVENING, **fields)
        Outbox.objects.filter(kind="filed").delete()
        thread.tell_contact(case, kind="answered", now=EVENING)
        return Outbox.objects.get(channel="email", kind="answered")

    def test_they_wait_until_eight_and_no_attempt_is_counted(self, settings) -> None:
        row = self.news(settings)
        assert delivery.deliver(EVENING).put_off == 1
        row.refresh_from_db()
        assert row.available_at == datetime(2026, 3, 19, 5, 0, tzinfo=UTC)
        assert (row.attempts, row.lease_token, mail.outbox) == (0, None, [])
        assert delivery.deliver(row.available_at).sent == 1

    def test_where_it_is_morning_already_they_leave(self, settings) -> None:
        self.news(settings, region="25", zone="Asia/Kamchatka")  # 07:30 there: half an hour to wait
        assert delivery.deliver(EVENING).put_off == 1
        assert delivery.deliver(EVENING + timedelta(minutes=30)).sent == 1

    def test_urgent_appeals_do_not_wait(self, settings) -> None:
        self.news(settings, urgency="urgent")
        assert delivery.deliver(EVENING).sent == 1

    def test_the_confirmation_of_filing_does_not_wait(self, settings) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        make_complaint(consents=["email"], now=EVENING)
        assert delivery.deliver(EVENING).sent == 1

    def test_they_can_be_switched_off(self, settings) -> None:
        settings.QUIET_HOURS = None
        self.news(settings)
        assert delivery.deliver(EVENING).sent == 1

    def test_a_case_that_became_urgent_meanwhile_does_not_wait_any_more(self, settings) -> None:
        row = self.news(settings)
        Complaint.objects.filter(pk=row.subject_id).update(urgency="urgent")
        assert delivery.deliver(EVENING).sent == 1


def test_a_withdrawn_consent_stops_the_mail(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    case = make_complaint(consents=["email"])
    Consent.objects.filter(complaint=case).update(revoked_at=NOW)
    delivered = delivery.deliver(NOW)
    assert (delivered.sent, delivered.skipped, mail.outbox) == (0, 1, [])


def test_appeals_with_a_strangers_address_are_no_mail_bomb(settings, monkeypatch) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setitem(limits.TABLE, "filing.contact", limits.Rule(2, 86400, "contact"))
    for part in ("", "+2", "+3", ".other"):
        applicant = {**APPLICANT, "email": f"Vera{part}@example.org"}
        make_complaint(applicant=applicant, consents=["email"])
    delivered = delivery.deliver(NOW)
    assert (delivered.sent, delivered.skipped) == (3, 1)
    assert Complaint.objects.count() == 4


def test_an_appeal_that_was_taken_back_is_told_to_every_contact_whatever_was_wanted(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SMS_MODE = "file"
    case = make_complaint()
    closing.withdraw(complaint=case, now=NOW)
    closing.withdraw(complaint=case, now=NOW)
    assert Outbox.objects.filter(kind="withdrawn").count() == 2
    assert delivery.deliver(NOW).sent == 2
    (message,) = mail.outbox
    assert (message.to, case.number in message.body) == (["vera@example.org"], True)
    assert "/call/" in message.body
    assert "УЗИ" not in message.body


def test_taking_appeals_back_with_a_strangers_contact_is_no_bomb_either(settings, monkeypatch) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SMS_MODE = "off"
    monkeypatch.setitem(limits.TABLE, "changed.contact", limits.Rule(1, 86400, "contact"))
    for _time in range(2):
        closing.withdraw(complaint=make_complaint(), now=NOW)
    delivery.deliver(NOW)
    assert len(mail.outbox) == 1
