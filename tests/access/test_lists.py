"""Lists, search, notices and sockets follow the same rule as opening a case."""

import re
from collections.abc import Iterator

import pytest

from complaints.models import Complaint
from complaints.services import search_filling
from omsportal.platform.models import Outbox
from representatives.models import User
from tests import factories
from tests.access.world import STAFF, World, undone
from tests.factories import profile

pytestmark = pytest.mark.django_db
LISTS = ("", "mine/", "waiting/", "dispatch/", "answered/", "alarms/")
NUMBER = re.compile(r"\b\d{2}-\d{2}-\d{7}-\d\b")


@pytest.fixture(scope="module")
def cases(here: World) -> list[str]:
    """One in each place where somebody might see too much of it."""
    rival = factories.make_branch("reso-med")
    about_insurer = factories.make_category("insurer", about_insurer=True)
    urgent = factories.make_complaint(here.branch, now=here.now, urgency="urgent")
    expert = factories.make_complaint(here.branch, now=here.now)
    Complaint.objects.filter(pk=expert.pk).update(tier=3)
    late = factories.make_complaint(here.branch, now=here.now)
    Complaint.objects.filter(pk=late.pk).update(tier=3, breached_at=here.now, escalate_at=None, warn_at=None)
    barred = factories.make_complaint(here.branch, now=here.now)
    barred.barred_users.add(here.people["head"], through_defaults={"why": "complained_of"})
    made = [
        urgent, expert, late, barred, factories.make_complaint(rival, now=here.now),
        factories.make_complaint(here.branch, now=here.now, category=about_insurer),
    ]  # fmt: skip
    return [case.number for case in made] + [here.case.number]


@pytest.fixture(autouse=True)
def _taken_back(here: World, cases: list[str]) -> Iterator[None]:
    with undone():
        yield


def opens(here: World, role: str, cases: list[str]) -> set[str]:
    """Those whose card this person gets."""
    client = here.clients[role]
    return {one for one in cases if client.get(f"/staff/cases/{one}/dates/").status_code == 200}


def numbers_at(here: World, role: str, address: str) -> set[str]:
    return set(NUMBER.findall(here.clients[role].get(address).content.decode()))


@pytest.mark.parametrize("role", STAFF)
def test_lists_show_what_opening_allows(here: World, cases: list[str], role: str) -> None:
    opened = opens(here, role, cases)
    assert numbers_at(here, role, "/staff/all/") & set(cases) == opened
    for name in LISTS:
        assert numbers_at(here, role, f"/staff/{name}") & set(cases) <= opened, name
    assert numbers_at(here, role, "/api/v1/queue/") & set(cases) <= opened


def test_people_differ_in_what_they_open(here: World, cases: list[str]) -> None:
    """Else the test above could pass with one rule for everybody."""
    seen = {role: len(opens(here, role, cases)) for role in ("head", "operator", "rival", "fund", "admin")}
    assert seen == {"head": 4, "operator": 5, "rival": 1, "fund": 2, "admin": 0}


def test_the_search_finds_what_opens(here: World, cases: list[str]) -> None:
    for role in ("head", "rival", "fund"):
        found = {
            number
            for number in cases
            if here.clients[role].post("/staff/find/", {"query": number})["Location"]
            == f"/staff/cases/{number}/"
        }
        assert found == opens(here, role, cases), role


def test_the_search_by_words_finds_what_is_read(here: World, cases: list[str]) -> None:
    search_filling.fill_due(now=here.now)
    for role in STAFF:
        page = here.clients[role].post("/staff/find/", {"query": "узи"}, follow=True).content.decode()
        found = set(NUMBER.findall(page))
        read = {
            one for one in cases if here.clients[role].get(f"/staff/cases/{one}/thread/").status_code == 200
        }
        assert found & set(cases) == read - {here.case.number}, role


def test_notices_go_to_people_who_may_open_the_card(here: World, cases: list[str]) -> None:
    rows = Outbox.objects.filter(subject_kind="complaint", receiver_kind="user")
    told = {(row.receiver_id, row.subject_id) for row in rows if row.receiver_id}
    assert told
    for user_id, case_id in told:
        reader = profile(User.objects.get(pk=user_id), on=here.now.date())
        assert Complaint.objects.visible_to(reader).filter(pk=case_id).exists()


def test_the_barred_person_gets_no_notice_of_the_case(here: World, cases: list[str]) -> None:
    barred = Complaint.objects.filter(barred_users=here.people["head"]).values("pk")
    rows = Outbox.objects.filter(subject_kind="complaint", subject_id__in=barred)
    assert not rows.filter(receiver_kind="user", receiver_id=here.people["head"].pk).exists()
