"""Registries of policies and official registers, brought as files: looked at, agreed to, loaded."""

import csv
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms.imports import ImportForm
from complaints.reports.staff import imports as report
from complaints.reports.staff.imports import Reach
from complaints.views.by_script import led_on
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk, staff_page, staff_view
from insurers import import_words
from insurers.models import RegistryImport
from insurers.services import registry_imports as service
from insurers.services.registry_imports import ImportRefused
from representatives.reauthentication import identity_required

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Desk, Reach, Arguments], HttpResponse]

REFUSED = {
    "over": gettext_lazy("Somebody was first: this is how it is now."),
    "unusual": gettext_lazy(
        "Unusually many would end or change the insurer. If that is right, mark it and load."
    ),
}


def reaching(*methods: str) -> Callable[[View[Arguments]], Callable[..., HttpResponse]]:
    """A page for those who may fill a registry, and who have proven a moment ago who they are."""

    def decorate(view: View[Arguments]) -> Callable[..., HttpResponse]:
        def reached(
            request: HttpRequest, desk: Desk, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            reach = report.reach_of(desk.user, desk.profile)
            if not reach:
                raise PermissionDenied(
                    _("Registries are filled by administrators of insurers and heads of funds.")
                )
            return view(request, desk, reach, *args, **kwargs)

        return staff_view(*methods)(reached)

    return decorate


@identity_required
@reaching("GET", "POST")
def imports(request: HttpRequest, desk: Desk, reach: Reach) -> HttpResponse:
    """What was brought, and the form that brings the next."""
    form = ImportForm(request.POST or None, request.FILES or None, reach=reach)
    if request.method != "POST" or not form.is_valid():
        return _list(request, desk, reach, form)
    typed = form.cleaned_data
    found = service.bring(
        kind=typed["kind"], pieces=typed["file"].chunks(), branch_ids=form.branch_ids(),
        region_codes=reach.region_codes, replace=typed["replace"], by_id=desk.user.pk, now=desk.now,
    )  # fmt: skip
    return led_on(request, redirect("staff:import", import_id=found.pk))


@reaching("GET")
def import_(request: HttpRequest, desk: Desk, reach: Reach, import_id: int) -> HttpResponse:
    """One file; asked again by htmx while somebody works on it."""
    page = report.page_of(_visible(reach, import_id), desk.now)
    name = "parts/import_now.html" if request.headers.get("HX-Request") else "import.html"
    return staff_page(request, desk, name, {"section": "dashboard", "page": page})


@identity_required
@reaching("POST")
def load(request: HttpRequest, desk: Desk, reach: Reach, import_id: int) -> HttpResponse:
    """Write what was looked at."""
    found, is_sure = _visible(reach, import_id), bool(request.POST.get("sure"))
    return _done(request, found, lambda: service.approve(
        found=found, is_sure=is_sure, by_id=desk.user.pk, now=desk.now
    ))  # fmt: skip


@reaching("POST")
def withdraw(request: HttpRequest, desk: Desk, reach: Reach, import_id: int) -> HttpResponse:
    """Write nothing; the file is gone."""
    found = _visible(reach, import_id)
    return _done(request, found, lambda: service.withdraw(found=found, now=desk.now))


@reaching("GET")
def import_report(_request: HttpRequest, _desk: Desk, reach: Reach, import_id: int) -> HttpResponse:
    """Bad lines as a table: line, column, reason. No value of the file is in it."""
    found = _visible(reach, import_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{found.pk}.csv"'
    response.write("\ufeff")
    lines = csv.writer(response, delimiter=";")
    lines.writerow([_("Line"), _("Column"), _("Reason")])
    lines.writerows(import_words.fault_lines(found.findings.get("faults", ())))
    return response


def _visible(reach: Reach, import_id: int) -> RegistryImport:
    found = report.one(reach, import_id)
    if found is None:
        raise Http404
    return found


def _list(request: HttpRequest, desk: Desk, reach: Reach, form: ImportForm) -> HttpResponse:
    rows = report.imports_of(reach, number_in(request, "before"))
    shown = rows[: report.PAGE]
    context = {
        "section": "dashboard", "form": form, "rows": shown, "supervises": desk.supervises,
        "next": shown[-1].pk if len(rows) > report.PAGE else None, "most": settings.REGISTRY_MAX_BYTES,
    }  # fmt: skip
    return staff_page(request, desk, "imports.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, found: RegistryImport, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ImportRefused as error:
        messages.error(request, str(REFUSED[error.code]))
    return redirect("staff:import", import_id=found.pk)
