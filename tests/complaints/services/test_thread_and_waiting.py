"""Messages, the first reaction, pauses."""

from datetime import timedelta

import pytest

from complaints.escalation.sweep import sweep
from complaints.models import Complaint, History, Message
from complaints.permissions import NotAllowed
from complaints.services import closing, thread, waiting
from complaints.services.transitions import RuleBroken
from omsportal.platform.models import Outbox
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def operator():
    return make_staff("operator", 1, make_branch())


def held(**fields) -> Complaint:
    return make_complaint(held_by=operator(), **fields)


def say(case: Complaint, text: str = "Здравствуйте", now=NOW + HOUR, **fields) -> Message:
    return thread.post_by_staff(
        complaint=case, text=text, by=operator(), profile=profile(operator()), now=now, **fields
    )


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def test_the_first_public_message_is_the_reaction_and_the_decision_counts_from_the_entry() -> None:
    case = held()
    say(case)
    after = fresh(case)
    assert (after.first_reaction_at, after.stage) == (NOW + HOUR, "resolution")
    assert after.due_at == after.escalate_at == NOW + timedelta(days=1)


def test_a_second_message_is_no_second_reaction() -> None:
    case = held()
    say(case)
    say(case, "Ещё")
    assert History.objects.filter(complaint=case, event="reacted").count() == 1


def test_an_internal_note_is_no_reaction_but_a_logged_call_is() -> None:
    case = held()
    say(case, is_internal=True)
    assert fresh(case).first_reaction_at is None
    say(case, is_internal=True, is_call=True)
    assert fresh(case).first_reaction_at == NOW + HOUR


def test_a_message_without_words_is_refused() -> None:
    with pytest.raises(RuleBroken) as error:
        say(held(), " \x00\n ")
    assert error.value.code == "empty"


def test_a_message_that_is_too_long_is_refused() -> None:
    with pytest.raises(RuleBroken) as error:
        say(held(), "а" * (thread.MOST_CHARACTERS + 1))
    assert error.value.code == "too_long"


def test_a_double_click_posts_once() -> None:
    case = held()
    assert say(case, token="t").pk == say(case, token="t").pk


def test_only_the_holder_writes_to_the_patient() -> None:
    case = held()
    other = make_staff("other", 1, make_branch())
    with pytest.raises(NotAllowed):
        thread.post_by_staff(complaint=case, text="x", by=other, profile=profile(other), now=NOW)


def test_the_patient_is_told_that_there_is_news_and_not_what() -> None:
    case = held(consents=["email"])
    message = say(case, "У вас подозрение на диабет")
    row = Outbox.objects.get(kind="message", receiver_kind="contact", dedup=message.pk)
    assert row.payload == {"number": case.number}


def test_a_patients_message_reaches_the_holder() -> None:
    case = held()
    message = thread.post_by_patient(complaint=case, text="Спасибо", now=NOW)
    assert message.author_kind == "patient"
    assert Outbox.objects.get(kind="message", dedup=message.pk).receiver_id == operator().pk


def test_a_closed_case_takes_no_message() -> None:
    case = held()
    closing.withdraw(complaint=case, now=NOW)
    with pytest.raises(RuleBroken) as error:
        thread.post_by_patient(complaint=case, text="Постойте", now=NOW)
    assert error.value.code == "ended"


def ask(case: Complaint, now=NOW + HOUR, days: int = 2) -> Complaint:
    return waiting.wait(
        complaint=case, question="Пришлите направление", working_days=days, by=operator(),
        profile=profile(operator()), now=now,
    )  # fmt: skip


def test_a_pause_sends_its_question_and_stops_the_timer() -> None:
    case = ask(held())
    assert (case.status, case.escalate_at) == ("waiting", None)
    assert case.wait_until == NOW + HOUR + timedelta(days=2)
    assert case.remaining_seconds == 8 * 3600  # a working day of 9 hours less the hour that passed
    assert Message.objects.get(complaint=case).sealed["text"] == "Пришлите направление"
    assert sweep(now=NOW + timedelta(days=1, hours=20)).escalated == 0


def test_the_patients_answer_lets_the_clock_go_on_with_what_was_left() -> None:
    case = ask(held())
    thread.post_by_patient(complaint=case, text="Вот", now=NOW + timedelta(days=1))
    after = fresh(case)
    assert (after.status, after.remaining_seconds) == ("in_work", None)
    # 8 working hours from Thursday 12:00: six until 18:00, two on Friday morning.
    assert after.due_at == NOW + timedelta(days=1, hours=23)


def test_a_pause_ends_by_itself() -> None:
    case = ask(held())
    moment = case.wait_until + timedelta(seconds=1)
    assert sweep(now=moment).resumed == 1
    after = fresh(case)
    assert (after.status, after.assignee) == ("in_work", operator())
    assert after.escalate_at > moment


def test_staff_may_go_on_earlier() -> None:
    case = ask(held())
    waiting.resume(complaint=case, by=operator(), profile=profile(operator()), now=NOW + 2 * HOUR)
    assert fresh(case).status == "in_work"


@pytest.mark.parametrize("days", [0, 6])
def test_a_pause_of_another_length_is_refused(days: int) -> None:
    with pytest.raises(RuleBroken) as error:
        ask(held(), days=days)
    assert error.value.code == "pause_length"


def test_a_third_pause_is_refused() -> None:
    case = held()
    for hour in (1, 2):
        ask(case, now=NOW + hour * HOUR)
        thread.post_by_patient(complaint=case, text="Вот", now=NOW + hour * HOUR)
    with pytest.raises(NotAllowed) as error:
        ask(case, now=NOW + 3 * HOUR)
    assert error.value.why == "pauses_used"


def test_the_legal_clock_does_not_care() -> None:
    case = held()
    before = case.answer_due_on
    ask(case)
    assert fresh(case).answer_due_on == before


def test_a_patient_writes_no_more_than_people_do_in_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "MOST_AN_HOUR", 2)
    case = make_complaint()
    for place in range(2):
        thread.post_by_patient(complaint=case, text="Когда?", token=str(place), now=NOW)
    with pytest.raises(RuleBroken) as refused:
        thread.post_by_patient(complaint=case, text="Когда?", token="3", now=NOW)
    assert refused.value.code == "too_often"
    thread.post_by_patient(complaint=case, text="Когда?", token="4", now=NOW + timedelta(hours=2))
