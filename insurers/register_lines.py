"""Lines of the official registers of insurers (F002) and clinics (F003): what a good one says. Pure.

The same names stand in their XML and in tables made of them; `COLUMNS` knows both, folded.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import phonenumbers

from insurers.policy_lines import LineWrong, Wrong, day_in

COLUMNS = {
    "tfokato": "okato", "okato": "okato", "окато": "okato",
    "region": "region", "regioncode": "region", "регион": "region", "кодрегиона": "region",
    "smocod": "code", "mcod": "code", "code": "code", "код": "code",
    "namsmop": "full_name", "nammop": "full_name", "fullname": "full_name", "полноенаименование": "full_name",
    "name": "full_name", "namsmok": "short_name", "nammok": "short_name", "shortname": "short_name",
    "краткоенаименование": "short_name",
    "inn": "inn", "инн": "inn", "ogrn": "ogrn", "огрн": "ogrn",
    "phone": "phone", "телефон": "phone", "hotline": "hot_line",
    "email": "email", "www": "website", "website": "website", "сайт": "website",
    "addrf": "address", "addrj": "legal_address", "address": "address", "адрес": "address",
    "dbegin": "valid_from", "validfrom": "valid_from", "dend": "valid_to", "validto": "valid_to",
    "org": "org",
}  # fmt: skip
LONGEST = {
    "full_name": 300, "short_name": 120, "website": 120, "address": 300, "legal_address": 300, "email": 254,
    "code": 60,
}  # fmt: skip
#: Control signs and halves of letters; a zero byte cannot be kept at all.
_NO_TEXT = {"Cc", "Cs"}
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
_MANY_DIGITS = re.compile(r"(?:\d[\s()\-]*){5,}")


@dataclass(frozen=True, slots=True)
class Phones:
    """What a cell with phones says: those that are certain, in E.164, and whether something is left over."""

    certain: tuple[str, ...] = ()
    unclear: str = ""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A good line; places are still codes, an empty text is "not said"."""

    line: int
    code: str
    okato: str
    region: str
    full_name: str
    short_name: str
    inn: str
    ogrn: str
    email: str
    website: str
    address: str
    phones: Phones
    valid_from: date | None
    valid_to: date | None

    @property
    def is_over(self) -> bool:
        return self.valid_to is not None

    @property
    def place(self) -> dict[str, str]:
        """What it says of where it belongs."""
        return {"okato": self.okato, "region": self.region, "code": self.code}


def last_day(line: RegisterLine) -> date:
    """For sorting: what is not over comes last."""
    return line.valid_to or date.max


def read_line(line: int, values: Mapping[str, str]) -> RegisterLine:
    """What the record says. Raises LineWrong."""
    known = {name: " ".join(value.split()) for name, value in values.items()}
    for name, value in known.items():
        if any(unicodedata.category(sign) in _NO_TEXT for sign in value):
            raise LineWrong(name, Wrong.NOT_TEXT)
    for name, most in LONGEST.items():
        if len(known.get(name, "")) > most:
            raise LineWrong(name, Wrong.TOO_LONG)
    full = known.get("full_name") or known.get("short_name", "")
    if not full:
        raise LineWrong("full_name", Wrong.EMPTY)
    valid_from, valid_to = (day_in(name, known.get(name, "")) for name in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_to < valid_from:
        raise LineWrong("valid_to", Wrong.DAYS_IN_ORDER)
    return RegisterLine(
        line=line, code=known.get("code", ""), okato=known.get("okato", ""), region=known.get("region", ""),
        full_name=full, short_name=known.get("short_name") or full[:120],
        inn=_digits("inn", known, 10), ogrn=_digits("ogrn", known, 13), email=_email(known.get("email", "")),
        website=known.get("website", ""), address=known.get("address") or known.get("legal_address", ""),
        phones=phones_in(known.get("hot_line", ""), known.get("phone", "")),
        valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip


def phones_in(*cells: str) -> Phones:
    """Every full Russian number in the cells, in order. What is left of them with five digits is unclear."""
    certain: list[str] = []
    unclear: list[str] = []
    for cell in cells:
        rest = cell
        for match in phonenumbers.PhoneNumberMatcher(cell, "RU"):
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            if match.number.extension:
                continue  # a person says whose it is
            rest = rest.replace(match.raw_string, "", 1)
            if match.number.country_code == 7 and number not in certain:
                certain.append(number)
        if _MANY_DIGITS.search(rest):
            unclear.append(cell)
    return Phones(tuple(certain), "; ".join(unclear))


def _digits(name: str, known: Mapping[str, str], count: int) -> str:
    value = known.get(name, "")
    if value and not (value.isascii() and value.isdecimal() and len(value) == count):
        raise LineWrong(name, Wrong.LENGTH if value.isdecimal() else Wrong.NOT_DIGITS)
    return value


def _email(text: str) -> str:
    """The first address of the cell; registers hold several, or a dash."""
    found = _EMAIL.search(text)
    return found[0] if found else ""
