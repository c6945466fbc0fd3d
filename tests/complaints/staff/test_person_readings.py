"""What one member of staff has read, for their head."""

from datetime import datetime, timedelta

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.models import Complaint
from complaints.reports.staff import person_readings
from insurers.models import Branch
from omsportal.platform import read_log
from omsportal.platform.kinds import Reader, Reading
from representatives.models import Representative, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_complaint


def address(user: User) -> str:
    return f"/staff/people/{Representative.objects.get(user=user).pk}/readings/"


def opened(user: User, case: Complaint, at: datetime, *, kind: str = "complaint") -> None:
    read_log.record(
        reader_kind=Reader.USER, reader_id=user.pk, subject_kind=kind, subject_id=case.pk,
        what=Reading.CONTENT, now=at,
    )  # fmt: skip


def shown(client: Client, user: User, **asked: str) -> list[tuple[str, str]]:
    lines = client.get(address(user), asked).context["read"].lines
    return [(line.number, str(line.about)) for line in lines]


def test_a_head_reads_what_was_opened_and_nothing_of_other_bodies(
    held_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    foreign, operator = make_complaint(make_branch("reso-med"), now=now), people["operator"]
    opened(operator, held_case, now - timedelta(minutes=3))
    opened(operator, foreign, now - timedelta(minutes=2))
    opened(operator, held_case, now - timedelta(minutes=1), kind="policy")
    opened(people["specialist"], held_case, now)
    lines = shown(client_of("head"), operator)
    assert [number for number, _about in lines] == ["", "", held_case.number]
    assert [about for _number, about in lines[:2]] == [
        "строка реестра полисов", "обращение другой организации",
    ]  # fmt: skip
    assert foreign.number not in client_of("head").get(address(operator)).content.decode()


def test_it_begins_with_the_day_that_was_asked_for(
    held_case: Complaint, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    midnight = now.astimezone(branch.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for at in (midnight - timedelta(minutes=1), midnight):
        opened(people["operator"], held_case, at)
    yesterday = f"{midnight - timedelta(days=1):%Y-%m-%d}"
    head = client_of("head")
    assert len(shown(head, people["operator"], day=yesterday)) == 1
    for day in ("вчера", "9999-12-31", "0001-01-01"):
        assert len(shown(head, people["operator"], day=day)) == (0 if day.startswith("0") else 2), day


def test_a_long_list_is_read_page_by_page(
    held_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for minutes in range(person_readings.PAGE_SIZE + 2):
        opened(people["operator"], held_case, now - timedelta(minutes=minutes))
    head = client_of("head")
    first = head.get(address(people["operator"])).context["read"]
    with django_assert_max_num_queries(14):
        rest = head.get(address(people["operator"]), {"cursor": first.page.next_cursor})
    assert (len(first.lines), len(rest.context["read"].lines)) == (person_readings.PAGE_SIZE, 2)


def test_only_the_own_head_reads_it(people: dict[str, User], client_of: ClientOf) -> None:
    for role in ("operator", "insurer_admin", "fund", "rival"):
        assert client_of(role).get(address(people["operator"])).status_code == 404, role
