"""Figures kept day by day: each sealed line once, the same when counted anew."""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from math import floor, log2

import pytest
from django.core.management import call_command

from complaints.escalation import daily_counts, fairness, moves
from complaints.escalation.daily_counts import Standing
from complaints.models import Card, Complaint, CountMark, DailyCount, History
from complaints.models.counts import COUNTED, FLOWS
from complaints.reports.staff import dashboard_counts
from complaints.services import closing, ratings, thread, work
from complaints.states import HOPS, Event
from insurers.models import MedicalOrganisation
from omsportal.platform import chain
from tests.factories import NOW, make_branch, make_category, make_complaint, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Key = tuple[int, str, str, int]


def kept() -> dict[Key, int]:
    rows = DailyCount.objects.of(FLOWS).filter(n__gt=0)
    return {(row.branch_id, row.measure, row.day.isoformat(), row.key): row.n for row in rows}


def seal_and_look(now: datetime = NOW) -> None:
    chain.seal(now)
    daily_counts.look(now)


def bucket(span: timedelta) -> int:
    return min(80, floor(4 * log2(max(span.total_seconds() / 60, 1))))


def recounted() -> dict[Key, int]:
    """The same from the history, line by line, as one would count on paper."""
    found: Counter[Key] = Counter()
    entered: dict[int, datetime] = {}
    for line in History.objects.order_by("id").select_related("complaint", "to_branch__region"):
        if line.event == Event.FILED or line.event in HOPS:
            entered[line.complaint_id] = line.at
        if line.event not in COUNTED:
            continue
        day = line.at.astimezone(line.to_branch.zone).date().isoformat()
        tier = line.from_tier or line.to_tier
        of = (line.to_branch_id, day)
        found[of[0], line.event, day, tier] += 1
        if line.event == Event.FILED:
            found[of[0], "category", day, line.complaint.patient_category_id] += 1
            if line.complaint.medical_organisation_id:
                found[of[0], "clinic", day, line.complaint.medical_organisation_id] += 1
        if line.event == Event.REACTED:
            found[of[0], "reaction_time", day, tier * 100 + bucket(line.at - entered[line.complaint_id])] += 1
        if line.event == Event.RESOLVED:
            found[
                of[0], "decision_time", day, tier * 100 + bucket(line.at - line.complaint.registered_at)
            ] += 1
    return dict(found)


@pytest.fixture
def a_day() -> list[Complaint]:
    """In two branches and the fund: registered, reacted to, decided, passed on, late at the end."""
    branch, other = make_branch(), make_branch("reso-med")
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="760001", short_name="Поликлиника № 1"
    )
    specialist = make_staff("specialist", 2, branch)
    decided = make_complaint(
        branch, tier=2, held_by=specialist, message="Разберёмся", medical_organisation=clinic
    )
    closing.resolve(
        complaint=decided, outcome="organised", text="Записали", by=specialist, profile=profile(specialist),
        now=decided.entered_at + 2 * HOUR,
    )  # fmt: skip
    late = make_complaint(other, category=make_category("quality", arrival_tier=3))
    moves.move_named_due(ids=[late.pk], now=late.due_at)
    # Shortly before midnight in Moscow, so in another day than in Greenwich.
    return [decided, late, make_complaint(make_fund(), now=NOW.replace(hour=22)), make_complaint(other)]


def test_they_are_what_one_counts_on_paper(a_day: list[Complaint]) -> None:
    seal_and_look()
    assert kept() == recounted()
    days = {day for _branch, measure, day, _key in kept() if measure == "filed"}
    assert days == {"2026-03-18", "2026-03-19"}


def test_a_line_is_counted_once_however_often_somebody_looks(a_day: list[Complaint]) -> None:
    for _ in range(3):
        seal_and_look()
    make_complaint(a_day[0].branch)
    for _ in range(2):
        seal_and_look()
    assert kept() == recounted()


def test_a_line_that_is_not_sealed_waits(a_day: list[Complaint]) -> None:
    daily_counts.look(NOW)
    assert kept() == {}
    seal_and_look()
    assert kept()


def test_a_backlog_is_worked_off_in_pieces(a_day: list[Complaint], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_counts, "LINES", 2)
    monkeypatch.setattr(daily_counts, "BATCHES", 1)
    chain.seal(NOW)
    looks = 0
    while daily_counts.look(NOW):
        looks += 1
    assert looks > 3
    assert kept() == recounted()


