"""The law's term is a dated row: every page tells the days of this appeal, and in words that fit them."""

from datetime import datetime, timedelta

import pytest

from complaints.models import Complaint, Deadline
from complaints.reports.public import receipt
from insurers.models import Branch
from tests import factories
from tests.complaints.public.conftest import Patient, url
from tests.complaints.public.following import CASE, Followed


@pytest.fixture
def term(branch: Branch) -> Deadline:
    """As somebody changed it."""
    return Deadline.objects.create(
        code="ANSWER", group="appeal", what="ответ", value=21, unit="calendar_day", basis="59-ФЗ",
        valid_from=factories.LONG_AGO,
    )  # fmt: skip


@pytest.fixture
def followed(term: Deadline, branch: Branch, now: datetime) -> Followed:
    return Followed.begun(branch, now)


def test_the_page_tells_the_days_of_this_appeal(followed: Followed, term: Deadline) -> None:
    assert "21 календарный день со дня регистрации" in followed.page
    assert "21 календарный день" in followed.patient.get(f"{CASE}dates/").content.decode()
    Complaint.objects.update(counts_from_on=followed.case.registered_on - timedelta(days=1))
    assert "21 календарный день от" in followed.page
    Deadline.objects.filter(pk=term.pk).update(value=22)
    assert "22 календарных дня" in followed.page


def test_whoever_asks_again_reads_the_term_of_a_new_appeal(followed: Followed) -> None:
    followed.answered()
    assert "новый срок: 21 день." in followed.patient.get(f"{CASE}reopen/").content.decode()


def test_what_the_fund_hands_over_names_the_days_on_the_page_and_on_paper(
    term: Deadline, patient: Patient
) -> None:
    patient.begin()
    patient.answer("whom", "policy", policy={"policy_kind": "none", "number": ""})
    patient.post(url("insurer"), {"region": "76", "insurer": "unknown"})
    patient.answer("story", "files", "naming", "contacts")
    patient.send()
    page = patient.get("/complaints/new/sent/").content.decode()
    case = Complaint.objects.select_related("branch", "category").get()
    assert case.branch.is_fund
    assert "ещё 21 день. Обе даты" in page
    [_body, _own, handed_over] = receipt._dates(case)["paragraphs"]
    assert handed_over.endswith("ещё 21 день.")
