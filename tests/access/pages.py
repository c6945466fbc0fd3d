"""Every page of the workplace that the table of access knows, in its states: filled, empty, with mistakes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page
from playwright.sync_api import Route as Asked

from tests.access.table import TABLE, Row
from tests.access.walk import ask, routes
from tests.access.world import STAFF, World

SITE = "http://portal.test"
OF_STAFF = ("staff:", "account_", "mfa_", "usersessions_")
#: Who is asked first: those who meet most of a page.
FIRST = ("specialist", "head", "fund", "admin")
#: Works for an insurer that has no case, so that lists are empty.
HAS_NOTHING = "rival"
ROUTES = {route.name: route for route in routes()}


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as somebody gets it."""

    name: str
    body: str


def pages(here: World) -> Iterator[Seen]:
    """Each page of the table in each of its states. Parts of pages, files and redirects are left out."""
    for row in TABLE:
        if row.name.startswith(OF_STAFF):
            for role, state in _states(row):
                answer = ask(here, ROUTES[row.name], row.method, role, **_sent(row))
                if _is_page(answer):
                    yield Seen(f"{row.name} {state}, {role}", answer.content.decode())


def saved_as_files(here: World) -> set[str]:
    """Addresses of staff that answer with a file to save: no page."""
    found = set()
    for row in TABLE:
        may = [role for role in STAFF if row.method == "GET" and row.statuses[role] == 200]
        if row.name.startswith(OF_STAFF) and may:
            answer = ask(here, ROUTES[row.name], "GET", may[0])
            if "Content-Disposition" in answer:
                found.add(row.name)
    return found


def _states(row: Row) -> Iterator[tuple[str, str]]:
    """Who asks for which state."""
    if row.method == "POST":
        may = [role for role in (*FIRST, *STAFF) if row.statuses[role] not in {401, 403, 404, 405}]
        yield from [(role, "sent empty") for role in may[:1]]
        return
    may = [role for role in (*FIRST, *STAFF) if row.statuses[role] == 200]
    yield from [(role, "filled") for role in may[:1]]
    if row.statuses[HAS_NOTHING] == 200 and may[0] != HAS_NOTHING:
        yield HAS_NOTHING, "empty"


def _sent(row: Row) -> dict[str, Any]:
    return {"typed": {}} if row.method == "POST" else {}


def _is_page(answer: Any) -> bool:
    return answer.get("Content-Type", "").startswith("text/html") and b"<html" in answer.content[:2000]


@contextmanager
def shown(browser: Browser, **options: Any) -> Iterator["Screen"]:
    """A browser whose only site is what it is given, and the portal's own styles and scripts."""
    context = browser.new_context(locale="ru-RU", bypass_csp=True, **options)
    try:
        yield Screen(context.new_page())
    finally:
        context.close()


class Screen:
    """`open` shows a page that was answered before; nothing is asked of a server."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.body = ""
        page.route("**/*", self._answer)

    def open(self, seen: Seen) -> Page:
        self.body = seen.body
        self.page.goto(f"{SITE}/")
        return self.page

    def _answer(self, asked: Asked) -> None:
        path = urlsplit(asked.request.url).path
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if asked.request.is_navigation_request():
            asked.fulfill(body=self.body, content_type="text/html; charset=utf-8")
        elif file:
            asked.fulfill(path=Path(str(file)))
        else:
            asked.abort()
