"""Presence, and the end of a shift."""

from allauth.account.views import logout as plain_sign_out
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from complaints.forms.staff import PresenceForm
from complaints.reports.staff.lists import holdings
from complaints.services.shifts import end_shift
from complaints.views.staff.desk import Desk, staff_page, staff_view
from omsportal.platform.clock import database_now
from representatives import sessions
from representatives.models import User
from representatives.profiles import profile_of
from representatives.services import be_here, set_presence


@staff_view("POST")
def presence(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Free, busy, on a break, away; back to the page it was pressed on."""
    form = PresenceForm(request.POST)
    if form.is_valid() and desk.profile.representative_id is not None:
        chosen = form.cleaned_data["presence"]
        set_presence(representative_id=desk.profile.representative_id, presence=chosen, now=desk.now)
    else:
        messages.error(request, _("Your presence has not changed: choose it from the list."))
    back = request.POST.get("next", "")
    # A word without a slash would be taken for the name of a page.
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "staff:queue")


@staff_view("POST")
def here(_request: HttpRequest, desk: Desk) -> HttpResponse:
    """A page of theirs is open: said by itself every two minutes, it keeps no session alive."""
    if desk.profile.representative_id is not None:
        be_here(representative_id=desk.profile.representative_id, now=desk.now)
    return HttpResponse(status=204)


@staff_view("GET", "POST")
def end(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask what becomes of the open work, then sign out."""
    if request.method != "POST":
        context = {"holdings": holdings(desk.profile), "section": ""}
        return staff_page(request, desk, "end_shift.html", context)
    returned = end_shift(hand_back=request.POST.get("work") != "keep", **desk.hand)
    logout(request)
    if returned:
        text = ngettext("%d case went back to the queue.", "%d cases went back to the queue.", returned)
        messages.success(request, text % returned)
    return redirect("account_login")


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; first asks what becomes of cases in work, which would stay with somebody who is gone."""
    user = request.user
    if request.method == "POST" and isinstance(user, User) and sessions.is_complete(request.session, user):
        now = database_now()
        profile = profile_of(user, now=now)
        if holdings(profile)["in_work"]:
            return redirect("staff:end_shift")
        end_shift(hand_back=False, by=user, profile=profile, now=now)
    answer: HttpResponse = plain_sign_out(request)
    return answer
