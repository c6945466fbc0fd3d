"""`{% look %}` on <html>, `{% look_panel %}` at the end of a page, `{% language_switch %}` below; `said`."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from omsportal.platform import appearance
from omsportal.platform import said as words

register = template.Library()

#: Per group of looks its name, and each choice in words; the first is the usual.
CHOICES: dict[str, tuple[Any, tuple[tuple[str, Any], ...]]] = {
    "size": (
        _("Size of letters"),
        (("", pgettext_lazy("size", "usual")), ("large", _("big")), ("huge", _("very big"))),
    ),
    "colours": (
        _("Colours"),
        (
            ("", pgettext_lazy("colours", "usual")),
            ("white", _("black on white")),
            ("black", _("white on black")),
            ("blue", _("blue on light blue")),
        ),
    ),
    "spacing": (_("Space between letters"), (("", pgettext_lazy("space", "usual")), ("wide", _("wide")))),
    "images": (
        _("Pictures"),
        (("", pgettext_lazy("pictures", "shown")), ("off", pgettext_lazy("pictures", "hidden"))),
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it sends, its words, whether it is what is shown now."""

    sends: str
    text: Any
    is_on: bool
    lang: str = ""


@register.filter
def said(row: Any, name: str) -> Any:
    """`{{ theme|said:"plain_title" }}`: in the page's language; Russian for want of it is marked as Russian.

    A list gives a list.
    """
    text, is_foreign = words.said(row, name)
    return (
        [_marked(line, is_foreign) for line in text] if isinstance(text, list) else _marked(text, is_foreign)
    )


@register.filter
def said_big(row: Any, name: str) -> SafeString:
    """The same with a capital letter in front."""
    text, is_foreign = words.said(row, name)
    return _marked(text[:1].upper() + text[1:], is_foreign)


@register.filter
def plainly(row: Any, name: str) -> Any:
    """For <title> and attributes, where no mark can stand."""
    return words.plainly(row, name)


def _marked(text: str, is_foreign: bool) -> SafeString:
    return format_html('<span lang="ru">{}</span>', text) if is_foreign else conditional_escape(text)


@register.simple_tag
def look() -> SafeString:
    """Attributes that the style sheets listen to; none for the usual look."""
    chosen = appearance.current().look
    words = ((group, getattr(chosen, group)) for group in appearance.GROUPS)
    return format_html_join("", ' data-{}="{}"', (pair for pair in words if pair[1]))


@register.simple_tag
def is_look_changed() -> bool:
    return bool(appearance.current().look.code)


@register.inclusion_tag("components/look_panel.html")
def look_panel() -> dict[str, Any]:
    """All switches on one sheet, opened by links to #look or #language; without scripts, too."""
    page = appearance.current()
    groups = [
        (group, name, [_choice(page.look, group, *choice) for choice in choices])
        for group, (name, choices) in CHOICES.items()
    ]
    return {
        "groups": groups, **_switch(page), "is_changed": bool(page.look.code), "has_files": page.has_files,
    }  # fmt: skip


@register.inclusion_tag("components/language.html")
def language_switch() -> dict[str, Any]:
    """A button for each language, in its own words."""
    return _switch(appearance.current())


@register.simple_tag
def other_language() -> SafeString:
    """The name of the language that this page is not in, as a link to the panel."""
    other = next(one for one in _languages() if not one.is_on)
    return format_html('<a class="tools__link" href="#language" lang="{}">{}</a>', other.lang, other.text)


@register.simple_tag
def form_for_switches() -> SafeString:
    """An empty form for the buttons of a page that has none of its own to take along."""
    page = appearance.current()
    if page.form:
        return mark_safe("")
    return format_html('<form id="typed" method="post" action="{}" data-many hidden></form>', _address(page))


def _switch(page: appearance.Shown) -> dict[str, Any]:
    return {
        "address": _address(page), "languages": _languages(), "field": appearance.SWITCH,
        "form": page.form or "typed",
    }  # fmt: skip


def _address(page: appearance.Shown) -> str:
    return appearance.switch_address(page.here)


def _choice(chosen: appearance.Look, group: str, word: str, text: Any) -> Choice:
    return Choice(f"{group}:{word}", text, getattr(chosen, group) == word)


def _languages() -> list[Choice]:
    active = get_language() or settings.LANGUAGE_CODE
    return [
        Choice(f"language:{code}", get_language_info(code)["name_local"].capitalize(), code == active, code)
        for code, _name in settings.LANGUAGES
    ]
