"""System checks of sign-in."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

_Apps = Sequence[AppConfig] | None
GUARD = "representatives.middleware.StaffSessionMiddleware"
SHARED = "omsportal.platform.shared_cache.SharedCache"


@register(Tags.security)
def second_factor_guarded(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's form
    """Without this middleware a password alone would open everything."""
    order = list(settings.MIDDLEWARE)
    before = "django.contrib.auth.middleware.AuthenticationMiddleware"
    if GUARD in order and order.index(GUARD) > order.index(before):
        return []
    hint = f"Put {GUARD} right after {before}."
    return [Error("Nobody is asked for a second factor.", hint=hint, id="representatives.E001")]


@register(Tags.security)
def limits_shared(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's form
    """Sign-in counts tries in the cache: one in each process would multiply them."""
    if settings.CACHES["default"]["BACKEND"] == SHARED:
        return []
    hint = f"Set CACHES['default'] to {SHARED}."
    return [
        Error("Tries to sign in are counted in each process apart.", hint=hint, id="representatives.E002")
    ]


@register(Tags.security, deploy=True)
def keys_work(app_configs: _Apps, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's form
    """Browsers give security keys to https only."""
    if settings.HTTPS or "webauthn" not in settings.MFA_SUPPORTED_TYPES:
        return []
    hint = "Set SITE_URL to an https:// address."
    return [CheckWarning("Security keys do not work without https.", hint=hint, id="representatives.W001")]
