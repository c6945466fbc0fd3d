"""System checks: bad configuration says what to do before it hurts anybody."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.utils.module_loading import import_string

from omsportal.platform import digests, outward, sealed, sms

_Apps = Sequence[AppConfig] | None


@register(Tags.security)
def keys_usable(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's form
    """Without keys no complaint can be stored."""
    found: list[CheckMessage] = []
    try:
        sealed.keyring()
    except sealed.KeysUnusable as error:
        found.append(Error(str(error), id="platform.E001"))
    try:
        digests.check_key()
    except digests.DigestKeyUnusable as error:
        found.append(Error(str(error), id="platform.E002"))
    return found


@register(Tags.security)
def sms_gateway_usable(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  ditto
    """Phones of people never travel in the open."""
    try:
        if settings.SMS_MODE == "http":
            sms.checked_url(settings.SMS_GATEWAY_URL)
    except sms.GatewayUnusable as error:
        return [Error(str(error), hint="See docs/operations.md, SMS.", id="platform.E011")]
    return []


@register(Tags.security)
def closed_networks_usable(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  ditto
    """A slip in the list would leave open what it should close."""
    wrong = [text for text in settings.WEBHOOK_CLOSED_NETWORKS if not outward.is_network(text)]
    hint = "Write WEBHOOK_CLOSED_NETWORKS like 198.51.100.0/24,2a02:6b8::/32."
    return [Error(f"{text!r} is not a network.", hint=hint, id="platform.E013") for text in wrong]


@register(Tags.security, deploy=True)
def no_loopback_receivers(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  ditto
    """Whoever sets up receivers would reach what listens on this machine alone."""
    if not settings.WEBHOOK_LOOPBACK:
        return []
    return [Error("WEBHOOK_LOOPBACK is on.", hint="Unset it: it is for demonstrations.", id="platform.E014")]


@register(Tags.security, deploy=True)
def no_demo(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's form
    """Demo users have a known password."""
    if not settings.DEMO:
        return []
    hint = "Unset DEMO and use a database that never held demo data."
    return [Error("DEMO is on: its users have a known password.", hint=hint, id="platform.E003")]


@register(Tags.compatibility, deploy=True)
def no_asgi_pages(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's form
    """Measured: Django's ASGI handler leaks persistent psycopg2 connections until every answer is 500."""
    persistent = any(database.settings_dict["CONN_MAX_AGE"] != 0 for database in connections.all())
    application = import_string(settings.ASGI_APPLICATION)
    if not persistent or not any(isinstance(one, ASGIHandler) for one in _handlers(application)):
        return []
    hint = "Serve pages by WSGI (a2wsgi inside uvicorn, or gunicorn), or set CONN_MAX_AGE=0."
    text = "Django's ASGI handler serves pages while database connections persist."
    return [Error(text, hint=hint, id="platform.E004")]


def _handlers(application: object) -> Iterable[object]:
    """The application itself and, in a protocol router, what serves HTTP."""
    return [application, getattr(application, "application_mapping", {}).get("http")]


@register(Tags.database)
def cyrillic_works(
    app_configs: _Apps,  # noqa: ARG001  Django's form
    databases: Sequence[str] | None = None,
    **kwargs: Any,  # noqa: ARG001
) -> list[CheckMessage]:
    """With LC_CTYPE "C", PostgreSQL folds no Cyrillic letter and pg_trgm silently finds no trigram."""
    return [message for alias in databases or [] for message in _cyrillic_faults(alias)]


def _cyrillic_faults(alias: str) -> Iterable[CheckMessage]:
    hint = "Create the database with LC_CTYPE C.UTF-8 or ru_RU.UTF-8 (docs/operations.md)."
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT 'ЁЛКА' ILIKE 'ёлка', EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"
        )
        ignores_case, has_trigrams = cursor.fetchone()
        if not ignores_case:
            yield Error("The database does not know Cyrillic capital letters.", hint=hint, id="platform.E005")
        if has_trigrams:  # it comes with the first migration
            cursor.execute("SELECT cardinality(show_trgm('Иванов'))")
            if not cursor.fetchone()[0]:
                text = "The database finds no trigrams in Cyrillic words."
                yield Error(text, hint=hint, id="platform.E006")
