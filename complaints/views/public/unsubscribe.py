"""The link under every notice that stops them; the button of mail programs posts to it by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from complaints.services import unsubscribing
from omsportal.platform import sms
from omsportal.platform.clock import database_now


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does it: programs that look into mails open links. It says which messages, not of whom.

    No token of ours is asked from a form: a mail provider posts without cookies (RFC 8058), and whoever has
    the link may stop the notices anyway.
    """
    is_done = request.method == "POST"
    if is_done:
        channel = unsubscribing.stop(token=token, now=database_now())
    else:
        channel = unsubscribing.channel_of(token)
    context = {"is_done": is_done, "channel": channel, "has_sms": sms.is_on()}
    return render(request, "public/unsubscribe.html", context)
