"""A head and the people of the branch: ceilings, themes, leaves, and moving what somebody holds."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.escalation import coverage
from complaints.models import Complaint
from complaints.services import reassigning, waiting, work
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.models import Leave, Representative, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_category, make_complaint, make_staff, profile

DAY = timedelta(days=1)


@pytest.fixture
def colleague(branch: Branch, people: dict[str, User]) -> User:
    """Of tier 1, as the operator."""
    return make_staff("colleague", 1, branch)


@pytest.fixture
def head(client_of: ClientOf) -> Client:
    return client_of("head")


@pytest.fixture
def operator(people: dict[str, User]) -> Representative:
    return Representative.objects.get(user=people["operator"])


def holder_of(case: Complaint) -> str | None:
    case.refresh_from_db()
    return case.assignee and case.assignee.username


class TestLimits:
    def test_a_ceiling_and_themes_decide_what_is_taken_next(
        self, head: Client, operator: Representative, branch: Branch, now: datetime
    ) -> None:
        drugs = make_category("drugs")
        make_complaint(branch, now=now, category=make_category("waiting"))
        wanted = make_complaint(branch, now=now, category=drugs)
        make_complaint(branch, now=now, category=drugs)
        answer = head.post(f"/staff/people/{operator.pk}/limits/", {"ceiling": "1", "competences": ["drugs"]})
        assert answer.status_code == 302
        taken = [self.take(operator, now) for _ in range(2)]
        assert taken == [wanted.pk, None]

    @staticmethod
    def take(person: Representative, now: datetime) -> int | None:
        case = work.take_next(by=person.user, profile=profile(person.user, on=now.date()), now=now)
        return case and case.pk

    @pytest.mark.parametrize("typed", ["0", "-1", "5000", "много", ""])
    def test_a_wrong_ceiling_is_explained_and_stays(
        self, head: Client, operator: Representative, typed: str
    ) -> None:
        answer = head.post(f"/staff/people/{operator.pk}/limits/", {"ceiling": typed})
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.content.decode() or not typed
        assert Representative.objects.get(pk=operator.pk).ceiling == 60

    @pytest.mark.parametrize("role", ["operator", "insurer_admin", "fund", "rival"])
    def test_nobody_else_sets_them(self, role: str, client_of: ClientOf, operator: Representative) -> None:
        answer = client_of(role).post(f"/staff/people/{operator.pk}/limits/", {"ceiling": "5"})
        assert answer.status_code == 404
        assert Representative.objects.get(pk=operator.pk).ceiling == 60


class TestLeave:
    def enter(self, head: Client, person: Representative, first: datetime, last: datetime) -> Any:
        days = {"starts_on": f"{first:%Y-%m-%d}", "ends_on": f"{last:%d.%m.%Y}"}
        return head.post(f"/staff/people/{person.pk}/leave/", days)

    def test_it_stands_in_the_month(self, head: Client, operator: Representative, now: datetime) -> None:
        first = (now + 40 * DAY).replace(day=3)
        assert self.enter(head, operator, first, first + DAY).status_code == 302
        month = head.get("/staff/leaves/", {"month": f"{first:%Y-%m}"}).context["month"]
        (line,) = [line for line in month.lines if line.person == operator]
        assert [cell.day.day for cell in line.cells if cell.is_away] == [3, 4]
        (tier_1,) = [row for row in month.at_work if row.tier == 1]
        assert [count for _cell, count in tier_1.cells][1:5] == [1, 0, 0, 1]

    def test_it_hands_work_back_on_its_first_day(
        self, head: Client, operator: Representative, held_case: Complaint, now: datetime
    ) -> None:
        self.enter(head, operator, now, now + DAY)
        coverage.look(database_now())
        held_case.refresh_from_db()
        assert (held_case.status, held_case.assignee) == ("new", None)

    def test_two_leaves_do_not_meet(self, head: Client, operator: Representative, now: datetime) -> None:
        self.enter(head, operator, now + DAY, now + 5 * DAY)
        again = self.enter(head, operator, now + 5 * DAY, now + 9 * DAY)
        assert again.status_code == 422
        assert Leave.objects.count() == 1

    @pytest.mark.parametrize(("first", "last"), [(2, 1), (-60, -50), (1, 500)])
    def test_days_that_cannot_be_are_refused(
        self, head: Client, operator: Representative, now: datetime, first: int, last: int
    ) -> None:
        assert self.enter(head, operator, now + first * DAY, now + last * DAY).status_code == 422

    def test_one_that_runs_ends_yesterday_and_one_to_come_goes(
        self, head: Client, operator: Representative, now: datetime
    ) -> None:
        running = Leave.objects.create(
            representative=operator, starts_on=(now - 3 * DAY).date(), ends_on=(now + 3 * DAY).date()
        )
        coming = Leave.objects.create(
            representative=operator, starts_on=(now + 9 * DAY).date(), ends_on=(now + 9 * DAY).date()
        )
        for leave in (running, coming):
            head.post(f"/staff/leaves/{leave.pk}/end/")
        assert list(Leave.objects.values_list("pk", flat=True)) == [running.pk]
        running.refresh_from_db()
        assert running.ends_on < now.astimezone(held_zone()).date()

    @pytest.mark.parametrize("typed", ["2026-13", "0001-01", "9999-12", "x", "²"])
    def test_a_month_that_is_none_is_this_one(self, head: Client, typed: str, now: datetime) -> None:
        month = head.get("/staff/leaves/", {"month": typed}).context["month"]
        here = now.astimezone(held_zone())
        assert (month.first.year, month.first.month) == (here.year, here.month)


def held_zone() -> Any:
    return Branch.objects.filter(kind="insurer").first().zone


class TestLoad:
    def test_everything_goes_to_a_colleague_and_keeps_its_clock(
        self,
        head: Client,
        operator: Representative,
        colleague: User,
        branch: Branch,
        people: Any,
        now: datetime,
    ) -> None:
        cases = [make_complaint(branch, now=now, held_by=people["operator"]) for _ in range(3)]
        due = [case.due_at for case in cases]
        waiting.wait(
            complaint=cases[0], question="Пришлите чек", working_days=2, by=people["operator"],
            profile=profile(people["operator"], on=now.date()), now=now,
        )  # fmt: skip
        answer = head.post(
            f"/staff/people/{operator.pk}/load/", {"to": colleague.representative.pk, "reason": "leave"}
        )
        assert answer.status_code == 302
        assert [holder_of(case) for case in cases] == ["colleague"] * 3
        assert [case.due_at for case in cases][1:] == due[1:]
        assert cases[0].status == "waiting"

    def test_back_to_the_queue_leaves_what_waits_for_a_patient(
        self, head: Client, operator: Representative, branch: Branch, people: Any, now: datetime
    ) -> None:
        asked, plain = (make_complaint(branch, now=now, held_by=people["operator"]) for _ in range(2))
        waiting.wait(
            complaint=asked, question="Пришлите чек", working_days=2, by=people["operator"],
            profile=profile(people["operator"], on=now.date()), now=now,
        )  # fmt: skip
        head.post(f"/staff/people/{operator.pk}/load/", {"to": "pool", "reason": "leave"})
        assert (holder_of(asked), holder_of(plain)) == ("operator", None)

    def test_nothing_moves_before_somebody_is_chosen(
        self, head: Client, operator: Representative, held_case: Complaint
    ) -> None:
        answer = head.post(f"/staff/people/{operator.pk}/load/", {"to": "", "reason": "leave"})
        assert (answer.status_code, holder_of(held_case)) == (422, "operator")

    def test_a_case_that_a_colleague_may_not_have_stays_and_is_named(
        self, operator: Representative, colleague: User, held_case: Complaint, people: Any, now: datetime
    ) -> None:
        held_case.barred_users.add(colleague, through_defaults={"why": "complained_of"})
        moved = reassigning.move_load(
            holder=people["operator"], to=colleague, by=people["head"],
            profile=profile(people["head"], on=now.date()), now=now,
        )  # fmt: skip
        assert (moved.moved, moved.refused) == (0, [held_case.number])
        assert holder_of(held_case) == "operator"

    def test_a_case_about_the_head_neither_shows_nor_moves(
        self, head: Client, operator: Representative, held_case: Complaint, people: Any
    ) -> None:
        held_case.barred_users.add(people["head"], through_defaults={"why": "complained_of"})
        assert held_case.number not in head.get(f"/staff/people/{operator.pk}/").content.decode()
        head.post(f"/staff/people/{operator.pk}/load/", {"to": "pool", "reason": "leave"})
        assert holder_of(held_case) == "operator"

    def test_a_head_elsewhere_moves_nothing(self, held_case: Complaint, people: Any, now: datetime) -> None:
        moved = reassigning.move_load(
            holder=people["operator"], to=None, by=people["fund"],
            profile=profile(people["fund"], on=now.date()), now=now,
        )  # fmt: skip
        assert moved.moved == 0
        assert holder_of(held_case) == "operator"

    def test_a_waiting_case_is_put_on_a_desk_by_the_head_alone(
        self, head: Client, client_of: ClientOf, waiting_case: Complaint, operator: Representative
    ) -> None:
        address = f"/staff/cases/{waiting_case.number}/give/"
        assert client_of("operator").post(address, {"to": operator.pk}).status_code == 403
        assert holder_of(waiting_case) is None
        assert head.post(address, {"to": operator.pk}).status_code == 302
        assert holder_of(waiting_case) == "operator"
        assert head.post(address, {"to": operator.pk}).status_code == 422  # somebody was first


def test_pages_of_a_branch_stay_within_their_queries(
    head: Client,
    operator: Representative,
    held_case: Complaint,
    colleague: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for address, most in (
        ("/staff/people/", 12),
        ("/staff/leaves/", 12),
        (f"/staff/people/{operator.pk}/", 17),
    ):
        with django_assert_max_num_queries(most):
            assert head.get(address).status_code == 200
