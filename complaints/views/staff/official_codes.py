"""Official codes: which row of the form a theme counts into, and new editions of the form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.forms.official_codes import EditionForm, RowsForm
from complaints.reports.staff.form_figures import form_figures
from complaints.reports.staff.official_codes import Mapping, mapping
from complaints.services import official_codes as service
from complaints.services.amendments import Editor
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk, staff_page, staff_view
from complaints.views.staff.matters import matter_page, matters_view
from insurers.services.revisions import MovedOn, Refused


@matters_view("GET", "POST")
def codes(request: HttpRequest, desk: Desk, editor: Editor) -> HttpResponse:
    """Themes and rows of one edition for one kind of appeal; themes without a row first."""
    _require(editor)
    found = mapping(request.GET.get("edition", ""), request.GET.get("kind", ""), desk.now)
    if found is None:
        raise Http404
    form = RowsForm(request.POST if request.method == "POST" else None, mapping=found)
    if not form.is_bound or not form.is_valid():
        return _page(request, desk, editor, found, form, status=422 if form.is_bound else 200)
    try:
        changed = service.choose_rows(
            edition=found.edition, kind=found.kind, wanted=form.wanted(), seen=form.was_seen(), by=editor,
            now=desk.now,
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(next(iter(refused.errors.values()))))
        return _page(request, desk, editor, found, form, status=422)
    except MovedOn:
        return _page(request, desk, editor, found, form, status=409, was_first=True)
    told = ngettext(
        "Saved: %d theme counts into another row.", "Saved: %d themes count into other rows.", changed
    )
    messages.success(request, told % changed)
    query = {"edition": found.edition.name, "kind": found.kind.value}
    return redirect(reverse("staff:official_codes", query=query))


@matters_view("GET", "POST")
def new_edition(request: HttpRequest, desk: Desk, editor: Editor) -> HttpResponse:
    """The rows of the form from a day on."""
    _require(editor)
    is_sent = request.method == "POST"
    form = EditionForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            carried = service.begin_edition(
                name=typed["edition"], begins_on=typed["begins_on"], rows=typed["file"], by=editor,
                now=desk.now,
            )  # fmt: skip
        except Refused as refused:
            for name, message in refused.errors.items():
                form.add_error(name, str(message))
        else:
            text = _("The edition is loaded. Themes that went over by themselves: %d.")
            messages.success(request, text % carried)
            return redirect(reverse("staff:official_codes", query={"edition": typed["edition"]}))
    context = {"form": form, "codes": True}
    return matter_page(
        request, desk, editor, "official_edition.html", context, status=422 if is_sent else 200
    )


@staff_view("GET")
def official_form(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How many appeals counted into which row, of the branches that this person answers for."""
    if not desk.supervises:
        raise PermissionDenied(_("The figures of the official form are for heads of branches and the fund."))
    branch_id, quarter = number_in(request, "branch"), request.GET.get("quarter", "")
    found = form_figures(desk.profile, branch_id, quarter, desk.now)
    context = {"section": "dashboard", "found": found, "branch_id": found.chosen}
    return staff_page(request, desk, "official_form.html", context)


def _require(editor: Editor) -> None:
    if not editor.everything:
        raise PermissionDenied(_("Official codes are for editors of what all patients read."))


def _page(
    request: HttpRequest, desk: Desk, editor: Editor, found: Mapping, form: RowsForm, *, status: int,
    was_first: bool = False,
) -> HttpResponse:  # fmt: skip
    if was_first:  # what was typed stays; what stands now is what is on the screen from here on
        typed = request.POST.copy()
        typed["seen"] = str(RowsForm(mapping=found)["seen"].initial)
        form = RowsForm(typed, mapping=found)
    context = {"mapping": found, "form": form, "was_first": was_first, "codes": True}
    return matter_page(request, desk, editor, "official_codes.html", context, status=status)
