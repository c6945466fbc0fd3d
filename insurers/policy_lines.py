"""Lines of a registry of policies: which columns there are, what a good line says, what is wrong.

Pure. A fault names the column and a code, never the value: reports must not spread what lines say.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from insurers.policy_numbers import (
    Kind,
    PolicyNumber,
    PolicyNumberError,
    Sex,
    check_old_policy,
    check_policy_number,
    check_snils,
)

#: Folded headings as insurers, funds and people write them → our name. Latin capitals: the exchange of ФОМС.
COLUMNS = {
    "enp": "number", "енп": "number", "number": "number", "номерполиса": "number", "полис": "number",
    "npolis": "number", "номер": "number", "policynumber": "number",
    "series": "series", "серия": "series", "spolis": "series", "серияполиса": "series",
    "surname": "surname", "фамилия": "surname", "fam": "surname", "lastname": "surname",
    "firstname": "first_name", "имя": "first_name", "im": "first_name", "name": "first_name",
    "patronymic": "patronymic", "отчество": "patronymic", "ot": "patronymic",
    "birthon": "birth_on", "birthdate": "birth_on", "датарождения": "birth_on", "dr": "birth_on",
    "sex": "sex", "пол": "sex", "w": "sex",
    "snils": "snils", "снилс": "snils", "ss": "snils",
    "phone": "phone", "телефон": "phone", "tel": "phone",
    "address": "address", "адрес": "address",
    "validfrom": "valid_from", "действуетс": "valid_from", "dbeg": "valid_from", "датаначала": "valid_from",
    "validto": "valid_to", "действуетпо": "valid_to", "dend": "valid_to", "датаокончания": "valid_to",
    "region": "region", "регион": "region", "кодрегиона": "region",
    "insurer": "insurer", "страховая": "insurer", "смо": "insurer", "страховаякомпания": "insurer",
}  # fmt: skip
NEEDED = ("number", "surname", "first_name", "birth_on")
LONGEST = {"surname": 100, "first_name": 100, "patronymic": 100, "phone": 60, "address": 300}
OLDEST = date(1900, 1, 1)
SEXES = {
    "": "", "м": Sex.MALE, "муж": Sex.MALE, "мужской": Sex.MALE, "m": Sex.MALE, "male": Sex.MALE,
    "1": Sex.MALE, "ж": Sex.FEMALE,
    "жен": Sex.FEMALE, "женский": Sex.FEMALE, "f": Sex.FEMALE, "female": Sex.FEMALE,
    "2": Sex.FEMALE,
}  # fmt: skip
_RUSSIAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00:00)?")


class Wrong(StrEnum):
    """What may be wrong with a line."""

    CELLS = "cells"  # fewer or more cells than the header
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    BLANK_NUMBER = "blank_number_11"
    CHECK_DIGIT = "check_digit"
    NOT_A_DAY = "not_a_day"
    DAY_OUT_OF_RANGE = "day_out_of_range"
    DAYS_IN_ORDER = "days_in_order"
    UNKNOWN_SEX = "unknown_sex"
    NOT_TEXT = "not_text"  # signs that no name has
    FOREIGN_BRANCH = "foreign_branch"  # no such branch, or none that this person may fill
    REPEATED = "repeated"  # a later line has the same number; that one counts


@dataclass(frozen=True, slots=True)
class Fault:
    """Where and what is wrong."""

    line: int
    column: str
    code: str


class LineWrong(Exception):
    """A bad line. `number` is set when at least the policy could be told."""

    def __init__(self, column: str, code: str, number: PolicyNumber | None = None) -> None:
        super().__init__(f"{column}: {code}")
        self.column, self.code, self.number = column, code, number


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A good line. `insurer` and `region` are what it says of the branch, empty if nothing."""

    number: PolicyNumber
    holder: dict[str, str]  # as it is sealed; birth_on in ISO
    birth_on: date
    insurer: str
    region: str
    valid_from: date | None
    valid_to: date | None


def read_line(cells: Sequence[str], at: Mapping[str, int], *, width: int, today: date) -> PolicyLine:
    """What a line says; `at` says in which cell, `width` how many cells the header has. Raises LineWrong."""
    if len(cells) != width:
        raise LineWrong("", Wrong.CELLS)
    values = {name: cells[place].strip() for name, place in at.items()}
    number = _number(values)
    try:
        return _read(number, values, today)
    except LineWrong as error:
        error.number = number
        raise


def _number(values: Mapping[str, str]) -> PolicyNumber:
    series = values.get("series", "")
    try:
        if series:
            return check_old_policy(series, values["number"])
        return check_policy_number(values["number"])
    except PolicyNumberError as error:
        raise LineWrong("number", error.code.value) from error


def _read(number: PolicyNumber, values: Mapping[str, str], today: date) -> PolicyLine:
    names = {name: _text(name, values.get(name, "")) for name in LONGEST}
    for name in ("surname", "first_name"):
        if not names[name]:
            raise LineWrong(name, Wrong.EMPTY)
    birth_on = day_in("birth_on", values["birth_on"])
    if birth_on is None:
        raise LineWrong("birth_on", Wrong.EMPTY)
    if not OLDEST <= birth_on <= today:
        raise LineWrong("birth_on", Wrong.DAY_OUT_OF_RANGE)
    valid_from, valid_to = (day_in(name, values.get(name, "")) for name in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_to < valid_from:
        raise LineWrong("valid_to", Wrong.DAYS_IN_ORDER)
    facts = {"birth_on": birth_on.isoformat(), "sex": _sex(values.get("sex", "")), "snils": _snils(values)}
    return PolicyLine(
        number, {"number": number.value} | names | facts, birth_on, values.get("insurer", ""),
        values.get("region", ""), valid_from, valid_to,
    )  # fmt: skip


def _text(name: str, value: str) -> str:
    if len(value) > LONGEST[name]:
        raise LineWrong(name, Wrong.TOO_LONG)
    if not value.isprintable():
        raise LineWrong(name, Wrong.NOT_TEXT)
    return value


def day_in(name: str, value: str) -> date | None:
    """A day in Russian or ISO spelling; None for an empty text. Raises LineWrong."""
    if not value:
        return None
    russian, iso = _RUSSIAN_DAY.fullmatch(value), _ISO_DAY.fullmatch(value)
    try:
        if russian:
            return date(int(russian[3]), int(russian[2]), int(russian[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError as error:
        raise LineWrong(name, Wrong.NOT_A_DAY) from error
    raise LineWrong(name, Wrong.NOT_A_DAY)


def _sex(value: str) -> str:
    folded = value.lower().rstrip(".")
    if folded not in SEXES:
        raise LineWrong("sex", Wrong.UNKNOWN_SEX)
    return str(SEXES[folded])


def _snils(values: Mapping[str, str]) -> str:
    typed = values.get("snils", "")
    try:
        return check_snils(typed) if typed else ""
    except PolicyNumberError as error:
        raise LineWrong("snils", error.code.value) from error


__all__ = [
    "COLUMNS", "NEEDED", "Fault", "Kind", "LineWrong", "PolicyLine", "Wrong", "day_in", "read_line",
]  # fmt: skip
