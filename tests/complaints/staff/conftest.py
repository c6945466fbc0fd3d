"""Named people at their desks. Views read the real clock, so everything here is built around it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from complaints.escalation import blocking
from complaints.models import Complaint
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.complaints.staff.engine_room import HOUR, due
from tests.factories import make_branch, make_complaint, make_everybody, make_rules

ClientOf = Callable[[str], Client]


@pytest.fixture
def now(db: None) -> datetime:
    return database_now()


@pytest.fixture
def branch(now: datetime) -> Branch:
    """СОГАЗ-Мед, Yaroslavl."""
    return make_branch(now=now)


@pytest.fixture
def people(branch: Branch) -> dict[str, User]:
    """operator, specialist, expert, head, insurer_admin, fund, fund_operator, admin, rival."""
    make_rules()
    return make_everybody(branch)


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
