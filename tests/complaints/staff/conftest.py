"""Named people at their desks. Views read the real clock, so everything here is built around it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from playwright.sync_api import Page

from complaints.escalation import blocking
from complaints.models import Complaint
from insurers.models import Branch
from representatives.models import User
from tests import desks
from tests.complaints.staff.engine_room import HOUR, due
from tests.factories import make_category, make_complaint
from tests.seats import Seat

ClientOf = Callable[[str], Client]
now, branch, people = desks.now, desks.branch, desks.people


@pytest.fixture
def cases(branch: Branch, people: dict[str, User], now: datetime) -> list[Complaint]:
    """Two in the operator's queue, by due moment."""
    return [make_complaint(branch, now=now, category=make_category(slug)) for slug in ("waiting", "drugs")]


@pytest.fixture
def operator(seat: Seat, people: dict[str, User]) -> Page:
    """The operator's browser, signed in. This server has no sockets: the page polls."""
    return seat(people["operator"])


@pytest.fixture
def client_of(people: dict[str, User]) -> ClientOf:
    """A browser with this person signed in; "anonymous" has nobody."""

    def sign_in(username: str) -> Client:
        client = Client()
        if username != "anonymous":
            client.force_login(people[username])
        return client

    return sign_in


@pytest.fixture
def waiting_case(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """In the operator's queue, held by nobody."""
    return make_complaint(branch, now=now)


@pytest.fixture
def held_case(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """In work with the operator."""
    return make_complaint(branch, now=now, held_by=people["operator"])


@pytest.fixture
def blocked_case(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """Due an hour ago, held for a person since."""
    case = due(make_complaint(branch, now=now - HOUR), now - HOUR)
    blocking.block(complaint_id=case.pk, now=now - HOUR)
    return Complaint.objects.get(pk=case.pk)
