"""Words that people read have their English, and what an administrator wrote stays."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from complaints.forms.public.fields import legible
from complaints.models import Category, Deadline, Guide
from complaints.reference import english, guides
from complaints.reference.classifier import load_categories, load_official_codes
from complaints.reference.rows import lines, objects, tree
from complaints.reference.terms import load_deadlines

#: Groups of terms that patients see.
SEEN = {"care", "retention", "appeal", "right", "refund"}


def test_every_theme_and_guide_has_all_its_words_in_english() -> None:
    words = tree("english.json")
    for name, kind in (("categories.json", "categories"), ("guides.json", "guides")):
        for row in objects(name):
            told = words[kind][row["slug"]]
            for field, text in told.items():
                assert bool(text) == bool(row[field]), (row["slug"], field)
                assert isinstance(text, str) or len(text) == len(row[field]), (row["slug"], field)
            assert not has_russian(told), row["slug"]


def test_every_term_that_patients_see_has_its_words_in_english() -> None:
    words = tree("english.json")["deadlines"]
    seen = {row["code"] for row in lines("deadlines.csv") if row["group"] in SEEN}
    assert seen - set(words) == set()
    assert not any(has_russian(told) for told in words.values())


def has_russian(told: object) -> bool:
    """«Решаем вместе» is the name of a section of another site."""
    return any("а" <= letter.lower() <= "я" for letter in str(told).replace("«Решаем вместе»", ""))


@pytest.fixture
def loaded(db: None) -> None:
    load_official_codes()
    load_categories()
    guides.load_guides()
    load_deadlines()
    english.load_english()


def test_words_are_loaded_once(loaded: None) -> None:
    assert Category.objects.get(slug="waiting").plain_title_en.startswith("I wait too long")
    assert Guide.objects.get(slug="booking").steps_en[0].startswith("Getting worse?")
    assert Deadline.objects.get(code="SMP_ARRIVAL").what_en == "an ambulance when life is in danger"
    assert english.load_english() == 0


def test_what_an_administrator_wrote_stays(loaded: None) -> None:
    Category.objects.filter(slug="waiting").update(plain_title_en="Waiting")
    english.load_english()
    assert Category.objects.get(slug="waiting").plain_title_en == "Waiting"


def test_russian_that_was_changed_waits_for_its_own_english(loaded: None) -> None:
    Category.objects.filter(slug="waiting").update(plain_title="Очереди", plain_title_en="")
    english.load_english()
    assert Category.objects.get(slug="waiting").plain_title_en == ""


def said(row: object, language: str) -> str:
    with translation.override(language):
        text = (
            '{% load looks %}{{ row|said:"title" }}|{% for one in row|said:"steps" %}{{ one }};{% endfor %}'
        )
        return Template(text).render(Context({"row": row}))


def test_a_page_says_words_in_its_language() -> None:
    row = SimpleNamespace(title="Полис", title_en="Policy", steps=["раз"], steps_en=["one"])
    assert said(row, "ru") == "Полис|раз;"
    assert said(row, "en") == "Policy|one;"


def test_russian_on_an_english_page_is_marked_as_russian() -> None:
    row = SimpleNamespace(title="<Полис>", title_en="", steps=["раз"], steps_en=[])
    assert said(row, "en") == '<span lang="ru">&lt;Полис&gt;</span>|<span lang="ru">раз</span>;'
    assert said(row, "ru") == "&lt;Полис&gt;|раз;"


def test_programs_get_themes_in_the_language_they_ask_for(loaded: None, client: Client) -> None:
    answer = client.get("/api/v1/categories/", headers={"accept-language": "en"}).json()
    titles = {row["slug"]: row["plain_title"] for row in answer}
    assert titles["thanks"] == "I want to say thank you"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ульяновская область", "Ульяновская область (Ulyanovskaya oblast)"), ("Республика Саха (Якутия)",
     "Республика Саха (Якутия) (Respublika Sakha (Yakutiya))"), ("СОГАЗ-Мед", "СОГАЗ-Мед (SOGAZ-Med)"),
     ("Rosno", "Rosno")],
)  # fmt: skip
def test_whoever_reads_no_russian_can_read_the_names_in_a_list(name: str, shown: str) -> None:
    with translation.override("ru"):
        assert legible(name) == name
    with translation.override("en"):
        assert legible(name) == shown
