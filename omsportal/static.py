"""What nginx does in a deployment, for `make run` only: static files (DEBUG stays off), packed."""

import gzip

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.exceptions import SuspiciousOperation
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.utils.cache import patch_vary_headers

from omsportal.platform import headers

#: What becomes smaller.
PACKED = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")


class StaticFiles(StaticFilesHandler):
    """Adds the headers that the middleware gives to everything else: these answers do not pass it."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().get_response(request)
        except SuspiciousOperation:  # "/static/../…": no middleware stands around us to answer it
            response = HttpResponseNotFound()
        response = _packed(request, response)
        headers.harden(response, headers.STATIC)
        response["Cache-Control"] = "no-cache"
        return response


def _packed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A style sheet or script as nginx would send it: nothing secret is in it, so its size tells nothing."""
    if not isinstance(response, FileResponse) or not response["Content-Type"].startswith(PACKED):
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    body = gzip.compress(b"".join(response), mtime=0)
    response.close()
    kept = {name: value for name, value in response.items() if name != "Content-Length"}
    return HttpResponse(body, headers={**kept, "Content-Encoding": "gzip", "Content-Length": str(len(body))})
