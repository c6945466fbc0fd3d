"""Numbers a person can say on the phone: the case number and the access code. No Django here."""

import re
import secrets

NUMBER_DIGITS = 12
CODE_DIGITS = 16
_NOT_DIGITS = re.compile(r"[^0-9]")


class NotANumber(ValueError):
    """The text cannot be a case number: `code` is 'length' or 'check_digit'."""

    def __init__(self, code: str, typed: int) -> None:
        super().__init__(code)
        self.code, self.typed = code, typed


def luhn_digit(digits: str) -> str:
    """The check digit that makes `digits` + digit pass Luhn."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def new_number(region_code: str, year: int) -> str:
    """A fresh RR-YY-NNNNNNN-C: region, year, seven random digits, Luhn digit. Uniqueness is the table's."""
    digits = f"{region_code}{year % 100:02d}{secrets.randbelow(10**7):07d}"
    return written(digits + luhn_digit(digits))


def written(digits: str) -> str:
    return f"{digits[:2]}-{digits[2:4]}-{digits[4:11]}-{digits[11]}"


def parse_number(text: str) -> str:
    """The number as stored, however it was typed (spaces, dashes or none); raises NotANumber."""
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) != NUMBER_DIGITS:
        raise NotANumber("length", len(digits))
    if luhn_digit(digits[:-1]) != digits[-1]:
        raise NotANumber("check_digit", len(digits))
    return written(digits)


def new_access_code() -> str:
    """16 random digits in fours, 53 bits: with the limit per number it cannot be guessed."""
    return code_written(f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}")


def code_written(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, CODE_DIGITS, 4))


def code_digits(text: str) -> str:
    """Only the digits of a typed access code; the empty string when there are not 16 of them."""
    digits = _NOT_DIGITS.sub("", text)
    return digits if len(digits) == CODE_DIGITS else ""
