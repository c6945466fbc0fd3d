"""One act on many cases: choose, say how, watch it being done."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.forms.bulk import FORMS, WHOLE, BulkForm, ChooseForm, versions_of
from complaints.models import BulkAct
from complaints.reports.staff import list_work as report
from complaints.reports.staff.bulk_pace import pace_of
from complaints.reports.staff.export_lists import Asked
from complaints.services import bulk as service
from complaints.services.bulk import Marked
from complaints.services.transitions import RuleBroken
from complaints.views.staff.desk import Desk, staff_page, staff_view
from complaints.views.staff.narrowing import Narrowed, narrowed

#: Sent by the page of an act; the lists only choose one.
SAID = "said"


@staff_view("POST")
def bulk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page that asks how; sent from there, the act begins. What was marked travels with the form."""
    choice = ChooseForm(request.POST)
    if not choice.is_valid():
        messages.error(request, _("Choose what to do, then press the button once more."))
        return redirect("staff:queue")
    chosen, list_ = choice.cleaned_data, narrowed(QueryDict(choice.cleaned_data["query"]), desk)
    marked = _marked(request, chosen, list_)
    if not marked.tab and not marked.versions:
        messages.error(request, _("Mark the appeals first: tick the boxes in the list."))
        return redirect(_list_address(chosen["tab"], list_.query))
    form = FORMS[chosen["act"]](request.POST if SAID in request.POST else None)
    form.offer(report.choices(desk.profile, desk.now))
    if form.is_valid() and (made := _asked(form, chosen["act"], marked, desk)):
        return redirect("staff:bulk_act", reference=made.reference)
    return _ask_page(request, desk, form, chosen, list_, marked)


@staff_view("GET")
def bulk_act(request: HttpRequest, desk: Desk, reference: UUID) -> HttpResponse:
    """How far it is and what became of each case. Asked again by htmx, only the part that changes; which
    results are opened stays."""
    bulk, opened = _own(desk, reference), {name: request.GET.get(name, "") for name in ("result", "cursor")}
    context = {
        "section": "queue", "page": report.bulk_page(bulk, **opened), "pace": pace_of(bulk, desk.now),
        "opened": urlencode({name: value for name, value in opened.items() if value}),
    }  # fmt: skip
    template = "parts/bulk_progress.html" if request.headers.get("HX-Request") else "bulk_act.html"
    return staff_page(request, desk, template, context)


@staff_view("POST")
def bulk_stop(request: HttpRequest, desk: Desk, reference: UUID) -> HttpResponse:
    """Do no more."""
    if service.stop(bulk=_own(desk, reference), by=desk.user, now=desk.now):
        messages.success(request, _("It is being stopped. What is done stays done."))
    else:
        messages.info(request, _("It is over already."))
    return redirect("staff:bulk_act", reference=reference)


@staff_view("GET")
def works(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What this person asked for last: acts on many cases, exported lists."""
    acts, exports = report.works_of(desk.user, desk.profile, desk.now)
    return staff_page(request, desk, "works.html", {"section": "queue", "acts": acts, "exports": exports})


def _marked(request: HttpRequest, chosen: dict[str, Any], list_: Narrowed) -> Marked:
    if chosen["which"] == WHOLE:
        return Marked(tab=chosen["tab"], chosen=list_.form.chosen() if list_.form else {})
    return Marked(versions=versions_of(request.POST.getlist("case")))


def _asked(form: BulkForm, kind: str, marked: Marked, desk: Desk) -> BulkAct | None:
    """None: a rule is against it, the form says which."""
    try:
        return service.ask(
            kind=kind, marked=marked, arguments=form.arguments(), note=form.note(), by=desk.user, now=desk.now
        )
    except RuleBroken as error:
        form.add_error(None, str(error.message))
        return None


def _ask_page(
    request: HttpRequest, desk: Desk, form: BulkForm, chosen: dict[str, Any], list_: Narrowed, marked: Marked
) -> HttpResponse:
    asked = Asked(chosen["tab"], marked.chosen, desk.now)
    counted = report.size_text(asked, desk.profile) if marked.tab else None
    context = {
        "section": "queue", "form": form, "choice": chosen, "act": BulkAct.Kind(chosen["act"]),
        "cases": request.POST.getlist("case") if not marked.tab else [], "numbers": list(marked.versions),
        "count": counted or str(len(marked.versions)), "back": _list_address(chosen["tab"], list_.query),
        "list_words": report.list_words(
            chosen["tab"], marked.chosen, report.known_words(desk.profile, desk.now)
        ),
    }  # fmt: skip
    return staff_page(request, desk, "bulk.html", context, status=422 if form.is_bound else 200)


def _own(desk: Desk, reference: UUID) -> BulkAct:
    found = service.of(reference, desk.user)
    if found is None:
        raise Http404
    return found


def _list_address(tab: str, query: str) -> str:
    return f"{reverse(f'staff:{tab}')}?{query}" if query else reverse(f"staff:{tab}")


__all__ = ["bulk", "bulk_act", "bulk_stop", "works"]
