"""59-ФЗ, article 11: a ground, a second person, urgency looked at first, a notice, and the way to object."""

from datetime import date, timedelta

import pytest

from complaints.escalation import notices, rounds
from complaints.kinds import AnswerChannel, NoAnswer
from complaints.models import Barring, Complaint, History, Leaving, Message, NoAnswerGround
from complaints.permissions import NotAllowed
from complaints.reference import grounds
from complaints.reports.public.case import case_page
from complaints.services import closing, hops, reclassify, without_answer
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event, Status
from omsportal.platform.models import Alarm, Outbox
from representatives import api_keys
from representatives.models import User
from tests.factories import LONG_AGO, make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def known_grounds(db: None) -> None:
    grounds.load_grounds()


def ground(code: str = "insults") -> NoAnswerGround:
    return NoAnswerGround.objects.get(code=code)


def person(name: str = "specialist", tier: int = 2) -> User:
    return make_staff(name, tier, make_branch())


def head() -> User:
    return make_staff("head", heads=make_branch())


def held(tier: int = 2, **fields: object) -> Complaint:
    return make_complaint(tier=tier, held_by=person({1: "operator", 2: "specialist"}[tier], tier), **fields)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.with_content().get(pk=case.pk)


def propose(case: Complaint, by: User | None = None, **changed: object) -> Leaving:
    who = by or person()
    asked = {
        "ground": ground(),
        "urgency_looked": True,
        "note": "Одна брань",
        "now": case.entered_at + MINUTE,
    }
    return without_answer.propose(complaint=case, by=who, profile=profile(who), **(asked | changed))


def decide(case: Complaint, leaving: Leaving, by: User | None = None, **changed: object) -> Leaving:
    who = by or person("colleague")
    asked = {"approve": True, "urgency_looked": True, "now": case.entered_at + HOUR}
    return without_answer.decide(
        complaint=case, leaving_id=leaving.pk, by=who, profile=profile(who), **(asked | changed)
    )


def left(case: Complaint, **changed: object) -> Leaving:
    return decide(case, propose(case, **changed))


def events(case: Complaint) -> list[str]:
    return list(History.objects.filter(complaint=case).order_by("pk").values_list("event", flat=True))


# --- one proposes, another decides ---


def test_nothing_changes_until_a_second_person_agrees() -> None:
    case = held()
    waiting = propose(case)
    now_it_is = fresh(case)
    assert (now_it_is.status, now_it_is.due_at, now_it_is.escalate_at, now_it_is.answer_due_on) == (
        Status.IN_WORK, case.due_at, case.escalate_at, case.answer_due_on,
    )  # fmt: skip
    decide(case, waiting)
    ended = fresh(case)
    assert (ended.status, ended.closed_at, ended.escalate_at, ended.answered_at) == (
        Status.LEFT_UNANSWERED, case.entered_at + HOUR, None, None,
    )  # fmt: skip
    assert events(case)[-2:] == [Event.LEAVING_PROPOSED, Event.LEFT_UNANSWERED]
    last = History.objects.filter(complaint=case).last()
    assert last is not None
    assert (last.by, last.reason) == (person(), NoAnswer.INSULTS)


def test_who_proposed_does_not_decide_and_two_keys_are_not_two_people() -> None:
    case = held()
    waiting = propose(case)
    with pytest.raises(NotAllowed) as own:
        decide(case, waiting, by=person())
    system = api_keys.service_representative(branch=make_branch(), name="МИС", tier=2)
    api_keys.create(
        branch=make_branch(), user=system, name="МИС", scopes=["work"], lifetime=DAY, now=case.entered_at
    )
    with pytest.raises(NotAllowed) as key:
        decide(case, waiting, by=system)
    assert (own.value.why, key.value.why) == ("second_person", "not_a_person")
    assert fresh(case).status == Status.IN_WORK


def test_the_head_may_be_the_second_person_a_rival_and_another_tier_not() -> None:
    case = held()
    waiting = propose(case)
    for stranger in (make_staff("rival", 2, make_branch("reso-med")), person("operator", 1)):
        with pytest.raises(NotAllowed):
            decide(case, waiting, by=stranger)
    decide(case, waiting, by=head())
    assert fresh(case).status == Status.LEFT_UNANSWERED


def test_a_refusal_needs_its_reason_and_the_work_goes_on() -> None:
    case = held()
    waiting = propose(case)
    with pytest.raises(RuleBroken):
        decide(case, waiting, approve=False)
    decide(case, waiting, approve=False, note="Тут есть суть: просит запись")
    assert (fresh(case).status, fresh(case).assignee) == (Status.IN_WORK, person())
    assert events(case)[-1] == Event.LEAVING_REFUSED
    told = Outbox.objects.get(kind=without_answer.REFUSED)
    assert (told.receiver_kind, told.receiver_id) == ("user", person().pk)
    assert propose(case).pk != waiting.pk


def test_tier_1_leaves_no_complaint_without_an_answer() -> None:
    case = held(tier=1)
    with pytest.raises(NotAllowed):
        propose(case, by=person("operator", 1))


# --- urgency first ---


def test_without_the_statement_about_urgency_nothing_is_proposed_nor_agreed() -> None:
    case = held()
    with pytest.raises(RuleBroken) as first:
        propose(case, urgency_looked=False)
    waiting = propose(case)
    with pytest.raises(RuleBroken) as second:
        decide(case, waiting, urgency_looked=False)
    assert first.value.code == second.value.code == "urgency"


