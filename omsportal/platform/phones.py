"""Phones as people write and read them. Pure, but for the language of the extension."""

import re
from typing import Any

import phonenumbers
from django.utils.translation import gettext as _

# Towns with seven-digit numbers have codes of three digits; elsewhere the code has four: 8 (4852) 31-38-28.
_CODES_OF_THREE = frozenset(
    (342, 343, 347, 351, 383, 391, 473, 495, 498, 499, 812, 831, 843, 846, 861, 862, 863)
)
#: Nothing but what a phone is written with.
_LIKE_A_PHONE = re.compile(r"[\d\s()+.\-\u2010-\u2015\u2212]+")
#: So few digits find half of all phones.
_LEAST_DIGITS = 3


def parsed_phone(value: Any) -> phonenumbers.PhoneNumber | None:
    if isinstance(value, phonenumbers.PhoneNumber):
        return value
    try:
        return phonenumbers.parse(str(value), "RU")
    except phonenumbers.NumberParseException:
        return None


def phone_text(value: Any, extension: str = "") -> str:
    """A number as people write it: 8 (4852) 31-38-28 доб. 5; short numbers (103) stay as they are."""
    text = _phone_text(value)
    if not extension:
        return text
    dialled = _("ext. %(extension)s") % {"extension": extension}
    return f"{text} {dialled}"


def _phone_text(value: Any) -> str:
    parsed = parsed_phone(value)
    if parsed is None or len(str(parsed.national_number)) < 5:
        return str(value)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == 7
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    text = phonenumbers.format_number(parsed, style)
    return _with_town_code(text).replace(" ", "\N{NO-BREAK SPACE}")


def digits_like_a_phone(text: str) -> str:
    """The digits of what looks like a phone or a piece of one, however it is typed; else nothing."""
    if not _LIKE_A_PHONE.fullmatch(text.strip()):
        return ""
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= _LEAST_DIGITS else ""


def _with_town_code(text: str) -> str:
    """The library knows codes of three digits only; people know the code of their own town."""
    town = re.fullmatch(r"8 \(([348]\d\d)\) (\d)(\d\d)-(\d\d-\d\d)(.*)", text)
    if town is None or int(town[1]) in _CODES_OF_THREE or town[1].startswith("80"):
        return text
    return f"8 ({town[1]}{town[2]}) {town[3]}-{town[4]}{town[5]}"
