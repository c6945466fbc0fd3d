"""What pages keep for the life of a process is the same for everybody."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation

TEMPLATES = Path(settings.BASE_DIR) / "templates"
_ONCE = re.compile(r"{% once %}(.*?){% endonce %}", re.S)
_TAG = re.compile(r"{%\s*(\w+)\s*(.*?)%}")
_INCLUDED = re.compile(r'^"([^"]+)"$')
#: Say the same in every request of a language; `url` and `icon` only with words in quotes.
SAME = {"translate", "static", "load", "comment", "endcomment"}
SAME_WITH_WORDS = {"url", "icon"}


def texts() -> dict[str, list[str]]:
    found = {
        str(path.relative_to(TEMPLATES)): _ONCE.findall(path.read_text())
        for path in TEMPLATES.rglob("*.html")
    }
    return {name: inside for name, inside in found.items() if inside}


def depends_on(text: str) -> list[str]:
    """What in a text may differ between two requests; included templates are looked into."""
    found = re.findall(r"{{.*?}}", text)
    for tag, rest in _TAG.findall(text):
        included = _INCLUDED.match(rest.strip()) if tag == "include" else None
        if included:
            found += depends_on((TEMPLATES / included[1]).read_text())
        elif tag not in SAME and not (tag in SAME_WITH_WORDS and re.fullmatch(r'"[^"]+"\s*', rest)):
            found.append(f"{tag} {rest}")
    return found


def test_nothing_that_is_made_once_depends_on_the_request() -> None:
    assert "shell.html" in texts()
    different = {
        (name, what) for name, inside in texts().items() for text in inside for what in depends_on(text)
    }
    assert different == set()


@pytest.mark.parametrize(
    "text",
    ["{{ user }}", "{% if a %}", "{% icon name %}", '{% url "public:topic" slug %}', "{% include name %}"],
)
def test_the_look_itself_sees_what_depends_on_the_request(text: str) -> None:
    assert depends_on(text)


def test_it_is_made_once_for_each_language() -> None:
    made = engines["django"].from_string("{% load once %}{% once %}{{ word }}{% endonce %}")
    said = []
    for language, word in (("ru", "да"), ("en", "yes"), ("ru", "нет"), ("en", "no")):
        with translation.override(language):
            said.append(made.render({"word": word}))
    assert said == ["да", "yes", "да", "yes"]
