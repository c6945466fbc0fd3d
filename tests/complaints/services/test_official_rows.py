"""The row of the official form is fixed when the work on a case ends: which one, when, and that it stays."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from complaints.escalation import daily_counts
from complaints.escalation.form_counts import ROW_STEP
from complaints.models import CategoryCode, Complaint, DailyCount, OfficialCode
from complaints.models.counts import Measure
from complaints.permissions import NotAllowed
from complaints.services import becoming, closing, official_rows
from insurers.models import Branch
from omsportal.platform import chain
from tests.complaints.services.reclassifying import decide, fresh, head, held, person, propose
from tests.factories import (
    LONG_AGO,
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_fund,
    make_region,
    profile,
)

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEW_YEAR = date(2027, 1, 1)
Ending = Callable[[Complaint], object]


@pytest.fixture(autouse=True)
def rows() -> dict[str, OfficialCode]:
    """Waiting counts into 3.1 as a complaint and 4.1 as a question, other questions into 4.9. From New Year
    on there is another edition, in which a complaint about waiting is 7."""
    numbers = {"3.1": "old", "3.2": "old", "4.1": "old", "4.9": "old", "7": "new"}
    made = {
        code: OfficialCode.objects.create(
            edition=edition, table="1", code=code, is_leaf=True, text=code,
            valid_from=LONG_AGO if edition == "old" else NEW_YEAR,
        )
        for code, edition in numbers.items()
    }  # fmt: skip
    counted("waiting", "complaint", made["3.1"], valid_to=NEW_YEAR - DAY)
    counted("waiting", "complaint", made["7"], valid_from=NEW_YEAR)
    counted("waiting", "consultation", made["4.1"])
    counted("", "consultation", made["4.9"])
    return made


def counted(slug: str, kind: str, row: OfficialCode, **days: date) -> CategoryCode:
    category = make_category(slug) if slug else None
    known = {"category": category, "kind": kind, "official_code": row, "valid_from": LONG_AGO} | days
    return CategoryCode.objects.create(**known)


def code_of(case: Complaint) -> str | None:
    row = fresh(case).official_code
    return row.code if row else None


def resolve(case: Complaint, now: datetime | None = None) -> Complaint:
    by = person(2)
    return closing.resolve(
        complaint=case, outcome="clarified" if case.kind == "consultation" else "justified", text="Ясно",
        by=by, profile=profile(by), now=now or case.entered_at + HOUR,
    )  # fmt: skip


def forward(case: Complaint) -> object:
    by = person(2)
    return closing.forward(
        complaint=case, to=make_fund(), reason="wrong_addressee", by=by, profile=profile(by),
        now=case.entered_at + HOUR,
    )  # fmt: skip


def withdraw(case: Complaint) -> object:
    return closing.withdraw(complaint=case, now=case.entered_at + HOUR)


@pytest.mark.parametrize("end", [resolve, withdraw, forward])
def test_it_is_written_however_the_work_ends_and_not_before(end: Ending) -> None:
    case = held()
    assert code_of(case) is None
    end(case)
    assert code_of(case) == "3.1"


@pytest.mark.parametrize(
    ("kind", "slug", "code"),
    [
        ("complaint", "waiting", "3.1"),
        ("consultation", "waiting", "4.1"),
        ("consultation", "drugs", "4.9"),
        ("complaint", "drugs", None),
    ],
)
def test_it_is_the_row_of_kind_and_theme_or_that_of_all_other_themes(
    kind: str, slug: str, code: str | None
) -> None:
    case = held(kind=kind, category=make_category(slug))
    resolve(case)
    assert code_of(case) == code


def test_it_goes_by_the_edition_of_the_day_where_the_branch_is() -> None:
    """In Kamchatka the year begins nine hours before Moscow's does."""
    make_region("41", "Камчатский край", "Asia/Kamchatka")
    east, west = make_branch(region="41"), make_branch()
    moment = datetime(2026, 12, 31, 12, 30, tzinfo=UTC)

    def at(branch: Branch, now: datetime) -> str:
        row = official_rows.row_of(make_complaint(branch), now)
        return row.code if row else ""

    assert (at(east, moment - HOUR), at(east, moment), at(west, moment)) == ("3.1", "7", "3.1")
    assert at(west, moment + 9 * HOUR) == "7"


def test_a_case_classified_anew_counts_as_what_it_is_in_the_end() -> None:
    case = held()
    propose(case, person(2), kind="consultation")
    decide(case, head())
    resolve(fresh(case))
    assert code_of(case) == "4.1"
    with pytest.raises(NotAllowed):
        propose(fresh(case), person(2), kind="complaint")
    assert code_of(case) == "4.1"


