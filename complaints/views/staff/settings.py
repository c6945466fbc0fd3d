"""Calendar, hours, rights of tiers, terms of keeping: looked at by staff, prepared by whose they are."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.settings import DayForm, HoursForm, KeepingForm, RightsForm, SheetForm, WhichDayForm
from complaints.models import Setting, SettingChange
from complaints.reports.staff import settings as report
from complaints.services import setting_changes as service
from complaints.services.setting_calendar import as_decreed
from complaints.services.setting_sheets import Sheet
from complaints.views.staff.desk import Desk, staff_page, staff_view
from insurers.models import Region, RevisionState
from insurers.services.revisions import MovedOn, Refused, Settled
from representatives.reauthentication import identity_required

#: Years before and after this one that the calendar shows.
YEARS = 1
MakesForm = Callable[..., SheetForm]


@staff_view("GET")
def calendar(request: HttpRequest, desk: Desk) -> HttpResponse:
    """To the calendar chosen, or this year's of the country."""
    _require_staff(desk)
    which = WhichDayForm(request.GET)
    place = request.GET.get("place", "") or report.COUNTRY
    if not _place(place):
        raise Http404
    day = which.cleaned_data["day"] if which.is_valid() else None
    if day is not None and _is_shown(day.year, desk):
        return redirect("staff:calendar_day", place=place, day=day.isoformat())
    if request.GET.get("day"):
        years = {"first": desk.now.year - YEARS, "last": desk.now.year + YEARS}
        messages.error(
            request, _("Write a day of the years %(first)s to %(last)s, for example 31.12.%(last)s.") % years
        )
    year = request.GET.get("year", "")
    chosen = int(year) if year.isdecimal() and len(year) == 4 else desk.now.year
    return redirect("staff:calendar_year", place=place, year=chosen)


@staff_view("GET")
def calendar_year(request: HttpRequest, desk: Desk, place: str, year: int) -> HttpResponse:
    """Twelve months, and their special days as a list."""
    _require_staff(desk)
    found = report.year(_calendar_sheet(desk, place, year), desk.user, desk.profile, desk.now)
    years = [desk.now.year + offset for offset in range(-YEARS, YEARS + 1)]
    context = {
        "found": found,
        "shown": found.shown,
        "place": place,
        "years": years,
        "country": report.COUNTRY,
    }
    return _page(request, desk, "calendar.html", "calendar", context)


@staff_view("GET", "POST")
def calendar_day(request: HttpRequest, desk: Desk, place: str, day: date) -> HttpResponse:
    """What kind of day it is: into the draft of its year."""
    sheet = _calendar_sheet(desk, place, day.year)

    def form(*args: Any, **options: Any) -> SheetForm:
        return DayForm(*args, day=day, **options)

    context = {"place": place, "day": day, "named": report.day_named(day)}
    return _edit(request, desk, sheet, form, "calendar_day.html", "calendar", context)


@staff_view("POST")
def calendar_load(request: HttpRequest, desk: Desk, place: str, year: int) -> HttpResponse:
    """A draft of the year as the decrees have it; days that people have corrected stay as they are."""
    sheet = _calendar_sheet(desk, place, year)
    if sheet.region is not None:
        raise Http404
    draft = service.draft_of(sheet)
    known = draft.values if draft else service.stands(sheet, desk.now)
    typed = {key: value for key, value in as_decreed(year).items() if key not in known}
    try:
        draft = service.save_draft(sheet=sheet, typed=typed, seen={}, **desk.hand)
    except (MovedOn, Refused):
        messages.error(request, _("Nothing was loaded: the days are there, or somebody is preparing them."))
        return redirect("staff:calendar_year", place=place, year=year)
    return redirect("staff:setting_change", change_id=draft.pk)


