"""Whoever reads English reads no Russian but names and what people wrote themselves."""

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.utils.html import escape

from complaints.models import Category, Deadline, Guide
from insurers.models import Branch, Insurer, Region
from tests.complaints.public.conftest import ANSWERS
from tests.complaints.public.tour import FOR_SOMEBODY, Tour, furnish

CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
#: Read out, or shown when a pointer rests there.
SPOKEN = {"aria-label", "title", "placeholder", "alt", "data-left", "data-over", "data-new", "data-copied",
          "data-live-on", "data-live-off", "data-live-over", "data-units"}  # fmt: skip
NOT_SHOWN = {"script", "style"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Words(HTMLParser):
    """Words in Cyrillic that an English voice would have to read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._open: list[tuple[str, bool]] = []

    @property
    def _is_ours(self) -> bool:
        return not any(skipped for _tag, skipped in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        skipped = own.get("lang") == "ru" or tag in NOT_SHOWN or "data-name" in own
        if self._is_ours and not skipped:
            for name in SPOKEN & own.keys():
                self.found |= set(CYRILLIC.findall(own[name] or ""))
        if tag not in VOID:
            self._open.append((tag, skipped))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_ours:
            self.found |= set(CYRILLIC.findall(data))


def russian_in(body: str) -> set[str]:
    words = Words()
    words.feed(body)
    return words.found


def names(branch: Branch) -> set[str]:
    """Of places, insurers and people; what is typed on the tour."""
    rows = [
        *Region.objects.values_list("name"), *Insurer.objects.values_list("short_name", "full_name"),
        *Branch.objects.values_list("title", "postal_address"), *ANSWERS.values(), FOR_SOMEBODY, branch,
    ]  # fmt: skip
    return {word for row in rows for word in CYRILLIC.findall(str(row))}


@pytest.mark.slow
def test_every_page_of_patients_is_english_throughout(
    branch: Branch, now: datetime, settings: object
) -> None:
    settings.SMS_MODE = "file"  # type: ignore[attr-defined]
    furnish(branch)
    give_english()
    tour = Tour(branch, now, "en").whole()
    known = names(branch) | TYPED
    found = [f"{seen.name}: {word}" for seen in tour.seen for word in sorted(russian_in(seen.body) - known)]
    assert "\n".join(found) == ""


def give_english() -> None:
    """As administrators do, beside the Russian."""
    Category.objects.update(plain_title_en="A theme")
    Guide.objects.update(
        title_en="A guide", hint_en="What to do", steps_en=["One.", "Two."], free_of_charge_en="It is free.",
        basis_en="A rule",
    )  # fmt: skip
    Deadline.objects.update(what_en="what one waits for", basis_en="a rule")


#: What people of the tour write and choose: their words are theirs.
TYPED = set(
    CYRILLIC.findall(
        "направление чек справка Анна Соколова Нужно ли платить Диагноз подтверждён Когда вам удобно "
        "Вас записали В поликлинике сказали ждать два месяца хотя врач дал"
    )
)


def test_it_sees_what_was_forgotten() -> None:
    page = (
        '<html lang="en"><p>Hello <span lang="ru">мир</span></p><input placeholder="имя"><p>Привет</p></html>'
    )
    assert russian_in(page) == {"имя", "Привет"}
    assert russian_in(f"<p>{escape('fine')}</p>") == set()
