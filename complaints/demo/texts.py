"""Letters of invented people: templates with variants [a|b], words by sex <он|она> and facts {sum}."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from complaints.reference.rows import DATA, objects

_VARIANTS = re.compile(r"\[([^\[\]]*)\]")
_BY_SEX = re.compile(r"<([^<>|]*)\|([^<>|]*)>")
_MONTHS = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905
)
#: Numbers after which «дней» is right.
_DAYS = (18, 19, 20, 25, 26, 27, 28, 29, 30, 35, 36, 40)
_SUMS = (800, 1200, 1500, 1850, 2400, 3200, 4500, 6300, 8700, 12400, 18900, 27500)


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, before the variants are drawn."""

    category: str
    text: str
    for_whom: str
    urgent: bool
    names_clinic: bool
    adult_from: int
    applicant_sex: str
    patient_sex: str

    @property
    def is_about_death(self) -> bool:
        return "умер" in self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a story is filled with."""

    on: date
    clinic_inside: str
    age: int
    amount: int
    care_on: date
    days: int


def stories() -> list[Story]:
    return [Story(**row) for row in objects("demo/stories.json")]


def facts(rng: Random, *, on: date, clinic_inside: str, age: int) -> Facts:
    care_on = on - timedelta(days=rng.randint(1, 24))
    return Facts(
        on=on,
        clinic_inside=clinic_inside,
        age=age,
        amount=rng.choice(_SUMS),
        care_on=care_on,
        days=rng.choice(_DAYS),
    )


def drawn(text: str, rng: Random, *, female: bool) -> str:
    """One variant of a text, in the words of a man or a woman."""
    text = _VARIANTS.sub(lambda found: rng.choice(found[1].split("|")), text)
    return _BY_SEX.sub(lambda found: found[2] if female else found[1], text)


def told(story: Story, given: Facts, rng: Random, *, female: bool) -> str:
    """The story as this person writes it."""
    inside = given.clinic_inside
    return drawn(story.text, rng, female=female).format(
        at=inside,
        at_cap=inside[:1].upper() + inside[1:],
        date=day_in_words(given.care_on),
        n=given.days,
        age=years(given.age),
        kid_years=years(max(1, given.age)),
        sum=f"{given.amount:,}".replace(",", "\u00a0"),
        temp=rng.choice(("38,4", "38,9", "39,1")),
        pressure=rng.choice(("170 на 100", "180 на 95", "165 на 105")),
    )


def day_in_words(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def years(number: int) -> str:
    if number % 10 == 1 and number != 11:
        return f"{number} год"
    if number % 10 in (2, 3, 4) and number not in (12, 13, 14):
        return f"{number} года"
    return f"{number} лет"


class Phrases:
    """What staff and patients write to each other, by theme where a theme has its own words."""

    def __init__(self) -> None:
        self._texts: dict[str, Any] = json.loads((DATA / "demo" / "texts.json").read_text(encoding="utf-8"))

    def pick(self, name: str, rng: Random, *, female: bool, category: str = "") -> str:
        """A phrase of this name, the theme's own when it has some."""
        return drawn(rng.choice(self._of(self._texts[name], category)), rng, female=female)

    def answer(self, outcome: str, rng: Random, *, female: bool, category: str) -> str:
        return drawn(rng.choice(self._of(self._texts["answers"][outcome], category)), rng, female=female)

    @staticmethod
    def _of(texts: Mapping[str, Sequence[str]] | Sequence[str], category: str) -> Sequence[str]:
        if isinstance(texts, Mapping):
            return texts.get(category) or texts[""]
        return texts
