"""Who goes on with an appeal reads what was said and sent before; the person need not tell it again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from complaints.file_types import Accepted
from complaints.models import Attachment, Complaint, Message
from complaints.permissions import Act, can
from complaints.services import attachments, becoming, closing, thread
from complaints.services.filing import Filed
from representatives.models import User
from tests.complaints.public.conftest import files_dir, photo_bytes  # noqa: F401  a fixture
from tests.factories import NOW, make_branch, make_complaint, make_fund, make_staff, profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_dir")]
HOUR = timedelta(hours=1)
RECEIPT = Accepted("чек.jpg", "image/jpeg", photo_bytes((8, 8)))


def operator() -> User:
    return make_staff("operator", 1, make_branch())


def specialist() -> User:
    return make_staff("specialist", 2, make_branch())


def add(case: Complaint, file: Accepted = RECEIPT) -> Attachment:
    return attachments.add_to_case(complaint=case, file=file, now=NOW)


def answered() -> Complaint:
    """With a receipt, a photo sent later, a note with a file of its own, and an answer."""
    case = make_complaint(held_by=operator(), story="Взяли деньги за УЗИ", kind="consultation")
    hand: dict[str, Any] = {"by": operator(), "profile": profile(operator()), "now": NOW + HOUR}
    add(case)
    said = thread.post_by_patient(complaint=case, text="Вот договор", now=NOW + HOUR)
    thread.attach(said, [add(case, Accepted("договор.jpg", "image/jpeg", photo_bytes((9, 9))))])
    note = thread.post_by_staff(complaint=case, text="Звонил в клинику", is_internal=True, **hand)
    thread.attach(note, [add(case, Accepted("заметка.jpg", "image/jpeg", photo_bytes((7, 7))))])
    return closing.resolve(complaint=case, outcome="clarified", text="Клиника не ОМС", **hand)


def with_specialist() -> Complaint:
    """With a receipt."""
    case = make_complaint(tier=2, held_by=specialist(), story="Взяли деньги за УЗИ")
    add(case)
    return case


def forwarded(case: Complaint, reason: str = "wrong_addressee") -> Filed:
    return closing.forward(
        complaint=case, to=make_fund(), reason=reason, by=specialist(), profile=profile(specialist()),
        now=case.entered_at + HOUR,
    )  # fmt: skip


def names(case: Complaint) -> list[str]:
    return [file.sealed["name"] for file in case.attachments.order_by("pk")]


def test_the_next_tier_reads_what_was_asked_and_answered() -> None:
    earlier = answered()
    later = closing.reopen(complaint=earlier, text="Не помогло", now=NOW + 3 * HOUR).complaint
    assert not can(profile(specialist()), Act.OPEN, earlier), "another tier decided it"
    note = Message.objects.get(complaint=later)
    assert (note.author_kind, note.is_internal) == ("system", True)
    text = note.sealed["text"]
    for words in (earlier.number, "Взяли деньги за УЗИ", "Вот договор", "Клиника не ОМС"):
        assert words in text
    assert "Звонил в клинику" not in text
    assert later.card.sealed["details"]["story"] == "Не помогло"


def test_what_the_applicant_sent_is_there_and_no_note_of_staff() -> None:
    earlier = answered()
    later = closing.reopen(complaint=earlier, text="Не помогло", now=NOW + 3 * HOUR).complaint
    assert names(later) == ["чек.jpg", "договор.jpg"]
    copy = later.attachments.order_by("pk")[0]
    assert (attachments.content(copy), copy.uploaded_by) == (RECEIPT.content, None)
    assert names(earlier) == ["чек.jpg", "договор.jpg", "заметка.jpg"]
    assert later.attachments.of_case_for_patient(later).count() == 2


def test_another_body_gets_the_files_with_the_card_and_learns_where_it_was() -> None:
    case = with_specialist()
    later = forwarded(case).complaint
    assert names(later) == ["чек.jpg"]
    text = Message.objects.get(complaint=later).sealed["text"]
    assert case.number in text
    assert str(case.branch) in text
    assert "Взяли деньги" not in text, "the story is on the card"


def test_an_appeal_made_of_a_chat_has_its_files_and_what_the_operator_said_once() -> None:
    chat = make_complaint(held_by=operator(), channel="chat", message="Нужен чек")
    add(chat)
    appeal = make_complaint(tier=3)
    for _press in range(2):
        becoming.close_chat(chat_id=chat.pk, appeal=appeal, now=NOW + HOUR)
    assert names(appeal) == ["чек.jpg"]
    assert "Нужен чек" in Message.objects.get(complaint=appeal).sealed["text"]


def test_a_file_that_is_gone_keeps_no_appeal_back(files_dir: Path) -> None:  # noqa: F811  the fixture
    case = with_specialist()
    for stored in files_dir.rglob("*"):
        if stored.is_file():
            stored.unlink()
    later = forwarded(case).complaint
    assert names(later) == []
    assert "не удалось" in Message.objects.get(complaint=later).sealed["text"]


def test_when_it_fails_no_bytes_are_left(files_dir: Path) -> None:  # noqa: F811  the fixture
    case = with_specialist()
    with pytest.raises(DatabaseError):
        forwarded(case, reason="longer than the column of history takes")
    assert Complaint.objects.count() == 1
    assert sum(each.is_file() for each in files_dir.rglob("*")) == 1
