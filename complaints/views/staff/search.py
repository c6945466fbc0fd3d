"""Finding cases. What was typed travels by POST and is kept sealed: no address says anything of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from complaints.forms.search import FieldsForm, SearchForm
from complaints.models import Search
from complaints.reports.staff import search, search_shown, search_words
from complaints.reports.staff.places import working_branches
from complaints.services import searches
from complaints.services.searches import Asker
from complaints.views.staff.desk import Desk, staff_page, staff_view


@staff_view("GET", "POST")
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form by fields; POST takes it or the one box, and leads to the case or to what was found."""
    if request.method == "GET":
        return _forms(request, desk, SearchForm(), _fields(desk))
    form = _typed(desk, request.POST)
    if not form.is_valid():
        is_box = isinstance(form, SearchForm)
        box, fields = (form, _fields(desk)) if is_box else (SearchForm(), form)
        return _forms(request, desk, box, fields, status=422)
    wanted = form.wanted(today=desk.now.date())
    kept = {name: value for name, value in request.POST.items() if name in form.fields}
    typed = {**kept, "understood": wanted.packed()}
    made = searches.begin(asker=Asker(desk.user), kinds=wanted.kinds, typed=typed, now=desk.now)
    number = search.case_number(wanted, desk.profile)
    if number is not None:
        searches.note_found(search=made, found=1)
        return redirect("staff:case", number=number)
    return redirect("staff:found", reference=made.reference)


@staff_view("GET")
def found(request: HttpRequest, desk: Desk, reference: UUID) -> HttpResponse:
    """The results, for whoever asked and for an hour; afterwards the form, to ask again."""
    made = searches.open_of(reference=reference, user=desk.user, now=desk.now)
    form = _typed(desk, made.sealed) if made is not None else None
    if made is None or form is None or not form.is_valid():
        return _forms(request, desk, SearchForm(), _fields(desk), status=404, is_over=True)
    return staff_page(request, desk, "find.html", _results(request, desk, made, form))


def _results(request: HttpRequest, desk: Desk, made: Search, form: Any) -> dict[str, Any]:
    """Logged before anything is shown."""
    wanted = form.wanted(today=desk.now.date())
    results = search.find(wanted, desk.profile, cursor=request.GET.get("cursor", ""))
    searches.note_found(search=made, found=len(results.rows) + bool(results.next_cursor))
    readable = search_shown.readable_ids(results.rows, desk.profile)
    searches.log_shown(asker=Asker(desk.user), case_ids=readable, now=desk.now)
    is_box = isinstance(form, SearchForm)
    box, fields = (form, _fields(desk)) if is_box else (SearchForm(), form)
    return {
        "section": "find", "box": box, "fields": fields, "results": results, "search": made.reference,
        "is_further": bool(request.GET.get("cursor")),
        "lines": search_shown.lines(results.rows, wanted, desk.profile),
        "told": search_words.told(wanted), "doubts": search_words.doubts(wanted),
        "advice": search_words.advice(wanted),
    }  # fmt: skip


def _typed(desk: Desk, typed: Any) -> Any:
    """The form that was sent: the one box, or the one by fields."""
    return SearchForm(typed) if "query" in typed else _fields(desk, typed)


def _fields(desk: Desk, typed: Any = None) -> FieldsForm:
    return FieldsForm(typed, branches=working_branches(desk.profile).with_names().alphabetical())


def _forms(
    request: HttpRequest,
    desk: Desk,
    box: forms.Form,
    fields: forms.Form,
    *,
    status: int = 200,
    is_over: bool = False,
) -> HttpResponse:
    context = {"section": "find", "box": box, "fields": fields, "is_over": is_over}
    return staff_page(request, desk, "find.html", context, status=status)
