"""A branch that has left its region takes nothing new and is called by nobody; the fund finds who answers."""

from datetime import timedelta

import pytest
from django.test import Client

from complaints.services import routing
from insurers.models import Branch, Hotline
from insurers.reports import numbers_to_call
from tests.factories import NOW, file_case, make_branch, make_fund

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def fund() -> Branch:
    return make_fund()


@pytest.fixture
def gone(fund: Branch) -> Branch:
    """Its last day was yesterday."""
    branch = make_branch()
    Branch.objects.filter(pk=branch.pk).update(valid_to=NOW.date() - DAY)
    return Branch.objects.with_names().get(pk=branch.pk)


def test_a_new_appeal_goes_to_the_fund_of_the_region(gone: Branch, fund: Branch) -> None:
    assert file_case(gone).complaint.branch == fund


def test_on_its_last_day_it_still_takes_them(gone: Branch) -> None:
    assert file_case(gone, now=NOW - DAY).complaint.branch == gone


def test_whoever_chooses_it_is_told_of_the_fund(gone: Branch, fund: Branch) -> None:
    assert routing.chosen(insurer="sogaz-med", region_code="76", day=NOW.date()) == fund
    assert routing.chosen(insurer="sogaz-med", region_code="76", day=NOW.date() - DAY) == gone


def test_its_phones_are_shown_to_nobody(gone: Branch, fund: Branch) -> None:
    Hotline.objects.create(branch=gone, purpose="duty", phone="+74852313828")
    of_fund = Hotline.objects.create(branch=fund, purpose="duty", phone="+74852313829")
    shown = numbers_to_call(region=gone.region, insurer=gone.insurer, now=NOW)
    assert [number.hotline for number in shown] == [of_fund]


def test_other_systems_do_not_read_it_among_the_insurers_of_the_region(gone: Branch) -> None:
    assert Client().get("/api/v1/insurers/", {"region": "76"}).json() == []
    assert len(Client().get("/api/v1/insurers/").json()) == 1