def test_a_row_chosen_later_changes_no_case_that_is_decided(rows: dict[str, OfficialCode]) -> None:
    case = held()
    resolve(case)
    CategoryCode.objects.filter(kind="complaint", official_code=rows["3.1"]).update(official_code=rows["3.2"])
    assert code_of(case) == "3.1"
    closing.confirm(complaint=fresh(case), now=case.entered_at + 2 * HOUR)
    assert (fresh(case).status, code_of(case)) == ("closed", "3.1")
    assert official_rows.fill().filled == 0


@pytest.mark.parametrize("other", ["3.2", None])
def test_the_database_lets_nobody_change_it(other: str | None, rows: dict[str, OfficialCode]) -> None:
    case = held()
    resolve(case)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(official_code=rows.get(other or ""))
    Complaint.objects.filter(pk=case.pk).update(official_code=rows["3.1"])
    assert code_of(case) == "3.1"


def test_cases_from_before_get_the_row_of_their_day(rows: dict[str, OfficialCode]) -> None:
    """Themes without a row leave their cases without one; given it late, they are filled."""
    late, open_case = held(category=make_category("drugs")), make_complaint(category=make_category("drugs"))
    resolve(late)
    taken_back = make_complaint(category=make_category("drugs"))
    withdraw(taken_back)
    assert official_rows.fill().filled == 0
    counted("drugs", "complaint", rows["3.2"], valid_to=NEW_YEAR - DAY)
    counted("drugs", "complaint", rows["7"], valid_from=NEW_YEAR)
    assert official_rows.fill().filled == 2
    assert [code_of(case) for case in (late, taken_back, open_case)] == ["3.2", "3.2", None]
    assert official_rows.fill().filled == 0


def test_a_row_of_a_later_edition_fills_no_case_from_before_it(rows: dict[str, OfficialCode]) -> None:
    case = held(category=make_category("drugs"))
    resolve(case)
    counted("drugs", "complaint", rows["7"], valid_from=NEW_YEAR)
    assert official_rows.fill().filled == 0
    assert code_of(case) is None


def test_a_chat_that_became_an_appeal_counts_there() -> None:
    chat = make_complaint(kind="consultation")
    becoming.close_chat(chat_id=chat.pk, appeal=make_complaint(), now=NOW + HOUR)
    assert (fresh(chat).status, code_of(chat)) == ("closed", None)
    assert official_rows.fill().filled == 0


def figures() -> dict[str, int]:
    """What is counted into each row, on whatever day."""
    codes = dict(OfficialCode.objects.values_list("pk", "code"))
    rows = DailyCount.objects.of([Measure.OFFICIAL_ROW]).filter(n__gt=0)
    return {codes[row.key // ROW_STEP]: row.n for row in rows}


def look() -> None:
    chain.seal(NOW + 9 * DAY)
    daily_counts.look(NOW + 9 * DAY)


@pytest.mark.parametrize("counted_before", [False, True])
def test_a_chat_that_was_answered_and_then_became_an_appeal_counts_once(counted_before: bool) -> None:
    """Whether its answer is in the figures already or not, and the same when they are counted anew."""
    chat, other, appeal = held(kind="consultation"), held(kind="consultation"), held()
    resolve(chat)
    resolve(other)
    if counted_before:
        look()
        assert figures() == {"4.1": 2}
    becoming.close_chat(chat_id=chat.pk, appeal=appeal, now=chat.entered_at + 2 * HOUR)
    becoming.close_chat(chat_id=chat.pk, appeal=appeal, now=chat.entered_at + 3 * HOUR)
    resolve(fresh(appeal))
    look()
    assert figures() == {"3.1": 1, "4.1": 1}
    daily_counts.rebuild(NOW + 9 * DAY)
    assert figures() == {"3.1": 1, "4.1": 1}


def test_what_gets_its_row_late_is_counted_with_it(rows: dict[str, OfficialCode]) -> None:
    late, later = (held(category=make_category("drugs")) for _case in range(2))
    resolve(late)
    look()
    resolve(later)  # its line is not sealed yet: the round will count it
    counted("drugs", "complaint", rows["3.2"])
    said = StringIO()
    call_command("fix_official_rows", stdout=said)
    told = json.loads(said.getvalue())
    assert (told["filled"], told["counted"], figures()) == (2, 1, {"3.2": 1})
    look()
    assert figures() == {"3.2": 2}
    daily_counts.rebuild(NOW + 9 * DAY)
    assert figures() == {"3.2": 2}
