"""Condensed templates say what Django's own would say, in every language and at every request."""

from typing import Any

import pytest
from django.template import Engine
from django.template.context import Context
from django.utils import translation

from omsportal.platform.condensed import Inlined, Same

LIBRARIES = {
    "i18n": "django.templatetags.i18n", "static": "django.templatetags.static",
    "ui": "omsportal.platform.templatetags.ui",
}  # fmt: skip
PAGES = {
    "words": '{% load i18n %}<b>{% translate "Back" %}</b>{% comment %}said to nobody{% endcomment %} '
    '{% blocktranslate trimmed %}Close{% endblocktranslate %} {% translate "A & B" %}',
    "picture": '{% load ui %}{% icon "phone" %}{% icon name %}',
    "address": '{% load i18n %}{% url "public:call" %}?{% url "staff:case" number=number %}',
    "row": "{% load ui %}<li>{{ number }}{{ word }}{% with a=number %}{{ a }}{% endwith %}</li>",
    "list": '<ul>{% for number in numbers %}{% include "row" with word="!" %}{% endfor %}</ul>{{ word }}',
    "leaves": '{% load i18n %}{% translate "Back" as title %}{{ title }}',
    "around": '{% include "leaves" %}[{{ title }}]',
    "only": '{% include "row" with number="1" only %}',
    "by_variable": "{% include which %}",
    "missing": '{% if number %}{% else %}{% include "nowhere" %}{% endif %}',
    "tree": '{{ tree.0 }}{% if tree.1 %}({% with tree=tree.1 %}{% include "tree" %}{% endwith %}){% endif %}',
    "striped": '{% for n in numbers %}{% include "stripe" %}{% endfor %}',
    "stripe": '{% cycle "a" "b" %}',
    "frame": '{% load i18n %}<h1>{% block title %}{% translate "Back" %}{% endblock %}</h1>'
    "{% block body %}{% endblock %}",
    "page": '{% extends "frame" %}{% load i18n %}{% block title %}{{ block.super }}!{% endblock %}'
    '{% block body %}{% if number %}{% include "words" %}{% else %}{% translate "Close" %}{% endif %}'
    "{% endblock %}",
    "boxed": '{% include "page" %}{% include "page" %}',
    "unescaped": '{% load i18n %}{% autoescape off %}{% translate "A & B" %}{% endautoescape %}'
    '{% translate "A & B" %}',
}  # fmt: skip
VALUES: dict[str, Any] = {
    "number": "76-26-0000001-1", "numbers": [1, 2, 3], "word": "<i>", "name": "lock", "which": "row",
    "tree": [1, [2, [3, None]]],
}  # fmt: skip


def engine(loader: str, **options: Any) -> Engine:
    of_pages = ("django.template.loaders.locmem.Loader", PAGES)
    return Engine(loaders=[(loader, [of_pages])], libraries=LIBRARIES, **options)


CONDENSED, PLAIN = "omsportal.platform.condensed.Loader", "django.template.loaders.cached.Loader"


@pytest.mark.parametrize("name", PAGES)
def test_every_template_says_the_same_as_before_in_each_language(name: str) -> None:
    made, plain = engine(CONDENSED).get_template(name), engine(PLAIN).get_template(name)
    for language in ("ru", "en", "ru"):
        with translation.override(language):
            for values in (
                (VALUES, {**VALUES, "number": ""}) if name not in ("address", "missing") else (VALUES,)
            ):
                assert made.render(Context(values)) == plain.render(Context(values))


def test_what_is_always_the_same_is_one_node() -> None:
    made = engine(CONDENSED)
    assert [type(node) for node in made.get_template("words").nodelist] == [Same]
    loop: Any = made.get_template("list").nodelist[1]
    assert [type(node) for node in loop.nodelist_loop] == [Inlined]


def test_a_template_that_is_not_there_is_missed_where_it_is_needed() -> None:
    made = engine(CONDENSED).get_template("missing")
    assert made.render(Context({"number": 1})) == ""
    with pytest.raises(Exception, match="nowhere"):
        made.render(Context({"number": 0}))


def test_under_debug_an_error_names_the_file_it_comes_from() -> None:
    nodes = engine(CONDENSED, debug=True).get_template("around").nodelist
    assert not any(isinstance(node, Inlined | Same) for node in nodes)
