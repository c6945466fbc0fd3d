"""The second person on the pages: what waits, who may decide, and that direct requests get no further."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.models import Complaint, History, Reclassification
from insurers.models import Branch
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_category, make_staff


def address(case: Complaint, act: str = "") -> str:
    return f"/staff/cases/{case.number}/{act}"


def propose(client: Client, case: Complaint, **typed: Any) -> Any:
    known = {
        "kind": "consultation", "category": case.category_id, "urgency": case.urgency,
        "reason": "patient_asks", "text": "Человек только спрашивал",
    }  # fmt: skip
    return client.post(address(case, "reclassify/"), known | typed)


def decide(client: Client, case: Complaint, verdict: str = "approve", **typed: Any) -> Any:
    waiting = Reclassification.objects.filter(complaint=case).latest("id").pk
    known = {"verdict": verdict, "proposal": waiting, "text": ""}
    return client.post(address(case, "reclassify/decide/"), known | typed)


def page(client: Client, case: Complaint) -> str:
    return str(client.get(address(case)).content.decode())


@pytest.fixture
def colleague(branch: Branch, people: dict[str, User]) -> Client:
    client = Client()
    client.force_login(make_staff("colleague", 1, branch))
    return client


def test_the_form_starts_from_what_the_case_is(held_case: Complaint, client_of: ClientOf) -> None:
    body = client_of("operator").get(address(held_case, "reclassify/")).content.decode()
    assert re.search(r'<option value="complaint" selected', body)
    assert f'value="{held_case.category_id}" selected' in body


def test_a_change_that_lowers_nothing_holds_at_once(held_case: Complaint, client_of: ClientOf) -> None:
    theme = make_category("money")
    answer = propose(client_of("operator"), held_case, kind="complaint", category=theme.pk)
    assert answer["Location"] == address(held_case)
    body = page(client_of("operator"), held_case)
    assert f"{held_case.category} → {theme}" in body
    assert held_case.patient_category.plain_title in body


def test_both_read_what_waits_by_whom_and_why(
    held_case: Complaint, client_of: ClientOf, colleague: Client, people: dict[str, User]
) -> None:
    propose(client_of("operator"), held_case)
    for client in (client_of("operator"), colleague, client_of("head")):
        body = page(client, held_case)
        assert "жалоба → консультация" in body
        assert str(people["operator"]) in body
        assert "Человек только спрашивал" in body
    assert "решает не тот, кто предложил" in page(client_of("operator"), held_case)
    assert 'value="approve"' not in page(client_of("operator"), held_case)
    assert 'value="approve"' in page(colleague, held_case)


def test_the_card_alone_shows_no_theme_and_no_words(held_case: Complaint, client_of: ClientOf) -> None:
    theme = make_category("money")
    propose(client_of("operator"), held_case, category=theme.pk)
    body = page(client_of("specialist"), held_case)
    assert "жалоба → консультация" in body
    assert theme.title not in body
    assert "Человек только спрашивал" not in body
    assert 'value="approve"' not in body


def test_lists_mark_what_waits(held_case: Complaint, client_of: ClientOf, colleague: Client) -> None:
    propose(client_of("operator"), held_case)
    assert "нужен второй сотрудник" in colleague.get("/staff/all/").content.decode()
    decide(colleague, held_case)
    assert "нужен второй сотрудник" not in colleague.get("/staff/all/").content.decode()


def test_lists_begin_with_what_a_person_may_decide(
    held_case: Complaint, client_of: ClientOf, colleague: Client
) -> None:
    propose(client_of("operator"), held_case)
    shown = {
        name: held_case in client.get("/staff/").context["listing"].proposals
        for name, client in {
            "colleague": colleague, "head": client_of("head"), "proposer": client_of("operator"),
            "specialist": client_of("specialist"), "rival": client_of("rival"), "fund": client_of("fund"),
        }.items()
    }  # fmt: skip
    assert shown == {
        "colleague": True, "head": True, "proposer": False, "specialist": False, "rival": False,
        "fund": False,
    }  # fmt: skip
    etag = colleague.get("/staff/")["ETag"]
    decide(client_of("head"), held_case)
    assert colleague.get("/staff/", headers={"If-None-Match": etag}).status_code == 200


def test_a_colleague_agrees_and_history_names_both(
    held_case: Complaint, client_of: ClientOf, colleague: Client
) -> None:
    propose(client_of("operator"), held_case)
    assert decide(colleague, held_case)["Location"] == address(held_case)
    assert Complaint.objects.get(pk=held_case.pk).kind == "consultation"
    body = page(colleague, held_case)
    assert "Второй сотрудник" in body
    assert "Colleague" in body


def test_a_direct_request_of_the_proposer_is_refused(held_case: Complaint, client_of: ClientOf) -> None:
    propose(client_of("operator"), held_case)
    assert decide(client_of("operator"), held_case).status_code == 403
    assert Complaint.objects.get(pk=held_case.pk).kind == "complaint"


@pytest.mark.parametrize(("role", "status"), [("specialist", 403), ("rival", 404), ("fund", 404)])
def test_a_direct_request_of_others_is_refused(
    role: str, status: int, held_case: Complaint, client_of: ClientOf
) -> None:
    propose(client_of("operator"), held_case)
    assert decide(client_of(role), held_case).status_code == status
    assert propose(client_of(role), held_case).status_code == status
    assert not History.objects.filter(complaint=held_case, event="reclassified").exists()


def test_what_was_typed_comes_back_when_somebody_was_first(
    held_case: Complaint, client_of: ClientOf, colleague: Client
) -> None:
    propose(client_of("operator"), held_case)
    decide(client_of("head"), held_case, "refuse")
    answer = decide(colleague, held_case, text="Согласна, это вопрос")
    assert answer.status_code == 409
    assert "Согласна, это вопрос" in answer.content.decode()


def test_a_forgotten_note_is_asked_for_and_nothing_typed_is_lost(
    held_case: Complaint, client_of: ClientOf
) -> None:
    answer = propose(client_of("operator"), held_case, text="")
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Напишите в заметке, почему" in body
    assert re.search(r'<option value="consultation" selected', body)


def test_about_the_insurer_leads_to_forwarding(held_case: Complaint, client_of: ClientOf) -> None:
    about = make_category("insurer", about_insurer=True)
    answer = propose(client_of("operator"), held_case, kind="complaint", category=about.pk)
    assert answer.status_code == 422
    assert "перенаправьте обращение в фонд" in answer.content.decode()


def test_the_operator_who_made_it_urgent_reads_the_card(
    held_case: Complaint, client_of: ClientOf, now: datetime
) -> None:
    answer = propose(client_of("operator"), held_case, kind="complaint", urgency="urgent")
    assert client_of("operator").get(answer["Location"]).status_code == 200
    after = Complaint.objects.get(pk=held_case.pk)
    assert (after.tier, after.status, after.urgency) == (2, "new", "urgent")


def test_a_waiting_proposal_costs_the_page_four_queries(
    held_case: Complaint, client_of: ClientOf, colleague: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    propose(client_of("operator"), held_case)
    with django_assert_max_num_queries(19):
        assert colleague.get(address(held_case)).status_code == 200
