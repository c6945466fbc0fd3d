"""The mark "for a look": staff see it, know what to do, and take it off."""

import pytest

from complaints.models import Complaint, History, Message
from tests.complaints.staff.conftest import ClientOf


@pytest.fixture
def marked(held_case: Complaint) -> Complaint:
    Complaint.objects.filter(pk=held_case.pk).update(needs_look=True)
    return held_case


def test_it_stands_in_the_list_and_explains_itself(marked: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    assert "просмотреть" in operator.get("/staff/mine/").content.decode()
    page = operator.get(f"/staff/cases/{marked.number}/").content.decode()
    assert "Отмечено для просмотра" in page
    assert "Сверьте полис и имя с реестром" in page


def test_it_is_taken_off_once_and_history_says_by_whom(marked: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    for _press in range(2):
        assert operator.post(f"/staff/cases/{marked.number}/look/").status_code == 302
    marked.refresh_from_db()
    assert not marked.needs_look
    line = History.objects.get(complaint=marked, event="looked_at")
    assert (line.by.username, line.cause) == ("operator", "staff")
    assert not Message.objects.exists()
    page = operator.get(f"/staff/cases/{marked.number}/").content.decode()
    assert "Отмечено для просмотра" not in page
    assert "пометка снята" in page


def test_the_clock_does_not_care(marked: Complaint, client_of: ClientOf) -> None:
    before = (marked.due_at, marked.escalate_at, marked.status, marked.assignee_id)
    client_of("operator").post(f"/staff/cases/{marked.number}/look/")
    marked.refresh_from_db()
    assert (marked.due_at, marked.escalate_at, marked.status, marked.assignee_id) == before


def test_strangers_find_nothing(marked: Complaint, client_of: ClientOf) -> None:
    assert client_of("rival").post(f"/staff/cases/{marked.number}/look/").status_code == 404
    assert client_of("specialist").post(f"/staff/cases/{marked.number}/look/").status_code in {403, 409}
