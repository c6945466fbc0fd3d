"""A patient acts at the very moment at which somebody else does: one order of both, and nothing between."""

import threading
import time
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import connection, transaction

from complaints import one_time_codes
from complaints.models import Answer, OneTimeCode, PatientSession
from complaints.services import access_codes, closing, contact_changes, patient_sessions, transitions
from complaints.services.access_codes import Claim
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from omsportal.platform.clock import database_now
from tests.factories import NOW, PATIENT, file_case, make_branch, make_complaint, make_staff, profile
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20
BORN = date.fromisoformat(PATIENT["birth_on"])


@pytest.mark.slow
def test_withdrawing_while_the_answer_is_sent_is_either_withdrawn_or_answered() -> None:
    operator = make_staff("operator", 1, make_branch())
    for _round in range(4):
        case, rights = make_complaint(held_by=operator), profile(operator)
        results = at_once(
            partial(
                closing.resolve, complaint=case, outcome="organised", text="Вас записали.", by=operator,
                profile=rights, now=NOW,
            ),
            partial(closing.withdraw, complaint=case, now=NOW),
        )  # fmt: skip
        case.refresh_from_db()
        [lost] = [result for result in results if isinstance(result, Exception)]
        assert isinstance(lost, SomebodyWasFirst), lost
        assert case.status in {"answered", "withdrawn"}
        assert Answer.objects.filter(complaint=case).exists() is (case.status == "answered")


def somebody_waits() -> None:
    """For a lock that this connection holds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def apart(act: Callable[[], object], done: list[object]) -> threading.Thread:
    """On a connection of its own; `done` gets its result, or the error."""

    def run() -> None:
        try:
            done.append(act())
        except RuleBroken as error:
            done.append(error.code)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_code_that_fitted_while_the_contact_was_being_replaced_takes_nothing_over() -> None:
    """Who reads the old mailbox types the code between two statements of the change."""
    branch = make_branch()
    filed, operator = file_case(branch, now=database_now()), make_staff("operator", 1, branch)
    claim = Claim(number=filed.number, surname=PATIENT["surname"], birth_on=BORN)
    token = access_codes.ask_recovery(claim=claim, address="192.0.2.1", now=database_now())
    digits = one_time_codes.written(OneTimeCode.objects.get())
    owner = patient_sessions.begin(complaint=filed.complaint, now=database_now())
    done: list[object] = []
    with transaction.atomic():
        transitions.locked(filed.complaint.pk)
        typing = apart(
            lambda: access_codes.recover(
                token=token, typed=digits, address="192.0.2.1", now=database_now()
            ),
            done,
        )  # fmt: skip
        somebody_waits()
        now = database_now()
        contact_changes.change_by_document(
            complaint=filed.complaint, way="email", new="new@example.org", proof="seen_passport",
            by=operator, profile=profile(operator, on=now.date()), now=now,
        )  # fmt: skip
    typing.join(PATIENCE)
    assert done == ["wrong_code"]
    assert patient_sessions.lasts(token=owner, now=database_now())
    assert PatientSession.objects.get().ended_at is None
