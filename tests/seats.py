"""People at their desks: a browser of their own for each, signed in; `seat` in tests/conftest.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

if TYPE_CHECKING:  # settings are not read yet when tests/conftest.py imports this
    from representatives.models import User


class Seat(Protocol):
    """seat(user): their page, at 1280 px unless told; seat(None): that of a visitor whom nobody knows."""

    def __call__(self, user: "User | None", *, width: int = 1280, **options: Any) -> Page: ...


@contextmanager
def seats(browser: Browser, url: str) -> Iterator[Seat]:
    """Each page has cookies of its own; a script error on any of them fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def sit(user: "User | None", *, width: int = 1280, **options: Any) -> Page:
        window = {"width": width, "height": 900}
        context = browser.new_context(locale="ru-RU", base_url=url, viewport=window, **options)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": url}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield sit
    for context in contexts:
        context.close()
    assert errors == []
