"""Where a page shows the first of very many, it says so, and the file has all of them."""

from datetime import datetime

import pytest

from complaints.models import Complaint
from complaints.reports.staff import accounts, dashboard_load, region, texts
from complaints.reports.staff import people as people_report
from complaints.services import helping
from insurers.models import Branch
from representatives.models import Leave, Representative, User
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.rows import template as make_template
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_export_lists import rows, take
from tests.factories import make_fund, make_region, make_staff, profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_dir")]
CUT = "Показаны только первые 2"


@pytest.fixture
def many(branch: Branch, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> list[User]:
    """One more than a page shows, and those who work there anyway."""
    for report in (people_report, accounts, dashboard_load):
        monkeypatch.setattr(report, "MOST_PEOPLE", 2)
    return [make_staff(f"more{place}", 1, branch) for place in range(3)]


@pytest.mark.parametrize(("page", "tab"), [("people", "people"), ("people/accounts", "accounts")])
def test_people_of_a_large_branch(page: str, tab: str, many: list[User], client_of: ClientOf) -> None:
    client = client_of("head")
    shown = client.get(f"/staff/{page}/").content.decode()
    assert CUT in shown
    assert str(many[-1]) not in shown
    named = [line[0] for line in rows(take(client, tab))[1:]]
    assert {str(user) for user in many} <= set(named)
    assert len(named) == len(set(named))


def test_leaves_of_a_large_branch_and_who_is_left(
    many: list[User], client_of: ClientOf, branch: Branch, now: datetime
) -> None:
    today, person = now.astimezone(branch.zone).date(), Representative.objects.get(user=many[-1])
    Leave.objects.create(representative=person, starts_on=today, ends_on=today)
    client = client_of("head")
    answer = client.get("/staff/leaves/")
    month = answer.context["month"]
    assert CUT in answer.content.decode()
    (left,) = [line for line in month.at_work if line.tier == 1]
    assert max(count for _cell, count in left.cells) > 2
    assert [line[0] for line in rows(take(client, "leaves"))[1:]] == [str(many[-1])]


def test_the_load_of_very_many(many: list[User], client_of: ClientOf) -> None:
    client = client_of("head")
    assert "выгрузите нагрузку" in client.get("/staff/dashboard/").content.decode()
    named = {line[0] for line in rows(take(client, "dashboard", table="load"))[1:]}
    assert {str(user) for user in many} <= named


def test_approved_texts(
    people: dict[str, User], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MOST", 2)
    made = [make_template(code=f"text{place}", title=f"Ответ {place}") for place in range(3)]
    client = client_of("operator")
    shown = client.get("/staff/templates/").content.decode()
    assert CUT in shown
    assert made[-1].title not in shown
    assert [line[0] for line in rows(take(client, "templates"))[1:]] == [one.title for one in made]


def test_help_between_regions_goes_on_over_the_page(
    client_of: ClientOf, cases: list[Complaint], people: dict[str, User], now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(region, "PAGE_SIZE", 1)
    make_region("73", "Ульяновская область")
    far = make_fund("73", now=now)
    for case in cases:
        helping.grant(
            complaint=case, to=far, reason="treated_there", days=3, by=people["head"],
            profile=profile(people["head"], on=now.date()), now=now,
        )  # fmt: skip
    client = client_of("fund")
    first = client.get("/staff/region/?list=help").context["listing"]
    further = {"list": "help", "cursor": first.page.next_cursor}
    second = client.get("/staff/region/", further).context["listing"]
    assert [row.case.number for row in (*first.help, *second.help)] == [case.number for case in cases]
    assert [line[0] for line in rows(take(client, "help", list="help"))[1:]] == [
        case.number for case in cases
    ]
