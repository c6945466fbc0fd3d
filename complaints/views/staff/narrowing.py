"""Narrowing a list, and the views of lists that a person keeps."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.forms.filtering import NAMES, FilterForm, SaveViewForm, TabForm
from complaints.reports.staff.filtering import View, narrowing, wanted_of
from complaints.reports.staff.lists import Tab
from complaints.services import saved_lists
from complaints.services.transitions import RuleBroken
from complaints.views.staff.desk import Desk, staff_page, staff_view

#: In an address: the filter is open, though it narrows nothing yet.
OPENED = "filter"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """How the list of an address is narrowed; `form` only while the filter is open."""

    form: FilterForm | None
    chosen: dict[str, str]
    wanted: dict[str, Any]
    query: str
    views: list[View]


def narrowed(values: QueryDict, desk: Desk) -> Narrowed:
    """From an address or from the form; one query, one more for the name of a clinic."""
    is_open = OPENED in values or any(values.get(name) for name in NAMES)
    found = narrowing(desk.profile, desk.now.date(), with_choices=is_open)
    if not is_open:
        return Narrowed(None, {}, {}, "", found.views)
    form = FilterForm(values, choices=found.choices, today=desk.now.date())
    chosen = form.chosen()
    return Narrowed(form, chosen, wanted_of(chosen, desk.now), form.query(), found.views)


@staff_view("POST")
def narrow(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make an address of what was chosen; a typed name of a clinic becomes its id on the way."""
    tab = _tab(request)
    values = request.POST.copy()
    values[OPENED] = "1"
    form = narrowed(values, desk).form
    if form is not None and form.is_valid():
        return redirect(_address(tab, form.query()))
    context = {"section": "queue", "form": form, "tab": tab}
    return staff_page(request, desk, "narrow.html", context, status=422)


@staff_view("POST")
def save(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep the list under a name; only what the filter itself would accept is kept."""
    form = SaveViewForm(request.POST)
    tab = _tab(request)
    query = narrowed(QueryDict(request.POST.get("query", "")), desk).query
    if form.is_valid():
        try:
            saved_lists.save(
                title=form.cleaned_data["title"], tab=tab, query=query, by=desk.user, now=desk.now
            )
        except RuleBroken as error:
            form.add_error("title", str(error.message))
        else:
            return redirect(_address(tab, query))
    return staff_page(request, desk, "save_view.html", {"section": "queue", "form": form}, status=422)


@staff_view("POST")
def remove(request: HttpRequest, desk: Desk, view_id: int) -> HttpResponse:
    if not saved_lists.remove(view_id=view_id, by=desk.user):
        raise Http404
    messages.success(request, _("The view is removed; the cases are where they were."))
    return redirect(f"{reverse('staff:queue')}?{OPENED}=1")


def _tab(request: HttpRequest) -> Tab:
    """An unknown one is the queue."""
    form = TabForm(request.POST)
    return Tab(form.cleaned_data["tab"]) if form.is_valid() else Tab.QUEUE


def _address(tab: Tab, query: str) -> str:
    return f"{reverse(f'staff:{tab}')}?{query}" if query else reverse(f"staff:{tab}")


__all__ = ["Narrowed", "narrow", "narrowed", "remove", "save"]
