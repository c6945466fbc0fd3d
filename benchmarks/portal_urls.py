"""The portal's addresses, and behind the same middlewares a constant answer and a view with one INSERT."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from omsportal import urls as portal
from omsportal.urls import handler400, handler429, handler500

CONSTANT, INSERT = "/bench/constant/", "/bench/insert/"
TABLE = "CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, text text NOT NULL, at timestamptz NOT NULL)"
#: As long as the first page of the portal, roughly.
_BODY = b"<!doctype html><title>constant</title>" + b"<p>constant</p>" * 1200


@require_safe
def constant(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(_BODY)


@require_POST
def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row (text, at) VALUES (%s, now())", [request.POST["text"]])
    return HttpResponseRedirect(CONSTANT)


urlpatterns = [path(CONSTANT[1:], constant), path(INSERT[1:], insert), *portal.urlpatterns]

__all__ = ["handler400", "handler429", "handler500", "urlpatterns"]
