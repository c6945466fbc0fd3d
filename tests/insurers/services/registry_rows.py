"""Files of registries as tests write them."""

import gzip
from collections.abc import Iterable
from datetime import date

from insurers.policy_numbers import Sex, enp_for

HEADER = "ЕНП;Фамилия;Имя;Отчество;Дата рождения;Пол;СНИЛС;Телефон;Адрес;Действует с;Действует по"
BORN = date(1985, 3, 15)
SURNAMES = ("Соколова", "Ёлкина", "Ковалёва-Заде", "Петренко")


def policy_row(serial: int, **changes: str) -> str:
    """A good line about an invented person."""
    cells = {
        "number": enp_for("76", BORN, Sex.FEMALE, serial), "surname": SURNAMES[serial % 4],
        "first_name": "Анна", "patronymic": "Петровна", "birth_on": "15.03.1985", "sex": "Ж", "snils": "",
        "phone": "+7 485 231-38-28",
        "address": "Ярославль, ул. Свободы, 1", "valid_from": "01.01.2020", "valid_to": "",
    }  # fmt: skip
    return ";".join((cells | changes).values())


def policy_rows(count: int, first: int = 1) -> list[str]:
    return [policy_row(serial) for serial in range(first, first + count)]


def policy_file(
    rows: Iterable[str], *, encoding: str = "utf-8", delimiter: str = ";", packed: bool = False,
    header: str = HEADER,
) -> bytes:  # fmt: skip
    text = "\r\n".join([header, *rows, ""])
    content = text.replace(";", delimiter).encode(encoding)
    return gzip.compress(content) if packed else content
