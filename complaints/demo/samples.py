"""Invented people and appeals that the documentation, the schema's examples and a newcomer may rely on."""

from dataclasses import dataclass
from datetime import date

PASSWORD = "demo"  # noqa: S105  (the public password of the demo accounts, refused outside DEMO)


@dataclass(frozen=True, slots=True)
class SamplePolicy:
    """A policy that the portal recognises by number, surname and birth date."""

    number: str
    insurer: str  # its code
    surname: str
    first_name: str
    patronymic: str
    birth_on: date
    sex: str


@dataclass(frozen=True, slots=True)
class SampleAppeal:
    """An appeal that a newcomer may open at /status/ with number and access code."""

    number: str
    access_code: str
    status: str


#: The first two are insured by «СОГАЗ-Мед», the third, a child, by «РЕСО-Мед».
POLICIES = (
    SamplePolicy(
        "7656410834000120", "sogaz-med", "Соколов", "Андрей", "Викторович", date(1985, 3, 15), "male"
    ),
    SamplePolicy(
        "7668150892003451", "sogaz-med", "Лебедева", "Зинаида", "Павловна", date(1948, 11, 7), "female"
    ),
    SamplePolicy("7698589718000064", "reso-med", "Морозов", "Илья", "Сергеевич", date(2014, 1, 31), "male"),
)
APPEALS = (
    SampleAppeal("76-26-0000001-7", "1111 2222 3333 4444", "in_work"),
    SampleAppeal("76-26-0000002-5", "2222 3333 4444 5555", "waiting"),
    SampleAppeal("76-26-0000003-3", "3333 4444 5555 6666", "answered"),
)
