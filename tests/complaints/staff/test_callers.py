"""Who calls: the person in the register and their appeals, for the desk that may know them."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from benchmarks.plans import explained
from complaints.demo.crowd import seed
from complaints.reports.staff import callers
from complaints.reports.staff.callers import Asked
from insurers.models import Branch, Policy
from insurers.policy_numbers import check_policy_number
from omsportal.platform.clock import database_now
from omsportal.platform.models import ReadLog
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_intake import BORN, INTAKE, POLICY, card, day, insure
from tests.factories import APPLICANT, PATIENT, make_branch, make_complaint, profile

pytestmark = pytest.mark.django_db

SNILS = "112-233-445 95"
KNOWN = {**PATIENT, "policy_number": POLICY, "birth_on": BORN.isoformat()}


@pytest.fixture
def known(branch: Branch, people: dict[str, User], now: datetime) -> Any:
    """Вера: in the register with a phone and address of her own, and with one appeal."""
    insure(branch, snils="11223344595", phone="+79999999999", address="Тайный переулок, 5")
    return make_complaint(branch, now=now, patient=KNOWN)


WAYS = [
    {"phone": "8 (920) 123-45-67"},
    {"policy_number": f"{POLICY[:4]} {POLICY[4:]}"},
    {"snils": SNILS},
    {"surname": "соколова", **day("birth_on", BORN)},
]


def look(client: Client, **typed: Any) -> Any:
    return client.post(f"{INTAKE}callers/", typed)


def test_a_caller_is_found_by_what_they_say(known: Any, client_of: ClientOf) -> None:
    operator = client_of("operator")
    for typed in WAYS:
        page = look(operator, **typed).content.decode()
        assert f"/staff/cases/{known.number}/" in page, typed
        assert ("Вера Ильинична" in page) is ("phone" not in typed), "a phone is nobody's alone"
        assert "9999999" not in page
        assert "Тайный" not in page
        assert known.category.title not in page, "the matter opens on the page of the case"


def test_another_insurer_learns_nothing(known: Any, client_of: ClientOf) -> None:
    rival = client_of("rival")
    for typed in WAYS:
        found = look(rival, **typed).context["found"]
        assert (found.insured, found.cases, found.several) == (None, [], False), typed


def test_what_is_not_whole_yet_looks_nothing_up(known: Any, client_of: ClientOf) -> None:
    operator = client_of("operator")
    halves: list[dict[str, str]] = [
        {}, {"phone": "8920"}, {"surname": "Соколова"}, {"policy_number": POLICY[:9] + "1"}, {"snils": "1"},
    ]  # fmt: skip
    for typed in halves:
        answer = look(operator, **typed)
        assert (answer.status_code, answer.context["found"].cases) == (200, []), typed
    assert not ReadLog.objects.filter(subject_kind="complaint").exists()


def test_what_is_shown_is_written_down(known: Any, people: dict[str, User], client_of: ClientOf) -> None:
    look(client_of("operator"), policy_number=POLICY)
    read = ReadLog.objects.of_reader("user", people["operator"].pk).values_list(
        "subject_kind", "subject_id", "what"
    )
    policy = Policy.objects.get()
    assert set(read) == {("policy", policy.pk, "card"), ("complaint", known.pk, "card")}


def test_the_register_fills_the_card_in_and_that_is_written_down(
    known: Any, people: dict[str, User], client_of: ClientOf
) -> None:
    typed = card(surname="Сокалова", first_name=None, snils=SNILS, look="fill", story="Половина слова")
    answer = client_of("operator").post(INTAKE, typed)
    form = answer.context["form"]
    told = {
        name: form[name].value() for name in ("surname", "first_name", "policy_number", "birth_on", "story")
    }
    assert told == {
        "surname": "Соколова", "first_name": "Вера", "policy_number": POLICY,
        "birth_on": ["31", "12", "1950"], "story": "Половина слова",
    }  # fmt: skip
    assert form.errors == {}, "nobody has pressed the button yet"
    readings = ReadLog.objects.of_reader("user", people["operator"].pk).values_list("subject_kind", "what")
    assert ("policy", "unmask") in readings


def test_two_namesakes_are_told_apart_by_the_policy(branch: Branch, known: Any, client_of: ClientOf) -> None:
    from insurers.policy_numbers import Sex, enp_for

    insure(branch, number=enp_for("76", BORN, Sex.FEMALE, 8), first_name="Анна")
    found = look(client_of("operator"), surname="Соколова", **day("birth_on", BORN)).context["found"]
    assert (found.several, found.insured) == (True, None)


def test_colleagues_of_the_insurer_in_another_region_find_the_person(
    known: Any, now: datetime, client_of: ClientOf
) -> None:
    """Since 2025 an insurer accompanies its insured wherever they are; appeals stay with their branch."""
    from tests.factories import make_region, make_staff

    make_region("77", "Москва")
    far = make_branch("sogaz-med", "77", now=now)
    make_staff("muscovite", 1, far)
    muscovite = Client()
    muscovite.force_login(User.objects.get(username="muscovite"))
    found = look(muscovite, policy_number=POLICY).context["found"]
    assert found.insured.name == "Соколова Вера Ильинична"
    assert found.cases == []


def test_a_person_without_an_appeal_in_the_register_is_told_as_such(
    people: dict[str, User], client_of: ClientOf
) -> None:
    found = look(client_of("operator"), phone="89201234567").context["found"]
    assert (found.asked, found.insured, found.cases) == (True, None, [])


def test_a_look_up_has_its_price(
    known: Any, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    operator = client_of("operator")
    look(operator, phone="89201234567")
    with django_assert_max_num_queries(14):
        look(operator, phone="89201234567", policy_number=POLICY)


def test_the_card_has_its_price(
    known: Any, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    operator = client_of("operator")
    operator.get(INTAKE)
    with django_assert_max_num_queries(15):
        operator.get(INTAKE)


def test_a_look_up_reads_no_whole_table(known: Any, people: dict[str, User]) -> None:
    """At millions of cards and policies: each way goes by its own index."""
    seed(complaints=3_000, due=10, now=database_now())
    with connection.cursor() as cursor:
        cursor.execute(_REGISTER)
        cursor.execute("ANALYZE")
    person, now = profile(people["operator"]), database_now()
    with explained() as plans:
        for asked in (
            Asked(phone=APPLICANT["phone"]),
            Asked(policy=check_policy_number(POLICY)),
            Asked(snils="11223344595"),
            Asked(surname="Соколова", birth_on=date(1950, 12, 31)),
        ):
            assert [case.pk for case in callers.look_up(asked, person, now=now).cases][-1:] == [known.pk]
    assert plans.whole_tables() == {}


_REGISTER = """
INSERT INTO insurers_policy
    (kind, number_blind, birth_on_blind, snils_blind, surname_key, holder, branch_id, digest)
SELECT 'enp', sha256(n::text::bytea), sha256((n % 500)::text::bytea), sha256(('s' || n)::bytea),
       CASE WHEN n % 3 = 0 THEN 'соколова' ELSE 'иванов' || n % 90 END, holder, branch_id, digest
FROM insurers_policy, generate_series(1, 4000) AS n
"""
