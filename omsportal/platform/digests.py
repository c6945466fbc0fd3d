"""Keyed digests: search for a value without storing it, compare a secret without keeping it.

All come from `settings.DIGEST_KEY`, one derived key per purpose, so that digests of different purposes
cannot be matched with each other. The key must never change: what was stored would not be found any more.
"""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

MIN_KEY_LENGTH = 32


class DigestKeyUnusable(Exception):
    """DIGEST_KEY is missing or too short; the message says what to write."""


def check_key() -> None:
    """Raises DigestKeyUnusable."""
    if len(settings.DIGEST_KEY) < MIN_KEY_LENGTH:
        raise DigestKeyUnusable(
            f"DIGEST_KEY needs at least {MIN_KEY_LENGTH} random characters (docs/operations.md, Keys)."
        )


@lru_cache(maxsize=256)
def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), b"omsportal digest: " + purpose.encode(), hashlib.sha256)


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose. Raises DigestKeyUnusable."""
    check_key()
    return _derived(settings.DIGEST_KEY, purpose)


def blind(value: str | bytes, purpose: str) -> bytes:
    """The blind index of a (normalised) value: equal values of one purpose give equal 32 bytes."""
    data = value.encode() if isinstance(value, str) else value
    return hmac.digest(derived_key(purpose), data, hashlib.sha256)


def matches(stored: bytes | memoryview, given: bytes) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(bytes(stored), given)
