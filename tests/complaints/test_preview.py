"""What a change would move is shown before it is saved; nothing typed is lost, nothing tried out stays."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint, EffectiveRule, EscalationRule, History, RuleEdition
from complaints.services import preview
from insurers.models import Branch, CalendarDay, WorkingSchedule, WorkingSpan
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from tests.factories import make_branch, make_complaint, make_rules

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def administrator() -> Client:
    user = get_user_model().objects.create_superuser(
        username="root", password="long enough phrase", is_demo=True
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def branch() -> Branch:
    branch = make_branch(now=database_now())
    WorkingSchedule.objects.update(follows_calendar=True)
    return branch


def case_in_tier_2(branch: Branch) -> Complaint:
    return make_complaint(branch, tier=2, now=database_now())


def address(page: str, *args: int) -> str:
    return reverse(f"admin:{page}", args=args)


def working_day_within(case: Complaint) -> date:
    """One that lies wholly between the entry and the due moment."""
    spans = WorkingSpan.objects.overlapping(case.entered_at, case.due_at)
    return list(spans)[2].starts_at.date()


def typed_day(case: Complaint) -> dict[str, str]:
    day = working_day_within(case).isoformat()
    return {"date": day, "kind": "day_off", "region": "", "works_as": "", "title": "Наводнение"}


def look(client: Client, page: str, typed: dict[str, Any], *args: int) -> tuple[str, Any]:
    """The address of the dry run's page, and the page after the job."""
    answer = client.post(address(page, *args), typed)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    where = answer["Location"]
    assert "/preview/" in where
    assert 'http-equiv="refresh"' in client.get(where).content.decode()
    job = jobs.run_next(database_now())
    assert job is not None
    assert job.state == "done", job.error
    return where, client.get(where)


def forms_of(page: Any) -> list[tuple[str, dict[str, str]]]:
    """Address and hidden fields of each form of the findings."""
    body = page.content.decode()
    found = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', body, re.DOTALL)
    named = [(unescape(to), re.findall(r'name="([^"]+)" value="([^"]*)"', inner)) for to, inner in found]
    return [(to, {name: unescape(value) for name, value in pairs}) for to, pairs in named]


class TestCalendar:
    def test_it_counts_what_would_move_and_saves_nothing(self, administrator: Client, branch: Branch) -> None:
        case = case_in_tier_2(branch)
        _where, page = look(administrator, "insurers_calendarday_add", typed_day(case))
        found = page.context["found"]
        assert [found[name] for name in ("seen", "later", "earlier", "overdue", "kept")] == [1, 1, 0, 0, 0]
        (line,) = found["sample"]
        assert (line["number"], line["before"]) == (case.number, case.due_at)
        assert line["after"] > case.due_at
        assert not CalendarDay.objects.exists()
        assert Complaint.objects.get().due_at == case.due_at
        assert not History.objects.filter(event="recounted").exists()

    def test_nobody_waits_for_it_who_changes_a_schedule(self, administrator: Client, branch: Branch) -> None:
        case = case_in_tier_2(branch)
        with CaptureQueriesContext(connection) as asked:
            look(administrator, "insurers_calendarday_add", typed_day(case))
        told = [query["sql"] for query in asked]
        assert any("INSERT INTO insurers_workingspan" in sql for sql in told)
        assert not [sql for sql in told if 'FROM "insurers_workingschedule"' in sql and "FOR UPDATE" in sql]

    def test_what_it_foretells_is_what_then_happens(self, administrator: Client, branch: Branch) -> None:
        case = case_in_tier_2(branch)
        _where, page = look(administrator, "insurers_calendarday_add", typed_day(case))
        to, hidden = forms_of(page)[0]
        assert administrator.post(to, hidden).status_code == 302
        assert CalendarDay.objects.get().title == "Наводнение"
        while jobs.run_next(database_now()):
            pass
        assert Complaint.objects.get().due_at == page.context["found"]["sample"][0]["after"]

    def test_nothing_typed_is_lost_on_the_way_back(self, administrator: Client, branch: Branch) -> None:
        typed = typed_day(case_in_tier_2(branch))
        _where, page = look(administrator, "insurers_calendarday_add", typed)
        to, hidden = forms_of(page)[1]
        again = administrator.post(to, hidden)
        assert again.status_code == 200
        form = again.context["adminform"].form
        assert form["title"].value() == "Наводнение"
        assert not form.errors
        assert not CalendarDay.objects.exists()

    def test_a_mistake_is_told_without_a_dry_run(self, administrator: Client, branch: Branch) -> None:
        answer = administrator.post(address("insurers_calendarday_add"), {"date": "31.31.2026"})
        assert answer.status_code == 200
        assert not Job.objects.exists()

    def test_deleting_a_day_is_tried_too(self, administrator: Client, branch: Branch) -> None:
        case = case_in_tier_2(branch)
        look(administrator, "insurers_calendarday_add", typed_day(case))
        administrator.post(address("insurers_calendarday_add"), typed_day(case) | {"_seen": "1"})
        while jobs.run_next(database_now()):
            pass
        day = CalendarDay.objects.get()
        _where, page = look(administrator, "insurers_calendarday_delete", {"post": "yes"}, day.pk)
        assert page.context["found"]["earlier"] == 1
        to, hidden = forms_of(page)[0]
        administrator.post(to, hidden)
        assert not CalendarDay.objects.exists()

    def test_days_deleted_together_are_tried_together(self, administrator: Client, branch: Branch) -> None:
        administrator.post(
            address("insurers_calendarday_add"), typed_day(case_in_tier_2(branch)) | {"_seen": "1"}
        )
        jobs.run_next(database_now())
        chosen = {"action": "delete_selected", "_selected_action": [CalendarDay.objects.get().pk]}
        _where, page = look(administrator, "insurers_calendarday_changelist", chosen | {"post": "yes"})
        assert page.context["found"]["earlier"] == 1
        assert CalendarDay.objects.exists()


