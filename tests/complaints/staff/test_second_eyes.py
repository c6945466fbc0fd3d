"""Answers that a second person has to agree with before they are given."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from complaints.models import Answer, AnswerProposal, Complaint, History, Message, WorkDraft
from complaints.services import anonymising, closing
from complaints.states import Event
from insurers.models import Branch
from omsportal.platform.models import Outbox
from representatives.models import User
from tests.complaints.services.test_retention import everything_readable
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_answering import keep, text_in
from tests.complaints.staff.test_case import page_of, press
from tests.factories import make_category, make_complaint, make_staff


@pytest.fixture
def delicate(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """Of a theme whose answers need a second person; in work with the expert."""
    category = make_category("quality", arrival_tier=3, needs_second_person=True, asks_money=True)
    return make_complaint(branch, now=now, category=category, held_by=people["expert"])


def propose(client: Client, case: Complaint) -> AnswerProposal:
    typed = {"outcome": "justified", "text": "Нарушение подтвердилось.", "sum_refunded": "1500"}
    assert press(client, case, "resolve", **typed).status_code == 302
    proposal: AnswerProposal = AnswerProposal.objects.get(complaint=case, decided_at=None)
    return proposal


def review(client: Client, proposal: AnswerProposal, verdict: str, **typed: Any) -> Any:
    return press(client, proposal.complaint, "review-answer", proposal=proposal.pk, verdict=verdict, **typed)


def test_what_the_second_person_types_is_kept_and_ends_with_the_verdict(
    delicate: Complaint, client_of: ClientOf
) -> None:
    proposal, head = propose(client_of("expert"), delicate), client_of("head")
    told = keep(head, delicate, "review_answer", text="Назовите день").json()
    beside = page_of(head, delicate).context["review"]
    shown = (beside.form["text"].value(), str(beside.form["draft"].value()))
    assert shown == ("Назовите день", told["draft"])
    assert page_of(client_of("expert"), delicate).context["review"].form["text"].value() is None
    review(head, proposal, "return", text="Назовите день", draft=told["draft"])
    assert page_of(head, delicate).context["review"].others == []
    assert not WorkDraft.objects.for_act("review_answer").exists()


def test_an_answer_waits_for_a_second_person_and_the_clocks_run_on(
    delicate: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    due = (delicate.due_at, delicate.answer_due_on)
    proposal = propose(client_of("expert"), delicate)
    delicate.refresh_from_db()
    assert (delicate.status, delicate.due_at, delicate.answer_due_on) == ("in_work", *due)
    assert not Answer.objects.exists()
    told = Outbox.objects.filter(kind="answer_proposed").values_list("receiver_kind", flat=True)
    assert set(told) == {"pool", "head"}
    assert review(client_of("expert"), proposal, "approve").status_code == 403
    assert "Нарушение подтвердилось." in page_of(client_of("head"), delicate).content.decode()
    assert [case.pk for case in client_of("head").get("/staff/").context["listing"].proposals] == [
        delicate.pk
    ]
    line = client_of("expert").get("/staff/mine/").content.decode()
    assert "нужен второй сотрудник" in line
    review(client_of("head"), proposal, "approve")
    answer = Answer.objects.get()
    assert (answer.decided_by, answer.second_person) == (people["expert"], people["head"])
    assert (answer.sum_refunded, answer.sealed["text"]) == (1500, "Нарушение подтвердилось.")
    delicate.refresh_from_db()
    assert delicate.status == "answered"


def test_an_answer_is_returned_with_a_reason_and_its_text_is_the_authors_again(
    delicate: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    proposal = propose(client_of("expert"), delicate)
    assert review(client_of("head"), proposal, "return").status_code == 422
    review(client_of("head"), proposal, "return", text="Назовите срок возврата")
    delicate.refresh_from_db()
    assert delicate.status == "in_work"
    page = page_of(client_of("expert"), delicate)
    assert text_in(page, "resolve") == "Нарушение подтвердилось."
    assert "Назовите срок возврата" in page.content.decode()
    assert Message.objects.get().is_internal
    assert History.objects.filter(complaint=delicate).last().event == Event.ANSWER_RETURNED


def test_nobody_agrees_with_an_answer_of_a_case_that_has_moved_on(
    delicate: Complaint, branch: Branch, people: dict[str, User], client_of: ClientOf
) -> None:
    proposal = propose(client_of("expert"), delicate)
    colleague = make_staff("colleague", 3, branch)
    press(client_of("head"), delicate, "hand-over", to=colleague.representative.pk, reason="leave")
    assert review(client_of("head"), proposal, "approve").status_code == 409
    page = page_of(client_of("head"), delicate)
    assert not page.context["answer_proposal"].is_current
    assert "Нарушение подтвердилось." in page.content.decode()
    assert not Answer.objects.exists()


def test_nothing_unsent_or_only_proposed_outlives_the_personal_data(
    delicate: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    propose(client_of("expert"), delicate)
    keep(client_of("expert"), delicate, "note", text="Нарушение подтвердилось вчера")
    closing.withdraw(complaint=delicate, now=now)
    assert "Нарушение подтвердилось" in everything_readable()
    assert anonymising.anonymise(complaint_id=delicate.pk, now=now)
    assert "Нарушение подтвердилось" not in everything_readable()
