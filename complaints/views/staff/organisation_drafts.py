"""Drafts of phones, offices and posts: written, looked at as patients will see them, published."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.forms.moments import MomentForm
from complaints.forms.organisations import RowForm, Sheet
from complaints.reports.staff import organisation_drafts as report
from complaints.reports.staff import organisations
from complaints.views.staff.desk import Desk
from complaints.views.staff.organisations import (
    branch_for,
    editor_page,
    editor_view,
    insurer_for,
    row_for,
    shelf_address,
)
from insurers.models import Branch, Noun, Revision
from insurers.services import moments, revisions
from insurers.services.moments import NotScheduled
from insurers.services.organisation_values import Row, Values, owner_of
from insurers.services.revisions import MovedOn, Refused, Settled


@editor_view("GET", "POST")
def new_in_branch(request: HttpRequest, desk: Desk, branch_id: int, noun: str) -> HttpResponse:
    """A phone, office or post that the branch does not have yet."""
    return _edit(request, desk, Sheet(noun, branch_for(desk, branch_id)))


@editor_view("GET", "POST")
def new_of_insurer(request: HttpRequest, desk: Desk, insurer_id: int) -> HttpResponse:
    """A phone for the whole country."""
    return _edit(request, desk, Sheet(Noun.HOTLINE, insurer_for(desk, insurer_id)))


@editor_view("GET", "POST")
def row(request: HttpRequest, desk: Desk, noun: str, row_id: int) -> HttpResponse:
    """Begin a draft of a change, or go on with the one there is."""
    found = row_for(desk, noun, row_id)
    return _edit(request, desk, Sheet(noun, owner_of(found), found, organisations.draft_of(found)))


@editor_view("GET", "POST")
def change(request: HttpRequest, desk: Desk, revision_id: int) -> HttpResponse:
    """Go on with a draft."""
    draft = _draft(desk, revision_id)
    if not draft.is_draft and request.method != "POST":  # what was typed meanwhile is shown again
        return redirect("staff:organisation_draft", revision_id=revision_id)
    return _edit(request, desk, Sheet(draft.noun, draft.owner, revisions.row_of(draft), draft))


@editor_view("GET")
def draft(request: HttpRequest, desk: Desk, revision_id: int) -> HttpResponse:
    """What it changes, and the pages of patients with it."""
    found = _draft(desk, revision_id)
    return _draft_page(request, desk, found)


@editor_view("POST")
def publish(request: HttpRequest, desk: Desk, revision_id: int) -> HttpResponse:
    """At once, or on its day by itself."""
    found = _draft(desk, revision_id)
    try:
        made = revisions.publish(revision=found, version=_version(request), by_id=desk.user.pk, now=desk.now)
    except (MovedOn, Settled, Refused):
        return _draft_page(request, desk, _draft(desk, revision_id), was_first=True)
    planned = revisions.is_planned(made, desk.now)
    messages.success(
        request,
        _("Published: it becomes public on its day by itself.")
        if planned
        else _("Published: patients see it now."),
    )
    return redirect(shelf_address(owner_of(made), found.noun))


@editor_view("POST")
def schedule(request: HttpRequest, desk: Desk, revision_id: int) -> HttpResponse:
    """At a moment, by itself."""
    found = _draft(desk, revision_id)
    form = MomentForm(request.POST, revision=found, now=desk.now)
    if form.is_valid():
        try:
            moments.schedule(
                revision=found, version=_version(request), at=form.moment(), by_id=desk.user.pk,
                now=desk.now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused)
        except (MovedOn, Settled):
            return _draft_page(request, desk, _draft(desk, revision_id), was_first=True, form=form)
        else:
            messages.success(request, _("The moment is chosen: the draft will be published by itself."))
            return redirect("staff:organisation_draft", revision_id=revision_id)
    return _draft_page(request, desk, found, form=form)


@editor_view("POST")
def unschedule(request: HttpRequest, desk: Desk, revision_id: int) -> HttpResponse:
    """The draft stays and waits for nothing."""
    try:
        moments.unschedule(revision=_draft(desk, revision_id), now=desk.now)
    except (NotScheduled, Settled):
        messages.info(request, _("The draft waits for no moment any more."))
    else:
        messages.success(request, _("The draft will not be published by itself. It stays here."))
    return redirect("staff:organisation_draft", revision_id=revision_id)


@editor_view("POST")
def discard(request: HttpRequest, desk: Desk, revision_id: int) -> HttpResponse:
    """Nothing of it is published."""
    found = _draft(desk, revision_id)
    try:
        revisions.discard(revision=found, by_id=desk.user.pk, now=desk.now)
    except Settled:
        return redirect("staff:organisation_draft", revision_id=revision_id)
    messages.success(request, _("The draft is discarded. What is published stays as it is."))
    return redirect(shelf_address(found.owner, found.noun))


def _draft(desk: Desk, revision_id: int) -> Revision:
    found = organisations.revision_of(desk.profile, revision_id)
    if found is None:
        raise Http404
    return found


def _version(request: HttpRequest) -> int:
    """Which draft was on the screen."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _draft_page(
    request: HttpRequest, desk: Desk, found: Revision, *, was_first: bool = False,
    form: MomentForm | None = None,
) -> HttpResponse:  # fmt: skip
    """A draft that is settled shows what became of it; a moment that was refused stays as it was typed."""
    page = report.draft_page(found, desk.now) if found.is_draft else None
    context = {
        "revision": found, "page": page, "owner": found.owner, "was_first": was_first,
        "back": shelf_address(found.owner, found.noun), "clock": report.clock_words(found.owner, desk.now),
        "form": form or MomentForm(revision=found, now=desk.now),
    }  # fmt: skip
    status = 409 if was_first else 422 if form else 200
    return editor_page(request, desk, "organisation_draft.html", context, status=status)


