"""A day that somebody asks the production calendar for."""

import pytest

from tests.complaints.staff.conftest import ClientOf

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["31.12.2199", "0001-01-01", "в среду"])
def test_a_day_that_the_calendar_does_not_have_is_said_to_be_so(client_of: ClientOf, typed: str) -> None:
    answer = client_of("admin").get("/staff/calendar/", {"day": typed}, follow=True)
    assert (answer.status_code, "Укажите день" in answer.content.decode()) == (200, True)
