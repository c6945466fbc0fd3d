"""Bad configuration of sign-in is found before anybody signs in."""

from typing import Any

import pytest
from django.core.checks import run_checks


def faults(**options: Any) -> set[str]:
    return {str(message.id) for message in run_checks(**options) if str(message.id).startswith("repr")}


def test_as_it_is_nothing_is_wrong() -> None:
    assert faults() == set()


@pytest.mark.parametrize("place", ["missing", "too early"])
def test_the_guard_of_the_second_factor_must_be_there(place: str, settings: Any) -> None:
    guard = "representatives.middleware.StaffSessionMiddleware"
    others = [name for name in settings.MIDDLEWARE if name != guard]
    settings.MIDDLEWARE = others if place == "missing" else [guard, *others]
    assert faults() == {"representatives.E001"}


def test_tries_must_be_counted_together(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert faults() == {"representatives.E002"}


def test_keys_need_https(settings: Any) -> None:
    settings.HTTPS = False
    assert faults(include_deployment_checks=True) == {"representatives.W001"}
    settings.HTTPS = True
    assert faults(include_deployment_checks=True) == set()
