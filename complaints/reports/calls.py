"""Calls that somebody waits for, in words, for patients and staff."""

from datetime import date, datetime, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from complaints.call_windows import DAYS_OF_WEEK, Window
from complaints.kinds import Kind
from complaints.models import Category
from insurers.models import Branch, WorkingSpan

_WORKING_DAYS, _WEEKEND = frozenset(range(5)), frozenset({5, 6})
#: So much of the hours of a branch is shown to somebody whose own hours never meet them.
_SOON, _SHOWN = timedelta(days=14), 3


def words(window: Window) -> str:
    """ "Monday, Wednesday, 10:00–14:00"."""
    return f"{_days(window.days)}, {window.starts:%H:%M}–{window.ends:%H:%M}"


def theme_of(slug: str, today: date) -> Category | None:
    """What the wish is about: the theme of the page it came from, else a general question."""
    themes = {theme.slug: theme for theme in Category.objects.valid_on(today)}
    general = [theme for theme in themes.values() if theme.default_kind == Kind.CONSULTATION]
    return themes.get(slug) or next(iter([*general, *themes.values()]), None)


def working_soon(branch: Branch, *, now: datetime) -> list[WorkingSpan]:
    """When the branch works next, in their order."""
    return list(WorkingSpan.objects.of(branch.schedule).overlapping(now, now + _SOON)[:_SHOWN])


def _days(days: frozenset[int]) -> str:
    if len(days) == DAYS_OF_WEEK:
        return _("any working day")
    if days == _WORKING_DAYS:
        return _("Monday to Friday")
    if days == _WEEKEND:
        return _("Saturday and Sunday")
    return ", ".join(str(WEEKDAYS[day]).lower() for day in sorted(days))
