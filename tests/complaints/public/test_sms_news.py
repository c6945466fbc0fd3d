"""News for whoever has a phone and no e-mail: one short SMS, agreed to, stopped by the link in it."""

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings

from complaints import contacts
from complaints.kinds import ContactWay
from complaints.models import Card, Consent
from complaints.notifications import news_by_sms
from complaints.services import thread
from insurers.models import Branch
from omsportal.platform.limits import TABLE, Rule
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms
from tests.complaints.public.conftest import ANSWERS, Patient, summary, the_only_case, url
from tests.complaints.public.following import CONTACTS, OLD_PHONE, Followed, paths_in

TICKED = {"contacts": {"sms_notices": "on"}}


@pytest.fixture(autouse=True)
def sms_on(settings: Any) -> None:
    settings.SMS_MODE = "file"


@pytest.fixture
def followed(branch: Branch, now: datetime) -> Followed:
    return Followed.begun(branch, now, consents=["sms", "email"])


def sent(followed: Followed) -> list[Sms | None]:
    """What leaves by SMS about this case, in the order in which it was written."""
    rows = Outbox.objects.filter(channel="sms", receiver_kind="contact", subject_id=followed.case.pk)
    return [news_by_sms(row) for row in rows.order_by("id")]


def written(followed: Followed, *texts: str) -> None:
    hand = followed.taken()
    for text in texts:
        thread.post_by_staff(complaint=followed.case, text=text, **hand)


def test_i_hear_by_sms_that_a_specialist_wrote_and_no_word_of_what(followed: Followed) -> None:
    written(followed, "Диагноз подтверждён, приходите.")
    [message] = sent(followed)
    assert message is not None
    assert message.phone == OLD_PHONE
    assert followed.filed.number in message.text
    assert "/status/" in message.text
    for word in ("иагноз", "Соколов", "УЗИ"):
        assert word not in message.text


def test_the_link_under_it_stops_the_sms_and_nothing_else(followed: Followed) -> None:
    written(followed, "Перезвоните нам.")
    [message] = sent(followed)
    assert message is not None
    path = paths_in(message.text)[-1]
    anybody = Patient()
    assert "Отключить СМС о новостях?" in anybody.get(path).content.decode()
    assert sent(followed) != [None]  # programs open links
    done = anybody.post(path).content.decode()
    for told in ("СМС о новостях отключены", "Письма о новостях на почту, если вы их просили"):
        assert told in done
    assert sent(followed) == [None]
    assert list(Consent.objects.filter(revoked_at=None).values_list("purpose", flat=True)) == ["email"]
    assert followed.case.notify_by_email


def test_whoever_stopped_my_sms_i_see_since_when_and_switch_them_on_by_one_press(followed: Followed) -> None:
    """The link under an SMS is all that a stranger needs, and all that it does."""
    assert "отключены" not in followed.page
    written(followed, "Перезвоните нам.")
    [message] = sent(followed)
    assert message is not None
    Patient().post(paths_in(message.text)[-1])
    stopped_at = Consent.objects.get(purpose="sms").revoked_at
    assert stopped_at is not None
    moment = f"{stopped_at.astimezone(followed.branch.zone):%H:%M}"
    for page in (followed.page, followed.patient.get(CONTACTS).content.decode()):
        assert "СМС отключены" in page
        assert moment in page
        assert "Письма на почту отключены" not in page
    typed = {"channel": "sms", "wanted": "yes"}
    for field in typed.items():
        assert 'name="{}" value="{}"'.format(*field) in followed.page
    followed.patient.post(f"{CONTACTS}notices/", typed)
    assert "отключены" not in followed.page
    assert sent(followed) != [None]


def test_an_email_that_was_stopped_is_told_apart_and_a_broken_link_as_one(
    branch: Branch, now: datetime
) -> None:
    followed = Followed.begun(branch, now, consents=["email", "sms"])
    contact = contacts.usable(followed.case.card, ContactWay.EMAIL)
    assert contact is not None
    path = contacts.unsubscribe_url(contact).removeprefix(settings.SITE_URL)
    done = Patient().post(path).content.decode()
    assert "Письма о новостях отключены" in done
    assert "СМС о новостях, если вы их просили" in done
    assert "Письма на почту отключены" in followed.page
    assert "СМС отключены" not in followed.page
    assert "ничего не отключает" in Patient().post("/notices/stop/AAAA/").content.decode()


def test_without_the_tick_or_without_a_gateway_there_is_none(
    branch: Branch, now: datetime, settings: Any
) -> None:
    plain, ticked = (Followed.begun(branch, now, consents=consents) for consents in ([], ["sms"]))
    written(plain, "Есть запись.")
    settings.SMS_MODE = "off"
    hand = ticked.hand()
    thread.tell_contact(ticked.case, kind="answered", now=hand["now"])
    assert not Outbox.objects.filter(channel="sms").exists()
    assert b"sms_notices" not in begun_and_answered().get(url("contacts")).content


def test_a_long_talk_is_no_reason_for_as_many_sms_but_the_answer_is_told(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "news.contact", Rule(2, 86400, "contact"))
    written(followed, "Раз.", "Два.", "Три.")
    thread.tell_contact(followed.case, kind="answered", now=followed.now)
    assert [message is not None for message in sent(followed)] == [True, True, False, True]


def test_after_a_death_the_patients_phone_stays_silent(followed: Followed) -> None:
    written(followed, "Есть запись.")
    Card.objects.update(patient_died=True)
    assert sent(followed) == [None]


def test_i_switch_sms_on_and_off_on_the_page_of_my_contacts(branch: Branch, now: datetime) -> None:
    followed = Followed.begun(branch, now, consents=["email"])

    def says(**typed: str) -> str:
        answer = followed.patient.client.post(f"{CONTACTS}notices/", typed, follow=True)
        return str(answer.content.decode())

    assert "мы пришлём СМС на ваш телефон" in says(channel="sms", wanted="yes")
    assert Consent.objects.filter(purpose="sms", revoked_at=None).count() == 1
    assert "больше не присылаем СМС" in says(channel="sms", wanted="no")
    assert not Consent.objects.filter(purpose="sms", revoked_at=None).exists()
    assert followed.case.notify_by_email


def test_without_email_i_am_not_told_that_the_sms_end_too(branch: Branch, now: datetime) -> None:
    followed = Followed.begun(branch, now, consents=["email", "sms"])
    typed = {"channel": "email", "wanted": "no"}
    answer = followed.patient.client.post(f"{CONTACTS}notices/", typed, follow=True)
    [told] = answer.context["messages"]
    assert str(told) == "Мы не пишем о новостях на почту."
    assert Consent.objects.filter(purpose="sms", revoked_at=None).exists()


def begun_and_answered() -> Patient:
    """Somebody who has come to the page of contacts."""
    patient = Patient()
    patient.begin()
    patient.answer(*[step for step in ANSWERS if step != "contacts"])
    return patient


def test_i_ask_for_sms_when_i_file(patient: Patient) -> None:
    patient.answer_everything(**TICKED)
    assert "СМС о новостях" in patient.get(url("check")).content.decode()
    patient.send()
    assert list(Consent.objects.values_list("purpose", "revoked_at")) == [("sms", None)]
    assert not the_only_case().notify_by_email


def test_sms_need_a_phone(branch: Branch) -> None:
    typed = {**ANSWERS["contacts"], "phone": "", "email": "vera@example.org", "sms_notices": "on"}
    answer = begun_and_answered().post(url("contacts"), typed)
    assert summary(answer) == ["Напишите телефон, на который присылать СМС, или снимите отметку."]
