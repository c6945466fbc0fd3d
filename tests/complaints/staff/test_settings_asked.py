"""Calendar that is asked for by hand, and loaded twice."""

from datetime import datetime

import pytest

from complaints.models import SettingChange
from tests.complaints.staff.conftest import ClientOf


def test_loading_what_a_draft_has_already_leaves_the_draft_as_it_is(
    client_of: ClientOf, now: datetime
) -> None:
    admin, year = client_of("admin"), now.year
    for _turn in range(2):
        admin.post(f"/staff/calendar/russia/{year}/load/")
    assert SettingChange.objects.get().version == 1


@pytest.mark.parametrize("place", ["a b", "a/b", "99", "Москва"])
def test_a_place_that_there_is_not_has_no_calendar(client_of: ClientOf, place: str) -> None:
    assert client_of("admin").get("/staff/calendar/", {"place": place}).status_code == 404
