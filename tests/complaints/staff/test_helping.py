"""Another region's branch helps with one case for some days: who gives it, what it opens, when it ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.escalation import help_over
from complaints.models import Complaint
from complaints.permissions import RULES, Act, can
from complaints.services import helping
from complaints.services.transitions import RuleBroken
from insurers.models import Branch
from omsportal.platform.kinds import Reading
from omsportal.platform.models import Alarm, ReadLog
from representatives.models import HelpAccess, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import (
    make_branch,
    make_category,
    make_complaint,
    make_fund,
    make_region,
    make_staff,
    profile,
)

DAY = timedelta(days=1)


@pytest.fixture
def elsewhere(people: dict[str, User], now: datetime) -> Branch:
    """РЕСО-Мед in Ulyanovsk: another insurer, another region."""
    make_region("73", "Ульяновская область")
    return make_branch("reso-med", "73", now=now)


@pytest.fixture
def helpers(elsewhere: Branch, now: datetime) -> dict[str, User]:
    return {
        "far_operator": make_staff("far_operator", 1, elsewhere),
        "far_specialist": make_staff("far_specialist", 2, elsewhere),
        "far_expert": make_staff("far_expert", 3, elsewhere),
        "far_head": make_staff("far_head", heads=elsewhere),
        "far_fund": make_staff("far_fund", 4, make_fund("73", now=now)),
    }


@pytest.fixture
def give(held_case: Complaint, people: dict[str, User], now: datetime) -> Any:
    def call(to: Branch, *, days: int = 7, by: str = "head", case: Complaint = held_case) -> HelpAccess:
        given = profile(people[by], on=now.date())
        return helping.grant(
            complaint=case, to=to, reason="treated_there", days=days, by=people[by], profile=given, now=now
        )

    return call


def at(user: User, moment: datetime) -> Any:
    from representatives.profiles import profile_of

    return profile_of(User.objects.get(pk=user.pk), now=moment)


def who_sees(case: Complaint, users: dict[str, User], moment: datetime) -> set[str]:
    return {
        name
        for name, user in users.items()
        if Complaint.objects.visible_to(at(user, moment)).filter(pk=case.pk).exists()
    }


def test_it_opens_the_case_to_those_who_help_and_to_nobody_else(
    give: Any, held_case: Complaint, elsewhere: Branch, helpers: dict[str, User], now: datetime
) -> None:
    other = make_complaint(held_case.branch, now=now)
    assert who_sees(held_case, helpers, now) == set()
    give(elsewhere)
    assert who_sees(held_case, helpers, now) == {"far_specialist", "far_expert", "far_head"}
    assert who_sees(other, helpers, now) == set()


def test_the_helping_region_stays_closed_to_the_helped_one(
    give: Any, elsewhere: Branch, helpers: dict[str, User], people: dict[str, User], now: datetime
) -> None:
    theirs = make_complaint(elsewhere, now=now, held_by=helpers["far_operator"])
    give(elsewhere)
    assert who_sees(theirs, people, now) & {"operator", "specialist", "expert", "head", "fund"} == set()


def test_it_ends_by_itself_and_begins_not_before_its_time(
    give: Any, held_case: Complaint, elsewhere: Branch, helpers: dict[str, User], now: datetime
) -> None:
    give(elsewhere, days=2)
    seen = [bool(who_sees(held_case, helpers, now + days * DAY)) for days in (-1, 0, 1, 2, 3)]
    assert seen == [False, True, True, False, False]


def test_it_allows_reading_and_notes_and_nothing_that_decides(
    give: Any, held_case: Complaint, elsewhere: Branch, helpers: dict[str, User], now: datetime
) -> None:
    give(elsewhere)
    case = Complaint.objects.with_content().get(pk=held_case.pk)
    allowed = {act for act in RULES if can(at(helpers["far_specialist"], now), act, case)}
    assert allowed == {Act.OPEN, Act.NOTE}
    Complaint.objects.filter(pk=case.pk).update(
        status="answered",
        outcome="organised",
        resolved_at=now,
        answered_at=now,
        escalate_at=None,
        warn_at=None,
    )
    case = Complaint.objects.with_content().get(pk=held_case.pk)
    assert {act for act in RULES if can(at(helpers["far_head"], now), act, case)} == {Act.OPEN, Act.NOTE}


def test_pages_open_to_a_helper_and_the_opening_is_written_down(
    give: Any, held_case: Complaint, elsewhere: Branch, helpers: dict[str, User]
) -> None:
    client = Client()
    client.force_login(helpers["far_specialist"])
    assert client.get(f"/staff/cases/{held_case.number}/").status_code == 404
    give(elsewhere)
    page = client.get(f"/staff/cases/{held_case.number}/")
    assert page.status_code == 200
    assert page.context["content"] is not None
    assert held_case.number in client.get("/staff/all/").content.decode()
    assert (
        client.post(f"/staff/cases/{held_case.number}/note/", {"text": "Была в больнице"}).status_code == 302
    )
    assert client.post(f"/staff/cases/{held_case.number}/claim/").status_code in {403, 409}
    assert client.get(f"/staff/cases/{held_case.number}/help/").status_code == 403
    read = ReadLog.objects.filter(reader_id=helpers["far_specialist"].pk, subject_id=held_case.pk)
    assert Reading.CONTENT in set(read.values_list("what", flat=True))


def test_the_branch_that_helps_is_told_once_and_only_while_it_lasts(
    give: Any, elsewhere: Branch, helpers: dict[str, User], now: datetime
) -> None:
    give(elsewhere, days=1)
    alarm = Alarm.objects.get(kind="help_asked")
    assert alarm.receiver_branch_id == elsewhere.pk
    assert help_over.look(now) == 0
    assert help_over.look(now + DAY) == 1
    alarm.refresh_from_db()
    assert alarm.closed_at is not None


def test_a_head_gives_and_ends_it_on_the_page(
    client_of: ClientOf, held_case: Complaint, elsewhere: Branch, helpers: dict[str, User], now: datetime
) -> None:
    Complaint.objects.filter(pk=held_case.pk).update(region_of_care=elsewhere.region)
    head, page = client_of("head"), f"/staff/cases/{held_case.number}/help/"
    typed = {"to": elsewhere.pk, "reason": "treated_there", "days": "5"}
    assert head.post(f"{page}grant/", typed | {"days": "31"}).status_code == 422
    assert head.post(f"{page}grant/", typed).status_code == 302
    assert "РЕСО-Мед" in head.get(page).content.decode()
    access = HelpAccess.objects.get()
    assert head.post(f"{page}{access.pk}/end/").status_code == 302
    assert who_sees(held_case, helpers, now + timedelta(minutes=1)) == set()
    assert Alarm.objects.get(kind="help_asked").closed_at is not None


@pytest.mark.parametrize("role", ["operator", "specialist", "insurer_admin"])
def test_whoever_does_not_answer_for_the_case_gives_nothing(
    role: str, client_of: ClientOf, held_case: Complaint, elsewhere: Branch
) -> None:
    address = f"/staff/cases/{held_case.number}/help/grant/"
    assert client_of(role).post(address, {"to": elsewhere.pk}).status_code == 403


def test_the_fund_gives_help_to_a_late_case_of_its_region(
    people: dict[str, User], elsewhere: Branch, helpers: dict[str, User], branch: Branch, now: datetime
) -> None:
    case = make_complaint(branch, now=now, category=make_category("quality", arrival_tier=3))
    Complaint.objects.filter(pk=case.pk).update(breached_at=now, escalate_at=None, warn_at=None)
    fund = profile(people["fund"], on=now.date())
    helping.grant(
        complaint=case, to=elsewhere, reason="clinic_there", days=3, by=people["fund"], profile=fund, now=now
    )
    assert "far_head" in who_sees(case, helpers, now)


def test_an_appeal_about_an_insurer_is_shown_to_no_insurer(
    give: Any, elsewhere: Branch, people: dict[str, User], branch: Branch, now: datetime
) -> None:
    about = make_complaint(branch, now=now, category=make_category("insurer", about_insurer=True))
    with pytest.raises(RuleBroken, match="help_complained_of"):
        give(elsewhere, case=about, by="fund")
    give(make_fund("73"), case=about, by="fund")


@pytest.mark.parametrize(("days", "code"), [(0, "help_days"), (31, "help_days")])
def test_it_lasts_from_one_day_to_a_month(give: Any, elsewhere: Branch, days: int, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        give(elsewhere, days=days)


def test_the_own_region_is_no_help_and_nobody_helps_twice(
    give: Any, elsewhere: Branch, people: dict[str, User], now: datetime
) -> None:
    with pytest.raises(RuleBroken, match="help_same_region"):
        give(make_branch("reso-med", now=now))
    give(elsewhere)
    with pytest.raises(RuleBroken, match="help_twice"):
        give(elsewhere)
