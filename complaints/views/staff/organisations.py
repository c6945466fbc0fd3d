"""Phones, offices and posts of the branches that somebody looks after: lists, history, calls to confirm."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.reports.staff import organisation_drafts as drafts
from complaints.reports.staff import organisations as report
from complaints.views.staff.desk import Desk, staff_page, staff_view
from insurers.models import Hotline, Noun
from insurers.services import revisions
from insurers.services.organisation_values import Owner, Row, owner_of, values_of
from insurers.services.revisions import MovedOn, Refused, Seen, Settled

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")
EditorView = Callable[Concatenate[HttpRequest, Desk, Arguments], HttpResponse]
#: Longer is no name of a region or an insurer.
_LONGEST_SEARCH = 100


def editor_view(*methods: str) -> Callable[[EditorView[Arguments]], Callable[..., HttpResponse]]:
    """A page of the editor: 403 for whoever looks after no branch."""

    def decorate(view: EditorView[Arguments]) -> Callable[..., HttpResponse]:
        def allowed(
            request: HttpRequest, desk: Desk, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            if not report.may_edit(desk.profile):
                raise PermissionDenied(
                    _("Heads of branches, administrators of an insurer and the fund look after phones.")
                )
            return view(request, desk, *args, **kwargs)

        allowed.__doc__ = view.__doc__
        return staff_view(*methods)(allowed)

    return decorate


@editor_view("GET")
def organisations(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Branches, found by region, insurer or phone; drafts; how many phones wait for a call."""
    words = request.GET.get("q", "")[:_LONGEST_SEARCH]
    found = report.overview(desk.profile, words, request.GET.get("cursor", ""), desk.now)
    context = {"overview": found, "words": words, "most": report.MOST_COUNTED}
    return editor_page(request, desk, "organisations.html", context)


@editor_view("GET")
def branch_shelf(request: HttpRequest, desk: Desk, branch_id: int, noun: str) -> HttpResponse:
    """One list of a branch."""
    return _shelf(request, desk, branch_for(desk, branch_id), noun)


@editor_view("GET")
def insurer_shelf(request: HttpRequest, desk: Desk, insurer_id: int) -> HttpResponse:
    """The insurer's phones for the whole country."""
    return _shelf(request, desk, insurer_for(desk, insurer_id), Noun.HOTLINE)


@editor_view("GET")
def unconfirmed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Phones to call, those that wait longest first."""
    context = {
        "lines": report.unconfirmed(desk.profile, desk.now), "most": report.MOST_COUNTED,
        "count": report.count_unconfirmed(desk.profile, desk.now),
    }  # fmt: skip
    return editor_page(request, desk, "organisation_calls.html", context)


@editor_view("POST")
def confirm(request: HttpRequest, desk: Desk, row_id: int) -> HttpResponse:
    """Somebody has called: the phone is right."""
    hotline = row_for(desk, Noun.HOTLINE, row_id)
    assert isinstance(hotline, Hotline)
    called = request.POST.get("phone", "")
    try:
        is_first = revisions.confirm(hotline=hotline, called=called, by_id=desk.user.pk, now=desk.now)
    except MovedOn as moved:
        messages.warning(
            request, _("This phone was changed meanwhile to %(phone)s: call that one.") % moved.current
        )
    else:
        said = _("%(phone)s: confirmed today.") if is_first else _("%(phone)s was confirmed today already.")
        messages.success(request, said % {"phone": hotline})
    return redirect("staff:organisations_unconfirmed")


@editor_view("GET")
def history(request: HttpRequest, desk: Desk, noun: str, row_id: int) -> HttpResponse:
    """Who changed what and when; each change can be put back."""
    row = row_for(desk, noun, row_id)
    context = {"row": row, "noun": Noun(noun), "owner": owner_of(row), "lines": drafts.history(row)}
    return editor_page(request, desk, "organisation_history.html", context)


@editor_view("POST")
def restore(request: HttpRequest, desk: Desk, noun: str, row_id: int, event_id: int) -> HttpResponse:
    """A draft that puts one change back; nothing is public before it is published."""
    row = row_for(desk, noun, row_id)
    values = drafts.values_before(row, event_id)
    if values is None:
        raise Http404
    seen = Seen(draft=None, row=values_of(row, noun))
    try:
        draft = revisions.save_draft(
            noun=noun, owner=owner_of(row), row=row, draft=None, values=values, seen=seen,
            by_id=desk.user.pk, now=desk.now,
        )  # fmt: skip
    except (MovedOn, Refused) as error:
        messages.error(request, _why_not(error))
        return redirect("staff:organisation_history", noun=noun, row_id=row_id)
    return redirect("staff:organisation_draft", revision_id=draft.pk)


@editor_view("POST")
def withdraw(request: HttpRequest, desk: Desk, noun: str, row_id: int) -> HttpResponse:
    """A planned change does not begin."""
    row = row_for(desk, noun, row_id)
    try:
        revisions.withdraw_planned(row=row, noun=noun, by_id=desk.user.pk, now=desk.now)
    except Settled:
        messages.info(request, _("It has begun already: prepare a change instead."))
    else:
        messages.success(request, _("The planned change is withdrawn: everything stays as it is."))
    return redirect(shelf_address(owner_of(row), noun))


def _why_not(error: MovedOn | Refused) -> str:
    if isinstance(error, MovedOn):
        return _("Somebody is preparing a change of this just now: publish or discard that draft first.")
    return str(next(iter(error.errors.values())))


def _shelf(request: HttpRequest, desk: Desk, owner: Owner, noun: str) -> HttpResponse:
    over, cursor = "over" in request.GET, request.GET.get("cursor", "")
    context = {"shelf": report.shelf(owner, Noun(noun), cursor, desk.now, over=over), "owner": owner}
    return editor_page(request, desk, "organisation_shelf.html", context)


def editor_page(
    request: HttpRequest, desk: Desk, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return staff_page(request, desk, template, {"section": "organisations"} | context, status=status)


def shelf_address(owner: Owner, noun: str) -> str:
    """Where the list of these stands."""
    if owner._meta.model_name == "insurer":
        return reverse("staff:insurer_shelf", kwargs={"insurer_id": owner.pk})
    return reverse("staff:branch_shelf", kwargs={"branch_id": owner.pk, "noun": noun})


def branch_for(desk: Desk, branch_id: int) -> Owner:
    return _found(report.branch_of(desk.profile, branch_id))


def insurer_for(desk: Desk, insurer_id: int) -> Owner:
    return _found(report.insurer_of(desk.profile, insurer_id))


def row_for(desk: Desk, noun: str, row_id: int) -> Row:
    """404 for what this person does not look after."""
    found = report.row_of(desk.profile, noun, row_id)
    if found is None:
        raise Http404
    return found


def _found(row: Found | None) -> Found:
    if row is None:
        raise Http404
    return row
