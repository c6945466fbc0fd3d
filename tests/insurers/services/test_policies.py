"""Recognising a policy, and filling the registry."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insurers.models import Policy
from insurers.policy_numbers import (
    Fault,
    Kind,
    PolicyNumber,
    Sex,
    check_old_policy,
    check_policy_number,
    enp_for,
)
from insurers.services.policies import (
    Holder,
    PolicyLoad,
    PolicyRecord,
    Reason,
    Registered,
    create_policies,
    recognise,
)
from omsportal.platform import limits
from omsportal.platform.limiter import LimitReached
from tests.insurers.conftest import NOW

pytestmark = pytest.mark.django_db

BORN = date(1985, 3, 15)
NUMBER = "7656410834000120"
PATIENT = Holder(
    surname="Ковалёва-Заде", first_name="Анна", patronymic="Петровна", birth_on=BORN, snils="11223344595"
)


@pytest.fixture
def record(branch):
    return PolicyRecord(number=check_policy_number(NUMBER), holder=PATIENT, branch_id=branch.pk)


@pytest.fixture
def registered(record):
    create_policies([record])
    return Policy.objects.get()


def ask(**changes):
    question = {"number": NUMBER, "surname": "Ковалёва-Заде", "birth_on": BORN, "address_key": "192.0.2.1"}
    return recognise(**question | changes, now=changes.pop("now", NOW))


@pytest.mark.parametrize("surname", ["Ковалёва-Заде", "ковалева-заде", "  КОВАЛЕВА – ЗАДЕ "])
@pytest.mark.parametrize("number", [NUMBER, "7656 4108 3400 0120"])
def test_it_recognises_the_person_however_the_name_is_written(registered, branch, surname, number):
    found = ask(surname=surname, number=number)
    assert (found.reason, found.branch, found.policy_id) == (Reason.RECOGNISED, branch, registered.pk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"surname": "Ковалева"},
        {"birth_on": BORN + timedelta(days=1)},
        {"number": enp_for("76", BORN, Sex.MALE, 13)},
    ],
)
def test_it_gives_unknown_and_mismatching_one_answer_at_one_cost(registered, wrong):
    with CaptureQueriesContext(connection) as asked:
        found = ask(**wrong)
    assert (found.reason, found.branch, found.policy_id) == (Reason.NOT_RECOGNISED, None, None)
    assert len(asked) == 4  # three limits, one look


def test_it_does_not_limit_who_knows_all_three(registered):
    for _ in range(limits.TABLE["policy.address"].most + 1):
        assert ask().reason == Reason.RECOGNISED


@pytest.mark.parametrize("missing", [{"surname": " "}, {"birth_on": None}])
def test_it_judges_only_the_number_until_all_three_are_given(registered, missing):
    with CaptureQueriesContext(connection) as asked:
        found = ask(**missing)
    assert (found.reason, found.branch) == (Reason.INCOMPLETE, None)
    assert found.number.value == NUMBER
    assert len(asked) == 0


def test_it_says_why_a_number_cannot_exist(registered):
    found = ask(number="7656410834000121")
    assert (found.reason, found.fault.code) == (Reason.MALFORMED, Fault.CHECK_DIGIT)


def test_it_still_recognises_an_ended_policy(record):
    create_policies([replace(record, valid_to=date(2020, 1, 1))])
    assert ask().reason == Reason.RECOGNISED


def test_it_recognises_an_old_policy_by_series_and_number(record):
    old = check_old_policy("76-ЯР", "123 456")
    create_policies([replace(record, number=old)])
    assert ask(number=check_old_policy("76яр", "123456")).reason == Reason.RECOGNISED


def test_it_limits_one_address(registered):
    for day in range(limits.TABLE["policy.address"].most):
        ask(number=enp_for("76", BORN + timedelta(days=day + 1), Sex.MALE, 1))
    with pytest.raises(LimitReached):
        ask()
    assert ask(address_key="192.0.2.2").reason == Reason.RECOGNISED


def test_it_limits_trying_serials_of_one_birth_date_from_many_addresses(registered):
    limit = limits.TABLE["policy.prefix"].most
    for serial in range(limit):
        ask(number=enp_for("76", BORN, Sex.MALE, serial), address_key=str(serial))
    with pytest.raises(LimitReached):
        ask(number=enp_for("76", BORN, Sex.MALE, limit), address_key="other")
    assert ask(number=enp_for("76", BORN, Sex.FEMALE, 1)).reason == Reason.NOT_RECOGNISED


def test_it_limits_everybody_together(registered):
    for _ in range(limits.TABLE["policy.everybody"].most):
        limits.spend("policy.everybody", "", NOW)
    with pytest.raises(LimitReached):
        ask(number=enp_for("54", BORN, Sex.MALE, 1), address_key="192.0.2.9")


def test_it_asks_whatever_registry_it_is_given(branch):
    class Federal:
        def find(self, *, number, surname, birth_on):
            return Registered(branch, None) if surname == "Иванов" else None

    assert ask(surname="Иванов", registry=Federal()).branch == branch
    assert ask(surname="Петров", registry=Federal()).reason == Reason.NOT_RECOGNISED


def test_it_keeps_number_and_holder_sealed(registered):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text, holder FROM insurers_policy p")
        row, holder = cursor.fetchone()
    for secret in (NUMBER, "11223344595", "1985-03-15", "Петровна"):
        assert secret not in row
        assert secret.encode() not in bytes(holder)
    assert Policy.objects.get().holder["snils"] == "11223344595"
    assert Policy.objects.get().holder["number"] == NUMBER


def test_it_writes_only_what_is_new_or_changed(record, branch):
    others = [replace(record, number=check_policy_number(enp_for("76", BORN, Sex.MALE, i))) for i in range(3)]
    assert create_policies([record, *others]) == PolicyLoad(4, 0, 0)
    moved = replace(record, holder=replace(PATIENT, address="Ярославль, ул. Свободы, 1"))
    assert create_policies([moved, *others]) == PolicyLoad(0, 1, 3)
    assert Policy.objects.count() == 4
    assert Policy.objects.get(pk=ask().policy_id).holder["address"] == "Ярославль, ул. Свободы, 1"


def test_it_takes_the_last_of_two_lines_with_one_number(record):
    later = replace(record, holder=replace(PATIENT, surname="Иванова"))
    assert create_policies([record, later]) == PolicyLoad(1, 0, 0)
    assert ask(surname="Иванова").reason == Reason.RECOGNISED


def test_it_loads_in_chunks(record):
    lines = (replace(record, number=PolicyNumber(Kind.TEMPORARY, f"{i:09}")) for i in range(5))
    assert create_policies(lines, chunk_size=2).created == 5
