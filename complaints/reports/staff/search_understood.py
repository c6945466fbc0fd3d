"""What somebody typed into the one box of the search: a number, a policy, a phone, a surname with a birth
date, or words. What was not understood is told back with what to do about it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

import phonenumbers

from complaints import numbers
from complaints.lemmas import words
from insurers.policy_numbers import PolicyNumberError, check_policy_number, check_snils

MOST_CHARACTERS = 200
#: More words than these narrow nothing.
MOST_WORDS = 12
#: A run of fewer digits is a word of the story: a sum, an office number, a year.
FEWEST_DIGITS = 6
_OLDEST = 1900
_MONTHS = (
    "январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр",
)  # fmt: skip

_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200a\u202f]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_CASE_NUMBER = re.compile(r"(?<![\d+])\d{2}-\d{2}-\d{7}-\d(?!\d)")
_DAY = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})(?![\d.-])(?:\s*г\b\.?)?")
# With dashes and a short year it may be the end of a phone.
_DASHED_DAY = re.compile(r"(?<![\d-])(\d{1,2})-(\d{1,2})-(\d{4})(?![\d-])")
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_WRITTEN_DAY = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(_MONTHS)})\w*\s+(\d{{4}})(?!\d)(?:\s*г\w*\.?)?", re.I
)
_DIGITS = re.compile(r"\+?\(?\d[\d\s().\-]*\d|\d")


class Doubt(StrEnum):
    """What of the text could not be used, and why."""

    NUMBER_SLIP = "number_slip"
    POLICY_SLIP = "policy_slip"
    ELEVEN_DIGITS = "eleven_digits"
    STRANGE_DIGITS = "strange_digits"
    DATE_ALONE = "date_alone"
    LEFT_OUT = "left_out"
    TOO_MANY_WORDS = "too_many_words"
    NOTHING = "nothing"


@dataclass(slots=True)
class Wanted:
    """What is looked for. Digits are in the spelling in which they are stored; words are folded.

    `anywhere`: each in the story, a name or the clinic. `surnames`: of the patient, with `birth_on`.
    """

    number: str = ""
    phone: str = ""
    policy: str = ""
    snils: str = ""
    birth_on: date | None = None
    surnames: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    story: tuple[str, ...] = ()
    clinic: tuple[str, ...] = ()
    branch_id: int | None = None
    since: date | None = None
    until: date | None = None
    is_open: bool | None = None
    doubts: list[Doubt] = field(default_factory=list)

    def packed(self) -> dict[str, Any]:
        """As it is kept, sealed, with the search."""
        kept = {name: value for name, value in asdict(self).items() if value not in ((), "", None, [])}
        kept.pop("doubts", None)
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}

    @property
    def identifies(self) -> bool:
        """Something that a person has to know: then the cards of other tiers are found too."""
        return bool(self.phone or self.policy or self.snils or (self.birth_on and self.surnames))

    @property
    def has_words(self) -> bool:
        return bool(self.anywhere or self.story or self.clinic or (self.surnames and not self.birth_on))

    @property
    def kinds(self) -> list[str]:
        """For the log: what was looked for, never what."""
        told = {
            "number": self.number, "phone": self.phone, "policy": self.policy, "snils": self.snils,
            "surname": self.surnames, "birth_date": self.birth_on, "words": self.anywhere or self.story,
            "clinic": self.clinic,
        }  # fmt: skip
        return [kind for kind, value in told.items() if value]


def unpacked(kept: Mapping[str, Any]) -> Wanted:
    """What `Wanted.packed` made."""
    days, lists = {"birth_on", "since", "until"}, {"surnames", "anywhere", "story", "clinic"}
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name in days else tuple(value) if name in lists else value
        for name, value in kept.items()
    }
    return Wanted(**values)


def understood(text: str, *, today: date) -> Wanted:
    """What the text of the one box asks for."""
    wanted, rest = Wanted(), _DASHES.sub("-", _BLANKS.sub(" ", text[:MOST_CHARACTERS]))
    rest = _take_number(wanted, rest)
    rest = _take_birth_date(wanted, rest, today)
    rest = _take_digits(wanted, rest)
    _take_words(wanted, words(rest))
    return wanted


def surname_words(text: str) -> tuple[str, ...]:
    """A surname as cards have it, and its parts."""
    return tuple(dict.fromkeys(words(text)))


def _take_number(wanted: Wanted, text: str) -> str:
    found = _CASE_NUMBER.search(text)
    if found is None:
        return text
    _keep_number(wanted, found[0])
    return text.replace(found[0], " ")


def _keep_number(wanted: Wanted, text: str) -> None:
    try:
        wanted.number = numbers.parse_number(text)
    except numbers.NotANumber:
        wanted.doubts.append(Doubt.NUMBER_SLIP)


def _take_birth_date(wanted: Wanted, text: str, today: date) -> str:
    for pattern in (_ISO_DAY, _DAY, _DASHED_DAY, _WRITTEN_DAY):
        for found in pattern.finditer(text):
            parts = found.groups()[::-1] if pattern is _ISO_DAY else found.groups()
            day = _day(*parts, today=today)
            if day is not None:
                wanted.birth_on = day
                return text[: found.start()] + " " + text[found.end() :]
    return text


def _day(day: str, month: str, year: str, *, today: date) -> date | None:
    """None: there is no such day, or nobody who lives was born then."""
    number = int(month) if month.isdecimal() else 1 + _month(month.lower())
    full = int(year) if len(year) == 4 else _century(int(year), today)
    try:
        made = date(full, number, int(day))
    except ValueError:
        return None
    return made if date(_OLDEST, 1, 1) <= made <= today else None


def _month(word: str) -> int:
    return next(place for place, beginning in enumerate(_MONTHS) if word.startswith(beginning))


def _century(year: int, today: date) -> int:
    """Two digits: the last time that there was such a year."""
    return 2000 + year if 2000 + year <= today.year else 1900 + year


def _take_digits(wanted: Wanted, text: str) -> str:
    """Runs of digits that are some number; short ones stay where they are, as words."""
    rest = text
    for found in _DIGITS.finditer(text):
        run = found[0]
        if _count(run) < FEWEST_DIGITS:
            continue
        for part in _parts(run.split()):
            _take_run(wanted, part)
        rest = rest.replace(run, " ", 1)
    return rest


def _count(text: str) -> int:
    return sum(sign.isdecimal() for sign in text)


def _parts(tokens: Sequence[str]) -> list[str]:
    """Several numbers one after another: the first way to cut the run into numbers that there are."""
    return next(_cuts(tokens), [" ".join(tokens)])


def _cuts(tokens: Sequence[str]) -> Iterator[list[str]]:
    if not tokens:
        yield []
    for end in range(len(tokens), 0, -1):
        part = " ".join(tokens[:end])
        if _count(part) in {9, 10, 11, 12, 16}:
            for others in _cuts(tokens[end:]):
                yield [part, *others]


def _take_run(wanted: Wanted, run: str) -> None:
    match _count(run):
        case 12 if not run.startswith("+"):
            _keep_number(wanted, run)
        case 9 | 16:
            _take_policy(wanted, run)
        case 11:
            _take_eleven(wanted, run)
        case _ if phone := phone_of(run):
            wanted.phone = phone
        case _:
            wanted.doubts.append(Doubt.STRANGE_DIGITS)


def _take_policy(wanted: Wanted, run: str) -> None:
    try:
        wanted.policy = check_policy_number(run).value
    except PolicyNumberError:
        wanted.doubts.append(Doubt.POLICY_SLIP)


def _take_eleven(wanted: Wanted, run: str) -> None:
    """A phone or a СНИЛС; a number may be both, then both are looked for."""
    wanted.phone, wanted.snils = phone_of(run), snils_of(run)
    if not wanted.phone and not wanted.snils:
        wanted.doubts.append(Doubt.ELEVEN_DIGITS)


def phone_of(text: str) -> str:
    """In the spelling of the cards (+79201234567); empty: it is none."""
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def snils_of(text: str) -> str:
    """Its 11 digits; empty: it is none."""
    try:
        return check_snils(text)
    except PolicyNumberError:
        return ""


def _take_words(wanted: Wanted, typed: list[str]) -> None:
    """Beside a number words are needless, beside a birth date they are the surname."""
    if len(typed) > MOST_WORDS:
        wanted.doubts.append(Doubt.TOO_MANY_WORDS)
    typed = list(dict.fromkeys(typed))[:MOST_WORDS]
    if wanted.number or wanted.phone or wanted.policy or wanted.snils:
        if typed or wanted.birth_on:
            wanted.doubts.append(Doubt.LEFT_OUT)
        wanted.birth_on = None
    elif wanted.birth_on:
        wanted.surnames = (*typed, *(f"{one}-{other}" for one, other in pairwise(typed)))
        if not typed:
            wanted.doubts.append(Doubt.DATE_ALONE)
    else:
        wanted.anywhere = tuple(typed)
        if not typed and not wanted.doubts:
            wanted.doubts.append(Doubt.NOTHING)
