"""A registration card is not lost: neither with the session nor with its tab."""

from typing import Any

import pytest

from insurers.models import Branch
from representatives import sessions
from representatives.models import KeptForm, User
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_intake import INTAKE, card, own_desk, send
from tests.representatives.test_sessions import MINUTE, store_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(branch: Branch, people: dict[str, User]) -> Branch:
    return branch


def end_session(client: Any) -> None:
    store = store_of(client)
    store[sessions.SEEN] -= (31 * MINUTE).total_seconds()
    store.save()


def test_a_card_outlives_the_session(own: Branch, people: dict[str, User], client_of: ClientOf) -> None:
    operator = client_of("operator")
    desk = own_desk(operator)
    end_session(operator)
    answer = operator.post(INTAKE, card(desk=desk))
    assert answer.status_code == 302
    kept = dict(KeptForm.objects.get(user=people["operator"]).sealed["fields"])
    assert (kept["story"], kept["surname"]) == ("Ждёт УЗИ два месяца", "Соколова")


def test_a_look_up_by_itself_leaves_the_page_as_it_is(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    end_session(operator)
    headers = {"X-While-Typing": "1", "HX-Request": "true"}
    answer = operator.post(f"{INTAKE}callers/", {"phone": "89201234567"}, headers=headers)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer
    assert not KeptForm.objects.exists()


def test_a_card_outlives_a_closed_tab(own: Branch, client_of: ClientOf) -> None:
    operator, typing = client_of("operator"), {"X-While-Typing": "1"}
    typed = card(desk=own_desk(operator), act=None)
    for story in ("Ждёт", "Ждёт УЗИ два месяца"):
        assert operator.post(f"{INTAKE}keep/", typed | {"story": story}, headers=typing).status_code == 204
    (begun,) = operator.get(INTAKE).context["begun"]
    assert begun.whose == "Соколова"
    form = operator.get(INTAKE, {"kept": begun.reference}).context["form"]
    assert (form["story"].value(), form["key"].value(), form.errors) == ("Ждёт УЗИ два месяца", "k" * 43, {})
    colleague = client_of("specialist")
    assert colleague.get(INTAKE).context["begun"] == []
    assert not colleague.get(INTAKE, {"kept": begun.reference}).context["form"].is_bound
    assert send(operator, card()).status_code == 302
    operator.post(f"{INTAKE}keep/", typed, headers=typing)  # was on its way while the card was sent
    assert operator.get(INTAKE).context["begun"] == []
    assert not KeptForm.objects.exists()


def test_a_card_in_which_nothing_is_typed_is_not_kept(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    empty = {"key": "k" * 43, "desk": own_desk(operator), "channel": "phone", "for_whom": "self",
             "outcome": "clarified", "naming_consent": "ask", "story": " "}  # fmt: skip
    assert operator.post(f"{INTAKE}keep/", empty).status_code == 204
    assert not KeptForm.objects.exists()
