"""Addresses for whoever watches the portal: /healthz, /readyz, /metrics."""

from datetime import datetime
from functools import lru_cache
from hmac import compare_digest

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from omsportal.platform import metrics as figures
from omsportal.platform import probes
from omsportal.platform.addresses import is_direct_loopback
from omsportal.platform.clock import database_now

NOT_READY = 503


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  a view
    """This process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  a view
    """503 only without database, with pending migrations, or before the first sweep; else 200."""
    try:
        now = database_now()
        reason = _why_not_ready(now)
        degraded = {} if reason else probes.degraded(now)
    except Error:
        reason, degraded = "the database does not answer", {}
    if reason:
        return JsonResponse({"status": "not ready", "reason": reason}, status=NOT_READY)
    return JsonResponse({"status": "degraded" if degraded else "ready", "degraded": degraded})


def _why_not_ready(now: datetime) -> str:
    if _migrations_of_code() - set(MigrationRecorder(connection).applied_migrations()):
        return "migrations are pending: run manage.py migrate"
    return "" if probes.swept(now) else "no sweep has run yet: is the escalator started?"


@lru_cache(maxsize=1)
def _migrations_of_code() -> frozenset[tuple[str, str]]:
    """What this process's code brings; new code is a new process, so the files are read once."""
    return frozenset(MigrationLoader(None).disk_migrations)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: on this machine or with METRICS_TOKEN as bearer token; else not found."""
    if not (is_direct_loopback(request) or _has_token(request)):
        raise Http404
    return HttpResponse(figures.exposition(database_now()), content_type=figures.CONTENT_TYPE)


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    return bool(expected) and scheme.lower() == "bearer" and compare_digest(token.encode(), expected.encode())
