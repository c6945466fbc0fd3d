"""What every new page keeps to: switches of look and language lose nothing, English has its words."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
#: Pages that people type into: patients, and whoever signs in.
PAGES = [*sorted((TEMPLATES / "public").rglob("*.html")), TEMPLATES / "account/login.html"]
#: Steps of filing stand in the form of this page.
INHERITS = '{% extends "public/filing/page.html" %}'
#: Words that have their English beside them; `{{ theme|said:"plain_title" }}` chooses.
SAID = (
    r"plain_title|plain_hint|now_steps|free_of_charge|guide\.(?:title|hint|steps|basis)|"
    r"term\.(?:what|start_event|basis)"
)


def names(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=path.relative_to(TEMPLATES).as_posix()) for path in paths]


@pytest.mark.parametrize("path", names(PAGES))
def test_a_form_is_taken_along_by_switches_of_look_and_language(path: Path) -> None:
    """`<form{% typed_form %} method=…>`; else what is typed is lost when somebody makes letters bigger."""
    text = path.read_text(encoding="utf-8")
    if "<form" in text and re.search(r"{% fields? ", text) and not text.startswith(INHERITS):
        assert "{% typed_form" in text


@pytest.mark.parametrize("path", names(PAGES))
def test_words_of_reference_rows_are_said_in_the_readers_language(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(rf"{{{{ ?[\w.]*?(?:{SAID})\b[^}}]*}}}}", text) == []
