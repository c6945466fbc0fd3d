"""Case numbers and access codes."""

import pytest

from complaints import numbers


def test_a_number_names_region_and_year_and_ends_with_a_luhn_digit() -> None:
    number = numbers.new_number("76", 2026)
    assert number[:6] == "76-26-"
    assert len(number) == 15
    assert numbers.parse_number(number) == number


def test_a_region_with_a_leading_zero_keeps_it() -> None:
    assert numbers.new_number("02", 2026).startswith("02-26-")


@pytest.mark.parametrize("typed", ["{}", " {} ", "№ {}", "{digits}", "{spaced}"])
def test_a_number_is_understood_however_it_is_typed(typed: str) -> None:
    number = numbers.new_number("76", 2026)
    digits = number.replace("-", "")
    text = typed.format(number, digits=digits, spaced=" ".join(digits))
    assert numbers.parse_number(text) == number


def test_one_wrong_digit_is_noticed() -> None:
    number = numbers.new_number("76", 2026).replace("-", "")
    for place in range(len(number)):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(numbers.NotANumber) as error:
            numbers.parse_number(wrong)
        assert error.value.code == "check_digit"


@pytest.mark.parametrize(("text", "typed"), [("", 0), ("76-26", 4), ("1" * 13, 13), ("ю" * 12, 0)])
def test_a_wrong_length_says_how_many_digits_were_typed(text: str, typed: int) -> None:
    with pytest.raises(numbers.NotANumber) as error:
        numbers.parse_number(text)
    assert (error.value.code, error.value.typed) == ("length", typed)


def test_digits_of_another_script_are_no_digits() -> None:
    with pytest.raises(numbers.NotANumber):
        numbers.parse_number("٧٦" * 6)


def test_an_access_code_is_sixteen_digits_in_fours() -> None:
    code = numbers.new_access_code()
    assert [len(part) for part in code.split(" ")] == [4, 4, 4, 4]
    assert numbers.code_digits(code) == code.replace(" ", "")


def test_an_access_code_of_another_length_is_none_at_all() -> None:
    assert numbers.code_digits("1234 5678") == ""
    assert numbers.code_digits("1" * 17) == ""


def test_the_luhn_digit_agrees_with_the_textbook() -> None:
    assert numbers.luhn_digit("7992739871") == "3"
