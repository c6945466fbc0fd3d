"""Whoever may open a page may take its list along, and nobody else; the file tells no more than the page."""

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from complaints.models import Export
from complaints.reports.staff import export_every
from complaints.reports.staff.export_every import SHEETS
from complaints.reports.staff.export_lists import Asked
from complaints.services import exports
from omsportal.platform.clock import database_now
from tests.access.table import TABLE
from tests.access.world import DIGITS, STAFF, WORDS, World, undone
from tests.factories import profile

pytestmark = pytest.mark.django_db
#: What chooses a list, beside the parts of an address that the world knows.
SAID = {"table": "load", "list": "help", "noun": "hotline"}
#: Lists whose pages have rows in this world, and who takes them along.
TAKEN = {
    "alarms": "head", "people": "head", "leaves": "head", "accounts": "head", "roster": "head",
    "incidents": "head", "readings": "head", "dashboard": "head", "fairness": "head",
    "branches": "head", "directory": "head", "shelf": "head", "unconfirmed": "head", "keys": "head",
    "sending": "head", "raised": "head", "read_by": "head", "imports": "insurer_admin",
    "templates": "operator", "rules": "insurer_admin", "help": "fund",
}  # fmt: skip
#: Their pages offer a file of what is nothing so far.
EMPTY = {"fairness", "leaves"}


@pytest.fixture(autouse=True)
def _taken_back(here: World) -> Iterator[None]:
    with undone():
        yield


def asked_for(here: World, name: str) -> Asked:
    """Up to tomorrow, where a list is one up to a day."""
    day = (here.now + timedelta(days=1)).date()
    return Asked(name, SHEETS[name].chosen({**SAID, **here.known, "day": day}), here.now)


@pytest.mark.parametrize("name", list(SHEETS))
def test_a_list_is_for_those_whose_page_opens(here: World, name: str) -> None:
    asked = asked_for(here, name)
    (row,) = (row for row in TABLE if row.name == f"staff:{SHEETS[name].page}" and row.method == "GET")
    for role in STAFF:
        user = here.people[role]
        may = export_every.exists(asked, user, profile(user, on=here.now.date()), here.now)
        assert may == (row.statuses[role] == 200), role


@pytest.mark.parametrize(("name", "role"), TAKEN.items())
def test_the_button_of_a_page_makes_a_file_of_what_it_shows(here: World, name: str, role: str) -> None:
    client, user, sheet = here.clients[role], here.people[role], SHEETS[name]
    for reader in ("head", "specialist"):
        here.clients[reader].get(f"/staff/cases/{here.case.number}/")
    page = client.get(sheet.address(asked_for(here, name).chosen)).content.decode()
    chosen = sheet.chosen({**SAID, **_said_by_the_button(page, name)})
    who = profile(user, on=here.now.date())
    made = exports.ask(tab=name, chosen=chosen, format="csv", by=user, profile=who, now=database_now())
    titles, *rows = _rows(made)
    assert bool(rows) == (name not in EMPTY)
    assert {*map(len, rows)} <= {len(titles)}
    told = str(rows)
    assert not [word for word in (*WORDS.values(), *DIGITS.values()) if word in told]


def _said_by_the_button(page: str, name: str) -> dict[str, str]:
    """The link, or the form in which one of several lists is chosen."""
    links = re.findall(r'href="(/staff/export/\?[^"]*)"', page)
    found = [parse_qs(urlsplit(html.unescape(link)).query) for link in links]
    own = [{key: values[0] for key, values in one.items()} for one in found if one.get("tab") == [name]]
    if own:
        return own[0]
    assert f'<input type="hidden" name="tab" value="{name}">' in page
    return {}


def _rows(made: Export) -> list[list[str]]:
    made.refresh_from_db()
    body = b"".join(exports.open_file(export=made, by=made.made_by, now=database_now()))
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("name", ["results", "events", "readings", "keys", "shelf"])
def test_what_is_another_persons_or_branchs_is_none(here: World, name: str) -> None:
    rival = here.people["rival"]
    who = profile(rival, on=here.now.date())
    assert not export_every.exists(asked_for(here, name), rival, who, here.now)
    for spoilt in ({}, dict.fromkeys(SHEETS[name].asks + SHEETS[name].path, "x" * 40)):
        assert not export_every.exists(Asked(name, spoilt, here.now), rival, who, here.now)
