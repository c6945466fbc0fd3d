"""Pages of sign-in that are our own."""

import uuid

import pghistory
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from omsportal.platform.clock import database_now
from representatives import invitations, kept_forms
from representatives.models import User
from representatives.reach import AccountRefused

RETRY_AFTER_MINUTES = 5


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many tries: how long to wait, and whom to ask. The same whether the account exists or not."""
    page = render(request, "errors/429.html", {"minutes": RETRY_AFTER_MINUTES}, status=429)
    page["Retry-After"] = str(RETRY_AFTER_MINUTES * 60)
    return page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def kept_form(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """What the person typed before the sign-in, to be sent once more; POST throws it away."""
    user_id = request.user.pk or 0
    found = kept_forms.find(reference=reference, user_id=user_id, now=now())
    if found is None:
        raise Http404
    if request.method == "POST":
        kept_forms.forget(reference=str(reference), user_id=user_id)
        messages.info(request, _("What was kept is thrown away."))
        return redirect(found.back)
    context = {"kept": found, "field": kept_forms.FIELD, "lasts": kept_forms.LIFETIME.days}
    return render(request, "account/kept_form.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest) -> HttpResponse:
    """The first password of somebody invited; opening the link changes nothing."""
    token = (request.POST if request.method == "POST" else request.GET).get("token", "")
    try:
        user = invitations.find(token=token, now=database_now()).user
        form = SetPasswordForm(user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            return _joined(request, token, form)
    except invitations.LinkIsDead:
        return render(request, "account/invited_gone.html", status=410)
    context = {"form": form, "token": token, "login": user.username}
    return render(request, "account/invited.html", context, status=422 if form.is_bound else 200)


def _joined(request: HttpRequest, token: str, form: "SetPasswordForm[User]") -> HttpResponse:
    """To the sign-in, whoever was signed in at this computer before. Raises LinkIsDead."""
    try:
        with pghistory.context(user=form.user.pk):
            invitations.accept(token=token, password=form.cleaned_data["new_password1"], now=database_now())
    except AccountRefused as error:
        form.add_error(None, str(error.message))
        context = {"form": form, "token": token, "login": form.user.get_username()}
        return render(request, "account/invited.html", context, status=422)
    logout(request)
    messages.success(request, _("Your password is set. Sign in with it now."))
    return redirect("account_login")
