"""`{% outage_banner %}`: what whoever runs the portal tells everybody; also on pages without a request."""

from typing import Any

from django import template
from django.utils.translation import get_language

from omsportal.platform import outages

register = template.Library()


@register.inclusion_tag("components/outage.html")
def outage_banner() -> dict[str, Any]:
    """Its text in the page's language, or nothing."""
    outage = outages.current()
    if outage is None:
        return {}
    language = get_language() or "ru"
    text, written_in = outage.text(language)
    return {"text": text, "style": outage.severity, "foreign": written_in if written_in != language else ""}