def test_the_dates_of_the_law_are_told_apart(administrator: Client, branch: Branch) -> None:
    case = case_in_tier_2(branch)
    CalendarDay.objects.filter(date=case.answer_due_on).delete()
    typed = {**typed_day(case), "date": case.answer_due_on.isoformat()}
    _where, page = look(administrator, "insurers_calendarday_add", typed)
    assert page.context["found"]["answers"] == {"later": 0, "earlier": 1, "overdue": 0, "passed": 0}
    assert "Дата ответа по закону" in page.content.decode()
    assert Complaint.objects.get(pk=case.pk).answer_due_on == case.answer_due_on


def schedule_form(schedule: WorkingSchedule, closed: int) -> dict[str, Any]:
    hours = list(schedule.hours.all())
    form: dict[str, Any] = {
        "code": schedule.code, "title": schedule.title, "time_zone": schedule.time_zone,
        "follows_calendar": "on", "hours-TOTAL_FORMS": len(hours), "hours-INITIAL_FORMS": len(hours),
    }  # fmt: skip
    for place, row in enumerate(hours):
        about = {"id": row.pk, "schedule": schedule.pk, "weekday": row.weekday, "starts": "09:00"}
        form |= {f"hours-{place}-{name}": value for name, value in {**about, "ends": "18:00"}.items()}
    return form | {f"hours-{closed}-DELETE": "on"}


def test_changed_hours_are_tried(administrator: Client, branch: Branch) -> None:
    case_in_tier_2(branch)
    schedule = branch.schedule
    before = list(WorkingSpan.objects.of(schedule).values_list("pk", flat=True))
    form = schedule_form(schedule, closed=2)
    _where, page = look(administrator, "insurers_workingschedule_change", form, schedule.pk)
    assert page.context["found"]["seen"] == 1
    assert page.context["found"]["later"] == 1
    assert list(WorkingSpan.objects.of(schedule).values_list("pk", flat=True)) == before
    assert "09:00" in str(forms_of(page)[1])


def rule_form(rule: EscalationRule, limit: int) -> dict[str, Any]:
    return {
        "edition": rule.edition_id, "tier": rule.tier, "resolution_limit": limit,
        "resolution_unit": "working_day",
    }  # fmt: skip


