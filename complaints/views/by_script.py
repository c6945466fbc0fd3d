"""Forms that a page sends by its own script: only so can it show how far the files are, and keep them."""

from django.http import HttpRequest, HttpResponse

from representatives.middleware import BY_SCRIPT

FOUND, NO_CONTENT = 302, 204


def led_on(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The script goes on by its own hands: it gets the address to which a browser would be led."""
    if BY_SCRIPT in request.headers and response.status_code == FOUND:
        response.status_code = NO_CONTENT
        response["X-Next"] = response["Location"]
        del response["Location"]
    return response
