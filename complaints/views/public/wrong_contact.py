"""Whoever got a message about a stranger's appeal says so. Nothing about the appeal is shown."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.services.wrong_contacts import refuse
from complaints.views.public import gate
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wrong_contact(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does it: programs that look into mails open links. Every link looks the same."""
    if request.method != "POST":
        return _page(request, is_done=False)
    try:
        refuse(token=token, address=client_address(request), now=database_now())
    except LimitReached as error:
        messages.warning(request, gate.too_many(error))
        return gate.stamped(_page(request, is_done=False), error)
    return _page(request, is_done=True)


def _page(request: HttpRequest, *, is_done: bool) -> HttpResponse:
    return render(request, "public/wrong_contact.html", {"is_done": is_done})
