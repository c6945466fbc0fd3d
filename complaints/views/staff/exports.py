"""A list taken along as a file: asked for after a fresh proof of who asks, opened for some hours, logged."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.forms.bulk import ExportForm
from complaints.models import Export
from complaints.reports.staff import list_work as report
from complaints.reports.staff.export_every import SHEETS, exists
from complaints.reports.staff.export_formats import CONTENT_TYPES
from complaints.reports.staff.export_lists import ASKS, OF_REGION, Asked, Listed
from complaints.services import exports as service
from complaints.views.staff.desk import Desk, staff_page, staff_view
from complaints.views.staff.narrowing import narrowed
from representatives.reauthentication import identity_required


@identity_required
@staff_view("GET", "POST")
def export(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which format; then the file at once, or the page that shows how far it is."""
    sent = request.POST if request.method == "POST" else None
    query = request.GET.copy()
    initial = {"tab": query.pop("tab", ["queue"])[-1], "query": query.urlencode()}
    form = ExportForm(sent, initial=initial)
    asked = _asked(desk, str(form["tab"].value()), QueryDict(form["query"].value() or ""))
    if form.is_valid():
        made = service.ask(
            tab=asked.tab, chosen=asked.chosen, format=form.cleaned_data["format"], **desk.hand
        )
        return redirect("staff:export_made", reference=made.reference)
    known = report.known_words(desk.profile, desk.now)
    context = {
        "section": "queue", "form": form, "list_url": _address(asked), "is_of_cases": asked.tab not in SHEETS,
        "count": report.rows_text(asked, desk.user, desk.profile),
        "list_words": report.list_words(asked.tab, asked.chosen, known),
    }  # fmt: skip
    return staff_page(request, desk, "export.html", context, status=422 if sent else 200)


def _asked(desk: Desk, tab: str, query: QueryDict) -> Asked:
    """The list that an address or the form names; another's does not exist."""
    asked = Asked(tab, _chosen(desk, tab, query), desk.now)
    if not exists(asked, desk.user, desk.profile, desk.now):
        raise Http404
    return asked


def _chosen(desk: Desk, tab: str, query: QueryDict) -> dict[str, str]:
    """The filter of a tab, or what another list is of."""
    if tab in SHEETS:
        return SHEETS[tab].chosen(query)
    if tab in set(Listed):
        name = ASKS.get(Listed(tab))
        return {name: query.get(name, "")} if name else {}
    form = narrowed(query, desk).form
    return form.chosen() if form else {}


def _address(asked: Asked) -> str:
    """The page of the list."""
    of, chosen = asked.tab, asked.chosen
    if of in SHEETS:
        return SHEETS[of].address(chosen)
    if of == Listed.FOUND:
        return reverse("staff:found", args=[chosen["search"]])
    if of == Listed.INCIDENT:
        return reverse("staff:incident", args=[chosen["incident"]])
    if of in OF_REGION:
        return f"{reverse('staff:region')}?list={of}"
    return reverse(f"staff:{of}")


@staff_view("GET")
def export_made(request: HttpRequest, desk: Desk, reference: UUID) -> HttpResponse:
    """How far it is, then the link to the file."""
    line = report.export_line(_own(desk, reference), desk.user, desk.profile, desk.now)
    template = "parts/export_progress.html" if request.headers.get("HX-Request") else "export_made.html"
    return staff_page(request, desk, template, {"section": "queue", "line": line, "export": line.export})


@identity_required
@staff_view("GET")
def export_file(request: HttpRequest, desk: Desk, reference: UUID) -> HttpResponse:  # noqa: ARG001  (a view)
    """The file, for who made it and while they may: for whoever may not any more it does not exist. Each
    opening is logged."""
    own = _own(desk, reference)
    if not service.may_open(own, desk.user, desk.profile, desk.now):
        raise Http404
    answer = StreamingHttpResponse(
        service.open_file(export=own, by=desk.user, now=desk.now), content_type=CONTENT_TYPES[own.format]
    )
    name = f"{own.tab}-{own.made_at:%Y-%m-%d}.{own.format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]  # an answer like any other


@staff_view("GET")
def exports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """For heads: who took along rows of their branches."""
    if not desk.supervises:
        raise PermissionDenied(_("This page is for heads and the fund."))
    seen = report.exports_seen(desk.profile, request.GET.get("cursor", ""), desk.now)
    return staff_page(request, desk, "exports.html", {"section": "dashboard", "seen": seen})


def _own(desk: Desk, reference: UUID) -> Export:
    found = service.of(reference, desk.user)
    if found is None:
        raise Http404
    return found


__all__ = ["export", "export_file", "export_made", "exports"]
