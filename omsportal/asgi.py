"""The uvicorn entry: pages and API run as WSGI in eight threads, only /ws/ is asynchronous.

Django's own ASGI handler leaked persistent psycopg2 connections when measured (docs/adr): it serves nothing.
"""

import os
from typing import Any

THREADS = 8


def _application() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omsportal.settings")
    from omsportal.wsgi import application

    pages = application
    # Only now: these look at the models, which exist once the applications are loaded.
    from a2wsgi import WSGIMiddleware
    from channels.routing import ProtocolTypeRouter
    from django.conf import settings

    from omsportal.bodies import MEGABYTE, Limits, PatientReceiver
    from omsportal.static import StaticFiles

    if settings.SERVE_STATIC:
        pages = StaticFiles(pages)
    most = settings.ATTACHMENT_MAX_BYTES * (settings.ATTACHMENTS_MAX_COUNT + 2) + 2 * MEGABYTE
    registry = {"/staff/imports/": settings.REGISTRY_MAX_BYTES + 2 * MEGABYTE}
    http = PatientReceiver(WSGIMiddleware(pages, workers=THREADS), Limits(most=most, larger=registry))
    routes: dict[str, Any] = {"http": http, "websocket": _sockets()}
    return ProtocolTypeRouter(routes)  # type: ignore[no-untyped-call]  # channels has no types


def _sockets() -> Any:
    """Live updates are complaints' own; mounted here, signed in by session, our origin only."""
    from channels.auth import AuthMiddlewareStack
    from channels.routing import URLRouter
    from channels.security.websocket import AllowedHostsOriginValidator
    from django.urls import re_path

    from complaints.routing import websocket_urlpatterns
    from representatives.sockets import SignedInSockets

    nowhere: Any = _nowhere  # channels puts ASGI applications where Django has views
    router: Any = URLRouter([*websocket_urlpatterns, re_path("", nowhere)])  # type: ignore[no-untyped-call]  # channels has no types
    stack: Any = AuthMiddlewareStack(SignedInSockets(router))  # type: ignore[no-untyped-call]  # channels has no types
    return AllowedHostsOriginValidator(stack)  # type: ignore[no-untyped-call]  # channels has no types


async def _nowhere(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001  an ASGI application
    """An address nobody serves: refused, not an error in the log."""
    await send({"type": "websocket.close"})


application = _application()
