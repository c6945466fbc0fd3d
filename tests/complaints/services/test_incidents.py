"""Many equal complaints: gathered, asked about once, and what rises."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from benchmarks.plans import explained
from complaints.demo.crowd import seed
from complaints.escalation import gathering, rises
from complaints.kinds import NamingConsent
from complaints.models import (
    Card,
    Complaint,
    History,
    Incident,
)
from complaints.permissions import NotAllowed
from complaints.reports.staff import incidents as report
from complaints.services import incident_inquiries, incidents
from complaints.services.incidents import Plan
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm, Job
from tests.complaints.crowd import long_history
from tests.complaints.services.leading import (
    DAY,
    HOUR,
    MINUTE,
    ask,
    case,
    clinic,
    fresh,
    gather,
    head,
    opened,
)
from tests.factories import (
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
    for place in range(8):
        make_staff(f"operator{place}", 1, make_branch(f"insurer-{place}"))
    case()
    seed(complaints=2_000, due=10, now=database_now())
    incident = opened(joins_new=True)
    long_history(History.objects.latest("pk"), 12_000, until=NOW, step=timedelta(minutes=1))
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
