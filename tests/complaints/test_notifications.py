"""Mail to patients: that there is news, never what it is."""

import pytest
from django.core import mail

from complaints.models import Consent
from complaints.services import closing
from omsportal.platform import delivery
from omsportal.platform.models import Outbox
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile

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


def test_a_withdrawn_consent_stops_the_mail(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    case = make_complaint(consents=["email"])
    Consent.objects.filter(complaint=case).update(revoked_at=NOW)
    delivered = delivery.deliver(NOW)
    assert (delivered.sent, delivered.skipped, mail.outbox) == (0, 1, [])
