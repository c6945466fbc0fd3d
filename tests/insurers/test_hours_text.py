"""Hours written in a table, and as people type them."""

from datetime import time

import pytest

from insurers.hours_text import HoursUnreadable, in_english, read_hours, read_typed


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


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("пн–пт 9-18", "пн–пт 09:00–18:00"),
        ("Пн-Чт 8:00–17:00, пт 8.00-16.00", "пн–чт 08:00–17:00, пт 08:00–16:00"),
        ("понедельник - пятница с 9 до 18; сб, вс выходной", "пн–пт 09:00–18:00"),
        ("с понедельника по пятницу с 9:00 до 18:00", "пн–пт 09:00–18:00"),
        (
            "пн–чт 8–17, пт 8–16, перерыв 12–13",
            "пн–чт 08:00–12:00 и 13:00–17:00, пт 08:00–12:00 и 13:00–16:00",
        ),
        ("будни 9–18, в выходные 10–14", "пн–пт 09:00–18:00, сб–вс 10:00–14:00"),
        ("пн, ср и пт 9–13", "пн 09:00–13:00, ср 09:00–13:00, пт 09:00–13:00"),
        ("пн 20–24", "пн 20:00–24:00"),
        ("Mon to Thu from 8 to 17", "пн–чт 08:00–17:00"),
        ("ежедневно 0–24", "круглосуточно"),
        ("24/7", "круглосуточно"),
        ("пн–пт с 9 до 18 часов, сб 10–14 ч.", "пн–пт 09:00–18:00, сб 10:00–14:00"),
        ("ежедневно 9–21, вс – выходной", "пн–сб 09:00–21:00"),
        ("выходные дни: сб–вс, ежедневно 9–18, праздники – выходной", "пн–пт 09:00–18:00"),
        ("будни 9–18, в выходные не работаем", "пн–пт 09:00–18:00"),
    ],
)
def test_it_reads_hours_as_people_type_them(typed: str, shown: str) -> None:
    hours = read_typed(typed)
    assert hours is not None
    assert hours.shown == shown
    assert read_typed(shown) == hours


@pytest.mark.parametrize(
    "typed",
    [
        "по записи", "9-18", "пн-пт", "пн 20–8", "пт–пн 9–18", "пн 25–26", "пн 9–12, пн 11–13",
        "перерыв 12–13", "пн 9–12, пн выходной", "пн–пт 9–18, кроме среды выходной",
        "вт 10–12 каб. 5", "пн–пт 9–18 мск", "пн–пт 9–18 кроме среды", "пн–пт 9–18 (по записи)",
        "пн–пт 9–18, обед 13–14 кроме пятницы", "перерыв 12–13, пн–пт 9–18", "пн–пт 9–12, перерыв 13–14",
    ],
)  # fmt: skip
def test_it_does_not_guess_what_somebody_typed(typed: str) -> None:
    with pytest.raises(HoursUnreadable):
        read_typed(typed)


def test_typed_hours_have_the_code_of_equal_hours_in_a_table() -> None:
    typed, table = read_typed("пн–чт 8–17, пт 8–16"), read_hours("Mon-Thu 08:00-17:00; Fri 08:00-16:00")
    assert typed == table
    assert read_typed(" ") is None


@pytest.mark.parametrize(
    ("shown", "english"),
    [
        ("круглосуточно", "round the clock"),
        ("пн–чт 08:00–17:00, пт 08:00–12:00 и 13:00–16:00",
         "Mon–Thu 08:00–17:00, Fri 08:00–12:00 and 13:00–16:00"),
        ("сб 10:00–14:00", "Sat 10:00–14:00"),
        ("ежедневно 09:00–21:00", "daily 09:00–21:00"),
        ("по записи", "по записи"),
        ("по записи, вт и чт", "по записи, вт и чт"),
    ],
)  # fmt: skip
def test_it_is_told_in_english_to_whoever_reads_no_russian(shown: str, english: str) -> None:
    assert in_english(shown) == english
