"""How long an answer, a policy and a change of insurer may take: terms of law outside of care."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from complaints.deadlines import answer_due_on
from complaints.models import Category, Deadline
from complaints.reports.public.terms import Verdict, day_off_rule
from insurers.models import Region

#: Groups of rows that are about patients, in the order of the page; the other groups are work of staff.
TITLES = {
    "appeal": _("Answer to an appeal"),
    "right": _("Policy and insurer"),
    "refund": _("Money back"),
}
ANSWER, EXTENSION = "ANSWER", "EXTEND_MAX"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Terms of one matter."""

    group: str
    terms: Sequence[Deadline]

    @property
    def title(self) -> object:
        return TITLES[self.group]


@dataclass(frozen=True, slots=True)
class AnswerBy:
    """Until when an appeal is answered; `extended_on`: once its time was extended, which may be done once."""

    verdict: Verdict
    extended_on: date | None


def other_terms_on(day: date) -> list[Deadline]:
    """Of the whole country, in the order in which they were entered; some dozens at most."""
    rows = Deadline.objects.valid_on(day).filter(group__in=TITLES, region=None)
    return list(rows.order_by("id"))


def shelves(terms: Sequence[Deadline]) -> list[Shelf]:
    """Without those that have nothing."""
    found = [Shelf(group, [term for term in terms if term.group == group]) for group in TITLES]
    return [shelf for shelf in found if shelf.terms]


def answer_by(
    *, registered_on: date, region: Region | None, terms: Sequence[Deadline], today: date
) -> AnswerBy | None:
    """As the time of an appeal is counted: by calendar days, and from a day off back to the day before it.

    None while no such term is in force. An uncertain one gives no verdict.
    """
    rows = {term.code: term for term in _in_force(registered_on, terms)}
    first, more = rows.get(ANSWER), rows.get(EXTENSION)
    if first is None:
        return None
    if first.needs_check:
        return AnswerBy(Verdict(first, registered_on, None, today), None)
    longest = first.value + (more.value if more else 0)
    is_day_off = day_off_rule(region, registered_on, registered_on + timedelta(days=longest))
    due_on = answer_due_on(registered_on, days=first.value, is_day_off=is_day_off)
    extended_on = answer_due_on(registered_on, days=longest, is_day_off=is_day_off) if more else None
    return AnswerBy(Verdict(first, registered_on, due_on, today), extended_on)


def _in_force(day: date, terms: Sequence[Deadline]) -> Sequence[Deadline]:
    """An appeal keeps the term of the day of its registration; today's, where no older one is known."""
    if all(term.valid_from <= day for term in terms if term.code in {ANSWER, EXTENSION}):
        return terms
    return other_terms_on(day) or terms


def theme_about_insurer(today: date) -> Category | None:
    """What an appeal about an answer that does not come is about: the fund looks into it."""
    return next((theme for theme in Category.objects.valid_on(today) if theme.about_insurer), None)
