"""Numbers of policies and СНИЛС: what is certainly wrong, what is only worth a second look.

Source: the rules for the single policy number (ЕНП) and the form of the temporary certificate. Pure.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ENP_DIGITS = 16
TEMPORARY_DIGITS = 9
BLANK_DIGITS = 11  # the number of the paper form itself, typed by mistake
SNILS_DIGITS = 11
# People copy numbers with spaces, dashes of every kind, dots and the number sign.
SEPARATORS = re.compile(r"[\s\u00a0\u2000-\u2015\u2212\-.№]+")
LAST_UNCHECKED_SNILS = 1001998


class Kind(StrEnum):
    ENP = "enp"
    TEMPORARY = "temporary"
    OLD = "old"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Fault(StrEnum):
    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    BLANK_NUMBER_11 = "blank_number_11"
    CHECK_DIGIT = "check_digit"
    TOO_LONG = "too_long"


class Doubt(StrEnum):
    """The number outlives corrections of the person's data: a mismatch is asked about, never refused."""

    BIRTH_DATE = "birth_date"
    SEX = "sex"
    REGION = "region"


class PolicyNumberError(ValueError):
    """The text cannot be a number. `code` says why, `digits` how many digits were typed."""

    def __init__(self, code: Fault, digits: int = 0) -> None:
        super().__init__(f"{code.value}: {digits} digits typed")
        self.code = code
        self.digits = digits


@dataclass(frozen=True, slots=True)
class PolicyNumber:
    """A number in its one canonical spelling; the rest is what an ЕНП itself tells about its holder."""

    kind: Kind
    value: str
    region_code: str | None = None
    birth_on: date | None = None
    sex: Sex | None = None

    def __str__(self) -> str:
        return self.value

    def doubts(
        self, *, birth_on: date | None = None, sex: str | None = None, region_code: str | None = None
    ) -> tuple[Doubt, ...]:
        """Where the number disagrees with what is known about the person; unknown sides never disagree."""
        pairs = (
            (Doubt.BIRTH_DATE, self.birth_on, birth_on),
            (Doubt.SEX, self.sex, sex),
            (Doubt.REGION, self.region_code, region_code),
        )
        return tuple(doubt for doubt, own, known in pairs if own and known and own != known)


def check_policy_number(text: str) -> PolicyNumber:
    """An ЕНП or a temporary certificate from what a person typed. Raises PolicyNumberError."""
    digits = _only_digits(text)
    if len(digits) == ENP_DIGITS:
        return _checked_enp(digits)
    if len(digits) == TEMPORARY_DIGITS:
        return PolicyNumber(Kind.TEMPORARY, digits)
    if len(digits) == BLANK_DIGITS:
        raise PolicyNumberError(Fault.BLANK_NUMBER_11, BLANK_DIGITS)
    raise PolicyNumberError(Fault.LENGTH, len(digits))


def check_old_policy(series: str, number: str) -> PolicyNumber:
    """A policy issued before 2011: series up to 10 signs, number up to 20, in any regional form."""
    series, number = (SEPARATORS.sub("", part).upper() for part in (series, number))
    if not number:
        raise PolicyNumberError(Fault.EMPTY)
    if len(series) > 10 or len(number) > 20:
        raise PolicyNumberError(Fault.TOO_LONG, len(series) + len(number))
    return PolicyNumber(Kind.OLD, f"{series} {number}".strip())


def check_snils(text: str) -> str:
    """The 11 digits of a СНИЛС. Raises PolicyNumberError."""
    digits = _only_digits(text)
    if len(digits) != SNILS_DIGITS:
        raise PolicyNumberError(Fault.LENGTH, len(digits))
    number, control = digits[:9], int(digits[9:])
    weighed = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=True))
    if int(number) > LAST_UNCHECKED_SNILS and weighed % 101 % 100 != control:
        raise PolicyNumberError(Fault.CHECK_DIGIT, SNILS_DIGITS)
    return digits


def enp_for(region: str, birth_on: date, sex: Sex, serial: int) -> str:
    """The ЕНП of an invented person; `serial` tells apart people born on one day, 0…99999."""
    month = birth_on.month + _month_shift(birth_on.year)
    day = birth_on.day + (50 if sex == Sex.MALE else 0)
    encoded = f"{month:02}{f'{birth_on.year:04}'[::-1]}{day:02}"
    body = f"{region}{_complement(encoded)}{serial:05}"
    return body + str(-_luhn_sum(body + "0") % 10)


def _only_digits(text: str) -> str:
    digits = SEPARATORS.sub("", text)
    if not digits:
        raise PolicyNumberError(Fault.EMPTY)
    if not (digits.isascii() and digits.isdecimal()):
        raise PolicyNumberError(Fault.NOT_DIGITS, sum(sign.isdecimal() for sign in digits))
    return digits


def _checked_enp(digits: str) -> PolicyNumber:
    if _luhn_sum(digits) % 10:
        raise PolicyNumberError(Fault.CHECK_DIGIT, ENP_DIGITS)
    birth_on, sex = _decoded(digits[2:10])
    return PolicyNumber(Kind.ENP, digits, digits[:2], birth_on, sex)


def _luhn_sum(digits: str) -> int:
    """Doubles every second digit from the right, the check digit itself excluded."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled)


def _month_shift(year: int) -> int:
    """Three centuries of births do not fit into reversed digits alone, the month tells them apart."""
    if year <= 1950:
        return 20
    return 40 if year <= 2000 else 0


def _complement(digits: str) -> str:
    return "".join(str(9 - int(digit)) for digit in digits)


def _decoded(encoded: str) -> tuple[date | None, Sex | None]:
    """Birth date and sex, or nothing when the digits encode no date: some real numbers do not."""
    plain = _complement(encoded)
    year, day = int(plain[2:6][::-1]), int(plain[6:])
    month = int(plain[:2]) - _month_shift(year)
    sex = Sex.MALE if day > 50 else Sex.FEMALE
    try:
        return date(year, month, day - 50 if sex == Sex.MALE else day), sex
    except ValueError:
        return None, None
