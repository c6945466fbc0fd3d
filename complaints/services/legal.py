"""The legal clock of one case: the terms of 59-ФЗ from their dated rows, days off of the branch's region."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from complaints.deadlines import ANSWER_DAYS, MOST_EXTENSION_DAYS, SATURDAY, answer_due_on
from complaints.models import Complaint, Deadline
from complaints.states import Status
from insurers.models import Branch, CalendarDay, DayKind
from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import DAY, ID

#: Stands for the second of two days.
_LAST = DAY + timedelta(days=1)


def answer_date(*, branch: Branch, registered_on: date, days: int | None) -> date:
    """The last day to answer an appeal registered on this day; `days` by the dated rows, None: none tells."""
    days = ANSWER_DAYS if days is None else days
    until = registered_on + timedelta(days=days + MOST_EXTENSION_DAYS)
    is_day_off = day_off_rule(branch, registered_on, until)
    return answer_due_on(registered_on, days=days, is_day_off=is_day_off)


def answer_days(registered_on: date) -> int:
    """The term of the law for an appeal registered on this day: one for the whole country."""
    terms = Deadline.objects.terms_of("appeal").valid_on(registered_on).filter(code="ANSWER", region=None)
    row = terms.order_by("pk").first()
    return row.value if row else ANSWER_DAYS


def date_of(case: Complaint, *, begun: date, extension: int) -> date:
    """The last day to answer this case, counted from `begun`; by the terms of its own day of registration."""
    days = answer_days(case.registered_on) + extension
    due = answer_date(branch=case.branch, registered_on=begun, days=days)
    return max(due, case.registered_on)


def day_off_rule(branch: Branch, first: date, last: date) -> Callable[[date], bool]:
    """Days off of the production calendar: the region's own day wins over the country's."""
    days = ready_sql.objects(
        "days of a calendar", {ID: branch.region_id, DAY: first, _LAST: last},
        lambda: CalendarDay.objects.of(ID).between(DAY, _LAST),
    )  # fmt: skip
    special = {day.date: day.kind for day in sorted(days, key=lambda day: day.region_id or 0)}

    def is_day_off(day: date) -> bool:
        return special[day] == DayKind.DAY_OFF if day in special else day.weekday() >= SATURDAY

    return is_day_off


def told_the_end_at(case: Complaint) -> datetime | None:
    """Since when the applicant may object: the answer, or the decision to give none. None: not yet."""
    left_at: datetime | None = case.closed_at if case.status == Status.LEFT_UNANSWERED else None
    return case.answered_at or left_at
