"""What an hour of attacks by hand found at the desks, and how it holds now."""

from typing import Any

import pytest

from insurers.models import Branch
from omsportal.platform import limits
from omsportal.platform.limits import Rule
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_intake import INTAKE, POLICY, card, insure, own_desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШ", "А -", "АБВГДЕЖЗИКЛМ 1"])
def test_a_policy_that_cannot_be_one_is_told_so_in_the_search(client_of: ClientOf, typed: str) -> None:
    answer = client_of("operator").post("/staff/find/", {"policy": typed})
    assert answer.status_code == 422
    assert "policy" in answer.context["fields"].errors


def test_cards_that_cannot_be_registered_look_nobody_up_beyond_the_limit(
    branch: Branch, people: dict[str, User], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card with a mistake shows the caller too: that is a search like any other."""
    monkeypatch.setitem(limits.TABLE, "search.staff", Rule(2, 60, "member of staff"))
    insure(branch)
    operator = client_of("operator")
    found: list[Any] = []
    for _turn in range(3):
        answer = operator.post(INTAKE, {"policy_number": POLICY, "story": "Слова остаются"})
        assert answer.status_code == 422
        assert "Слова остаются" in answer.content.decode()
        found.append(answer.context["found"].insured)
    assert [one is None for one in found] == [False, False, True]


def test_cards_that_were_begun_look_nobody_up_beyond_the_limit(
    branch: Branch, people: dict[str, User], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept with one number after the other and opened again, a card would be a search without end."""
    monkeypatch.setitem(limits.TABLE, "search.staff", Rule(2, 60, "member of staff"))
    insure(branch)
    operator = client_of("operator")
    operator.post(f"{INTAKE}keep/", card(desk=own_desk(operator), act=None, policy_number=POLICY))
    (begun,) = operator.get(INTAKE).context["begun"]
    shown = [operator.get(INTAKE, {"kept": begun.reference}).context for _turn in range(3)]
    assert [page["found"].insured is None for page in shown] == [False, False, True]
    assert shown[-1]["form"]["story"].value() == "Ждёт УЗИ два месяца"
