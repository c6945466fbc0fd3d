"""Invented people: names combined at random, policy numbers made of their own data."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from complaints.demo.samples import POLICIES, SamplePolicy
from complaints.reference.rows import DATA
from insurers.policy_numbers import Sex, enp_for

REGION = "76"
#: Sections of the population: share, youngest and oldest age. The old write most.
_AGES = ((0.16, 0, 15), (0.2, 22, 44), (0.28, 45, 64), (0.36, 65, 92))
#: Insurers of the region by their share of policies.
SHARES = {"sogaz-med": 0.52, "reso-med": 0.2, "kapital-ms": 0.15, "ingosstrakh-m": 0.13}
_MOST_SERIAL = 100_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody insured: names, birth date, sex, policy and the insurer's code."""

    surname: str
    first_name: str
    patronymic: str
    sex: str
    birth_on: date
    policy_number: str
    insurer: str

    @property
    def phone(self) -> str:
        """What the insurer's registry knows. Phones begin with +7 000, which no network has."""
        return f"+7000{self.policy_number[-7:]}"

    def age(self, on: date) -> int:
        had_birthday = (on.month, on.day) >= (self.birth_on.month, self.birth_on.day)
        return on.year - self.birth_on.year - (0 if had_birthday else 1)

    @property
    def is_female(self) -> bool:
        return self.sex == Sex.FEMALE


class Names:
    """Combines surnames, first names and patronymics; a surname bends to the sex."""

    def __init__(self) -> None:
        names: dict[str, Any] = json.loads((DATA / "demo" / "names.json").read_text(encoding="utf-8"))
        self._surnames, self._patronymics = names["surnames"], names["patronymics"]
        self._first = {Sex.MALE: names["male"], Sex.FEMALE: names["female"]}

    def full(self, rng: Random, sex: Sex) -> tuple[str, str, str]:
        """Surname, first name, patronymic."""
        female = sex == Sex.FEMALE
        surname = rng.choice(self._surnames) + ("а" if female else "")
        return surname, rng.choice(self._first[sex]), rng.choice(self._patronymics)[female]


def population(rng: Random, *, count: int, today: date) -> list[Person]:
    """The documented sample policies first, then invented people; every policy number once."""
    people = [_sample(policy) for policy in POLICIES]
    taken = {person.policy_number for person in people}
    for person in _invented(rng, today):
        if len(people) == count:
            break
        if person.policy_number not in taken:
            taken.add(person.policy_number)
            people.append(person)
    return people


def surname_for(surname: str, sex: str) -> str:
    """A family's surname in the form of the other sex."""
    base = surname.removesuffix("а")
    return base + ("а" if sex == Sex.FEMALE else "")


def _sample(policy: SamplePolicy) -> Person:
    return Person(
        policy.surname,
        policy.first_name,
        policy.patronymic,
        policy.sex,
        policy.birth_on,
        policy.number,
        policy.insurer,
    )


def _invented(rng: Random, today: date) -> Iterator[Person]:
    names = Names()
    while True:
        sex = rng.choice((Sex.FEMALE, Sex.FEMALE, Sex.MALE))
        birth_on = _birthday(rng, today)
        yield Person(
            *names.full(rng, sex),
            sex=sex.value,
            birth_on=birth_on,
            policy_number=enp_for(REGION, birth_on, sex, rng.randrange(_MOST_SERIAL)),
            insurer=rng.choices([*SHARES], weights=[*SHARES.values()])[0],
        )


def _birthday(rng: Random, today: date) -> date:
    _share, youngest, oldest = rng.choices(_AGES, weights=[share for share, *_ in _AGES])[0]
    return today - timedelta(days=rng.randint(youngest * 365 + 30, oldest * 365 + 300))
