"""The register of requests for erasure, and the hold: readers of the case write down, the head decides."""

from datetime import datetime

import pytest

from complaints.models import Card, Complaint, ErasureRequest, LegalHold
from complaints.services import closing, erasure
from complaints.services.transitions import RuleBroken
from omsportal.platform.models import Alarm
from representatives.models import User
from tests import factories
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.staff.conftest import ClientOf


def address(case: Complaint, act: str = "") -> str:
    return f"/staff/cases/{case.number}/data/{act}"


@pytest.fixture
def asked(waiting_case: Complaint, now: datetime, files_dir: object) -> ErasureRequest:  # noqa: F811  the fixture
    return erasure.ask(complaint=waiting_case, now=now)


def is_empty(case: Complaint) -> bool:
    return Card.objects.get(pk=case.pk).anonymised_at is not None


def test_the_head_erases_an_ended_appeal_and_the_register_keeps_who_and_when(
    client_of: ClientOf,
    asked: ErasureRequest,
    waiting_case: Complaint,
    now: datetime,
    people: dict[str, User],
) -> None:
    closing.withdraw(complaint=waiting_case, now=now)
    head = client_of("head")
    assert "Удалить сейчас" in head.get(address(waiting_case)).content.decode()
    head.post(address(waiting_case, "decide/"))
    asked.refresh_from_db()
    assert (asked.decision, asked.ground, asked.decided_by) == ("granted", "", people["head"])
    assert is_empty(waiting_case)
    assert Alarm.objects.get(kind="erasure_asked").closed_at is not None
    told = head.get(address(waiting_case)).content.decode()
    assert "Персональные данные этого обращения удалены" in told
    assert head.get(f"/staff/cases/{waiting_case.number}/").status_code == 200


def test_what_is_open_or_held_is_refused_with_a_ground(
    client_of: ClientOf, asked: ErasureRequest, waiting_case: Complaint
) -> None:
    head = client_of("head")
    head.post(address(waiting_case, "decide/"))
    asked.refresh_from_db()
    assert (asked.decision, is_empty(waiting_case)) == ("", False)
    head.post(address(waiting_case, "decide/"), {"ground": "because"})
    asked.refresh_from_db()
    assert asked.decision == ""
    head.post(address(waiting_case, "decide/"), {"ground": "open"})
    asked.refresh_from_db()
    assert (asked.decision, asked.ground) == ("refused", "open")


def test_only_the_head_decides_and_strangers_find_nothing(
    client_of: ClientOf, asked: ErasureRequest, waiting_case: Complaint
) -> None:
    for who, status in (("operator", 403), ("rival", 404), ("admin", 404)):
        for act in ("decide/", "hold/", "lift/"):
            answer = client_of(who).post(address(waiting_case, act), {"ground": "court"})
            assert (who, act, answer.status_code) == (who, act, status)
    assert ErasureRequest.objects.get().decision == ""
    assert not LegalHold.objects.exists()
    assert client_of("specialist").get(address(waiting_case)).status_code == 403


def test_an_operator_writes_a_request_down_for_a_caller(
    client_of: ClientOf, waiting_case: Complaint, people: dict[str, User]
) -> None:
    operator = client_of("operator")
    operator.post(address(waiting_case, "ask/"))
    assert ErasureRequest.objects.get().asked_by == people["operator"]
    assert "Удалить сейчас" not in operator.get(address(waiting_case)).content.decode()


def test_a_hold_stands_until_the_head_lifts_it(
    client_of: ClientOf,
    asked: ErasureRequest,
    waiting_case: Complaint,
    now: datetime,
    people: dict[str, User],
) -> None:
    closing.withdraw(complaint=waiting_case, now=now)
    head = client_of("head")
    for _press in range(2):
        head.post(address(waiting_case, "hold/"), {"ground": "court"})
    assert LegalHold.objects.count() == 1
    hand = {"by": people["head"], "profile": factories.profile(people["head"], on=now.date()), "now": now}
    with pytest.raises(RuleBroken):
        erasure.decide(request=asked, **hand)
    head.post(address(waiting_case, "lift/"))
    erasure.decide(request=asked, **hand)
    assert is_empty(waiting_case)
