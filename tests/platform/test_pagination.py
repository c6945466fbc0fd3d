from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from omsportal.platform.models import Outbox
from omsportal.platform.pagination import CursorInvalid, Page, page, page_of, window

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(now: datetime, make_notice: Callable[..., Outbox]) -> list[Outbox]:
    """Seven rows; the three in the middle share one moment, so that only their ids tell them apart."""
    minutes = [0, 1, 2, 2, 2, 3, 4]
    return [make_notice(available_at=now + timedelta(minutes=minute)) for minute in minutes]


def turn(cursor: str = "", **options: Any) -> Page[Outbox]:
    return page(Outbox.objects.all(), field="available_at", size=3, cursor=cursor, **options)


@pytest.mark.parametrize("descending", [False, True])
def test_it_shows_every_row_once_forward_and_back(rows: list[Outbox], descending: bool):
    expected = rows[::-1] if descending else rows
    first = turn(descending=descending)
    second = turn(first.next_cursor, descending=descending)
    third = turn(second.next_cursor, descending=descending)
    assert first.rows + second.rows + third.rows == expected
    assert (first.previous_cursor, third.next_cursor) == ("", "")
    back = turn(third.previous_cursor, descending=descending)
    assert back.rows == second.rows
    start = turn(back.previous_cursor, descending=descending)
    assert start.rows == first.rows
    assert start.previous_cursor == ""
    assert turn(start.next_cursor, descending=descending).rows == second.rows


def test_it_stays_in_place_when_rows_come_in_front(
    rows: list[Outbox], now: datetime, make_notice: Callable[..., Outbox]
):
    first = turn()
    make_notice(available_at=now - timedelta(hours=1))
    assert turn(first.next_cursor).rows == rows[3:6]


def test_it_has_one_page_when_all_fits(rows: list[Outbox]):
    whole = page(Outbox.objects.all(), field="available_at", size=7)
    assert (whole.next_cursor, whole.previous_cursor) == ("", "")
    assert page(Outbox.objects.none(), field="available_at", size=7).rows == []


def test_it_costs_one_query(rows: list[Outbox], django_assert_num_queries: Any):
    cursor = turn().next_cursor
    with django_assert_num_queries(1):
        turn(cursor)


def test_it_goes_on_from_where_reading_ended(rows: list[Outbox]):
    last = rows[3]
    seen = window(Outbox, field="available_at", size=3).ending_before(last.available_at, last.pk)
    assert list(seen.of(Outbox.objects.all())) == rows[:3]
    nothing: Page[Outbox] = page_of([], seen)
    assert (nothing.rows, nothing.previous_cursor) == ([], "")
    assert turn(nothing.next_cursor).rows == rows[3:6]
    assert window(Outbox, field="available_at", size=3, cursor=nothing.next_cursor).goes_further


def test_it_refuses_a_cursor_that_is_not_ours(rows: list[Outbox]):
    with pytest.raises(CursorInvalid):
        turn("WyJpZCIsMV0:forged")
    with pytest.raises(CursorInvalid):
        page(Outbox.objects.all(), field="created_at", size=3, cursor=turn().next_cursor)


def test_it_refuses_to_page_by_an_empty_field(rows: list[Outbox]):
    with pytest.raises(ValueError, match="cannot be paged by sent_at"):
        page(Outbox.objects.all(), field="sent_at", size=3)
