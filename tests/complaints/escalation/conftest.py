"""Absences: a branch with one specialist, and the people who may stand in."""

import pytest

from insurers.models import Branch
from representatives.models import User
from tests.factories import make_branch, make_fund, make_region, make_staff


@pytest.fixture
def ours() -> Branch:
    """Yaroslavl, whose only specialist is `specialist`."""
    branch = make_branch()
    make_staff("specialist", 2, branch)
    make_staff("head", heads=branch)
    return branch


@pytest.fixture
def colleague(ours: Branch) -> User:
    """A specialist of the same insurer in another region."""
    make_region("73", "Ульяновская область", "Europe/Ulyanovsk")
    return make_staff("colleague", 2, make_branch("sogaz-med", "73"))


@pytest.fixture
def fund(ours: Branch) -> User:
    return make_staff("fund", 4, make_fund())
