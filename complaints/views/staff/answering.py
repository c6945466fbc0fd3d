"""While somebody types: the text is kept, an approved text is put in, an unsent one is thrown away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.forms.staff import TypedForm
from complaints.models import Complaint, WorkDraft
from complaints.permissions import Act, NotAllowed, can
from complaints.reports.staff import replies
from complaints.services import work_drafts
from complaints.services.work_drafts import Kept
from complaints.views.staff.deeds import BY_NAME
from complaints.views.staff.desk import Desk, staff_view, visible_case
from representatives.middleware import WHILE_TYPING


@staff_view("POST")
def keep_draft(request: HttpRequest, desk: Desk, number: str, act: str) -> HttpResponse:
    """Keep what is typed so far. A script hears where it is kept; a person comes back to the case."""
    complaint = visible_case(desk, number)
    kept = _keep(request, desk, complaint, act, extra="")
    if WHILE_TYPING in request.headers:
        return JsonResponse(_told(complaint, kept))
    messages.success(request, _("Your text is kept. Nobody else sees it."))
    return redirect(_address(complaint, act, kept.draft))


@staff_view("POST")
def insert(request: HttpRequest, desk: Desk, number: str, act: str) -> HttpResponse:
    """Put the chosen text, with the facts of the case, behind what is typed; a script puts it in itself."""
    complaint = visible_case(desk, number)
    if not can(desk.profile, Act.OPEN, complaint):  # the text names people of the case
        raise PermissionDenied
    chosen = request.POST.get("template", "")
    template = replies.offered_to(complaint, int(chosen), desk.now.date()) if chosen.isdecimal() else None
    if template is None:
        raise Http404
    text = replies.text_for(complaint, template, by=desk.user, now=desk.now)
    if WHILE_TYPING in request.headers:
        return JsonResponse({"text": text})
    kept = _keep(request, desk, complaint, act, extra=text)
    return redirect(_address(complaint, act, kept.draft))


@staff_view("POST")
def forget_draft(request: HttpRequest, desk: Desk, number: str, act: str) -> HttpResponse:
    """Throw away an unsent text of one's own."""
    complaint = visible_case(desk, number)
    work_drafts.throw_away(complaint=complaint, reference=request.POST.get("draft", ""), by=desk.user)
    messages.success(request, _("The unsent text is thrown away."))
    return redirect(_address(complaint, act, None))


def _keep(request: HttpRequest, desk: Desk, complaint: Complaint, act: str, *, extra: str) -> Kept:
    deed = BY_NAME.get(act)
    if deed is None or not issubclass(deed.form, TypedForm):
        raise Http404
    typed = {name: request.POST[name] for name in deed.form.kept_names() if request.POST.get(name)}
    if extra:
        typed["text"] = "\n\n".join(filter(None, (typed.get("text", "").rstrip(), extra)))
    revision = request.POST.get("revision", "")
    try:
        return work_drafts.keep(
            complaint=complaint, act=act, typed=typed, reference=request.POST.get("draft", ""),
            revision=int(revision) if revision.isdecimal() else 0, **desk.hand,
        )  # fmt: skip
    except NotAllowed as error:
        raise PermissionDenied(str(error.why.label)) from error


def _told(complaint: Complaint, kept: Kept) -> dict[str, Any]:
    if kept.draft is None:
        return {"draft": "", "revision": "", "saved": ""}
    told = {
        "draft": str(kept.draft.reference),
        "revision": kept.draft.revision,
        "saved": _("kept at %(time)s") % {"time": _hour(complaint, kept.draft)},
    }
    if kept.newer is not None:
        told["newer"] = {
            "text": _("Another window has a newer text of yours, kept at %(time)s.")
            % {"time": _hour(complaint, kept.newer)},
            "url": _address(complaint, kept.newer.act, kept.newer),
        }
    return told


def _hour(complaint: Complaint, draft: WorkDraft) -> str:
    return date_format(timezone.localtime(draft.saved_at, complaint.branch.zone), "H:i")


def _address(complaint: Complaint, act: str, draft: WorkDraft | None) -> str:
    """The case with this text in its form. Forms that are not on the page have an address of their own."""
    on_page = {"message": "write", "note": "note"}
    beside = {"decide_without_answer": "without_answer"}
    page = "case" if act in on_page else beside.get(act, act)
    query = f"?draft={draft.reference}" if draft is not None else ""
    place = f"#{on_page[act]}" if act in on_page else ""
    return reverse(f"staff:{page}", kwargs={"number": complaint.number}) + query + place
