"""Keys of other systems: made and shown once, replaced, revoked; the page where all of it begins."""

from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.forms.integrations import KeyForm, SpanForm
from complaints.reports.staff import integrations as report
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk, staff_page, staff_view
from representatives import api_keys
from representatives.api_keys import Created, KeyRefused
from representatives.integrating import may_integrate
from representatives.models import ApiKey
from representatives.reauthentication import identity_required

Spanning = TypeVar("Spanning", bound=SpanForm)


@staff_view("GET")
def integrations(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keys and receivers of one branch; `?branch=` chooses one of several."""
    allowed(desk)
    shelf = report.shelf(desk.profile, number_in(request, "branch"), desk.now)
    if shelf is None:
        raise Http404
    return staff_page(request, desk, "integrations.html", {"section": "dashboard", "shelf": shelf})


@identity_required
@staff_view("GET", "POST")
def key_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new key, shown once."""
    allowed(desk)
    form = form_for(request, desk, KeyForm)
    if request.method != "POST" or not form.is_valid():
        context = {"section": "dashboard", "form": form}
        return staff_page(request, desk, "key_new.html", context, status=422 if form.is_bound else 200)
    typed = form.cleaned_data
    made = api_keys.give(
        span=typed["span"], name=typed["name"], tier=typed["tier"], scopes=typed["scopes"],
        lifetime=form.lifetime, profile=desk.profile, now=desk.now,
    )  # fmt: skip
    return _shown_once(request, desk, made)


@identity_required
@staff_view("POST")
def key_rotate(request: HttpRequest, desk: Desk, key_id: int) -> HttpResponse:
    """A new key in the place of this one, which works for two days more."""
    key = _key(desk, key_id)
    try:
        made = api_keys.rotate(key=key, profile=desk.profile, now=desk.now)
    except KeyRefused:
        messages.info(request, _("This key has ended already: make a new one."))
        return redirect(back_to(key.branch_id))
    return _shown_once(request, desk, made, key)


@staff_view("POST")
def key_revoke(request: HttpRequest, desk: Desk, key_id: int) -> HttpResponse:
    """The key stops at once. No fresh proof: whoever fears a theft must be quick."""
    key = _key(desk, key_id)
    api_keys.take_back(key=key, profile=desk.profile, now=desk.now)
    messages.success(request, _("The key is revoked: it opens nothing any more."))
    return redirect(back_to(key.branch_id))


def allowed(desk: Desk) -> None:
    """403 for whoever sets up nothing."""
    if not may_integrate(desk.profile):
        raise PermissionDenied(_("Keys and events are set up by heads and administrators of an insurer."))


def form_for(request: HttpRequest, desk: Desk, kind: type[Spanning]) -> Spanning:
    """A new key or receiver: of whose branches, `?branch=` is chosen already."""
    return kind(
        request.POST or None, branches=report.branches_of(desk.profile), profile=desk.profile,
        initial={"branch": number_in(request, "branch")},
    )  # fmt: skip


def _key(desk: Desk, key_id: int) -> ApiKey:
    allowed(desk)
    key = report.key_of(desk.profile, key_id)
    if key is None:
        raise Http404
    return key


def back_to(branch_id: int) -> str:
    """The page of this branch."""
    return f"{reverse('staff:integrations')}?branch={branch_id}"


def _shown_once(
    request: HttpRequest, desk: Desk, made: Created, replaced: ApiKey | None = None
) -> HttpResponse:
    context = {
        "section": "dashboard", "title": _("The key is made"), "secret": made.text, "name": made.key.name,
        "back": back_to(made.key.branch_id), "old_until": desk.now + api_keys.OVERLAP if replaced else None,
    }  # fmt: skip
    return staff_page(request, desk, "shown_once.html", context)
