"""Numbers of policies: every official vector, and what holds for any number."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from insurers.policy_numbers import (
    Doubt,
    Fault,
    Kind,
    PolicyNumberError,
    Sex,
    check_old_policy,
    check_policy_number,
    check_snils,
    enp_for,
)

VECTORS = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "synthetic_ids.csv").read_text(encoding="utf-8").splitlines()
    )
)
WELL_FORMED = [row for row in VECTORS if row["kind"] == "ENP" and row["valid"] == "1"]
NAMES = [row["value"] for row in VECTORS]
CHECKS = {"ENP": check_policy_number, "TEMP": check_policy_number, "SNILS": check_snils}

people = st.builds(
    enp_for,
    region=st.integers(1, 99).map("{:02}".format),
    birth_on=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    sex=st.sampled_from(Sex),
    serial=st.integers(0, 99999),
)


@pytest.mark.parametrize("row", VECTORS, ids=NAMES)
def test_it_judges_every_vector_as_told(row):
    check = CHECKS[row["kind"]]
    if row["valid"] == "1":
        assert str(check(row["value"])) == "".join(sign for sign in row["value"] if sign.isdigit())
    else:
        with pytest.raises(PolicyNumberError):
            check(row["value"])


@pytest.mark.parametrize("row", WELL_FORMED, ids=[row["value"] for row in WELL_FORMED])
def test_it_builds_the_number_of_the_vector_from_its_person(row):
    fund, born, sex, serial = row["input"].split(", ")
    day, month, year = map(int, born.split("."))
    person = Sex.MALE if sex == "муж" else Sex.FEMALE
    built = enp_for(fund.removeprefix("TF "), date(year, month, day), person, int(serial.split()[1]))
    assert built == row["value"]
    read = check_policy_number(built)
    assert (read.birth_on, read.sex, read.region_code) == (date(year, month, day), person, built[:2])


@given(people)
def test_it_accepts_any_number_it_built(number):
    assert check_policy_number(number).value == number


@given(people, st.integers(0, 15), st.integers(1, 9))
def test_it_refuses_any_number_with_one_digit_changed(number, place, shift):
    digit = (int(number[place]) + shift) % 10
    with pytest.raises(PolicyNumberError) as error:
        check_policy_number(f"{number[:place]}{digit}{number[place + 1 :]}")
    assert error.value.code == Fault.CHECK_DIGIT


@given(st.text(max_size=40))
def test_it_answers_any_text_with_a_number_or_a_reason(text):
    number = _accepted(text)
    assert number is None or number.value.isdecimal()


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(Sex))
def test_it_reads_birth_date_and_sex_back(birth_on, sex):
    read = check_policy_number(enp_for("76", birth_on, sex, 1))
    assert (read.birth_on, read.sex) == (birth_on, sex)


@pytest.mark.parametrize(
    "typed",
    ["7656 4108 3400 0120", "7656-4108-3400-0120", " 7656\u00a04108—3400.0120\n", "№7656410834000120"],
)
def test_it_takes_the_usual_spellings(typed):
    assert check_policy_number(typed).value == "7656410834000120"


@pytest.mark.parametrize(
    ("typed", "code", "digits"),
    [
        ("", Fault.EMPTY, 0),
        (" - ", Fault.EMPTY, 0),
        ("765641083400012", Fault.LENGTH, 15),
        ("76564108340001200", Fault.LENGTH, 17),
        ("7", Fault.LENGTH, 1),
        ("12345678901", Fault.BLANK_NUMBER_11, 11),
        ("765641083400012O", Fault.NOT_DIGITS, 15),
        ("٧٦٥٦٤١٠٨٣٤٠٠٠١٢٠", Fault.NOT_DIGITS, 16),
        ("7656410834000121", Fault.CHECK_DIGIT, 16),
    ],
)
def test_it_says_what_is_wrong_and_how_much_was_typed(typed, code, digits):
    with pytest.raises(PolicyNumberError) as error:
        check_policy_number(typed)
    assert (error.value.code, error.value.digits) == (code, digits)


def test_it_only_doubts_a_number_of_another_date_sex_or_region():
    number = check_policy_number("7656410834000120")
    known = {"birth_on": date(1985, 3, 15), "sex": "male", "region_code": "76"}
    assert number.doubts(**known) == ()
    assert number.doubts() == ()
    assert number.doubts(**known | {"birth_on": date(1985, 3, 16)}) == (Doubt.BIRTH_DATE,)
    assert number.doubts(birth_on=date(1, 1, 1), sex="female", region_code="77") == tuple(Doubt)


def test_it_accepts_a_number_whose_digits_encode_no_date():
    body = "7600000000" + "00000"
    number = next(check for last in range(10) if (check := _accepted(body + str(last))))
    assert (number.birth_on, number.sex) == (None, None)


def _accepted(digits):
    try:
        return check_policy_number(digits)
    except PolicyNumberError:
        return None


def test_it_keeps_an_old_policy_as_series_and_number():
    assert check_old_policy("аб 12", "345-678").value == "АБ12 345678"
    assert check_old_policy("", "345678").value == "345678"
    assert check_old_policy("1", "2").kind == Kind.OLD


@pytest.mark.parametrize(
    ("series", "number", "code"),
    [("12", "", Fault.EMPTY), ("1" * 11, "2", Fault.TOO_LONG), ("1", "2" * 21, Fault.TOO_LONG)],
)
def test_it_refuses_an_old_policy_without_a_number_or_beyond_the_form(series, number, code):
    with pytest.raises(PolicyNumberError) as error:
        check_old_policy(series, number)
    assert error.value.code == code


@given(st.integers(1001999, 999999999), st.integers(0, 99))
def test_it_accepts_exactly_one_control_number_of_a_snils(number, control):
    digits = f"{number:09}"
    expected = sum(int(digit) * (9 - place) for place, digit in enumerate(digits)) % 101 % 100
    assume(control != expected)
    assert check_snils(f"{digits}{expected:02}") == f"{digits}{expected:02}"
    with pytest.raises(PolicyNumberError):
        check_snils(f"{digits}{control:02}")


def test_it_says_how_many_digits_of_a_snils_were_typed():
    with pytest.raises(PolicyNumberError) as error:
        check_snils("112-233-445 9")
    assert (error.value.code, error.value.digits) == (Fault.LENGTH, 10)
