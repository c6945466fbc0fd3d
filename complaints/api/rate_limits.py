"""What a calling program is told of its limit, so that it slows down before it is refused.

The headers RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers.
"""

from datetime import datetime

from django.http import HttpRequest

from omsportal.platform import limits
from omsportal.platform.limiter import LimitReached

_TOLD = "_rate_limit"


def spend(request: HttpRequest, name: str, key: object, now: datetime) -> None:
    """Count one call, and remember what the answer says of it. Raises LimitReached."""
    try:
        allowed = limits.spend(name, key, now)
    except LimitReached as error:
        _tell(request, name, 0, error.retry_after)
        raise
    _tell(request, name, allowed.remaining, allowed.retry_after)


def headers(request: HttpRequest) -> dict[str, str]:
    """For the answer; empty when nothing was counted."""
    told: dict[str, str] = request.__dict__.get(_TOLD, {})
    return told


def _tell(request: HttpRequest, name: str, remaining: int, seconds: int) -> None:
    rule = limits.TABLE[name]
    request.__dict__[_TOLD] = {
        "RateLimit-Policy": f'"{name}";q={rule.most};w={rule.seconds}',
        "RateLimit": f'"{name}";r={remaining};t={seconds}',
    }
