"""What a request to a page of filing brings: the draft of its cookie, and whether the form is really ours.

A browser that lost its cookies half-way loses nothing: each page carries the key of its draft, sealed. The
key counts only from a page of our own origin: a stranger's page could post the stranger's key, and the
visitor would go on typing into a draft that the stranger reads.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from complaints.file_types import FileRefused
from complaints.forms.public.answers import Answers
from complaints.models import Draft
from complaints.services import drafts
from complaints.views.by_script import led_on
from complaints.views.public import cookies, uploads
from insurers.reports import today_in
from omsportal.platform import limits, sealed
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.typed import is_from_our_page

KEY_FIELD = "draft_key"
_CONTEXT = b"key of a draft in its page"
P = ParamSpec("P")


@dataclass
class Visit:
    """One request of somebody who files."""

    now: datetime
    address: str = ""
    token: str = ""
    draft: Draft | None = None
    is_ours: bool = True
    #: The key of the page, once its appeal was sent from another window.
    sent_token: str = ""
    too_large: list[FileRefused] = field(default_factory=list)

    @property
    def answers(self) -> Answers:
        return Answers(self.draft, today=today_in(None, self.now))

    @property
    def is_sent(self) -> bool:
        """What comes with this page comes too late for its appeal."""
        return self.sent_token != ""

    @property
    def key(self) -> str:
        """For the hidden field of the page; empty before there is a draft."""
        token = self.sent_token or self.token
        if not token:
            return ""
        blob = sealed.seal({"token": token}, _CONTEXT)
        return base64.urlsafe_b64encode(blob).decode()

    def begun(self) -> Draft:
        """The draft, a new one if there is none."""
        if self.draft is None:
            crowded = limits.exceeded("draft.address", self.address, self.now)
            self.draft, self.token = drafts.begin(is_brief=crowded, now=self.now)
        return self.draft

    def forget(self) -> None:
        self.draft, self.token = None, ""


def filing_page(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Gives the view its Visit and keeps the cookie in step with the draft. Nothing is stored by browsers."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        handler = uploads.limit(request)
        visit = _visit(request)
        visit.too_large.extend(handler.refused)
        response = view(request, visit, *args, **kwargs)
        if visit.draft is not None:
            cookies.write_draft(request, response, visit.token, visit.draft)
        return led_on(request, response)

    return page


def _visit(request: HttpRequest) -> Visit:
    cookie = cookies.read(request, cookies.DRAFT)
    kept = drafts.current_now(token=cookie)
    now = kept[1] if kept else database_now()
    visit = Visit(now=now, address=client_address(request))
    if kept:
        visit.draft, visit.token = kept[0], cookie
    written = request.POST.get(KEY_FIELD, "")  # reads the body: only now the limits of files have judged it
    key = _opened(written) if is_from_our_page(request) else ""
    if visit.draft is None:
        visit.draft = drafts.current(token=key, now=now)
        visit.token = key if visit.draft else ""
    if key != visit.token and drafts.sent_with(token=key, now=now) is not None:
        visit.sent_token = key
    visit.is_ours = request.method != "POST" or (key != "" and key == visit.token) or _has_csrf_token(request)
    return visit


def _has_csrf_token(request: HttpRequest) -> bool:
    """Django's own check. The view is exempt only so that its refusal need not lose what was typed."""
    check = CsrfViewMiddleware(_nothing)
    return check.process_view(request, _nothing, (), {}) is None


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _opened(key: str) -> str:
    try:
        blob = base64.urlsafe_b64decode(key.encode())
        return str(json.loads(sealed.open_(blob, _CONTEXT))["token"]) if blob else ""
    except (sealed.Unsealable, binascii.Error, ValueError):
        return ""
