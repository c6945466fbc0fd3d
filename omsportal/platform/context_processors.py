"""What every template may use."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from omsportal.platform import public_pages


@dataclass(frozen=True)
class Portal:
    name: str
    demo: bool
    site_url: str


def portal(request: HttpRequest) -> dict[str, Portal]:  # noqa: ARG001  Django's signature
    """`portal`: the site's name, its address, and whether it is a demonstration."""
    return {
        "portal": Portal(
            name=_("Rights of insured patients"),
            demo=settings.DEMO,
            site_url=settings.SITE_URL,
        )
    }


def token_of_everybody(request: HttpRequest) -> dict[str, str]:
    """On a page that may be kept: `csrf_token` is a place for the token of whoever sees it later."""
    return {"csrf_token": public_pages.TOKEN} if public_pages.is_made_for_everybody(request) else {}
