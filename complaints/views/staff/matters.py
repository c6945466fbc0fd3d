"""Themes, advice and waiting times: lists, history, what is put back and what is withdrawn."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.models import Matter
from complaints.reports.staff import matter_drafts as drafts
from complaints.reports.staff import matters as report
from complaints.services import amendments
from complaints.services.amendments import Editor
from complaints.services.matter_values import Row, values_of
from complaints.views.staff.desk import Desk, staff_page, staff_view
from insurers.services.revisions import MovedOn, Refused, Seen, Settled

Arguments = ParamSpec("Arguments")
EditorView = Callable[Concatenate[HttpRequest, Desk, Editor, Arguments], HttpResponse]


def matters_view(*methods: str) -> Callable[[EditorView[Arguments]], Callable[..., HttpResponse]]:
    """A page of the editor: 403 for whoever looks after nothing of this noun."""

    def decorate(view: EditorView[Arguments]) -> Callable[..., HttpResponse]:
        def allowed(
            request: HttpRequest, desk: Desk, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            editor = report.editor_of(desk.user, desk.profile)
            noun = str(kwargs.get("matter", ""))
            if not (editor.opens(noun) if noun else editor):
                raise PermissionDenied(
                    _("Editors look after themes and advice, heads of funds after waiting times of a region.")
                )
            return view(request, desk, editor, *args, **kwargs)

        allowed.__doc__ = view.__doc__
        return staff_view(*methods)(allowed)

    return decorate


@matters_view("GET")
def start(request: HttpRequest, desk: Desk, editor: Editor) -> HttpResponse:  # noqa: ARG001
    """The first list that this person looks after."""
    return redirect("staff:matters", matter=next(noun for noun in Matter if editor.opens(noun)))


@matters_view("GET")
def matters(request: HttpRequest, desk: Desk, editor: Editor, matter: Matter) -> HttpResponse:
    """One list: what is in force and planned, or what has ended."""
    over, cursor = "over" in request.GET, request.GET.get("cursor", "")
    shelf = report.shelf(editor, matter, cursor, desk.now, over=over)
    return matter_page(request, desk, editor, "matters.html", {"shelf": shelf, "noun": matter})


@matters_view("GET")
def history(request: HttpRequest, desk: Desk, editor: Editor, matter: Matter, matter_id: int) -> HttpResponse:
    """Who changed what and when; each change can be put back."""
    row = row_for(editor, matter, matter_id)
    context = {"row": row, "noun": matter, "lines": drafts.history(row)}
    return matter_page(request, desk, editor, "matter_history.html", context)


@matters_view("POST")
def restore(
    request: HttpRequest, desk: Desk, editor: Editor, matter: Matter, matter_id: int, line_id: int
) -> HttpResponse:
    """A draft that puts one change back; nothing is public before it is published."""
    row = row_for(editor, matter, matter_id)
    values = drafts.values_before(row, line_id)
    if values is None:
        raise Http404
    region = getattr(row, "region", None)
    try:
        draft = amendments.save_draft(
            noun=matter, region=region, row=row, draft=None, values=values,
            seen=Seen(draft=None, row=values_of(row, matter)), by=editor, now=desk.now,
        )  # fmt: skip
    except (MovedOn, Refused) as error:
        messages.error(request, _why_not(error))
        return redirect("staff:matter_history", matter=matter, matter_id=matter_id)
    return redirect("staff:amendment", amendment_id=draft.pk)


@matters_view("POST")
def withdraw(
    request: HttpRequest, desk: Desk, editor: Editor, matter: Matter, matter_id: int
) -> HttpResponse:
    """A planned change does not begin."""
    row = row_for(editor, matter, matter_id)
    try:
        amendments.withdraw_planned(row=row, noun=matter, by=editor, now=desk.now)
    except Settled:
        messages.info(request, _("It has begun already: prepare a change instead."))
    else:
        messages.success(request, _("The planned change is withdrawn: everything stays as it is."))
    return redirect("staff:matters", matter=matter)


def row_for(editor: Editor, matter: Matter, matter_id: int) -> Row:
    """404 for what this person does not look after."""
    found = report.row_of(editor, matter, matter_id)
    if found is None:
        raise Http404
    return found


def matter_page(
    request: HttpRequest, desk: Desk, editor: Editor, template: str, context: dict[str, Any], *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    nouns = [noun for noun in Matter if editor.opens(noun)]
    shared = {"section": "matters", "nouns": nouns, "editor": editor}
    return staff_page(request, desk, template, shared | context, status=status)


def _why_not(error: MovedOn | Refused) -> str:
    if isinstance(error, MovedOn):
        return _("Somebody is preparing a change of this just now: publish or discard that draft first.")
    return str(next(iter(error.errors.values())))