def test_counting_anew_gives_the_same_and_mends_what_was_broken(a_day: list[Complaint]) -> None:
    answered = Complaint.objects.get(pk=a_day[0].pk)
    Card.objects.filter(pk=answered.pk).update(identity_level=3)  # known in person: the answer is readable
    ratings.rate(complaint=answered, stars=4, text="", now=answered.answered_at + HOUR)
    seal_and_look()
    before = kept()
    assert (
        sum(n for (_branch, measure, _day, key), n in before.items() if (measure, key) == ("stars", 4)) == 1
    )
    DailyCount.objects.update(n=77)
    said = StringIO()
    call_command("recount_days", stdout=said)
    assert kept() == before
    assert '"counted_up_to"' in said.getvalue()
    seal_and_look()
    assert kept() == before


def judged() -> dict[tuple[int, str, int], int]:
    rows = DailyCount.objects.of(["untouched", "last_tenth"]).filter(n__gt=0)
    return {(row.branch_id, row.measure, row.key): row.n for row in rows}


def test_decisions_are_judged_as_the_report_of_fairness_judges_them(a_day: list[Complaint]) -> None:
    branch, specialist = a_day[0].branch, make_staff("specialist")
    silent = make_complaint(branch, tier=2, held_by=specialist)
    hurried = make_complaint(branch, tier=2, held_by=specialist, message="Разберёмся")
    for case, at in ((silent, silent.entered_at + HOUR), (hurried, hurried.due_at - HOUR)):
        closing.resolve(
            complaint=case, outcome="organised", text="Записали", by=specialist,
            profile=profile(specialist), now=at,
        )  # fmt: skip
    seal_and_look(hurried.due_at)
    since, until = NOW - timedelta(days=1), hurried.due_at + HOUR
    told = fairness.deeds(branch_ids=[branch.pk], since=since, until=until)
    assert [(one.tier, one.untouched, one.last_tenth) for one in told if one.decided] == [(2, 1, 1)]
    expected = {(branch.pk, "untouched", 2): 1, (branch.pk, "last_tenth", 2): 1}
    assert judged() == expected
    # After an upgrade decisions of the past are judged from the first line on, a look after the other.
    DailyCount.objects.of(["untouched", "last_tenth"]).delete()
    CountMark.objects.filter(pk=daily_counts.DECISIONS).delete()
    assert dashboard_counts.marks()[1]
    seal_and_look(hurried.due_at)
    assert judged() == expected
    assert not dashboard_counts.marks()[1]


def test_open_cases_are_written_down_and_go_when_they_are_over(a_day: list[Complaint]) -> None:
    _decided, late, of_fund, waiting = a_day
    daily_counts.stock(NOW + HOUR)
    ages = {(row.branch_id, row.key): row.n for row in DailyCount.objects.of(["open"])}
    assert ages == {(late.branch_id, 30): 1, (late.branch_id, 10): 1, (of_fund.branch_id, 40): 1}
    matters = {row.key: row.n for row in DailyCount.objects.of(["standing"]).of_branches([late.branch_id])}
    assert (matters[Standing.ALL], matters[Standing.BREACHED], matters[Standing.URGENT]) == (2, 1, 0)
    closing.withdraw(complaint=waiting, now=NOW + HOUR)
    daily_counts.stock(NOW + 2 * HOUR)
    left = DailyCount.objects.of(["open"]).of_branches([late.branch_id]).filter(n__gt=0)
    assert [row.key for row in left] == [30]
    assert CountMark.objects.get(pk=daily_counts.MARK).stocked_at == NOW + 2 * HOUR


def test_reactions_are_timed_from_entering_the_tier(a_day: list[Complaint]) -> None:
    branch = a_day[0].branch
    operator = make_staff("operator", 1, branch)
    case = make_complaint(branch)
    work.claim(complaint=case, by=operator, profile=profile(operator), now=NOW + HOUR)
    thread.post_by_staff(
        complaint=case, text="Смотрю", by=operator, profile=profile(operator), now=NOW + 2 * HOUR
    )
    seal_and_look(NOW + 3 * HOUR)
    row = DailyCount.objects.of(["reaction_time"]).get(key__lt=200)
    assert row.key == 100 + bucket(2 * HOUR)
