"""A head of a fund who works no cases: what they look after is linked where they are."""

import pytest
from django.test import Client

from insurers.models import Branch
from representatives.models import User
from tests.factories import make_fund, make_staff

pytestmark = pytest.mark.django_db

DASHBOARD, CONTENT = "/staff/dashboard/", "/staff/content/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="representatives.backends.StaffBackend")
    return client


def test_the_head_of_a_fund_finds_what_patients_read(branch: Branch) -> None:
    head = signed_in(make_staff("head_of_fund", heads=make_fund(branch.region.code)))
    assert f'href="{CONTENT}"' in head.get(DASHBOARD).content.decode()
    assert head.get(CONTENT, follow=True).status_code == 200


def test_the_head_of_an_insurers_branch_does_not(branch: Branch) -> None:
    head = signed_in(make_staff("head_of_branch", heads=branch))
    assert f'href="{CONTENT}"' not in head.get(DASHBOARD).content.decode()
    assert head.get(CONTENT).status_code == 403
