"""Drafts of themes, advice and waiting times: written, looked at as patients will see them, published."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from complaints.forms.matters import MatterForm, Sheet
from complaints.models import Amendment, Matter
from complaints.reports.staff import matter_drafts as report
from complaints.reports.staff import matters
from complaints.services import amendments
from complaints.services.amendments import Editor
from complaints.services.matter_values import Row, Values
from complaints.views.public.guides import guide_shown
from complaints.views.public.help import topic_shown
from complaints.views.public.terms import terms_shown
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk
from complaints.views.staff.matters import matter_page, matters_view, row_for
from insurers.services.revisions import MovedOn, Refused, Settled


@matters_view("GET", "POST")
def new(request: HttpRequest, desk: Desk, editor: Editor, matter: Matter) -> HttpResponse:
    """Something that is not there yet; `?region=` a region's own waiting time, `?kind=` like which."""
    region_id = number_in(request, "region")
    region = matters.region_for(editor, region_id) if region_id and matter == Matter.TERM else None
    if region is None and (region_id or not editor.may(matter, None)):
        raise Http404
    like = matters.common_term(request.GET.get("kind", ""), desk.now) if region else None
    return _edit(request, desk, editor, Sheet(matter, region, like=like))


@matters_view("GET", "POST")
def row(request: HttpRequest, desk: Desk, editor: Editor, matter: Matter, matter_id: int) -> HttpResponse:
    """Begin a draft of a change, or go on with the one there is."""
    found = row_for(editor, matter, matter_id)
    sheet = Sheet(matter, getattr(found, "region", None), found, matters.draft_of(found))
    return _edit(request, desk, editor, sheet)


@matters_view("GET", "POST")
def change(request: HttpRequest, desk: Desk, editor: Editor, amendment_id: int) -> HttpResponse:
    """Go on with a draft."""
    draft = _draft(editor, amendment_id)
    if not draft.is_draft and request.method != "POST":  # what was typed meanwhile is shown again
        return redirect("staff:amendment", amendment_id=amendment_id)
    return _edit(request, desk, editor, Sheet(draft.noun, draft.region, amendments.row_of(draft), draft))


@matters_view("GET")
def amendment(request: HttpRequest, desk: Desk, editor: Editor, amendment_id: int) -> HttpResponse:
    """What it changes and does; the page of patients with it is one press away."""
    return _draft_page(request, desk, editor, _draft(editor, amendment_id))


@matters_view("GET")
def preview(request: HttpRequest, desk: Desk, editor: Editor, amendment_id: int) -> HttpResponse:
    """The very page of patients, read in a transaction that is undone."""
    draft = _draft(editor, amendment_id)
    try:
        if draft.is_draft:
            with amendments.tried(amendment=draft, now=desk.now):
                shown = _shown(request, draft, desk)
            if shown is not None:
                return shown
            list(messages.get_messages(request))  # nobody gets to see the page that was announced
            messages.info(request, _("On this day patients do not see this."))
    except Refused:
        pass  # the page of the draft says why
    return redirect("staff:amendment", amendment_id=amendment_id)


@matters_view("POST")
def publish(request: HttpRequest, desk: Desk, editor: Editor, amendment_id: int) -> HttpResponse:
    """At once, or on its day by itself."""
    found = _draft(editor, amendment_id)
    version = request.POST.get("version", "")
    try:
        made = amendments.publish(
            amendment=found, version=int(version) if version.isdecimal() else 0, by=editor, now=desk.now
        )
    except (MovedOn, Settled, Refused):
        return _draft_page(request, desk, editor, _draft(editor, amendment_id), was_first=True)
    planned = amendments.is_planned(made, desk.now)
    messages.success(
        request,
        _("Published: it becomes public on its day by itself.")
        if planned
        else _("Published: patients see it now."),
    )
    return redirect("staff:matters", matter=found.noun)


@matters_view("POST")
def discard(request: HttpRequest, desk: Desk, editor: Editor, amendment_id: int) -> HttpResponse:
    """Nothing of it is published."""
    found = _draft(editor, amendment_id)
    try:
        amendments.discard(amendment=found, by=editor, now=desk.now)
    except Settled:
        return redirect("staff:amendment", amendment_id=amendment_id)
    messages.success(request, _("The draft is discarded. What is published stays as it is."))
    return redirect("staff:matters", matter=found.noun)


