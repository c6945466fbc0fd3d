"""More time to answer: the head, once, with a reason that the applicant reads (59-ФЗ art. 12 part 2)."""

from datetime import date, timedelta

import pytest

from complaints import deadlines
from complaints.kinds import Form
from complaints.models import Complaint, History, Message
from complaints.permissions import NotAllowed, Refusal
from complaints.reports.dates import how_counted
from complaints.services import extending, linking
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from omsportal.platform.models import Outbox
from representatives.models import User
from tests.complaints.rows import deadline
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FRIDAY = 4
WHY = "Ждём документы из поликлиники."


def head() -> User:
    return make_staff("head", heads=make_branch())


def operator() -> User:
    return make_staff("operator", 1, make_branch())


def extend(case: Complaint, by: User | None = None, **changed: object) -> Complaint:
    who = by or head()
    asked = {"days": 30, "reason": "asked_documents", "text": WHY, "now": NOW + MINUTE, **changed}
    return extending.extend(complaint=case, by=who, profile=profile(who), **asked)


def weekend(day: date) -> bool:
    return day.weekday() >= deadlines.SATURDAY


def test_the_head_gives_time_once_and_the_applicant_reads_until_when_and_why() -> None:
    case = make_complaint(held_by=operator())
    before = case.answer_due_on
    done = extend(case)
    due = deadlines.answer_due_on(case.registered_on, days=60, is_day_off=weekend)
    assert (done.answer_due_on, done.extended_by_days, done.due_at) == (due, 30, case.due_at)
    line = History.objects.get(complaint=case, event=Event.EXTENDED)
    assert (line.by, line.reason, line.answer_before, line.answer_after) == (
        head(), "asked_documents", before, due,
    )  # fmt: skip
    said = Message.objects.get(complaint=case)
    assert (said.is_internal, said.no_health_facts) == (False, True)
    assert said.sealed["text"].endswith(WHY)
    assert str(due.year) in said.sealed["text"]
    legal = how_counted(Complaint.objects.get(pk=case.pk)).legal
    assert legal is not None
    assert (legal.extended_by, legal.due_on) == (30, due)
    with pytest.raises(NotAllowed) as refused:
        extend(done)
    assert refused.value.why == Refusal.EXTENDED_ONCE


def test_whoever_wants_notices_is_told_that_there_is_news() -> None:
    case = make_complaint(held_by=operator())
    Complaint.objects.filter(pk=case.pk).update(notify_by_email=True)
    extend(case)
    told = Outbox.objects.get(kind="message", receiver_kind="contact")
    assert WHY not in str(told.payload)


def test_who_works_the_case_does_not_give_themselves_time() -> None:
    case = make_complaint(held_by=operator())
    with pytest.raises(NotAllowed) as refused:
        extend(case, operator())
    assert refused.value.why == Refusal.HEAD_ONLY


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"form": Form.ORAL, "answer_due_on": None}, Refusal.ORAL),
        ({"answer_due_on": NOW.date() - DAY, "registered_on": NOW.date() - 40 * DAY}, Refusal.DATE_PASSED),
    ],
)
def test_no_time_is_given_where_there_is_none_or_it_is_over(changes: dict[str, object], why: Refusal) -> None:
    case = make_complaint(held_by=operator())
    Complaint.objects.filter(pk=case.pk).update(**changes)
    with pytest.raises(NotAllowed) as refused:
        extend(case)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"days": 0}, "extension_length"),
        ({"days": 31}, "extension_length"),
        ({"reason": "other"}, "reason"),
        ({"text": " "}, "empty"),
    ],
)
def test_length_reason_and_words_are_judged(wrong: dict[str, object], code: str) -> None:
    case = make_complaint(held_by=operator())
    with pytest.raises(RuleBroken) as broken:
        extend(case, **wrong)
    assert broken.value.code == code
    assert not Message.objects.exists()


def test_days_that_end_on_days_off_gain_nothing() -> None:
    """A date that would be a Sunday stands on the Friday before; a day more is a Monday."""
    case = make_complaint(held_by=operator())
    wanted = case.registered_on + (FRIDAY - case.registered_on.weekday()) % 7 * DAY
    Complaint.objects.filter(pk=case.pk).update(registered_on=wanted - 30 * DAY, answer_due_on=wanted)
    with pytest.raises(RuleBroken) as broken:
        extend(case, days=2)
    assert broken.value.code == "nothing_gained"
    assert extend(case, days=3).answer_due_on == wanted + 3 * DAY


def test_linked_appeals_keep_what_each_was_given() -> None:
    first = make_complaint(held_by=operator())
    later = NOW + 7 * DAY
    second = make_complaint(now=later, held_by=operator(), channel="letter")
    who = operator()
    linking.link(
        complaint=second, other=first, reason="same_event", by=who, profile=profile(who), now=later + MINUTE
    )
    given = extend(Complaint.objects.get(pk=second.pk), now=later + 2 * MINUTE)
    due = deadlines.answer_due_on(first.registered_on, days=60, is_day_off=weekend)
    assert given.answer_due_on == due
    assert Complaint.objects.get(pk=first.pk).answer_due_on == first.answer_due_on


def test_the_term_of_the_law_is_one_for_the_whole_country() -> None:
    """Only waiting times are set by regions: a row of one region changes no date of an appeal."""
    region = make_branch().region
    deadline(code="ANSWER", group="appeal", unit="calendar_day", value=5, region=region)
    case = make_complaint(held_by=operator())
    assert case.answer_due_on is not None
    assert (case.answer_due_on - case.registered_on).days > 20
    done = extend(case)
    assert done.answer_due_on == deadlines.answer_due_on(case.registered_on, days=60, is_day_off=weekend)
