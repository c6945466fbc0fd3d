"""New contacts: with number and access code alone nobody leads messages, calls or letters astray."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from complaints.kinds import ForWhom, IdentityLevel
from complaints.models import Card, Complaint, Consent, ContactChange, ContactLink, History, OneTimeCode
from complaints.patient_notices import CHANGED, CODE
from complaints.permissions import NotAllowed
from complaints.services import closing, contact_changes, wrong_contacts
from insurers.models import Branch
from omsportal.platform.limits import TABLE, Rule
from tests import factories
from tests.complaints.public.conftest import Patient, summary
from tests.complaints.public.following import (
    CASE,
    CODES,
    CONTACTS,
    NEW_PHONE,
    OLD_PHONE,
    Followed,
    digits,
    messages_of,
    receivers,
)


@pytest.fixture(autouse=True)
def sms_on(settings: Any) -> None:
    settings.SMS_MODE = "file"


@pytest.fixture
def followed(branch: Branch, now: datetime) -> Followed:
    return Followed.begun(branch, now, consents=["email"])


def applicant() -> dict[str, Any]:
    content: dict[str, Any] = Card.objects.get().sealed["applicant"]
    return content


def test_a_new_phone_needs_a_code_to_the_old_contact_and_one_to_the_new(followed: Followed) -> None:
    response = followed.change("phone", "8 915 987-65-43", "email")
    assert response.headers["Location"] == CODES
    assert receivers(CODE) == [NEW_PHONE, "vera@example.org"]
    to_new, to_old = (str(getattr(each, "text", "") or each.body) for each in messages_of(CODE))
    assert "+7 ••• •••-65-43" in to_old
    assert "Это не вы?" in to_old
    assert "65-43" not in to_new
    assert applicant()["phone"] == OLD_PHONE
    followed.type_codes(known=digits("known_contact"), new=digits("new_contact"))
    assert applicant()["phone"] == NEW_PHONE
    assert receivers(CHANGED) == ["vera@example.org", OLD_PHONE]
    line = History.objects.get(event="contacts_changed")
    assert (line.reason, line.cause) == ("phone", "patient")
    assert Card.objects.get().identity_level == IdentityLevel.CONTACT
    assert NEW_PHONE not in str(ContactChange.objects.get().sealed)
    assert "Вы изменили контакты" in followed.page


def test_who_found_the_slip_cannot_lead_the_letters_or_calls_to_themselves(followed: Followed) -> None:
    """Number and code, and a phone of their own: the code to the known contact is missing."""
    assert summary(followed.change("phone", NEW_PHONE)) == ["Выберите, куда прислать код."]
    followed.change("phone", NEW_PHONE, "phone")
    response = followed.type_codes(known="12345678", new=digits("new_contact"))
    assert response.status_code == 422
    assert 'name="new"' not in response.content.decode()  # that one has fitted
    assert followed.change("address", "Москва, Арбат, 1").status_code == 422
    assert followed.change("address", "Москва, Арбат, 1", "email").status_code == 422
    assert applicant()["phone"] == OLD_PHONE
    assert not applicant().get("address")


def test_a_code_typed_in_another_browser_completes_nothing(followed: Followed) -> None:
    thief = Patient()
    thief.open(followed.filed.number, followed.filed.access_code)
    thief.post(f"{CONTACTS}phone/", {"new": NEW_PHONE, "known": "phone"})
    stolen_new = digits("new_contact")
    followed.change("phone", "+79150000000", "phone")
    followed.type_codes(known=digits("known_contact"), new=digits("new_contact"))
    assert applicant()["phone"] == "+79150000000"
    response = thief.post(CODES, {"known": digits("known_contact"), "new": stolen_new})
    assert response.status_code == 422
    assert applicant()["phone"] == "+79150000000"


def test_such_a_code_does_not_confirm_who_asks(followed: Followed) -> None:
    followed.change("email", "new@example.org", "phone")
    for purpose in ("known_contact", "new_contact"):
        answer = followed.patient.post(f"{CASE}identity/", {"code": digits(purpose)})
        assert answer.status_code == 422
    assert Card.objects.get().identity_level == IdentityLevel.NONE


def test_the_codes_are_good_for_ten_minutes(followed: Followed, now: datetime) -> None:
    followed.change("email", "new@example.org", "phone")
    late = now - timedelta(minutes=11)
    ContactChange.objects.update(asked_at=late)
    assert followed.patient.get(CODES).headers["Location"] == CONTACTS
    assert followed.type_codes(known=digits("known_contact"), new="1").headers["Location"] == CONTACTS
    assert applicant()["email"] == "vera@example.org"


def test_an_email_that_is_added_where_there_is_no_contact_needs_its_own_code_only(
    branch: Branch, now: datetime
) -> None:
    alone = Followed.begun(branch, now, applicant={"surname": "Соколова", "phone": "", "email": ""})
    alone.change("email", "vera@mail.example")
    assert receivers(CODE) == ["vera@mail.example"]
    alone.type_codes(new=digits("new_contact"))
    assert applicant()["email"] == "vera@mail.example"
    assert Card.objects.get().identity_level == IdentityLevel.CONTACT
    assert receivers(CHANGED) == []


@pytest.mark.parametrize(("way", "new"), [("phone", NEW_PHONE), ("email", "thief@example.org")])
def test_a_change_begun_before_there_was_a_contact_does_not_lead_the_later_one_astray(
    branch: Branch, now: datetime, way: str, new: str
) -> None:
    """Who found the slip asks first and types the code last; meanwhile the owner has left a contact."""
    alone, thief = Followed.begun(branch, now, applicant={"surname": "Соколова"}), Patient()
    thief.open(alone.filed.number, alone.filed.access_code)
    thief.post(f"{CONTACTS}{way}/", {"new": new})
    stolen = digits("new_contact")
    alone.change("email", "vera@mail.example")
    alone.type_codes(new=digits("new_contact"))
    answer = thief.client.post(CODES, {"new": stolen}, follow=True)
    assert "Контакты за это время изменились" in answer.content.decode()
    assert (applicant()["email"], applicant().get("phone", "")) == ("vera@mail.example", "")


def test_a_code_to_a_contact_that_was_replaced_meanwhile_shows_nobody(
    followed: Followed, now: datetime
) -> None:
    """Who reads the owner's old mailbox begins first; then the owner leaves that mailbox."""
    thief = Patient()
    thief.open(followed.filed.number, followed.filed.access_code)
    thief.post(f"{CONTACTS}phone/", {"new": NEW_PHONE, "known": "email"})
    stolen = {"known": digits("known_contact"), "new": digits("new_contact")}
    ContactChange.objects.update(asked_at=now - timedelta(minutes=1))
    followed.change("email", "safe@example.org", "phone")
    followed.type_codes(known=digits("known_contact"), new=digits("new_contact"))
    answer = thief.client.post(CODES, stolen, follow=True)
    assert "Контакты за это время изменились" in answer.content.decode()
    assert (applicant()["email"], applicant()["phone"]) == ("safe@example.org", OLD_PHONE)


