"""A list that is on one page offers no other."""

import pytest

from complaints.models import Complaint
from tests.complaints.staff.conftest import ClientOf

pytestmark = pytest.mark.django_db


def test_a_short_list_has_no_links_to_further_pages(client_of: ClientOf, waiting_case: Complaint) -> None:
    body = client_of("operator").get("/staff/").content.decode()
    assert waiting_case.number in body
    assert 'class="pagination"' not in body
