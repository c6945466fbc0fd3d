"""Calls as duty people see them, and the roster as heads see and mend it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.escalation import duty, roster
from complaints.models import Complaint, DutyCall
from complaints.services import work
from insurers.models import Branch
from omsportal.platform.models import Alarm
from representatives import api_keys
from representatives.models import DutyShift, Leave, Representative, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_complaint, make_fund, make_staff, profile

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROSTER = "/staff/roster/"
Typed = dict[str, Any]


@pytest.fixture
def on_duty(people: dict[str, User], branch: Branch, now: datetime) -> DutyShift:
    """The specialist has the shift of this hour."""
    return put_on_duty(people["specialist"], now - HOUR, now + HOUR)


def put_on_duty(person: User, starts_at: datetime, ends_at: datetime, place: int = 1) -> DutyShift:
    worker = person.representative
    return DutyShift.objects.create(
        branch=worker.branches.get(), tier=worker.tier, representative=worker, place=place,
        starts_at=starts_at, ends_at=ends_at,
    )  # fmt: skip


@pytest.fixture
def called_case(on_duty: DutyShift, branch: Branch, now: datetime) -> Complaint:
    """Urgent, in the pool, the specialist is being called about it."""
    case = make_complaint(branch, now=now, urgency="urgent")
    duty.call(now=now)
    return case


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def case_address(case: Complaint, act: str = "") -> str:
    return f"/staff/cases/{case.number}/{act}"


class TestCalls:
    def test_the_called_person_sees_it_in_the_lane_and_on_the_case(
        self, called_case: Complaint, client_of: ClientOf
    ) -> None:
        client = client_of("specialist")
        lane = text_of(client, "/staff/")
        assert "вас вызывают" in lane
        assert case_address(called_case, "call/") in lane
        assert "Вас вызывают" in text_of(client, case_address(called_case))

    def test_a_colleague_sees_who_was_called_and_no_button(
        self, called_case: Complaint, branch: Branch, people: dict[str, User]
    ) -> None:
        client = Client()
        client.force_login(make_staff("colleague", 2, branch))
        assert "вас вызывают" not in text_of(client, "/staff/")
        page = text_of(client, case_address(called_case))
        assert "Вызовы дежурных" in page
        assert "Specialist" in page
        assert case_address(called_case, "call/") not in page

    def test_a_call_changes_the_list_for_whoever_watches_it(
        self, on_duty: DutyShift, branch: Branch, now: datetime, client_of: ClientOf
    ) -> None:
        make_complaint(branch, now=now, urgency="urgent")
        client = client_of("specialist")
        etag = client.get("/staff/")["ETag"]
        assert client.get("/staff/", headers={"If-None-Match": etag}).status_code == 304
        duty.call(now=now)
        assert client.get("/staff/", headers={"If-None-Match": etag}).status_code == 200

    def test_one_press_takes_the_call(self, called_case: Complaint, client_of: ClientOf) -> None:
        client = client_of("specialist")
        answer = client.post(case_address(called_case, "call/"), follow=True)
        assert answer.redirect_chain == [(case_address(called_case), 302)]
        page = answer.content.decode()
        assert "Вызов принят." in page
        assert "Вас вызывают" not in page
        assert DutyCall.objects.get().acknowledged_at is not None
        assert "вас вызывают" not in text_of(client, "/staff/")

    def test_claiming_takes_the_call_too(self, called_case: Complaint, client_of: ClientOf) -> None:
        client_of("specialist").post(case_address(called_case, "claim/"))
        assert DutyCall.objects.get().acknowledged_at is not None

    def test_a_call_about_a_taken_case_says_who_was_first(
        self, called_case: Complaint, branch: Branch, now: datetime, client_of: ClientOf
    ) -> None:
        colleague = make_staff("colleague", 2, branch)
        work.claim(complaint=called_case, by=colleague, profile=profile(colleague), now=now)
        answer = client_of("specialist").post(case_address(called_case, "call/"))
        assert answer.status_code == 409

    def test_who_was_not_called_is_told_so(
        self, called_case: Complaint, branch: Branch, people: dict[str, User]
    ) -> None:
        client = Client()
        client.force_login(make_staff("colleague", 2, branch))
        answer = client.post(case_address(called_case, "call/"))
        assert answer.status_code == 422
        assert "Вас к этому обращению не вызывали." in answer.content.decode()

    def test_the_history_tells_heads_the_calls_of_every_tier(
        self, called_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
    ) -> None:
        Complaint.objects.filter(pk=called_case.pk).update(hop=1, tier=3)
        page = text_of(client_of("head"), case_address(called_case))
        assert "Specialist" in page.split("timeline-title", 1)[1]
        assert "Specialist" not in text_of(client_of("expert"), case_address(called_case))

    def test_a_rival_finds_nothing(self, called_case: Complaint, client_of: ClientOf) -> None:
        assert client_of("rival").post(case_address(called_case, "call/")).status_code == 404

    def test_an_alarm_says_that_nobody_is_on_duty(
        self, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
    ) -> None:
        make_complaint(branch, now=now, urgency="urgent")
        duty.call(now=now)
        assert "нет дежурного" in text_of(client_of("head"), "/staff/alarms/")


class TestRoster:
    def test_it_shows_shifts_by_tier_and_marks_gaps(self, on_duty: DutyShift, client_of: ClientOf) -> None:
        page = text_of(client_of("head"), ROSTER)
        specialists, experts = page.split('id="tier-2"')[1].split('id="tier-3"')
        assert "Specialist" in specialists
        assert "никто не дежурит" in specialists
        assert "никто не дежурит" in experts
        assert "Specialist" not in experts

    def test_moments_are_those_of_the_branchs_clock(
        self, people: dict[str, User], branch: Branch, now: datetime, client_of: ClientOf
    ) -> None:
        tomorrow = (now + DAY).replace(hour=5, minute=0, second=0, microsecond=0)  # 8:00 in Moscow
        put_on_duty(people["specialist"], tomorrow, tomorrow + 12 * HOUR)
        assert "08:00 – 20:00" in text_of(client_of("head"), ROSTER)

    def test_a_leave_is_told_beside_the_gap_it_tears(
        self, on_duty: DutyShift, people: dict[str, User], branch: Branch, now: datetime, client_of: ClientOf
    ) -> None:
        today = now.astimezone(branch.zone).date()
        worker = people["specialist"].representative
        Leave.objects.create(representative=worker, starts_on=today, ends_on=today + DAY)
        assert "в отпуске" in text_of(client_of("head"), ROSTER)

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            ("operator", 403), ("specialist", 403), ("rival", 403), ("head", 200),
            ("insurer_admin", 200), ("fund", 200), ("fund_operator", 200),
        ],
    )  # fmt: skip
    def test_it_is_for_those_who_answer_for_branches(
        self, role: str, status: int, branch: Branch, client_of: ClientOf
    ) -> None:
        assert client_of(role).get(ROSTER, {"branch": branch.pk}).status_code == status

    def test_a_head_finds_no_other_insurers_roster(
        self, people: dict[str, User], branch: Branch, now: datetime, client_of: ClientOf
    ) -> None:
        rival = make_branch("reso-med", now=now)
        shift = put_on_duty(make_staff("rival_specialist", 2, rival), now + HOUR, now + 2 * HOUR)
        client = client_of("head")
        assert client.get(ROSTER, {"branch": rival.pk}).status_code == 404
        assert client.post(reverse("staff:roster_add", args=[rival.pk])).status_code == 404
        assert client.post(reverse("staff:roster_remove", args=[shift.pk])).status_code == 404
        assert DutyShift.objects.filter(pk=shift.pk).exists()

    @pytest.mark.parametrize("role", ["insurer_admin", "fund", "fund_operator"])
    def test_only_the_branchs_own_head_changes_it(
        self, role: str, on_duty: DutyShift, branch: Branch, now: datetime, people: dict[str, User],
        client_of: ClientOf,
    ) -> None:  # fmt: skip
        client = client_of(role)
        assert "Назначить дежурного" not in text_of(client, f"{ROSTER}?branch={branch.pk}")
        assert client.post(reverse("staff:roster_remove", args=[on_duty.pk])).status_code == 403
        answer = client.post(
            reverse("staff:roster_add", args=[branch.pk]), typed(people["specialist"], branch, now)
        )
        assert answer.status_code == 403

    def test_the_funds_head_keeps_the_funds_own_roster(
        self, people: dict[str, User], branch: Branch, now: datetime, client_of: ClientOf
    ) -> None:
        fund = make_fund(now=now)
        client = client_of("fund")
        client.post(
            reverse("staff:roster_add", args=[fund.pk]),
            typed(people["fund_operator"], fund, now + HOUR),
        )
        assert DutyShift.objects.get().tier == 4


def typed(
    person: User, branch: Branch, starts_at: datetime, hours: int = 8, place: int = 1
) -> dict[str, Any]:
    """What a browser sends: local date and time without a zone."""
    local = starts_at.astimezone(branch.zone)
    return {
        "person": person.representative.pk, "place": place,
        "starts_at": f"{local:%Y-%m-%dT%H:%M}", "ends_at": f"{local + hours * HOUR:%Y-%m-%dT%H:%M}",
    }  # fmt: skip


class TestChanging:
    @pytest.fixture
    def add(self, branch: Branch, client_of: ClientOf) -> Any:
        client = client_of("head")
        return lambda answers: client.post(reverse("staff:roster_add", args=[branch.pk]), answers)

    def test_a_shift_is_put_in_by_the_clock_of_the_branch(
        self, add: Any, branch: Branch, people: dict[str, User], now: datetime
    ) -> None:
        starts_at = (now + DAY).replace(second=0, microsecond=0)
        answer = add(typed(people["specialist"], branch, starts_at))
        assert answer["Location"] == f"{ROSTER}?branch={branch.pk}"
        shift = DutyShift.objects.get()
        assert (shift.tier, shift.starts_at, shift.ends_at) == (2, starts_at, starts_at + 8 * HOUR)

    def test_a_filled_gap_closes_its_alarm(
        self, add: Any, branch: Branch, people: dict[str, User], now: datetime
    ) -> None:
        specialist, expert = people["specialist"], people["expert"]
        put_on_duty(expert, now - HOUR, now + 8 * DAY)
        put_on_duty(specialist, now - HOUR, now + DAY)
        put_on_duty(specialist, now + DAY + 4 * HOUR, now + 8 * DAY)
        roster.look(now)
        open_ones = Alarm.objects.open().filter(kind="empty_shift", receiver_branch_id=branch.pk)
        assert open_ones.count() == 1
        second = make_staff("second", 2, branch)
        assert add(typed(second, branch, now + DAY - HOUR, place=2)).status_code == 302
        roster.look(now)
        assert not open_ones.exists()

    @pytest.mark.parametrize(
        ("hours_from_now", "hours", "message"),
        [
            (24, 0, "Дежурство должно закончиться позже, чем началось."),
            (24, -3, "Дежурство должно закончиться позже, чем началось."),
            (-5, 8, "Это время прошло. Начните дежурство сейчас или позже."),
            (24, 24 * 40, "Это больше месяца. Проверьте даты."),
        ],
    )
    def test_a_wrong_span_is_refused_in_words_and_what_was_typed_stays(
        self, add: Any, branch: Branch, people: dict[str, User], now: datetime,
        hours_from_now: int, hours: int, message: str,
    ) -> None:  # fmt: skip
        answers = typed(people["specialist"], branch, now + hours_from_now * HOUR, hours)
        answer = add(answers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert message in page
        assert answers["starts_at"] in page
        assert not DutyShift.objects.exists()

    def test_a_shift_may_begin_a_moment_ago(
        self, add: Any, branch: Branch, people: dict[str, User], now: datetime
    ) -> None:
        assert add(typed(people["specialist"], branch, now - HOUR / 2)).status_code == 302

    @pytest.mark.parametrize(
        ("who", "place", "message"),
        [
            ("specialist", 2, "Этот сотрудник в это время уже дежурит."),
            ("second", 1, "Это место в очереди в это время занято."),
        ],
    )
    def test_an_overlap_is_refused_in_words(
        self, add: Any, branch: Branch, people: dict[str, User], now: datetime,
        who: str, place: int, message: str,
    ) -> None:  # fmt: skip
        make_staff("second", 2, branch)
        add(typed(people["specialist"], branch, now + DAY))
        person = User.objects.get(username=who)
        answer = add(typed(person, branch, now + DAY + 7 * HOUR, place=place))
        assert answer.status_code == 422
        assert message in answer.content.decode()
        assert DutyShift.objects.count() == 1

    def test_the_second_in_line_and_the_next_shift_are_no_overlap(
        self, add: Any, branch: Branch, people: dict[str, User], now: datetime
    ) -> None:
        second = make_staff("second", 2, branch)
        add(typed(people["specialist"], branch, now + DAY))
        assert add(typed(second, branch, now + DAY, place=2)).status_code == 302
        assert add(typed(people["specialist"], branch, now + DAY + 8 * HOUR)).status_code == 302

    @pytest.mark.parametrize("who", ["operator", "rival", "fund_operator"])
    def test_people_of_other_tiers_and_branches_cannot_be_chosen(
        self, add: Any, branch: Branch, people: dict[str, User], now: datetime, who: str
    ) -> None:
        assert add(typed(people[who], branch, now + DAY)).status_code == 422
        assert not DutyShift.objects.exists()

    def test_a_coming_shift_is_taken_out(
        self, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
    ) -> None:
        shift = put_on_duty(people["specialist"], now + HOUR, now + 2 * HOUR)
        client_of("head").post(reverse("staff:roster_remove", args=[shift.pk]))
        assert not DutyShift.objects.exists()

    def test_a_running_shift_ends_now_and_stays_on_record(
        self, on_duty: DutyShift, now: datetime, client_of: ClientOf
    ) -> None:
        client_of("head").post(reverse("staff:roster_remove", args=[on_duty.pk]))
        on_duty.refresh_from_db()
        assert now <= on_duty.ends_at < now + HOUR / 2

    def test_a_shift_that_is_over_stays(
        self, people: dict[str, User], now: datetime, client_of: ClientOf
    ) -> None:
        shift = put_on_duty(people["specialist"], now - 2 * HOUR, now - HOUR)
        answer = client_of("head").post(reverse("staff:roster_remove", args=[shift.pk]), follow=True)
        assert "Это дежурство закончилось" in answer.content.decode()
        assert DutyShift.objects.filter(pk=shift.pk, ends_at=now - HOUR).exists()

    def test_the_alarm_about_a_gap_leads_here(
        self, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
    ) -> None:
        roster.look(now)
        page = text_of(client_of("head"), "/staff/alarms/")
        assert "В графике дежурств есть пробел" in page
        assert f"{ROSTER}?branch={branch.pk}" in page


def test_a_system_that_works_by_keys_is_called_to_nothing_and_goes_on_no_leave(
    people: dict[str, User], branch: Branch, client_of: ClientOf, now: datetime
) -> None:
    robot = api_keys.service_representative(branch=branch, name="МИС", tier=2)
    api_keys.create(branch=branch, user=robot, name="МИС", scopes=["work"], lifetime=DAY, now=now)
    api_keys.create(
        branch=branch, user=people["specialist"], name="CRM", scopes=["work"], lifetime=DAY, now=now
    )
    assert [one.user for one in Representative.objects.on_roster_of(branch).filter(tier=2)] == [
        people["specialist"]
    ]
    assert robot.full_name not in text_of(client_of("head"), reverse("staff:leaves"))
