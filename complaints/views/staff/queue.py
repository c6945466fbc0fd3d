"""The queue and its neighbours: lists by tab, taking the next case, the keys."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.bulk import acts_on
from complaints.forms.filtering import SaveViewForm
from complaints.reports.staff import lists
from complaints.reports.staff.following import has_enough
from complaints.reports.staff.lists import Tab
from complaints.services import work
from complaints.views.staff.desk import Desk, staff_page, staff_view
from complaints.views.staff.narrowing import Narrowed, narrowed
from complaints.views.staff.tabs import tabs_of


@staff_view("GET")
def queue(request: HttpRequest, desk: Desk, tab: Tab = Tab.QUEUE) -> HttpResponse:
    """One list under the urgent lane. Asked again by htmx, it answers with the list only, or "unchanged"."""
    chosen, cursor = narrowed(request.GET, desk), request.GET.get("cursor", "")
    summary = lists.summary(tab, desk.profile, chosen.chosen, desk.now, cursor=cursor)
    etag = f'"{summary.stamp}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    proposals = summary.counts["proposals"] > 0
    context: dict[str, Any] = {
        "section": "queue", "tab": tab, "tabs": tabs_of(summary), "summary": summary, "etag": etag,
        "listing": lists.listing(
            tab, desk.profile, chosen.chosen, cursor, proposals=proposals, found=summary.found
        ),
        "several_branches": lists.has_several_branches(desk.profile), "bulk_acts": acts_on(tab),
        **_filter(tab, chosen), **_page_addresses(request),
    }  # fmt: skip
    template = "parts/list.html" if request.headers.get("HX-Request") else "queue.html"
    response = staff_page(request, desk, template, context)
    response["ETag"] = etag
    return response


def _filter(tab: Tab, chosen: Narrowed) -> dict[str, Any]:
    return {
        "filters": chosen.form, "is_filtered": bool(chosen.chosen), "views": chosen.views,
        "view_query": chosen.query, "save_form": SaveViewForm(initial={"tab": tab, "query": chosen.query}),
    }  # fmt: skip


@staff_view("POST")
def take(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the next case within competences and ceiling."""
    case = work.take_next(**desk.hand)
    if case is not None:
        return redirect("staff:case", number=case.number)
    messages.info(request, _why_nothing(desk))
    return redirect("staff:queue")


def _why_nothing(desk: Desk) -> str:
    if not has_enough(desk.profile):
        return _("There is nothing for you to take: nobody waits in your queue.")
    held = _(
        "You hold %(count)s appeals, as many as you may. Finish one or put one back, then take the next."
    )
    return held % {"count": desk.profile.ceiling}


@staff_view("GET")
def keys(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The keys of the workplace, as a page."""
    return staff_page(request, desk, "keys.html", {"section": ""})


def _page_addresses(request: HttpRequest) -> dict[str, str]:
    """The list's own address, for refetching, and its filters without a position, for the pages."""
    without = request.GET.copy()
    without.pop("cursor", None)
    return {"list_url": request.get_full_path(), "filter_query": without.urlencode()}
