"""An appeal that another body goes on with: its applicant reads on there, with the code of this one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from complaints.models import Complaint
from complaints.services import access_codes, closing
from insurers.models import Branch
from tests import factories
from tests.complaints.public.following import CASE, Followed

FOLLOW = "/status/case/follow/"


@pytest.fixture
def followed(branch: Branch, now: datetime) -> Followed:
    """In the applicant's browser, with the specialist."""
    return Followed.begun(branch, now)


def shown(followed: Followed) -> str:
    """The number of the appeal that is open in the browser."""
    page: Any = followed.patient.get(CASE)
    return str(page.context["case"].number)


def passed_on(followed: Followed) -> Complaint:
    """To the fund."""
    hand = followed.taken(2)
    fund = factories.make_fund(now=followed.now)
    return closing.forward(complaint=followed.case, to=fund, reason="wrong_addressee", **hand).complaint


def test_the_page_names_the_new_number_and_leads_there(followed: Followed) -> None:
    later = passed_on(followed)
    assert later.number.replace("-", "") in followed.page.replace("-", "").replace("\u00a0", "")
    assert followed.patient.post(FOLLOW).headers["Location"] == CASE
    assert shown(followed) == later.number


def test_one_that_has_a_code_of_its_own_by_now_is_opened_by_it(followed: Followed) -> None:
    later = passed_on(followed)
    person = factories.make_staff("fund_operator", 4, later.branch)
    later_on = followed.now + timedelta(minutes=1)
    access_codes.renew_by_document(
        complaint=later, proof="seen_passport", by=person,
        profile=factories.profile(person, on=later_on.date()), now=later_on,
    )  # fmt: skip
    followed.patient.post(FOLLOW)
    assert shown(followed) == followed.filed.number


def test_one_that_was_not_passed_on_leads_nowhere(followed: Followed) -> None:
    assert followed.patient.post(FOLLOW).headers["Location"] == CASE
    assert shown(followed) == followed.filed.number


def test_of_what_was_said_no_day_is_promised(branch: Branch, now: datetime) -> None:
    followed = Followed.begun(branch, now, channel="phone", form="oral")
    assert passed_on(followed).answer_due_on is None
    page = followed.page
    assert "ответит не позже" not in page
    assert "продолжает работу" in page
