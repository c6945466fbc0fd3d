"""Nothing that staff typed is lost to the end of a session, a forgotten proof or a stale page."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from complaints.models import Complaint, Message
from complaints.services import work
from omsportal.platform.clock import database_now
from representatives import kept_forms, sessions
from representatives.models import Appointment, KeptForm, User
from tests.factories import PASSWORD, make_branch, make_complaint, make_rules, make_staff, profile
from tests.representatives.signing_in import Person, code_of, give_app, make_real
from tests.representatives.test_reauthentication import administrator, proven  # noqa: F401  a fixture
from tests.representatives.test_sessions import MINUTE, age, signed_in

pytestmark = pytest.mark.django_db
TEXT = "Уважаемая Вера Павловна!\nПоликлиника ждёт вас 25 марта."


@pytest.fixture
def person() -> Person:
    return signed_in(Person(make_staff("operator", 1, make_branch())))


@pytest.fixture
def case(person: Person) -> Complaint:
    make_rules()
    return make_complaint(make_branch(), now=database_now(), held_by=person.user)


def message(case: Complaint) -> str:
    return reverse("staff:message", args=[case.number])


def typed_for_too_long(person: Person, case: Complaint, **fields: Any) -> Any:
    """The answer to pressing the button 31 minutes after the last deed."""
    age(person.client, sessions.SEEN, 31 * MINUTE)
    return person.client.post(message(case), {"text": TEXT, "token": "t", **fields})


def sent_again(person: Person, address: str) -> Any:
    """Open what was kept and press its button."""
    kept = person.client.get(address).context["kept"]
    fields = {kept_forms.FIELD: kept.reference, **dict(kept.others), **dict(kept.texts)}
    return person.client.post(kept.address, fields)


def came_back(person: Person, address: str) -> Any:
    """Sign in by the page to which the portal led."""
    typed = {"login": person.user.username, "password": PASSWORD}
    return person.client.post(address, typed)


def test_a_text_is_there_after_the_sign_in_and_one_press_sends_it(person: Person, case: Complaint) -> None:
    to_login = typed_for_too_long(person, case)["Location"]
    assert to_login.startswith("/accounts/login/")
    assert "сохран" in person.client.get(to_login).content.decode()
    address = came_back(person, to_login)["Location"]
    page = person.client.get(address)
    assert TEXT.splitlines()[1] in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert sent_again(person, address)["Location"] == reverse("staff:case", args=[case.number])
    assert Message.objects.get().sealed["text"] == TEXT
    assert not KeptForm.objects.exists()


def test_a_page_that_asked_by_itself_before_the_form_was_sent_changes_nothing(
    person: Person, case: Complaint
) -> None:
    age(person.client, sessions.SEEN, 31 * MINUTE)
    person.client.get(reverse("staff:case", args=[case.number]), headers={"X-By-Itself": "1"})
    to_login = person.client.post(message(case), {"text": TEXT})["Location"]
    address = came_back(person, to_login)["Location"]
    assert TEXT.splitlines()[1] in person.client.get(address).content.decode()
    assert sessions.ENDED_OF not in person.client.session


def test_a_form_on_its_way_while_the_page_asked_by_itself_is_kept_too(
    person: Person, case: Complaint
) -> None:
    """The browser has not read the answer yet: the form comes with the cookie from before."""
    age(person.client, sessions.SEEN, 31 * MINUTE)
    before = person.client.cookies["session"].value
    person.client.get(reverse("staff:case", args=[case.number]), headers={"X-By-Itself": "1"})
    person.client.cookies["session"] = before
    to_login = person.client.post(message(case), {"text": TEXT, "token": "t"})["Location"]
    assert to_login.startswith("/accounts/login/")
    assert KeptForm.objects.get().user == person.user


def test_who_signed_out_by_hand_leaves_nothing_behind(person: Person, case: Complaint) -> None:
    person.client.post("/accounts/logout/")
    person.client.post(message(case), {"text": TEXT})
    assert not KeptForm.objects.exists()


def test_a_second_factor_on_the_way_loses_nothing(case: Complaint) -> None:
    user = make_real("owner")
    owner = Person(user, give_app(user)).comes_in()
    to_login = typed_for_too_long(owner, case)["Location"]
    to_code = came_back(owner, to_login)["Location"]
    assert to_code.startswith("/accounts/2fa/authenticate/")
    address = owner.client.post(to_code, {"code": code_of(owner.secret, 1)})["Location"]
    assert TEXT.splitlines()[1] in owner.client.get(address).content.decode()


def test_no_word_of_it_stands_in_an_address_or_unsealed(person: Person, case: Complaint) -> None:
    answer = typed_for_too_long(person, case)
    assert "%D0" not in answer["Location"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, reference::text FROM representatives_keptform")
        ((blob, reference),) = cursor.fetchall()
    assert "Вера".encode() not in bytes(blob)
    assert reference in answer["Location"]


def test_nobody_else_opens_it(person: Person, case: Complaint) -> None:
    to_login = typed_for_too_long(person, case)["Location"]
    kept = KeptForm.objects.get()
    address = reverse("kept_form", args=[kept.reference])
    colleague = signed_in(Person(make_staff("colleague", 1, case.branch)))
    assert colleague.client.get(address).status_code == 404
    assert colleague.client.post(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    came_back(person, to_login)
    assert person.client.get(address).status_code == 200


def test_its_person_may_throw_it_away(person: Person, case: Complaint) -> None:
    address = came_back(person, typed_for_too_long(person, case)["Location"])["Location"]
    assert person.client.post(address)["Location"] == "/staff/"
    assert not KeptForm.objects.exists()


def test_it_waits_for_three_days_and_ten_of_them_at_most(person: Person, case: Complaint) -> None:
    for _ in range(kept_forms.MOST + 2):
        typed_for_too_long(person, case)
        came_back(person, "/accounts/login/")
    assert KeptForm.objects.count() == kept_forms.MOST
    assert kept_forms.purge(now() + kept_forms.LIFETIME - timedelta(minutes=1)) == 0
    assert kept_forms.purge(now() + kept_forms.LIFETIME) == kept_forms.MOST


def test_a_case_that_changed_meanwhile_is_shown_with_the_text(person: Person, case: Complaint) -> None:
    """The button is no second way around the rules."""
    address = came_back(person, typed_for_too_long(person, case)["Location"])["Location"]
    work.release(complaint=case, by=person.user, profile=profile(person.user), now=database_now())
    answer = sent_again(person, address)
    assert answer.status_code in {403, 409}
    assert TEXT.splitlines()[1] in answer.content.decode()
    assert KeptForm.objects.exists()


def test_one_press_without_words_is_not_kept(person: Person, case: Complaint) -> None:
    age(person.client, sessions.SEEN, 31 * MINUTE)
    person.client.post(reverse("staff:release", args=[case.number]), {"seen": "1"})
    assert not KeptForm.objects.exists()


def test_a_stranger_fills_no_table(case: Complaint) -> None:
    answer = Client().post(message(case), {"text": TEXT})
    assert TEXT.splitlines()[1] in answer.content.decode()
    assert not KeptForm.objects.exists()


def test_a_proof_that_is_asked_for_in_the_middle_keeps_all_but_passwords(administrator: Client) -> None:  # noqa: F811
    head = make_staff("chief", 2, make_branch())
    form = {"user": head.pk, "role": "head", "branch": make_branch().pk, "valid_from": "01.01.2026"}
    proven(administrator, timedelta(minutes=31))
    add = reverse("admin:representatives_appointment_add")
    asked = administrator.post(add, form | {"password1": "четыре-синих-кита-7"})["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    assert "кита" not in str(KeptForm.objects.get().sealed)
    address = administrator.post(asked, {"password": PASSWORD})["Location"]
    root = Person(User.objects.get(username="root"), client=administrator)
    assert sent_again(root, address).status_code == 302
    assert Appointment.objects.get().user == head


class TestStalePages:
    """Somebody signed in again in another window: the token of the page that was open fits no more."""

    @pytest.fixture
    def strict(self, person: Person) -> Client:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = person.client.cookies
        return browser

    def test_what_was_typed_is_shown_with_a_button_that_works(self, strict: Client, case: Complaint) -> None:
        fields = {"text": TEXT, "token": "t", "csrfmiddlewaretoken": "x" * 64}
        own = {"origin": "http://testserver"}
        answer = strict.post(message(case), fields, headers=own)
        assert answer.status_code == 403
        shown = dict(answer.context["kept"])
        assert shown["text"] == TEXT
        assert "csrfmiddlewaretoken" not in shown
        token = str(answer.context["csrf_token"])
        again = strict.post(message(case), shown | {"csrfmiddlewaretoken": token}, headers=own)
        assert again["Location"] == reverse("staff:case", args=[case.number])

    @pytest.mark.parametrize("origin", [{"origin": "https://evil.example"}, {}])
    def test_a_foreign_page_gets_no_button(self, strict: Client, case: Complaint, origin: Any) -> None:
        answer = strict.post(message(case), {"text": TEXT}, headers=origin)
        assert answer.status_code == 403
        assert TEXT.splitlines()[1] not in answer.content.decode()

    def test_nothing_typed_at_the_sign_in_is_shown_again(self, strict: Client) -> None:
        own = {"origin": "http://testserver"}
        answer = strict.post("/accounts/login/", {"login": "somebody", "password": "p"}, headers=own)
        assert "somebody" not in answer.content.decode()