def _edit(request: HttpRequest, desk: Desk, sheet: Sheet) -> HttpResponse:
    """The form; a saved draft leads to its preview."""
    if request.method != "POST":
        return _form_page(request, desk, sheet, sheet.form(desk.now), meanwhile=sheet.standing.drift)
    form = sheet.form(desk.now, request.POST)
    if form.is_valid():
        try:
            saved = revisions.save_draft(
                noun=sheet.noun, owner=sheet.owner, row=sheet.row, draft=sheet.draft, values=form.values(),
                seen=form.cleaned_data["seen"], by_id=desk.user.pk, now=desk.now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused)
        except (MovedOn, Settled) as moved:
            return _second(request, desk, sheet, form.values(), moved)
        else:
            return redirect("staff:organisation_draft", revision_id=saved.pk)
    return _form_page(request, desk, sheet, form, status=422)


def _second(
    request: HttpRequest, desk: Desk, sheet: Sheet, typed: Values, moved: MovedOn | Settled
) -> HttpResponse:
    """Somebody was first: what they changed, with everything this person typed still in the form."""
    row = row_for(desk, sheet.noun, sheet.row.pk) if sheet.row else _made(desk, sheet)
    fresh = Sheet(sheet.noun, sheet.owner, row, organisations.draft_of(row) if row else None)
    if isinstance(moved, Settled):
        return _form_page(request, desk, fresh, fresh.form(desk.now, values=typed), status=409, settled=True)
    if row is None:
        fresh = Sheet(sheet.noun, sheet.owner, None, _draft(desk, sheet.draft.pk) if sheet.draft else None)
    values = fresh.standing.merged(typed, moved.seen, moved.current)
    form = fresh.form(desk.now, values=values)
    return _form_page(request, desk, fresh, form, status=409, meanwhile=(moved.seen, moved.current))


def _made(desk: Desk, sheet: Sheet) -> Row | None:
    """What came of the draft of a new row, when it was published meanwhile: going on changes that."""
    draft = _draft(desk, sheet.draft.pk) if sheet.draft else None
    return (
        organisations.row_of(desk.profile, sheet.noun, draft.made_row_id)
        if draft and draft.made_row_id
        else None
    )


def _form_page(
    request: HttpRequest, desk: Desk, sheet: Sheet, form: RowForm, *, status: int = 200,
    meanwhile: tuple[Values, Values] | None = None, settled: bool = False,
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form, "sheet": sheet, "owner": sheet.owner, "noun": Noun(sheet.noun), "settled": settled,
        "meanwhile": report.changes(sheet.noun, *meanwhile) if meanwhile else [],
        "first": report.who_was_first(sheet.draft, sheet.row) if meanwhile else None,
        "address": _address(sheet), "back": shelf_address(sheet.owner, sheet.noun),
    }  # fmt: skip
    return editor_page(request, desk, "organisation_edit.html", context, status=status)


def _address(sheet: Sheet) -> str:
    """Where the form is sent."""
    if sheet.row:
        return reverse("staff:organisation_row", kwargs={"noun": sheet.noun, "row_id": sheet.row.pk})
    if sheet.draft:
        return reverse("staff:organisation_change", kwargs={"revision_id": sheet.draft.pk})
    if isinstance(sheet.owner, Branch):
        known = {"branch_id": sheet.owner.pk, "noun": sheet.noun}
        return reverse("staff:organisation_new", kwargs=known)
    return reverse("staff:insurer_new", kwargs={"insurer_id": sheet.owner.pk})
