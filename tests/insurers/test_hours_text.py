"""Hours written in a table."""

from datetime import time

import pytest

from insurers.hours_text import HoursUnreadable, read_hours


def test_it_knows_nothing_from_an_empty_text():
    assert read_hours(" ") is None


def test_it_reads_round_the_clock():
    hours = read_hours("24/7")
    assert (hours.round_the_clock, hours.shown, hours.week) == (True, "круглосуточно", {})


def test_it_reads_days_and_ranges():
    hours = read_hours("Mon-Thu 08:00-17:00; Fri 08:00-16:00")
    assert hours.shown == "пн–чт 08:00–17:00, пт 08:00–16:00"
    assert sorted(hours.week) == [0, 1, 2, 3, 4]
    assert hours.week[4] == [(time(8), time(16))]
    assert hours.code == "mon-thu-0800-1700-fri-0800-1600"


def test_it_reads_a_break():
    assert read_hours("Mon 09:00-13:00; Mon 14:00-18:00").week == {
        0: [(time(9), time(13)), (time(14), time(18))]
    }


@pytest.mark.parametrize("text", ["always", "Mon 8-17", "Mon 25:00-26:00", "Xyz 08:00-17:00", "Mon;"])
def test_it_refuses_what_it_cannot_read(text):
    with pytest.raises(HoursUnreadable):
        read_hours(text)
