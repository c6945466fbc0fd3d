"""What the doctor looks at in the domain: the timer, calendars, the roster of duty people."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import metrics
from complaints.escalation import hold, lookouts, roster
from insurers.reports import calendar_gap
from omsportal.platform.doctor import Finding, Visit, bad, good, register, warning
from omsportal.platform.models import Alarm


def timer(visit: Visit) -> Iterator[Finding]:
    """Whether cases move: what is due and not moved, what is held for a person, a hold of the timer."""
    figures = {sample.name: sample.value for sample in metrics.engine(visit.now)}
    if hold.in_force(now=visit.now):
        advice = _(
            "See docs/runbooks.md, clock_jumped. An administrator may end the hold on the page “Timer”."
        )
        yield bad(_("The timer is held because the clock jumped: no case moves."), advice)
    if figures["cases_due_oldest_seconds"] > lookouts.STOPPED_AFTER.total_seconds():
        values = {"count": round(figures["cases_due_not_moved"])}
        advice = _("Is the escalator running? manage.py escalate_due does one sweep by hand.")
        yield bad(_("%(count)s cases should have moved and did not.") % values, advice)
    if figures["cases_blocked"]:
        values = {"count": round(figures["cases_blocked"])}
        advice = _("See docs/runbooks.md, blocked; then “try again” on the page “Timer”.")
        yield warning(_("%(count)s cases could not be moved and wait for a person.") % values, advice)
    if not figures["cases_blocked"] and figures["cases_due_oldest_seconds"] <= 60:
        yield good(_("No case waits for the timer."))


def calendars(visit: Visit) -> Iterator[Finding]:
    """This year's days, and next year's when its decree should be out."""
    this_year = visit.now.date().year
    coming = (visit.now.date() + timedelta(days=lookouts.CALENDAR_DAYS)).year
    complete = True
    for year in sorted({this_year, coming}):
        if (gap := calendar_gap(year)) is not None:
            complete = False
            text = _("The production calendar of %(year)s has no days.")
            if gap != "empty":
                text = _("The production calendar of %(year)s has no days moved by its decree.")
            make = bad if year == this_year else warning
            yield make(
                text % {"year": year}, _("Enter them in the administration under “production calendar”.")
            )
    if complete:
        yield good(_("The production calendar is complete."))


def duty(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    """What the round has found in the next seven days; the heads of the branches have the alarms."""
    branches = Alarm.objects.open().filter(kind=roster.ALARM).values("subject_id").distinct().count()
    if branches:
        advice = _("Their heads fill it on the page “Duty roster”; until then nobody can be called there.")
        yield warning(_("The duty roster of %(count)s branches has gaps.") % {"count": branches}, advice)
    else:
        yield good(_("The duty roster has no gap in the next seven days."))


for _name, _title, _examination in (
    ("timer", gettext_lazy("Timer"), timer),
    ("calendars", gettext_lazy("Calendars"), calendars),
    ("duty", gettext_lazy("Duty roster"), duty),
):
    register(_name, _title, _examination)
