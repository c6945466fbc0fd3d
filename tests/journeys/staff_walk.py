"""The walk through the workplace: every page that opens without a number, found in the table of access."""

from collections.abc import Callable

from django.urls import reverse

from tests.access.pages import OF_STAFF
from tests.access.table import TABLE
from tests.access.walk import routes
from tests.access.world import STAFF
from tests.journeys.walk import Walk

#: A part of a page, and a form that only the browser's own dialog sends (tests/access/test_pages.py).
LEFT_OUT = {"staff:intake_script", "mfa_add_webauthn"}
WITHOUT_PARTS = {route.name for route in routes() if not route.parts}


def opens_for(role: str) -> list[str]:
    """Names, in the order of the table."""
    return [
        row.name
        for row in TABLE
        if row.method == "GET" and row.statuses[role] == 200
        if row.name.startswith(OF_STAFF) and row.name in WITHOUT_PARTS - LEFT_OUT
    ]


#: Login → the pages of this person's walk; what others before them have walked is left out.
PAGES = {login: opens_for(login) for login in ("operator", "head", "fund", "insurer_admin", "admin")}
for place, login in enumerate(list(PAGES)[1:], 1):
    walked = {name for other in list(PAGES)[:place] for name in PAGES[other]}
    PAGES[login] = [name for name in PAGES[login] if name not in walked]
#: Lists that hold other things for a head.
PAGES["head"] += ["staff:all", "staff:alarms"]


def not_walked() -> set[str]:
    """Pages that open for somebody of the staff and are on no walk."""
    return {name for role in STAFF for name in opens_for(role)} - {
        name for pages in PAGES.values() for name in pages
    }


def of(login: str) -> Callable[[Walk], None]:
    """The walk of this person."""
    return lambda walk: walk.open_all([reverse(name) for name in PAGES[login]])


def as_operator(walk: Walk) -> None:
    """Lists, the account, a case with some of its acts."""
    of("operator")(walk)
    walk.page.goto(f"{walk.url}/staff/all/")
    address = walk.page.locator("a[href^='/staff/cases/']").first.get_attribute("href") or ""
    walk.open(address)
    walk.open_all([f"{address}{act}/" for act in ("message", "wait", "resolve", "escalate", "dates")])