def test_the_address_of_letters_is_changed_only_by_who_is_proven(followed: Followed) -> None:
    Card.objects.update(identity_level=IdentityLevel.IN_PERSON)
    followed.change("address", "Рыбинск, Волжская наб., 1", "email")
    followed.type_codes(known=digits("known_contact"))
    assert applicant()["address"] == "Рыбинск, Волжская наб., 1"


def test_i_am_told_what_to_do_when_no_code_can_reach_me(followed: Followed, settings: Any) -> None:
    settings.SMS_MODE = "off"
    card = Card.objects.get()
    card.sealed = {**card.sealed, "applicant": {**card.sealed["applicant"], "email": ""}}
    card.save()
    page = followed.patient.get(f"{CONTACTS}phone/").content.decode()
    assert "Придите в офис с паспортом" in page
    assert 'name="new"' not in page


def test_a_stranger_behind_a_mistyped_new_contact_changes_nothing_of_the_case(followed: Followed) -> None:
    followed.change("email", "stranger@example.org", "phone")
    messages_of(CODE)
    link = ContactLink.objects.get(way="email")
    ContactLink.objects.filter(pk=link.pk).update(refused_at=None)
    wrong_contacts._refuse(link, followed.now)
    assert followed.case.notify_by_email
    assert not History.objects.filter(event="contact_refused").exists()
    assert "stranger@example.org" not in receivers(CODE)


