"""Many equal complaints: gathered, asked about once, answered one by one, cried about once, closed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from benchmarks.plans import explained
from complaints.demo.crowd import seed
from complaints.escalation import gathering, rises
from complaints.kinds import NamingConsent
from complaints.models import (
    Answer,
    Barring,
    Card,
    Category,
    Complaint,
    History,
    Incident,
    Inquiry,
    JointAnswer,
)
from complaints.permissions import NotAllowed
from complaints.reports.staff import incidents as report
from complaints.services import anonymising, incident_inquiries, incidents, joint_answers, waiting
from complaints.services.incidents import Plan
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event, Status
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform import alarms, jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm, Job
from representatives.models import User
from tests.factories import (
    APPLICANT,
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_everybody,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEXT = "Обращение № {number}: {applicant}, УЗИ снова делают. Запись открыта."


def head(branch: Branch | None = None, name: str = "head") -> User:
    return make_staff(name, heads=branch or make_branch())


def clinic(code: str = "001") -> MedicalOrganisation:
    known = {"name": f"Поликлиника {code}", "short_name": f"Поликлиника {code}"}
    region = make_branch().region
    return MedicalOrganisation.objects.get_or_create(region=region, code=code, defaults=known)[0]


def case(**fields: Any) -> Complaint:
    return make_complaint(**({"medical_organisation": clinic()} | fields))


def opened(branch: Branch | None = None, **changed: Any) -> Incident:
    own = branch or make_branch()
    plan: dict[str, Any] = {
        "title": "Сломан аппарат УЗИ", "category": make_category(), "medical_organisation": clinic(),
        "starts_on": (NOW - DAY).date(),
    }  # fmt: skip
    lead = head(own)
    return incidents.open_incident(
        branch=own, plan=Plan(**(plan | changed)), by=lead, profile=profile(lead), now=NOW
    )


def run(
    job_of: Callable[[], Job], kind: str, work: Callable[[Job, jobs.Progress], dict[str, Any]]
) -> dict[str, Any]:
    job = job_of()
    assert job.kind == kind
    return work(job, jobs.Progress(job.pk))


def gather(incident: Incident, by: User | None = None, now: datetime = NOW) -> dict[str, Any]:
    lead = by or head(incident.branch)
    return run(
        lambda: incidents.ask_to_gather(incident=incident, by=lead, profile=profile(lead), now=now),
        incidents.GATHER,
        incidents.gather_cases,
    )


def answer(incident: Incident, **changed: Any) -> JointAnswer:
    lead = head(incident.branch)
    asked = {"outcome": "justified", "text": TEXT, "no_health_facts": True, "now": NOW + HOUR}
    return joint_answers.answer_all(incident=incident, by=lead, profile=profile(lead), **(asked | changed))


def make_answers(joint: JointAnswer) -> dict[str, int]:
    job = Job.objects.filter(kind=joint_answers.ANSWER).latest("pk")
    return joint_answers.answer_cases(job, jobs.Progress(job.pk))


def fresh(one: Complaint) -> Complaint:
    return Complaint.objects.with_card().get(pk=one.pk)


# --- opening and gathering ---


def test_heads_and_fund_staff_open_incidents_of_their_own_body_only() -> None:
    people = make_everybody()
    fund = make_fund()
    plan = Plan(title="x", category=make_category(), medical_organisation=None, starts_on=NOW.date())
    for name, branch in (("head", make_branch()), ("fund_operator", fund), ("fund", fund)):
        user = people[name]
        assert incidents.open_incident(
            branch=branch,
            plan=plan, by=user, profile=profile(user), now=NOW,
        ).pk  # fmt: skip
    for name in ("operator", "expert", "insurer_admin", "admin", "rival", "fund"):
        with pytest.raises(NotAllowed):
            incidents.open_incident(
                branch=make_branch(),
                plan=plan, by=people[name], profile=profile(people[name]), now=NOW,
            )  # fmt: skip


def test_it_gathers_what_fits_and_is_open_with_a_line_each() -> None:
    operator = make_staff("operator", 1, make_branch())
    fitting = [case(), case(held_by=operator)]
    case(medical_organisation=clinic("002"))
    case(category=make_category("money"))
    case(now=NOW - 10 * DAY)
    make_complaint(make_branch("reso-med"), medical_organisation=clinic())
    incident = opened()
    assert gather(incident) == {"gathered": 2}
    assert set(Complaint.objects.filter(incident=incident)) == set(fitting)
    for one in fitting:
        now_it_is = fresh(one)
        assert (now_it_is.status, now_it_is.due_at, now_it_is.assignee, now_it_is.version) == (
            one.status, one.due_at, one.assignee, one.version + 1,
        )  # fmt: skip
        line = History.objects.get(complaint=one, event=Event.GATHERED)
        assert (line.by, line.cause, line.to_tier) == (head(), "staff", one.tier)
    assert gather(incident) == {"gathered": 0}


def test_thousands_are_gathered_in_batches_with_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "BATCH", 2)
    for _ in range(5):
        case()
    lead = head()
    job = incidents.ask_to_gather(incident=opened(), by=lead, profile=profile(lead), now=NOW)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, started_at=NOW, beat_at=NOW)
    assert incidents.gather_cases(job, jobs.Progress(job.pk)) == {"gathered": 5}
    job.refresh_from_db()
    assert job.total_count == 5


def test_new_appeals_join_by_themselves_or_are_offered() -> None:
    joining, offered = opened(joins_new=True), opened(medical_organisation=clinic("002"))
    gathering.join_new(NOW)
    came, other = case(), case(medical_organisation=clinic("002"))
    assert gathering.join_new(NOW + MINUTE) == 1
    assert (fresh(came).incident_id, fresh(other).incident_id) == (joining.pk, None)
    line = History.objects.get(complaint=came, event=Event.GATHERED)
    assert (line.cause, line.by) == ("system", None)
    assert report.offered_to(fresh(other)) == [offered]
    assert report.offered_to(fresh(came)) == []


def test_what_a_person_took_out_no_machine_gathers_again_but_a_person_may() -> None:
    one, lead = case(), head()
    incident = opened(joins_new=True)
    gather(incident)
    hand: dict[str, Any] = {"by": lead, "profile": profile(lead), "now": NOW + HOUR}
    incidents.set_apart(complaint=one, **hand)
    assert fresh(one).incident_id is None
    assert gather(incident) == {"gathered": 0}
    assert gathering.join_new(NOW + HOUR) == 0
    incidents.add_case(incident=incident, complaint=one, **hand)
    assert fresh(one).incident_id == incident.pk
    events = History.objects.filter(complaint=one).order_by("pk").values_list("event", flat=True)
    assert list(events)[1:] == [Event.GATHERED, Event.SET_APART, Event.GATHERED]


def test_a_case_belongs_to_one_incident_of_its_own_body() -> None:
    one, lead = case(), head()
    first, second = opened(), opened(title="Другое")
    hand: dict[str, Any] = {"by": lead, "profile": profile(lead), "now": NOW + HOUR}
    incidents.add_case(incident=first, complaint=one, **hand)
    with pytest.raises(SomebodyWasFirst):
        incidents.add_case(incident=second, complaint=one, **hand)
    theirs = opened(make_branch("reso-med"))
    with pytest.raises(RuleBroken) as refused:
        incidents.add_case(incident=theirs, complaint=case(), **hand)
    assert refused.value.code == "other_branch"


# --- one inquiry ---


def ask(incident: Incident, **changed: Any) -> Inquiry:
    lead = head(incident.branch)
    asked = {
        "text": "Когда починят аппарат?",
        "outgoing_number": "12-и",
        "reply_due_on": (NOW + 5 * DAY).date(),
    }
    return incident_inquiries.ask(
        incident=incident, by=lead, profile=profile(lead), now=NOW + HOUR, **(asked | changed)
    )


def test_the_clinic_is_asked_once_and_hears_only_those_who_allowed_it() -> None:
    allowed, asked_first, no = case(), case(), case()
    for one, consent in ((allowed, "yes"), (asked_first, "ask"), (no, "no")):
        Card.objects.filter(pk=one.pk).update(naming_consent=consent)
    incident = opened()
    gather(incident)
    inquiry = ask(incident)
    assert (inquiry.named_count, inquiry.unnamed_count) == (1, 2)
    assert report.named_in(inquiry, profile(head())) == [allowed]
    Card.objects.filter(pk=allowed.pk).update(naming_consent=NamingConsent.NO)
    assert report.named_in(inquiry, profile(head())) == []
    assert ask(incident) == inquiry
    lead = head()
    incident_inquiries.record_reply(
        inquiry=inquiry, text="В пятницу", by=lead, profile=profile(lead), now=NOW + DAY
    )
    with pytest.raises(SomebodyWasFirst):
        incident_inquiries.record_reply(
            inquiry=inquiry, text="В среду", by=lead, profile=profile(lead), now=NOW + DAY
        )


def test_an_incident_without_a_clinic_asks_nobody() -> None:
    with pytest.raises(RuleBroken) as refused:
        ask(opened(medical_organisation=None))
    assert refused.value.code == "no_clinic"


# --- individual answers ---


def test_each_person_gets_an_answer_of_their_own_exactly_once() -> None:
    operator = make_staff("operator", 1, make_branch())
    mine = case()
    hers = case(applicant={**APPLICANT, "surname": "Кузнецова", "first_name": "Анна"}, held_by=operator)
    incident = opened()
    gather(incident)
    joint = answer(incident)
    assert make_answers(joint) == {"answered": 2}
    for one in (mine, hers):
        row = fresh(one)
        text = Answer.objects.get(complaint=one).sealed["text"]
        assert (row.status, row.outcome) == (Status.ANSWERED, "justified")
        assert one.number in text
    assert "Кузнецова" in Answer.objects.get(complaint=hers).sealed["text"]
    assert "Кузнецова" not in Answer.objects.get(complaint=mine).sealed["text"]
    assert make_answers(joint) == {"answered": 2}
    assert Answer.objects.count() == 2
    joint.refresh_from_db()
    assert joint.finished_at is not None


def test_a_worker_that_dies_in_the_middle_leaves_the_rest_to_the_next() -> None:
    first, second = case(), case()
    incident = opened()
    gather(incident)
    joint = answer(incident)
    joint_answers.answer_one(joint=joint, complaint_id=first.pk, now=database_now())
    assert (fresh(first).status, fresh(second).status) == (Status.ANSWERED, Status.NEW)
    line = joint_answers.answer_one(joint=joint, complaint_id=first.pk, now=database_now())
    assert (line.result, joint.lines.count()) == ("answered", 1)
    assert make_answers(joint) == {"answered": 2}
    assert History.objects.filter(complaint=first, event=Event.RESOLVED).count() == 1


def test_what_cannot_be_answered_so_is_left_for_a_person_with_the_reason() -> None:
    operator = make_staff("operator", 1, make_branch())
    made = {
        "urgent": case(urgency="urgent"),
        "waiting": case(held_by=operator),
        "other_kind": case(kind="thanks"),
        "missing": case(
            applicant={"surname": "", "first_name": "", "phone": "+79201234567"}, is_anonymous=True
        ),
        "not_allowed": case(),
    }
    waiting.wait(
        complaint=made["waiting"], question="Когда вы были?", working_days=1, by=operator,
        profile=profile(operator), now=NOW + MINUTE,
    )  # fmt: skip
    incident = opened()
    gather(incident)
    Barring.objects.create(complaint=made["not_allowed"], user=head(), why="complained_of")
    joint = answer(incident)
    assert make_answers(joint) == dict.fromkeys(made, 1)
    lines = {line.result: line.complaint_id for line in joint.lines.all()}
    assert lines == {name: one.pk for name, one in made.items()}
    assert not Answer.objects.exists()


def test_a_theme_that_asks_for_a_second_pair_of_eyes_is_not_answered_jointly() -> None:
    one = case()
    Category.objects.filter(pk=one.category_id).update(needs_second_person=True)
    incident = opened()
    gather(incident)
    assert make_answers(answer(incident)) == {"second_person": 1}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": "Аппарат починили"}, "number"),
        ({"text": "№ {number} {diagnosis}"}, "unknown_blank"),
        ({"outcome": "perhaps"}, "outcome"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(changed: dict[str, str], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        answer(opened(), **changed)
    assert refused.value.code == code


def test_two_texts_are_not_sent_at_once() -> None:
    incident = opened()
    answer(incident)
    with pytest.raises(RuleBroken) as refused:
        answer(incident)
    assert refused.value.code == "answering"


# --- one alarm, closing, erasing ---


def test_late_cases_of_an_incident_cry_once_together() -> None:
    late = [case(), case()]
    incident = opened()
    gather(incident)
    Complaint.objects.filter(pk__in=[one.pk for one in late]).update(answer_due_on=(NOW + DAY).date())
    for one in late:
        alarms.raise_once(
            kind="answer_danger", subject_kind="complaint", subject_id=one.pk, now=NOW,
            receiver_branch_id=one.branch_id,
        )  # fmt: skip
    assert gathering.cry_once(NOW) == 1
    assert gathering.cry_once(NOW + MINUTE) == 0
    assert [alarm.kind for alarm in Alarm.objects.open()] == ["incident_late"]
    assert Alarm.objects.open().get().payload == {"incident": incident.pk, "cases": 2}
    lead = head()
    incidents.set_apart(complaint=late[0], by=lead, profile=profile(lead), now=NOW + HOUR)
    assert Alarm.objects.open().filter(kind="answer_danger", subject_id=late[0].pk).exists()
    make_answers(answer(incident))
    gathering.cry_once(NOW + 2 * HOUR)
    assert not Alarm.objects.open().filter(kind="incident_late").exists()


def test_it_closes_when_nobody_in_it_waits_any_more() -> None:
    case()
    incident, lead = opened(banner="УЗИ не работает", banner_until=NOW + DAY), head()
    gather(incident)
    hand: dict[str, Any] = {"by": lead, "profile": profile(lead), "now": NOW + 2 * HOUR}
    with pytest.raises(RuleBroken) as refused:
        incidents.close(incident=incident, **hand)
    assert refused.value.code == "open_cases"
    assert list(Incident.objects.with_banner(NOW + HOUR)) == [incident]
    assert not Incident.objects.with_banner(NOW + DAY).exists()
    make_answers(answer(incident))
    incidents.close(incident=incident, **hand)
    assert not Incident.objects.with_banner(NOW + HOUR).exists()
    with pytest.raises(SomebodyWasFirst):
        incidents.close(incident=incident, **hand)
    with pytest.raises(SomebodyWasFirst):
        gather(incident)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": " "},
        {"starts_on": (NOW + DAY).date()},
        {"ends_on": (NOW - 5 * DAY).date()},
        {"banner": "УЗИ не работает"},
        {"banner": "УЗИ не работает", "banner_until": NOW - MINUTE},
        {"banner": "УЗИ не работает", "banner_until": NOW + 90 * DAY},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        opened(**changed)


def test_what_was_written_about_an_incident_goes_with_its_first_erased_case() -> None:
    one = case()
    incident, lead = opened(), head()
    gather(incident)
    inquiry = ask(incident, text="Почему отказали Соколовой?")
    joint = answer(incident)
    make_answers(joint)
    incidents.close(incident=incident, by=lead, profile=profile(lead), now=NOW + 2 * HOUR)
    assert anonymising.anonymise(complaint_id=one.pk, now=NOW + 3 * DAY)
    inquiry.refresh_from_db()
    joint.refresh_from_db()
    assert (inquiry.sealed["text"], joint.sealed["text"]) == ("", "")


# --- what rises ---


def test_a_clinic_with_far_more_complaints_than_usual_is_told_of_once() -> None:
    for _ in range(rises.LEAST):
        case()
    for day in range(2, 9):
        case(medical_organisation=clinic("002"), now=NOW - day * DAY)
        case(now=NOW - day * DAY)
    moment = NOW + MINUTE
    assert (rises.look(moment), rises.look(moment + HOUR)) == (1, 0)
    alarm = Alarm.objects.get(kind="incident_rise")
    assert (alarm.payload["clinic"], alarm.payload["cases"]) == (clinic().pk, rises.LEAST)
    assert [rise.clinic for rise in report.rises(profile(head()))] == [clinic()]
    incident = opened()
    Incident.objects.filter(pk=incident.pk).update(opened_at=moment + HOUR)
    rises.look(moment + 2 * HOUR)
    assert not Alarm.objects.open().filter(kind="incident_rise").exists()


def test_what_always_was_so_is_no_rise() -> None:
    for day in range(8):
        for _ in range(4):
            case(now=NOW - day * DAY)
    for _ in range(8):
        case()
    assert rises.look(NOW + MINUTE) == 0


def test_no_look_reads_a_growing_table_from_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    make_fund()
    make_category()
    for place in range(24):
        make_staff(f"operator{place}", 1, make_branch(f"insurer-{place}"))
    case()
    seed(complaints=4_000, due=10, now=database_now())
    incident = opened(joins_new=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    now = database_now()
    monkeypatch.setattr(rises, "WINDOW", 50)  # as small beside this crowd as the real one beside millions
    monkeypatch.setattr(gathering, "OVERLAP", 50)
    with explained() as plans:
        gathering.look(now)
        gathering.look(now)
        gathering.candidates(incident)
        rises.look(now)
        report.incident_page(profile(head()), incident, "")
    assert any("gathering" in name for name in plans.scans)
    assert plans.whole_tables() == {}
