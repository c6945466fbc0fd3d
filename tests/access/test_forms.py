"""Which forms are taken without our token: those named here, whose views look after it themselves."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

#: Pages of filing and of messages show a refused form again with all that was typed, so they judge the token
#: (or the sealed key of the page) themselves; a mail provider posts to the link under a notice (RFC 8058).
JUDGE_THEMSELVES = {
    "public:filing", "public:filing_check", "public:filing_send", "public:filing_discard",
    "public:filing_file_remove", "public:filing_step", "public:terms_appeal",
    "public:filing_keep", "public:case_message", "public:chat_message", "public:unsubscribe",
}  # fmt: skip


def exempt(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    """Names of the addresses whose views Django asks for no token."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from exempt(entry.url_patterns, inside)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "csrf_exempt", False):
            yield f"{namespace}{entry.name}"


def test_every_other_form_needs_our_token() -> None:
    """The API asks for it where a session speaks, and has tests of that."""
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE
    found = {name for name in exempt(get_resolver().url_patterns) if not name.startswith("api:")}
    assert found == JUDGE_THEMSELVES