def test_notices_follow_the_new_email(followed: Followed) -> None:
    Complaint.objects.update(notify_by_email=False)  # a stranger had got them
    followed.change("email", "new@example.org", "phone")
    followed.type_codes(known=digits("known_contact"), new=digits("new_contact"))
    assert followed.case.notify_by_email


def test_i_choose_another_way_of_the_answer_until_it_has_left(followed: Followed) -> None:
    say = followed.patient.post
    assert "Сначала добавьте почтовый адрес" in summary(say(f"{CONTACTS}answer/", {"way": "letter"}))[0]
    say(f"{CONTACTS}answer/", {"way": "office"})
    assert Card.objects.get().answer_channel == "office"
    assert receivers(CHANGED) == ["vera@example.org", OLD_PHONE]
    hand = followed.taken()
    Card.objects.update(answer_channel="site")
    closing.resolve(complaint=followed.case, outcome="organised", text="Запись есть.", **hand)
    assert summary(say(f"{CONTACTS}answer/", {"way": "office"}))
    assert Card.objects.get().answer_channel == "site"


def test_the_way_of_the_answer_changes_a_few_times_a_day_for_each_change_is_told(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "answer.case", Rule(1, 86400, "appeal"))
    answers = [
        followed.patient.post(f"{CONTACTS}answer/", {"way": way}).status_code for way in ("office", "site")
    ]
    assert answers == [302, 429]
    assert receivers(CHANGED) == ["vera@example.org", OLD_PHONE]
    monkeypatch.setitem(TABLE, "changed.contact", Rule(0, 86400, "contact"))
    assert receivers(CHANGED) == []


def test_i_switch_notices_off_and_on(followed: Followed) -> None:
    followed.patient.post(f"{CONTACTS}notices/", {"wanted": "no"})
    assert not followed.case.notify_by_email
    followed.patient.post(f"{CONTACTS}notices/", {"wanted": "yes"})
    assert followed.case.notify_by_email
    assert Consent.objects.filter(purpose="email", revoked_at=None).count() == 1


def test_nothing_of_a_contact_is_shown_whole(followed: Followed) -> None:
    pages = [followed.patient.get(path).content.decode() for path in (CONTACTS, f"{CONTACTS}phone/")]
    followed.change("phone", NEW_PHONE, "email")
    pages.append(followed.patient.get(CODES).content.decode())
    for whole in ("79201234567", "920 123-45-67", "vera@example.org", "79159876543"):
        assert whole not in "".join(pages)


def test_staff_change_a_contact_when_they_have_seen_a_document(followed: Followed) -> None:
    hand = followed.hand()
    contact_changes.change_by_document(
        complaint=followed.case, way="phone", new=NEW_PHONE, proof="seen_passport", **hand
    )
    assert applicant()["phone"] == NEW_PHONE
    assert History.objects.get(event="contacts_changed").by == hand["by"]
    assert receivers(CHANGED) == ["vera@example.org", OLD_PHONE]


def test_after_a_death_a_relative_leaves_their_own_contacts_in_the_office(followed: Followed) -> None:
    Card.objects.update(patient_died=True)
    assert "свидетельством о смерти" in followed.patient.get(f"{CONTACTS}phone/").content.decode()
    assert followed.change("phone", NEW_PHONE, "phone").status_code == 422
    hand = followed.hand()
    contact_changes.change_by_document(
        complaint=followed.case, way="phone", new=NEW_PHONE, proof="seen_other", **hand
    )
    assert Card.objects.get().for_whom == ForWhom.RELATIVE
    assert (applicant()["phone"], applicant()["email"]) == (NEW_PHONE, "")
    assert receivers(CHANGED) == []


def test_what_was_asked_is_thrown_away_after_three_days(followed: Followed, now: datetime) -> None:
    followed.change("phone", NEW_PHONE, "email")
    assert contact_changes.purge(now) == 0
    assert contact_changes.purge(now + timedelta(days=4)) == 1
    assert OneTimeCode.objects.count() == 2


def test_another_insurers_staff_change_nothing(followed: Followed) -> None:
    rival = factories.make_staff("rival", 1, factories.make_branch("reso-med", now=followed.now))
    hand = {"by": rival, "profile": factories.profile(rival, on=followed.now.date()), "now": followed.now}
    with pytest.raises(NotAllowed):
        contact_changes.change_by_document(
            complaint=followed.case, way="phone", new=NEW_PHONE, proof="seen_passport", **hand
        )
