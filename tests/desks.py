"""Named people at their desks, as fixtures: a folder's conftest.py gives them its own names."""

from datetime import datetime

import pytest

from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.factories import make_branch, make_everybody, make_rules


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
