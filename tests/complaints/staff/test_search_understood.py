"""What the one box of the search makes of a text."""

from datetime import date
from typing import Any

import pytest

from complaints.numbers import luhn_digit
from complaints.reports.staff.search_surnames import distance
from complaints.reports.staff.search_understood import Doubt, understood
from insurers.policy_numbers import Sex, enp_for

TODAY = date(2026, 3, 18)
ENP = enp_for("76", date(1950, 3, 12), Sex.FEMALE, 7)
NUMBER = "76-26-1234567-" + luhn_digit("76261234567")
DIGITS = NUMBER.replace("-", "")
BORN = date(1950, 3, 12)
SNILS = "11223344595"


def parts(text: str) -> dict[str, Any]:
    """What is not empty, doubts by name."""
    wanted = understood(text, today=TODAY)
    names = ("number", "phone", "policy", "snils", "birth_on", "surnames", "anywhere", "doubts")
    return {name: value for name in names if (value := getattr(wanted, name))}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (NUMBER, {"number": NUMBER}),
        (f"№ {DIGITS}", {"number": NUMBER}),
        (f"{DIGITS[:2]} {DIGITS[2:4]} {DIGITS[4:11]} {DIGITS[11]}", {"number": NUMBER}),
        (f"76–26–{DIGITS[4:11]}–{DIGITS[11]}", {"number": NUMBER}),
        ("8 (920) 123-45-67", {"phone": "+79201234567"}),
        ("+7 920 123 45 67", {"phone": "+79201234567"}),
        ("9201234567", {"phone": "+79201234567"}),
        ("8 4852 31-12-28", {"phone": "+74852311228"}),
        ("+375 29 123-45-67", {"phone": "+375291234567"}),
        (ENP, {"policy": ENP}),
        (" ".join(ENP[start : start + 4] for start in range(0, 16, 4)), {"policy": ENP}),
        ("123 456 789", {"policy": "123456789"}),
        ("112-233-445 95", {"snils": SNILS}),
        ("Иванова 12.03.1950", {"surnames": ("иванова",), "birth_on": BORN}),
        ("иванова 12.3.50", {"surnames": ("иванова",), "birth_on": BORN}),
        ("12-03-1950 Иванова", {"surnames": ("иванова",), "birth_on": BORN}),
        ("Иванова, 1950-03-12", {"surnames": ("иванова",), "birth_on": BORN}),
        ("Иванова 12 марта 1950 г.", {"surnames": ("иванова",), "birth_on": BORN}),
        ("Семёнова-Петрова 12.03.1950", {
            "surnames": ("семенова", "петрова", "семенова-петрова"), "birth_on": BORN,
        }),
        ("отказали в приёме", {"anywhere": ("отказали", "приеме")}),
        ("заплатили 2500 рублей", {"anywhere": ("заплатили", "2500", "рублей")}),
    ],
)  # fmt: skip
def test_it_understands(typed: str, meant: dict[str, Any]) -> None:
    found = parts(typed)
    found["anywhere"] = tuple(word for word in found.get("anywhere", ()) if word != "в")
    assert {name: value for name, value in found.items() if value} == meant


@pytest.mark.parametrize(
    ("typed", "doubt"),
    [
        (NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10), Doubt.NUMBER_SLIP),
        (ENP[:-1] + str((int(ENP[-1]) + 1) % 10), Doubt.POLICY_SLIP),
        ("12345678901", Doubt.ELEVEN_DIGITS),
        ("1234567", Doubt.STRANGE_DIGITS),
        ("12.03.1950", Doubt.DATE_ALONE),
        ("?!", Doubt.NOTHING),
        ("8 920 123-45-67 Иванова", Doubt.LEFT_OUT),
        (" ".join(f"слово{n}" for n in range(20)), Doubt.TOO_MANY_WORDS),
    ],
)
def test_it_says_what_it_could_not_use(typed: str, doubt: Doubt) -> None:
    assert parts(typed)["doubts"] == [doubt]


def test_several_numbers_in_one_text_are_told_apart() -> None:
    assert parts(f"8 920 123-45-67 {ENP}") == {"phone": "+79201234567", "policy": ENP}


def test_a_day_that_cannot_be_a_birth_date_is_none() -> None:
    assert "birth_on" not in parts("приём 31.02.2020")
    assert "birth_on" not in parts("приём 12.03.2030")


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [
        ("иванова", "иванова", 0), ("ивонова", "иванова", 1), ("соколов", "соколова", 1),
        ("ивнаова", "иванова", 1), ("сакалова", "соколова", 2), ("", "иванов", 6),
    ],
)  # fmt: skip
def test_the_distance_of_surnames_counts_slips(one: str, other: str, letters: int) -> None:
    assert distance(one, other) == letters
