"""Every address of the portal × everybody: what each gets, and that nobody reads what is not theirs."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from tests.access.table import TABLE, Row
from tests.access.walk import Route, ask, routes
from tests.access.world import DIGITS, READERS, ROLES, WORDS, World

pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in routes()}
#: Asked by everybody each time; at other addresses one person of each expectation, by all in `make test-all`.
NEVER_SHORTENED = {
    "staff:case", "staff:file", "staff:find", "staff:unmask", "api:case", "public:case", "public:case_file",
    "api:complaint",
}  # fmt: skip
#: Where a reader gets the full policy number and phone, and a line of the log says so.
FULL_DIGITS = {("staff:unmask", "POST"), ("staff:call", "POST")}


def some(row: Row, turn: int) -> list[str]:
    """One person of each expectation, somebody else in each row."""
    if row.name in NEVER_SHORTENED:
        return list(ROLES)
    first = turn % len(ROLES)
    turned = ROLES[first:] + ROLES[:first]
    return list({row.statuses[role]: role for role in reversed(turned)}.values())


def text_of(answer: Any) -> str:
    """Body, where it leads and what it is called."""
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{headers}\n{body.decode(errors='replace')}"


def leaked(row: Row, role: str, text: str) -> list[str]:
    """What of the case stands there although this person may not read it, or not without asking."""
    hidden = WORDS if role not in READERS else {}
    masked = (row.name, row.method) not in FULL_DIGITS and not row.name.startswith("api:")
    digits = DIGITS if role not in READERS or masked else {}
    return [name for name, word in (hidden | digits).items() if word in text]


def look(here: World, rows: Iterable[tuple[Row, Iterable[str]]]) -> tuple[list[str], list[str]]:
    """What differs from the table, and what leaked."""
    wrong, leaks = [], []
    for row, roles in rows:
        for role in roles:
            answer = ask(here, ROUTES[row.name], row.method, role)
            if answer.status_code != row.statuses[role]:
                got = f"{answer.status_code} instead of {row.statuses[role]}"
                wrong.append(f"{row.method} {row.name} as {role}: {got}")
            leaks += [
                f"{name} at {row.method} {row.name} as {role}" for name in leaked(row, role, text_of(answer))
            ]
    return wrong, leaks


def test_no_address_is_missing_from_the_table_and_no_row_is_stale() -> None:
    named = {row.name for row in TABLE}
    assert {route.name for route in routes() if not route.is_admin} == named
    assert [key for key, rows in Counter((row.name, row.method) for row in TABLE).items() if rows > 1] == []


def test_everybody_gets_what_the_table_says_and_reads_nothing_else(here: World) -> None:
    assert look(here, [(row, some(row, turn)) for turn, row in enumerate(TABLE)]) == ([], [])


@pytest.mark.slow
def test_each_of_them_gets_what_the_table_says(here: World) -> None:
    assert look(here, [(row, ROLES) for row in TABLE]) == ([], [])


def who_gets_in(name: str) -> str:
    """Somebody whom this address answers at all."""
    if name in {"api:complaint", "api:messages", "api:files"} or name.startswith("public:"):
        return "patient"
    return "key" if name in {"api:calls", "api:recordings"} else "specialist"


def test_what_the_table_does_not_name_is_no_method_of_the_address(here: World) -> None:
    named = {(row.name, row.method) for row in TABLE}
    closed = {row.name for row in TABLE if set(row.statuses.values()) == {404}}
    for route in (route for route in routes() if not route.is_admin and route.name not in closed):
        for method in ("GET", "POST", "DELETE") if ":" in route.name else ("GET", "POST"):
            if (route.name, method) not in named:
                status = ask(here, route, method, who_gets_in(route.name)).status_code
                assert status == 405, f"{method} {route.name} answers {status} and has no row"


def test_every_operation_of_the_api_stands_in_the_table(here: World) -> None:
    schema = json.loads(here.clients["anonymous"].get("/api/schema/").content)
    described = {(path, method.upper()) for path, methods in schema["paths"].items() for method in methods}
    rows = {
        (ROUTES[row.name].address(here).replace(here.case.number, "{number}"), row.method)
        for row in TABLE
        if row.name.startswith("api:") and row.name not in {"api:schema", "api:docs", "api:unknown"}
    }
    assert rows == described


def admin_routes() -> list[Route]:
    return [route for route in routes() if route.is_admin]


def test_the_administration_opens_for_nobody_but_the_administrator(here: World) -> None:
    outsiders = [role for role in ROLES if role != "admin"]
    for turn, route in enumerate(admin_routes()):
        role, method = outsiders[turn % len(outsiders)], ("GET", "POST")[turn % 2]
        answer = ask(here, route, method, role)
        assert answer.status_code in {302, 403}, f"{method} {route.name} as {role}"
        if answer.status_code == 302 and route.name != "admin:logout":
            assert answer["Location"].startswith(("/accounts/login/", "/admin/login/")), route.name


def test_the_administrator_reads_no_case_in_the_administration(here: World) -> None:
    for route in admin_routes():
        if route.name.endswith(("_changelist", "_change", "_history", ":index")):
            answer = ask(here, route, "GET", "admin")
            assert answer.status_code in {200, 302, 403, 404}, route.name
            text = text_of(answer)
            assert [name for name, word in (WORDS | DIGITS).items() if word in text] == [], route.name
