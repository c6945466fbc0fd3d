"""The queue and its neighbours: lists by tab, taking the next case, opening one by its number."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.staff import FilterForm, NumberForm
from complaints.reports.staff import lists
from complaints.reports.staff.lists import Tab
from complaints.services import work
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case
from complaints.views.staff.tabs import tabs_of
from omsportal.platform import limits


@staff_view("GET")
def queue(request: HttpRequest, desk: Desk, tab: Tab = Tab.QUEUE) -> HttpResponse:
    """One list under the urgent lane. Asked again by htmx, it answers with the list only, or "unchanged"."""
    filters = _filters(request, desk)
    wanted = filters.wanted()
    summary = lists.summary(tab, desk.profile, wanted, desk.now)
    etag = f'"{summary.stamp}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    proposals = summary.counts["proposals"] > 0
    context: dict[str, Any] = {
        "section": "queue", "tab": tab, "tabs": tabs_of(summary), "summary": summary, "etag": etag,
        "filters": filters, "is_filtered": bool(wanted), "next_number": NumberForm(),
        "listing": lists.listing(
            tab, desk.profile, wanted, request.GET.get("cursor", ""), proposals=proposals
        ),
        **_page_addresses(request),
    }  # fmt: skip
    template = "parts/list.html" if request.headers.get("HX-Request") else "queue.html"
    response = staff_page(request, desk, template, context)
    response["ETag"] = etag
    return response


def _filters(request: HttpRequest, desk: Desk) -> FilterForm:
    branches, categories = lists.choices(desk.profile, desk.now.date())
    return FilterForm(request.GET, branches=branches, categories=categories)


@staff_view("POST")
def take(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the next case within competences and ceiling."""
    case = work.take_next(**desk.hand)
    if case is not None:
        return redirect("staff:case", number=case.number)
    messages.info(request, _("There is nothing to take: the queue is empty or your ceiling is reached."))
    return redirect("staff:queue")


@staff_view("POST")
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open a case by the number a caller dictates."""
    limits.spend("search.staff", desk.user.pk, desk.now)
    form = NumberForm(request.POST)
    if form.is_valid():
        return redirect("staff:case", number=visible_case(desk, form.cleaned_data["number"]).number)
    return staff_page(request, desk, "find.html", {"form": form, "section": "queue"}, status=422)


def _page_addresses(request: HttpRequest) -> dict[str, str]:
    """The list's own address, for refetching, and its filters without a position, for the pages."""
    without = request.GET.copy()
    without.pop("cursor", None)
    return {"list_url": request.get_full_path(), "filter_query": without.urlencode()}
