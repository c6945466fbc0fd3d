"""Letters of invented people: templates with variants [a|b], words by sex <он|она> and facts {sum}."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
_SUMS = (800, 1200, 1500, 1850, 2400, 3200, 4500)
_LARGE_SUMS = (6300, 8700, 12400, 18900, 27500)


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
    child_from: int
    child_to: int
    large_sum: bool
    answer: str  # a question's own answer

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


def facts(rng: Random, story: Story, *, on: date, clinic_inside: str, age: int) -> Facts:
    care_on = on - timedelta(days=rng.randint(1, 24))
    return Facts(
        on=on,
        clinic_inside=clinic_inside,
        age=age,
        amount=rng.choice(_LARGE_SUMS if story.large_sum else _SUMS),
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


@dataclass(slots=True)
class Phrases:
    """What staff and patients write to each other, by theme where a theme has its own words."""

    rng: Random
    _texts: dict[str, Any] = field(default_factory=lambda: _read("demo/texts.json"))

    def pick(self, name: str, *, female: bool, category: str = "", said: Collection[str] = ()) -> str:
        """A phrase of this name, the theme's own when it has some, none of `said` while there are others."""
        for theme in (category, ""):
            texts = _of(self._texts[name], theme)
            found = [drawn(text, self.rng, female=female) for text in texts]
            if fresh := [text for text in found if text not in said]:
                return self.rng.choice(fresh)
        return self.rng.choice(found)

    def question(self, *, female: bool, category: str) -> tuple[str, Sequence[str]]:
        """A question of staff and the replies that fit it, not yet in the patient's own words."""
        question, replies = self.rng.choice(_of(self._texts["questions"], category))
        return drawn(question, self.rng, female=female), replies

    def answer(self, outcome: str, *, female: bool, category: str) -> str:
        found = _of(self._texts["answers"][outcome], category)
        return drawn(self.rng.choice(found), self.rng, female=female)


def _read(name: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return texts


def _of(texts: Mapping[str, Sequence[Any]] | Sequence[Any], category: str) -> Sequence[Any]:
    if isinstance(texts, Mapping):
        return texts.get(category) or texts[""]
    return texts