def test_an_urgent_appeal_is_never_left() -> None:
    urgent = held(urgency="urgent")
    with pytest.raises(NotAllowed) as refused:
        propose(urgent)
    assert refused.value.why == "urgent"
    case = held()
    waiting = propose(case)
    reclassify.propose(
        complaint=case, kind=case.kind, category=case.category, urgency="urgent", reason="patient_asks",
        by=person(), profile=profile(person()), now=case.entered_at + 2 * MINUTE,
    )  # fmt: skip
    with pytest.raises(SomebodyWasFirst):
        decide(case, waiting)


def test_a_case_that_moved_on_takes_its_proposal_with_it() -> None:
    case = held()
    waiting = propose(case)
    hops.escalate(
        complaint=case,
        reason="competence",
        by=person(),
        profile=profile(person()),
        now=case.entered_at + HOUR,
    )
    with pytest.raises(SomebodyWasFirst):
        decide(case, waiting, now=case.entered_at + 2 * HOUR)
    assert not Leaving.objects.open().fitting().exists()
    assert Leaving.objects.open().count() == 1


def test_pressing_twice_is_one_proposal_and_another_ground_a_new_one() -> None:
    case = held()
    first = propose(case)
    assert propose(case) == first
    other = propose(case, ground=ground("no_sense"))
    first.refresh_from_db()
    assert (other.pk != first.pk, first.approved, first.decided_by) == (True, False, None)
    with pytest.raises(SomebodyWasFirst):
        decide(case, first)


def test_a_ground_holds_only_while_it_is_in_force() -> None:
    case = held()
    NoAnswerGround.objects.filter(code="insults").update(valid_from=LONG_AGO, valid_to=LONG_AGO)
    with pytest.raises(RuleBroken) as refused:
        propose(case)
    assert refused.value.code == "ground"


# --- the applicant is told ---


def test_who_reads_on_the_site_is_told_at_once_why_and_how_to_object() -> None:
    case = held()
    leaving = left(case)
    said = Message.objects.filter(complaint=case, is_internal=False).get()
    assert said.no_health_facts
    for word in (
        case.number,
        "оскорбления или угрозы",
        "статья 11, часть 3",
        "Попросить разобраться ещё раз",
        "103",
    ):
        assert word in said.sealed["text"], word
    assert (leaving.notified_way, leaving.notified_at) == (AnswerChannel.SITE, case.entered_at + HOUR)
    assert leaving.notice_due_on is not None
    assert not leaving.waits_for_notice


@pytest.mark.parametrize(("code", "due"), [("illegible", date(2026, 3, 25)), ("insults", date(2026, 4, 1))])
def test_the_notice_is_due_in_seven_days_from_what_the_law_says(code: str, due: date) -> None:
    """Filed on Wednesday, 18 March; decided on the 25th: by hops of the timer the case came to tier 2."""
    case = held(answer_channel="letter")
    waiting = propose(case, ground=ground(code))
    leaving = decide(case, waiting, now=case.registered_at + 7 * DAY)
    assert leaving.notice_due_on == due


def test_a_letter_is_told_of_when_it_left_and_late_with_one_alarm() -> None:
    case = held(answer_channel="letter")
    leaving = left(case, ground=ground("illegible"))
    assert leaving.waits_for_notice
    due = leaving.notice_due_on
    assert due is not None
    on_time = case.entered_at.replace(year=due.year, month=due.month, day=due.day)
    assert notices.not_told(on_time) == 0
    assert (notices.not_told(on_time + DAY), notices.not_told(on_time + DAY)) == (1, 0)
    assert Alarm.objects.get(kind="notice_late").receiver_branch_id == case.branch_id
    with pytest.raises(RuleBroken):
        without_answer.record_notice(
            complaint=case,
            way="site",
            outgoing_number="",
            by=person(),
            profile=profile(person()),
            now=on_time,
        )
    without_answer.record_notice(
        complaint=case, way="letter", outgoing_number="12-ж", by=person(), profile=profile(person()),
        now=on_time + DAY,
    )  # fmt: skip
    leaving.refresh_from_db()
    assert (leaving.notified_way, leaving.outgoing_number) == ("letter", "12-ж")
    assert Alarm.objects.get(kind="notice_late").closed_at is not None
    assert events(case)[-1] == Event.NOTICE_SENT
    assert "notices" in {round_.name for round_ in rounds.ROUNDS}


def test_nobody_is_told_where_there_is_nobody_to_tell() -> None:
    case = held()
    leaving = left(case, ground=ground("nameless"))
    assert (leaving.notice_due_on, leaving.notified_at) == (None, None)
    assert not Message.objects.filter(complaint=case, is_internal=False).exists()


# --- and may object ---


def test_the_applicant_objects_within_thirty_days_to_others_than_decided() -> None:
    case = held()
    left(case)
    ended_at = fresh(case).closed_at
    page = case_page(fresh(case), now=ended_at + 30 * DAY)
    assert (page.was_left, page.may_reopen, page.reopen_until) == (True, True, date(2026, 4, 17))
    assert not case_page(fresh(case), now=ended_at + 31 * DAY).may_reopen
    again = closing.reopen(complaint=case, text="Пишу без брани", now=ended_at + DAY).complaint
    assert again.tier == case.tier + 1
    barred = set(Barring.objects.filter(complaint=again).values_list("user__username", flat=True))
    assert barred == {"specialist", "colleague"}
    assert fresh(case).status == Status.LEFT_UNANSWERED
    with pytest.raises(RuleBroken):
        closing.reopen(complaint=case, text="Ещё раз", now=ended_at + DAY)
    other = held()
    left(other)
    with pytest.raises(RuleBroken):
        closing.reopen(complaint=other, text="Поздно", now=ended_at + 40 * DAY)