@staff_view("GET")
def hours(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The hours of the branches that this person looks after."""
    lines = report.hours(desk.profile)
    if not lines:
        raise PermissionDenied(_("Hours of a branch are for its head and its insurer's administrator."))
    return _page(request, desk, "hours.html", "hours", {"lines": lines})


@staff_view("GET", "POST")
def branch_hours(request: HttpRequest, desk: Desk, branch_id: int) -> HttpResponse:
    """When a branch works: by this its limits of time are counted."""
    branch = report.branch_of(desk.profile, branch_id)
    if branch is None:
        raise Http404
    sheet = Sheet(Setting.HOURS, branch=branch)
    return _edit(request, desk, sheet, HoursForm, "branch_hours.html", "hours", {"branch": branch})


@staff_view("GET", "POST")
def rights(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which tier may do what; who runs the portal changes it."""
    return _edit(request, desk, Sheet(Setting.RIGHTS), RightsForm, "rights.html", "rights", {})


@staff_view("GET", "POST")
def keeping(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How long what is kept; a shorter term needs a second person."""

    def form(*args: Any, **options: Any) -> SheetForm:
        return KeepingForm(*args, labels=report.keeping_labels(), **options)

    return _edit(request, desk, Sheet(Setting.KEEPING), form, "keeping.html", "keeping", {})


@staff_view("GET")
def setting_change(request: HttpRequest, desk: Desk, change_id: int) -> HttpResponse:
    """What a prepared change would do, and what may be done about it; renews itself while it is counted."""
    return _change_page(request, desk, change_id)


@identity_required
@staff_view("POST")
def setting_settle(request: HttpRequest, desk: Desk, change_id: int) -> HttpResponse:
    """Try it out, put it in force, or discard it."""
    acts = _acts(request, desk, _prepared(desk, change_id).change)
    act = request.POST.get("act", "")
    if act not in acts:
        return _change_page(request, desk, change_id, status=422)
    try:
        acts[act]()
    except Refused as refused:
        error = str(next(iter(refused.errors.values())))
        return _change_page(request, desk, change_id, error=error, status=422)
    except (MovedOn, Settled):
        return _change_page(request, desk, change_id, was_first=True, status=409)
    if act == "in_force":
        messages.success(request, _("In force. What it moves follows within minutes."))
    return redirect("staff:setting_change", change_id=change_id)


@staff_view("POST")
def setting_put_back(request: HttpRequest, desk: Desk, change_id: int) -> HttpResponse:
    """A draft that undoes a change that was in force."""
    change = _prepared(desk, change_id).change
    if change.state != RevisionState.PUBLISHED:
        raise Http404
    try:
        draft = service.put_back(change=change, **desk.hand)
    except MovedOn:
        messages.error(request, _("Somebody is preparing another change of this: put that in force first."))
    except Refused as refused:
        messages.error(request, str(next(iter(refused.errors.values()))))
    else:
        return redirect("staff:setting_change", change_id=draft.pk)
    return redirect("staff:setting_change", change_id=change_id)


def _acts(request: HttpRequest, desk: Desk, change: SettingChange) -> dict[str, Callable[[], object]]:
    """What may be pressed on the page of a prepared change."""
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    return {
        "try": lambda: service.try_out(change=change, version=version, **desk.hand),
        "in_force": lambda: service.put_in_force(change=change, version=version, **desk.hand),
        "discard": lambda: service.discard(change=change, **desk.hand),
        "go_on": lambda: service.go_on(change=change, **desk.hand),
    }


def _edit(
    request: HttpRequest, desk: Desk, sheet: Sheet, makes: MakesForm, template: str, section: str,
    context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """The form of a sheet; what is saved leads to the prepared change."""
    shown = _shown(desk, sheet, must_change=request.method == "POST" or "day" in context)
    form = makes(request.POST or None, sheet=sheet, values=shown.wanted)
    status, meanwhile = 422 if request.method == "POST" else 200, []
    if form.is_bound and form.is_valid():
        try:
            saved = _saved(desk, sheet, form)
        except MovedOn as moved:
            own = {key: value for key, value in form.typed().items() if value != moved.seen.get(key)}
            status, meanwhile = 409, report.changes(sheet, moved.seen, moved.current)
            form = makes(None, sheet=sheet, values=shown.wanted, over=own)
        else:
            if saved is not None:
                return redirect("staff:setting_change", change_id=saved.pk)
    whole = {"shown": shown, "form": form, "meanwhile": meanwhile} | context
    return _page(request, desk, template, section, whole, status=status)


def _saved(desk: Desk, sheet: Sheet, form: SheetForm) -> SettingChange | None:
    """None: refused, which the form tells. Raises MovedOn."""
    try:
        return service.save_draft(
            sheet=sheet, typed=form.typed(), seen=form.cleaned_data["seen"], **desk.hand
        )
    except Refused as refused:
        form.refuse(refused)
        return None


def _shown(desk: Desk, sheet: Sheet, *, must_change: bool) -> report.Shown:
    """403 for whoever may not look at settings, or not change this sheet."""
    _require_staff(desk)
    shown = report.shown(sheet, desk.user, desk.profile, desk.now)
    if must_change and not shown.is_mine:
        raise PermissionDenied(_("This is not yours to change."))
    return shown


def _require_staff(desk: Desk) -> None:
    if not report.looks_after(desk.user, desk.profile):
        raise PermissionDenied(_("Calendar and rights are for heads, administrators and editors."))


def _place(place: str) -> bool:
    return place == report.COUNTRY or Region.objects.by_code(place) is not None


def _is_shown(year: int, desk: Desk) -> bool:
    return abs(year - desk.now.year) <= YEARS


def _calendar_sheet(desk: Desk, place: str, year: int) -> Sheet:
    """404 for a region that there is not, and for years that nobody needs."""
    if not _is_shown(year, desk):
        raise Http404
    if place == report.COUNTRY:
        return Sheet(Setting.CALENDAR, year=year)
    region = Region.objects.by_code(place)
    if region is None:
        raise Http404
    return Sheet(Setting.CALENDAR, region=region, year=year)


def _prepared(desk: Desk, change_id: int) -> report.Prepared:
    found = report.prepared(change_id, desk.user, desk.profile, desk.now)
    if found is None:
        raise Http404
    return found


def _change_page(
    request: HttpRequest, desk: Desk, change_id: int, *, error: str = "", was_first: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    found = _prepared(desk, change_id)
    context = {"found": found, "change": found.change, "error": error, "was_first": was_first}
    return _page(request, desk, "setting_change.html", found.sheet.noun, context, status=status)


def _page(
    request: HttpRequest, desk: Desk, template: str, section: str, context: dict[str, Any], *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    has_hours = bool(desk.profile.headed_branch_ids or desk.profile.insurer_ids)
    shared = {"section": "dashboard", "page": section, "has_hours": has_hours}
    return staff_page(request, desk, template, shared | context, status=status)
