"""What every template may use."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Language:
    code: str
    name: str  # in the language itself: somebody who cannot read this page must find it
    active: bool


@dataclass(frozen=True)
class Portal:
    name: str
    demo: bool
    site_url: str
    languages: tuple[Language, ...]
    language_url: str  # POST `language` and `next` here; empty when the address is not routed
    here: str  # `next` of the language switch


def _languages() -> tuple[Language, ...]:
    active = get_language() or settings.LANGUAGE_CODE
    return tuple(
        Language(code, get_language_info(code)["name_local"], code == active)
        for code, _name in settings.LANGUAGES
    )


def _language_url() -> str:
    try:
        return reverse("set_language")
    except NoReverseMatch:
        return ""


def portal(request: HttpRequest) -> dict[str, Portal]:
    """`portal`: the site's name, whether it is a demonstration, and the language switch."""
    return {
        "portal": Portal(
            name=_("Rights of insured patients"),
            demo=settings.DEMO,
            site_url=settings.SITE_URL,
            languages=_languages(),
            language_url=_language_url(),
            here=request.get_full_path(),
        )
    }
