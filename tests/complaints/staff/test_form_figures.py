"""How many appeals counted into which row of the official form in a quarter, and for whom."""

from datetime import date, timedelta

import pytest

from complaints.escalation import daily_counts
from complaints.models import CategoryCode, OfficialCode
from complaints.reports.staff.form_figures import Quarter, form_figures
from complaints.services import closing
from insurers.models import Branch
from omsportal.platform import chain
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_bulk import prove
from tests.factories import LONG_AGO, NOW, make_branch, make_category, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db

HOUR, LATER = timedelta(hours=1), NOW + timedelta(days=30)
ROWS = {
    "1": ("", "всего"), "3": ("1", "жалоба"), "3.1": ("3", "жалоба"), "3.1.5": ("3.1", "жалоба"),
    "4": ("", "консультация"), "4.9": ("4", "консультация"),
}  # fmt: skip


@pytest.fixture
def form() -> None:
    made = {
        code: OfficialCode.objects.create(
            edition="form", table="1", code=code, parent_code=parent, kind=kind, text=f"Строка {code}",
            is_leaf=code in {"3.1.5", "4.9"}, valid_from=LONG_AGO,
        )
        for code, (parent, kind) in ROWS.items()
    }  # fmt: skip
    waiting = make_category("waiting")
    CategoryCode.objects.create(category=waiting, official_code=made["3.1.5"], valid_from=LONG_AGO)
    CategoryCode.objects.create(kind="consultation", official_code=made["4.9"], valid_from=LONG_AGO)


def ended(branch: Branch, outcome: str = "", **fields: str) -> None:
    """Decided with the outcome, or withdrawn."""
    by = make_staff(f"specialist-{branch.pk}", 2, branch)
    case = make_complaint(branch, tier=2, held_by=by, **fields)
    now = case.entered_at + HOUR
    if not outcome:
        closing.withdraw(complaint=case, now=now)
        return
    hand = {"by": by, "profile": profile(by), "now": now}
    closing.resolve(complaint=case, outcome=outcome, text="Разобрались", **hand)


def told(user: User, branch: Branch | None = None, quarter: str = "") -> dict[str, int]:
    found = form_figures(profile(user), branch.pk if branch else None, quarter, NOW)
    return {line.row.code: line.count for line in found.lines}


def test_each_case_counts_once_into_its_row_and_into_what_sums_it_up(form: None) -> None:
    branch, other = make_branch(), make_branch("reso-med")
    head = make_staff("head", heads=branch)
    ended(branch, "justified")
    ended(branch, "not_justified")
    ended(branch)
    ended(branch, "clarified", kind="consultation")
    ended(other, "justified")
    make_complaint(branch)
    chain.seal(LATER)
    for _look in range(2):
        daily_counts.look(LATER)
    assert told(head) == {"1": 4, "3": 3, "3.1": 1, "3.1.5": 1, "4": 1, "4.9": 1}
    assert told(head, other) == told(head)
    assert told(head, quarter="2025-4") == {}
    administrator = make_staff("both", administers=other.insurer, heads=branch)
    assert told(administrator)["1"] == 5
    assert told(administrator, other) == {"1": 1, "3": 1, "3.1": 1, "3.1.5": 1}


def test_a_quarter_older_than_those_offered_is_shown_as_itself(form: None) -> None:
    branch = make_branch()
    head = make_staff("head", heads=branch)
    ended(branch, "justified")
    chain.seal(LATER)
    daily_counts.look(LATER)
    years_later = NOW.replace(year=NOW.year + 3)
    found = form_figures(profile(head), None, Quarter.of(NOW.date()).name, years_later)
    assert found.quarter == found.quarters[-1] == Quarter.of(NOW.date())
    assert len(found.quarters) == 9
    assert {line.row.code: line.count for line in found.lines}["3.1.5"] == 1


@pytest.mark.parametrize("name", ["never", "2099-1", "2025-5", "2025-1 ", "1999-1", "٢٠٢٥-1"])
def test_no_file_is_made_of_a_quarter_that_is_none(client_of: ClientOf, name: str) -> None:
    client = client_of("head")
    prove(client)
    assert client.get("/staff/export/", {"tab": "form", "quarter": name}).status_code == 404
    assert client.get("/staff/export/", {"tab": "form", "quarter": "2020-1"}).status_code == 200


def test_a_row_of_another_table_is_shown_as_what_it_is(form: None) -> None:
    branch = make_branch()
    other = OfficialCode.objects.create(
        edition="form", table="2", code="3.1", parent_code="3", is_leaf=True, text="Иски", valid_from=LONG_AGO
    )
    CategoryCode.objects.filter(kind="complaint").update(official_code=other)
    ended(branch, "justified")
    chain.seal(LATER)
    daily_counts.look(LATER)
    lines = form_figures(profile(make_staff("head", heads=branch)), None, "", NOW).lines
    assert [(line.row.table, line.row.code, line.count) for line in lines] == [("1", "1", 1), ("2", "3.1", 1)]


def test_a_quarter_has_its_days_and_the_one_before() -> None:
    quarter = Quarter.of(date(2026, 3, 31))
    assert (quarter.name, quarter.first, quarter.last) == ("2026-1", date(2026, 1, 1), date(2026, 3, 31))
    assert (quarter.before.name, quarter.before.last) == ("2025-4", date(2025, 12, 31))


def test_the_page_is_for_whoever_answers_for_branches(client_of: ClientOf) -> None:
    page = client_of("head").get("/staff/dashboard/form/", {"quarter": "never", "branch": "x"})
    assert "пока ничего не учтено" in page.content.decode()
    assert client_of("operator").get("/staff/dashboard/form/").status_code == 403
