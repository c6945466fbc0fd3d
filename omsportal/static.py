"""Static files without nginx, for `make run` only: found by Django's finders, DEBUG stays off."""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotFound

from omsportal.platform import headers


class StaticFiles(StaticFilesHandler):
    """Adds the headers that the middleware gives to everything else: these answers do not pass it."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().get_response(request)
        except SuspiciousOperation:  # "/static/../…": no middleware stands around us to answer it
            response = HttpResponseNotFound()
        headers.harden(response, headers.STATIC)
        response["Cache-Control"] = "no-cache"
        return response
