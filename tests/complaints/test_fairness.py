"""Fairness of the timer, rule by rule: what people could do to gain time, and why it gains them none.

Each is tried on the service, and where a button could merely be hidden also by direct requests to page and
API. That rules never lengthen open cases is in services/test_rule_changes.py.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.escalation import fairness
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, History, Message, Reclassification, Template
from complaints.permissions import NotAllowed
from complaints.services import hops, reclassify, thread, waiting, work
from complaints.services.transitions import RuleBroken
from insurers.services.working_time import add_working_seconds
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.factories import LONG_AGO, NOW, make_branch, make_complaint, make_rules, make_staff, profile

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RECEIVED = "Здравствуйте! Ваше обращение № {number} принято. Ответ будет не позднее {answer_due_on}."


def person(tier: int = 1, name: str = "") -> User:
    return make_staff(name or f"tier{tier}", tier, make_branch())


def held(tier: int = 1, **fields: Any) -> Complaint:
    return make_complaint(tier=tier, held_by=person(tier), **fields)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def hand(user: User, now: datetime) -> dict[str, Any]:
    return {"by": user, "profile": profile(user), "now": now}


def say(case: Complaint, text: str, **fields: Any) -> None:
    thread.post_by_staff(complaint=case, text=text, **fields, **hand(person(), NOW + HOUR))


def ask(case: Complaint, at: datetime, days: int = 1) -> Complaint:
    tier = case.tier
    return waiting.wait(complaint=case, question="Когда?", working_days=days, **hand(person(tier), at))


@pytest.fixture
def template() -> Template:
    return Template.objects.create(code="received", title="Принято", body=RECEIVED, valid_from=LONG_AGO)


# --- a first reaction is a human message or a logged call ---


def test_a_message_in_own_words_is_a_first_reaction() -> None:
    case = held()
    say(case, "Вера Ильинична, я позвоню в поликлинику до обеда.")
    assert fresh(case).first_reaction_at == NOW + HOUR


def test_a_logged_call_is_a_first_reaction() -> None:
    case = held()
    say(case, "Поговорили, ждёт звонка вечером", is_internal=True, is_call=True)
    assert fresh(case).first_reaction_at == NOW + HOUR


def test_an_approved_reply_sent_as_it_is_is_no_first_reaction(template: Template) -> None:
    case = held()
    due_at = case.due_at
    filled = RECEIVED.replace("{number}", case.number).replace("{answer_due_on}", "17 апреля")
    say(case, filled.replace(". ", ".\n\n").upper())
    after = fresh(case)
    assert (after.first_reaction_at, after.stage, after.due_at) == (None, "reaction", due_at)
    assert Message.objects.filter(complaint=case).public().count() == 1  # sent it is, all the same


def test_an_approved_reply_with_own_words_is_a_first_reaction(template: Template) -> None:
    case = held()
    say(case, f"{RECEIVED} Перезвоню вам сегодня после разговора с заведующей.")
    assert fresh(case).first_reaction_at == NOW + HOUR


def test_a_message_of_the_portal_is_no_first_reaction() -> None:
    case = held(2, urgency="urgent")
    by, now = person(2), case.entered_at + MINUTE
    wanted = {"kind": case.kind, "category": case.category, "urgency": "ordinary", "reason": "patient_asks"}
    reclassify.propose(complaint=case, note="Уже дома", **wanted, **hand(by, now))
    reclassify.decide(complaint=case, approve=True, **hand(person(2, "colleague"), now))
    assert Message.objects.filter(complaint=case, author_kind="system").public().exists()
    assert fresh(case).first_reaction_at is None


def test_an_internal_note_is_no_first_reaction() -> None:
    case = held()
    say(case, "Надо позвонить", is_internal=True)
    assert fresh(case).first_reaction_at is None


# --- a pause needs a question, ends by itself, and is given twice ---


@pytest.mark.parametrize("question", ["", "  \n "])
def test_a_pause_needs_a_question(question: str) -> None:
    case = held()
    with pytest.raises(RuleBroken):
        waiting.wait(complaint=case, question=question, working_days=1, **hand(person(), NOW))
    assert fresh(case).status == "in_work"


def test_the_question_of_a_pause_is_sent_to_the_patient() -> None:
    case = ask(held(), NOW + HOUR)
    assert Message.objects.filter(complaint=case).public().get().sealed["text"] == "Когда?"


@pytest.mark.parametrize("days", [0, 6, 100])
def test_a_pause_lasts_five_working_days_at_most(days: int) -> None:
    with pytest.raises(RuleBroken):
        ask(held(), NOW, days)


def test_a_pause_ends_by_itself_and_the_clock_goes_on_with_what_was_left() -> None:
    case = held(2)
    at = case.entered_at + HOUR
    ask(case, at, days=5)
    until = fresh(case).wait_until
    assert until == add_working_seconds(case.branch.schedule, at, 5 * 9 * 3600)
    sweep(now=until)
    after = fresh(case)
    left = add_working_seconds(case.branch.schedule, until, 5 * 9 * 3600 - 3600)
    assert (after.status, after.due_at) == ("in_work", left)


def test_there_is_no_third_pause() -> None:
    case = held(2)
    at = case.entered_at
    for _pause in range(2):
        ask(fresh(case), at)
        at += HOUR
        waiting.resume(complaint=case, **hand(person(2), at))
    with pytest.raises(NotAllowed) as error:
        ask(fresh(case), at)
    assert error.value.why == "pauses_used"


def test_pauses_are_counted_for_the_life_of_a_case_not_for_each_tier() -> None:
    case = held(1)
    at = NOW
    for _pause in range(2):
        ask(fresh(case), at)
        at += HOUR
        waiting.resume(complaint=case, **hand(person(), at))
    hops.escalate(complaint=fresh(case), reason="competence", **hand(person(), at))
    case = work.claim(complaint=fresh(case), **hand(person(2), at))
    with pytest.raises(NotAllowed):
        ask(case, at)


# --- a second person ---


@pytest.mark.parametrize(
    ("was", "wanted"),
    [({}, {"kind": "consultation"}), ({"urgency": "urgent"}, {"urgency": "ordinary"})],
)
def test_what_lowers_kind_or_urgency_needs_a_second_person(
    was: dict[str, str], wanted: dict[str, str]
) -> None:
    case = held(2, **was)
    now = case.entered_at + MINUTE
    known = {"kind": case.kind, "category": case.category, "urgency": case.urgency, "reason": "patient_asks"}
    reclassify.propose(complaint=case, note="Просит", **{**known, **wanted}, **hand(person(2), now))
    unchanged = fresh(case)
    assert (unchanged.kind, unchanged.urgency, unchanged.due_at) == (case.kind, case.urgency, case.due_at)
    with pytest.raises(NotAllowed):
        reclassify.decide(complaint=case, approve=True, **hand(person(2), now))
    reclassify.decide(complaint=case, approve=True, **hand(person(2, "colleague"), now))
    assert {name: getattr(fresh(case), name) for name in wanted} == wanted


def test_a_waiting_proposal_stops_no_clock() -> None:
    case = held(2)
    known = {"category": case.category, "urgency": case.urgency, "reason": "patient_asks", "note": "Просит"}
    now = case.due_at - MINUTE
    reclassify.propose(complaint=case, kind="consultation", **known, **hand(person(2), now))
    sweep(now=case.due_at)
    assert fresh(case).tier == 3


# --- a return, a hop ---


def give_back(case: Complaint, at: datetime) -> Complaint:
    user = person(case.tier)
    return hops.return_to_lower_tier(complaint=case, reason="incomplete", note="Уточните", **hand(user, at))


def test_a_return_brings_only_the_time_that_is_left() -> None:
    case = held(2)
    back = give_back(case, case.entered_at + HOUR)
    assert (back.tier, back.due_at) == (1, case.due_at)


def test_a_case_is_returned_once_in_its_life() -> None:
    case = held(2)
    give_back(case, case.entered_at + HOUR)
    sweep(now=case.due_at)
    again = work.claim(complaint=fresh(case), **hand(person(2), case.due_at))
    with pytest.raises(NotAllowed) as error:
        give_back(again, case.due_at + HOUR)
    assert error.value.why == "returned_once"


def test_a_hop_counts_against_the_tier_and_the_person_that_let_it_happen() -> None:
    case = held(1)
    late = case.due_at + MINUTE
    sweep(now=late)
    line = History.objects.get(complaint=case, event="escalated")
    assert (line.from_tier, line.from_assignee) == (1, person(1))
    (deeds,) = fairness.deeds(branch_ids=[case.branch_id], since=NOW, until=late + MINUTE)
    assert (deeds.tier, deeds.person_id, deeds.late) == (1, person(1).pk, 1)


def test_a_reclassification_counts_against_who_wanted_it() -> None:
    case = held(2)
    now = case.entered_at + MINUTE
    known = {"category": case.category, "urgency": case.urgency, "reason": "patient_asks", "note": "Просит"}
    reclassify.propose(complaint=case, kind="consultation", **known, **hand(person(2), now))
    reclassify.decide(complaint=case, approve=True, **hand(person(2, "colleague"), now))
    deeds = fairness.deeds(branch_ids=[case.branch_id], since=now, until=now + MINUTE)
    assert [(line.person_id, line.reclassified) for line in deeds] == [(person(2).pk, 1)]


# --- the same by direct requests, past every hidden button ---


@pytest.fixture
def today() -> datetime:
    make_rules()
    return database_now()


@pytest.fixture
def case(today: datetime) -> Complaint:
    branch = make_branch(now=today)
    return make_complaint(branch, now=today, held_by=make_staff("operator", 1, branch))


@pytest.fixture
def operator(case: Complaint) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="operator"))
    return client


def post(client: Client, case: Complaint, act: str, **typed: Any) -> int:
    return client.post(f"/staff/cases/{case.number}/{act}/", typed).status_code


def call(client: Client, case: Complaint, act: str, **body: Any) -> int:
    address = f"/api/v1/cases/{case.number}/{act}/"
    return client.post(address, body, content_type="application/json").status_code


def test_no_request_pauses_without_a_question_or_for_longer(operator: Client, case: Complaint) -> None:
    for typed in ({"text": "", "working_days": 2}, {"text": "Когда?", "working_days": 6}):
        assert post(operator, case, "wait", **typed) == 422
    for body in (
        {"question": " ", "working_days": 2},
        {"working_days": 2},
        {"question": "?", "working_days": 6},
    ):
        assert call(operator, case, "wait", **body) in {400, 422}
    assert fresh(case).status == "in_work"


def test_no_request_pauses_a_third_time(operator: Client, case: Complaint) -> None:
    for pause in range(2):
        assert post(operator, case, "wait", text="Когда?", working_days=1, token=f"t{pause}") == 302
        assert post(operator, case, "resume") == 302
    assert post(operator, case, "wait", text="Когда?", working_days=1) == 403
    assert call(operator, case, "wait", question="Когда?", working_days=1) == 403


def test_no_request_lowers_alone(operator: Client, case: Complaint) -> None:
    typed = {"kind": "consultation", "category": case.category_id, "urgency": "ordinary"}
    assert post(operator, case, "reclassify", reason="patient_asks", text="Просит", **typed) == 302
    waiting_one = Reclassification.objects.open().get().pk
    assert post(operator, case, "reclassify/decide", proposal=waiting_one, verdict="approve") == 403
    assert call(operator, case, "reclassify/decide", approve=True) == 403
    assert fresh(case).kind == "complaint"


def test_no_request_returns_from_the_lowest_tier_or_twice(case: Complaint, today: datetime) -> None:
    branch = case.branch
    specialist = Client()
    specialist.force_login(make_staff("specialist", 2, branch))
    operator = User.objects.get(username="operator")
    named = {"by": operator, "profile": profile(operator, on=today.date()), "now": today}
    for expected in (302, 403):
        hops.escalate(complaint=fresh(case), reason="competence", **named)
        assert post(specialist, case, "claim") == 302
        assert post(specialist, case, "return", reason="incomplete", text="Уточните") == expected
        if expected == 302:
            work.claim(complaint=fresh(case), **named)
    assert call(specialist, case, "return", reason="incomplete", note="Уточните") == 403