class TestRules:
    def tried(self, administrator: Client, limit: int) -> dict[str, Any]:
        rule = make_rules().rules.get(tier=2, urgency="")
        page = look(administrator, "complaints_escalationrule_change", rule_form(rule, limit), rule.pk)[1]
        found: dict[str, Any] = page.context["found"]
        return found

    def test_a_shorter_limit(self, administrator: Client, branch: Branch) -> None:
        case_in_tier_2(branch)
        found = self.tried(administrator, 1)
        assert [found[name] for name in ("seen", "later", "earlier", "kept")] == [1, 0, 1, 0]
        limits = EffectiveRule.objects.filter(tier=2, urgency="ordinary")
        assert set(limits.values_list("resolution_limit", flat=True)) == {5}

    def test_a_longer_limit_moves_nobody(self, administrator: Client, branch: Branch) -> None:
        case_in_tier_2(branch)
        found = self.tried(administrator, 9)
        assert [found[name] for name in ("seen", "later", "earlier", "kept")] == [1, 0, 0, 1]
        assert RuleEdition.objects.count() == 1

    def test_a_longer_limit_to_which_the_fund_agreed(self, administrator: Client, branch: Branch) -> None:
        case_in_tier_2(branch)
        RuleEdition.objects.update(approved_by_fund=True)
        found = self.tried(administrator, 9)
        assert [found[name] for name in ("seen", "later", "earlier", "kept")] == [1, 1, 0, 0]

    def test_a_whole_edition_is_tried_with_all_its_rules(self, administrator: Client, branch: Branch) -> None:
        case_in_tier_2(branch)
        edition = make_rules()
        rules = list(edition.rules.order_by("pk"))
        form: dict[str, Any] = {
            "title": edition.title, "filed_from_0": "2020-01-01", "filed_from_1": "00:00:00",
            "rules-TOTAL_FORMS": len(rules), "rules-INITIAL_FORMS": len(rules),
        }  # fmt: skip
        for place, rule in enumerate(rules):
            about = rule_form(rule, 3 if rule.tier == 2 else rule.resolution_limit) | {
                "id": rule.pk, "urgency": rule.urgency, "resolution_unit": rule.resolution_unit,
                "reaction_limit": rule.reaction_limit or "", "reaction_unit": rule.reaction_unit,
            }  # fmt: skip
            form |= {f"rules-{place}-{name}": value for name, value in about.items()}
        page = look(administrator, "complaints_ruleedition_change", form, edition.pk)[1]
        assert page.context["found"]["earlier"] == 1
        to, hidden = forms_of(page)[0]
        assert administrator.post(to, hidden).status_code == 302
        assert edition.rules.get(tier=2, urgency="").resolution_limit == 3

    def test_what_would_be_overdue_at_once_is_told(self, administrator: Client, branch: Branch) -> None:
        case = case_in_tier_2(branch)
        long_ago = database_now() - 3 * DAY
        Complaint.objects.filter(pk=case.pk).update(
            entered_at=long_ago, registered_at=long_ago, received_at=long_ago
        )
        rule = make_rules().rules.get(tier=2, urgency="")
        form = rule_form(rule, 5) | {"resolution_unit": "minute"}
        page = look(administrator, "complaints_escalationrule_change", form, rule.pk)[1]
        assert page.context["found"]["overdue"] == 1


def test_more_cases_than_a_batch_are_counted_together(
    administrator: Client, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "BATCH", 2)
    cases = [case_in_tier_2(branch) for _number in range(5)]
    _where, page = look(administrator, "insurers_calendarday_add", typed_day(cases[0]))
    assert page.context["found"]["later"] == 5


def test_the_page_is_for_whoever_asked(administrator: Client, branch: Branch) -> None:
    where, _page = look(administrator, "insurers_calendarday_add", typed_day(case_in_tier_2(branch)))
    other = Client()
    other.force_login(
        get_user_model().objects.create_superuser(username="other", password="long phrase", is_demo=True)
    )
    assert other.get(where).status_code == 404


def test_what_cannot_be_counted_can_still_be_saved(administrator: Client, branch: Branch) -> None:
    typed = typed_day(case_in_tier_2(branch))
    where = administrator.post(address("insurers_calendarday_add"), typed)["Location"]
    CalendarDay.objects.create(date=typed["date"], kind="short")  # somebody was first
    jobs.run_next(database_now())
    page = administrator.get(where)
    assert page.context["found"] is None
    assert [hidden.get("title") for _to, hidden in forms_of(page)] == ["Наводнение", "Наводнение"]


def test_nothing_temporary_stays(administrator: Client, branch: Branch) -> None:
    look(administrator, "insurers_calendarday_add", typed_day(case_in_tier_2(branch)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname LIKE 'insurers%'"
        )
        assert cursor.fetchone() == (0,)
