"""Pages of sign-in that are our own."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from representatives import kept_forms

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