def _draft(editor: Editor, amendment_id: int) -> Amendment:
    found = matters.amendment_of(editor, amendment_id)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, draft: Amendment, desk: Desk) -> HttpResponse | None:
    """At the moment when it begins; a waiting time with an example already counted."""
    at = report.moment_of(draft, desk.now)
    code = draft.values["code"]
    _say_what_it_is(request, draft)
    if draft.noun == Matter.GUIDE:
        return guide_shown(request, at, code)
    if draft.noun == Matter.THEME:
        return topic_shown(request, at, code)
    asked = request.GET if "kind" in request.GET else report.example(draft, at)
    return terms_shown(request, at, asked)


def _say_what_it_is(request: HttpRequest, draft: Amendment) -> None:
    """Above the page of patients; it leads back."""
    back = reverse("staff:amendment", kwargs={"amendment_id": draft.pk})
    told = _("This is your draft as patients will see it. Nothing is published yet.")
    messages.info(request, format_html('{} <a href="{}">{}</a>', told, back, _("Back to the draft")))


def _draft_page(
    request: HttpRequest, desk: Desk, editor: Editor, found: Amendment, *, was_first: bool = False
) -> HttpResponse:
    """A draft that is settled shows what became of it."""
    page = report.draft_page(found, desk.now) if found.is_draft else None
    context = {"amendment": found, "page": page, "was_first": was_first, "noun": Matter(found.noun)}
    status = 409 if was_first else 200
    return matter_page(request, desk, editor, "amendment.html", context, status=status)


def _edit(request: HttpRequest, desk: Desk, editor: Editor, sheet: Sheet) -> HttpResponse:
    """The form; a saved draft leads to its own page."""
    if request.method != "POST":
        return _form_page(request, desk, editor, sheet, sheet.form(desk.now), meanwhile=sheet.standing.drift)
    form = sheet.form(desk.now, request.POST)
    if form.is_valid():
        try:
            saved = amendments.save_draft(
                noun=sheet.noun, region=sheet.region, row=sheet.row, draft=sheet.draft, values=form.values(),
                seen=form.cleaned_data["seen"], by=editor, now=desk.now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused)
        except (MovedOn, Settled) as moved:
            return _second(request, desk, editor, sheet, form.values(), moved)
        else:
            return redirect("staff:amendment", amendment_id=saved.pk)
    return _form_page(request, desk, editor, sheet, form, status=422)


def _second(
    request: HttpRequest, desk: Desk, editor: Editor, sheet: Sheet, typed: Values, moved: MovedOn | Settled
) -> HttpResponse:
    """Somebody was first: what they changed, with everything this person typed still in the form."""
    row = row_for(editor, Matter(sheet.noun), sheet.row.pk) if sheet.row else _made(editor, sheet)
    draft = matters.draft_of(row) if row else None
    if isinstance(moved, MovedOn) and row is None and sheet.draft:
        draft = _draft(editor, sheet.draft.pk)
    fresh = Sheet(sheet.noun, sheet.region, row, draft)
    if isinstance(moved, Settled):
        form = fresh.form(desk.now, values=typed)
        return _form_page(request, desk, editor, fresh, form, status=409, settled=True)
    values = fresh.standing.merged(typed, moved.seen, moved.current)
    return _form_page(
        request, desk, editor, fresh, fresh.form(desk.now, values=values), status=409,
        meanwhile=(moved.seen, moved.current),
    )  # fmt: skip


def _made(editor: Editor, sheet: Sheet) -> Row | None:
    """What came of the draft of a new row, when it was published meanwhile: going on changes that."""
    draft = _draft(editor, sheet.draft.pk) if sheet.draft else None
    return matters.row_of(editor, sheet.noun, draft.made_row_id) if draft and draft.made_row_id else None


def _form_page(
    request: HttpRequest, desk: Desk, editor: Editor, sheet: Sheet, form: MatterForm, *, status: int = 200,
    meanwhile: tuple[Values, Values] | None = None, settled: bool = False,
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form, "sheet": sheet, "noun": Matter(sheet.noun), "settled": settled,
        "meanwhile": report.changes(sheet.noun, *meanwhile) if meanwhile else [],
        "first": report.who_was_first(sheet.draft, sheet.row) if meanwhile else None,
        "address": _address(sheet),
    }  # fmt: skip
    return matter_page(request, desk, editor, "matter_edit.html", context, status=status)


def _address(sheet: Sheet) -> str:
    """Where the form is sent."""
    if sheet.row:
        return reverse("staff:matter", kwargs={"matter": sheet.noun, "matter_id": sheet.row.pk})
    if sheet.draft:
        return reverse("staff:amendment_change", kwargs={"amendment_id": sheet.draft.pk})
    query = {"region": sheet.region.pk} if sheet.region else {}
    return reverse("staff:matter_new", kwargs={"matter": sheet.noun}, query=query)
