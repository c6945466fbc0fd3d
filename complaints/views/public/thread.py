"""The thread of an opened case: shown anew while its page is open, and written into."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.file_types import FileRefused
from complaints.forms.public.status import MessageForm
from complaints.models import Complaint
from complaints.reports.public.thread import read_thread, stamp
from complaints.services import attachments
from complaints.services.transitions import RuleBroken
from complaints.views.by_script import led_on
from complaints.views.public import gate, uploads
from complaints.views.public.patients import patient_page
from omsportal.platform.addresses import client_address
from omsportal.platform.limiter import LimitReached
from representatives.middleware import BY_SCRIPT

UNPROCESSABLE = 422
#: Shows the page with the form as it was typed, and the status: request, case, moment, form, status.
Show = Callable[[HttpRequest, Complaint, datetime, MessageForm, int], HttpResponse]


@require_safe
@patient_page
def thread(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """The messages alone, or "unchanged": one query tells, and nothing is opened for it.

    HEAD, of a page that nobody looks at, tells no more than that there is news: it counts as read by nobody.
    """
    etag = f'"{stamp(complaint)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    if request.method == "HEAD":
        return HttpResponse(headers={"ETag": etag})
    talk = read_thread(complaint, now=now)
    response = render(request, "public/status/thread.html", {"talk": talk, "case": complaint})
    response["ETag"] = f'"{talk.stamp}"'
    return response


def message_form(text: str = "") -> MessageForm:
    """An empty form, or with what somebody was writing when the case closed."""
    return MessageForm(initial={"token": secrets.token_urlsafe(24), "text": text})


@dataclass(frozen=True, slots=True)
class Page:
    """Where messages are written: how it is shown with mistakes, its route, and where in it one goes on."""

    show: Show
    route: str
    anchor: str


def messages_of(show: Show, route: str, anchor: str = "") -> Callable[[HttpRequest], HttpResponse]:
    """The address of a page's messages. The limit of a file's size is set before anybody reads the body.

    The page of mistakes stands at this address: whoever reloads it or changes its language sees `route`.
    """
    page = Page(show, route, anchor)

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    def message(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect(route)
        return _posted(request, page, uploads.limit(request))

    return message


@csrf_protect
@require_POST
@patient_page
def _posted(
    request: HttpRequest, complaint: Complaint, now: datetime, page: Page, limit: uploads.LimitHandler
) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    refused = _post(request, complaint, now, form, limit)
    if form.errors:
        return gate.stamped(page.show(request, complaint, now, form, UNPROCESSABLE), refused)
    if not page.anchor:
        messages.success(request, _("The message was sent. You will see the reply here."))
    return led_on(request, redirect(reverse(page.route) + page.anchor))


def _post(
    request: HttpRequest, complaint: Complaint, now: datetime, form: MessageForm, limit: uploads.LimitHandler
) -> LimitReached | None:
    """Post what was typed, or say in the form why not; returns the limit that was reached, if one was."""
    if limit.refused:
        _refuse(request, form, limit.refused)
    elif form.is_valid():
        typed = form.cleaned_data
        files, address = typed["documents"], client_address(request)
        try:
            attachments.admit(uploads=files, address=address, target="case", key=complaint.pk, now=now)
            attachments.post_by_patient(
                complaint=complaint, text=typed["text"], uploads=files, token=typed["token"], now=now
            )
        except FileRefused as refusal:
            _refuse(request, form, [refusal])
        except LimitReached as error:
            form.add_error("documents", gate.too_many_files(error))
            return error
        except RuleBroken as error:
            form.add_error("text", str(error.message))
    return None


def _refuse(request: HttpRequest, form: MessageForm, refusals: list[FileRefused]) -> None:
    """Nothing was posted: the text stays; files must be chosen once more, unless the script keeps them."""
    form.is_valid()
    for refusal in refusals:
        form.add_error("documents", attachments.explain(refusal))
    if BY_SCRIPT not in request.headers:
        form.add_error("documents", _("Your text is kept. Choose the files once more and send."))
