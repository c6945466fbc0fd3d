"""Files with a decision: the applicant has them with the answer, not before a second person has agreed."""

from datetime import datetime
from pathlib import Path

import pytest

from complaints.kinds import AnswerChannel
from complaints.models import Answer, AnswerProposal, Attachment, Card, Complaint
from insurers.models import Branch
from representatives.models import User
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_answering import a_pdf
from tests.complaints.staff.test_case import page_of, press
from tests.factories import make_category, make_complaint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_dir")]
RESOLVE = {"outcome": "organised", "text": "Вас ждут в пятницу."}
DECIDE = {"outcome": "justified", "text": "Нарушение подтвердилось."}


@pytest.fixture
def delicate(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    category = make_category("quality", arrival_tier=3, needs_second_person=True)
    return make_complaint(branch, now=now, category=category, held_by=people["expert"])


def for_patient(case: Complaint) -> list[str]:
    return [str(file.sealed["name"]) for file in Attachment.objects.of_case_for_patient(case)]


def test_the_signed_answer_is_part_of_the_decision(held_case: Complaint, client_of: ClientOf) -> None:
    pressed = press(client_of("operator"), held_case, "resolve", **RESOLVE, attached=a_pdf("answer.pdf"))
    assert pressed.status_code == 302
    answer = Answer.objects.get(complaint=held_case)
    assert answer.signed_file is not None
    assert answer.signed_file.message.is_internal is False
    assert for_patient(held_case) == ["answer.pdf"]


def test_a_file_that_is_none_keeps_the_decision_and_what_was_typed(
    held_case: Complaint,
    client_of: ClientOf,
    files_dir: Path,  # noqa: F811
) -> None:
    bad = a_pdf("answer.pdf")
    bad.file.seek(0)
    bad.file.write(b"MZ" + bytes(200))
    bad.file.seek(0)
    answer = press(client_of("operator"), held_case, "resolve", **RESOLVE, attached=bad)
    assert answer.status_code == 422
    assert RESOLVE["text"] in answer.content.decode()
    assert not Answer.objects.exists()
    assert not Attachment.objects.exists()


def test_until_a_second_person_agrees_only_staff_see_them(delicate: Complaint, client_of: ClientOf) -> None:
    expert, head = client_of("expert"), client_of("head")
    for _press in range(2):
        press(expert, delicate, "resolve", **DECIDE, attached=a_pdf("answer.pdf"))
    proposal = AnswerProposal.objects.get()
    assert for_patient(delicate) == []
    assert Attachment.objects.kept().filter(complaint=delicate, message=None).count() == 0
    assert "answer.pdf" in page_of(head, delicate).content.decode()
    press(head, delicate, "review-answer", proposal=proposal.pk, verdict="approve")
    assert for_patient(delicate) == ["answer.pdf"]
    answer = Answer.objects.get(complaint=delicate)
    assert (answer.signed_file.sealed["name"], answer.signed_file.message.author) == (
        "answer.pdf",
        answer.decided_by,
    )


def test_files_of_a_returned_answer_stay_among_the_staff(delicate: Complaint, client_of: ClientOf) -> None:
    expert, head = client_of("expert"), client_of("head")
    press(expert, delicate, "resolve", **DECIDE, attached=a_pdf("first.pdf"))
    proposal = AnswerProposal.objects.get(decided_at=None)
    press(head, delicate, "review-answer", proposal=proposal.pk, verdict="return", text="Назовите срок")
    press(expert, delicate, "resolve", **DECIDE | {"text": "Другой ответ"}, attached=a_pdf("second.pdf"))
    proposal = AnswerProposal.objects.get(decided_at=None)
    press(head, delicate, "review-answer", proposal=proposal.pk, verdict="approve")
    assert for_patient(delicate) == ["second.pdf"]


def test_nothing_of_another_proposal_comes_with_an_answer(
    delicate: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    press(client_of("expert"), delicate, "resolve", **DECIDE, attached=a_pdf("first.pdf"))
    first = AnswerProposal.objects.get(decided_at=None)
    press(client_of("expert"), delicate, "resolve", **DECIDE | {"text": "Другой ответ"})
    second = AnswerProposal.objects.get(decided_at=None)
    press(client_of("head"), delicate, "review-answer", proposal=second.pk, verdict="approve")
    assert first.pk != second.pk
    assert for_patient(delicate) == []
    assert Answer.objects.get(complaint=delicate).signed_file is None


def test_files_of_an_answer_by_letter_are_seen_when_the_letter_has_left(
    held_case: Complaint, client_of: ClientOf, people: dict[str, User]
) -> None:
    Card.objects.filter(pk=held_case.pk).update(answer_channel=AnswerChannel.LETTER)
    operator = client_of("operator")
    press(operator, held_case, "resolve", **RESOLVE, attached=a_pdf("answer.pdf"))
    answer = Answer.objects.get(complaint=held_case)
    assert (answer.dispatched_at, for_patient(held_case)) == (None, [])
    assert "answer.pdf" in page_of(operator, held_case).content.decode()
    day = answer.decided_at.astimezone(held_case.branch.zone).date()
    letter = {"way": "letter", "outgoing_number": "12-34", "signatory": people["head"].pk}
    press(operator, held_case, "dispatch", **letter, sent_on=day)
    answer.refresh_from_db()
    assert answer.dispatched_at is not None
    assert answer.signed_file is not None
    assert for_patient(held_case) == ["answer.pdf"]


def test_a_file_chosen_later_is_not_lost_and_nobody_agrees_to_it_unseen(
    delicate: Complaint, client_of: ClientOf
) -> None:
    """The same words, with the right file instead of the wrong one."""
    expert, head = client_of("expert"), client_of("head")
    for name, pages in (("wrong.pdf", 1), ("right.pdf", 2)):
        press(expert, delicate, "resolve", **DECIDE, attached=a_pdf(name, pages=pages))
    earlier, later = AnswerProposal.objects.order_by("pk")
    press(head, delicate, "review-answer", proposal=earlier.pk, verdict="approve")
    assert not Answer.objects.exists()
    press(head, delicate, "review-answer", proposal=later.pk, verdict="approve")
    assert for_patient(delicate) == ["right.pdf"]
