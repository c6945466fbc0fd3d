"""Hours of phones, offices and posts in the language of the page."""

from django import template
from django.utils.translation import get_language

from insurers.hours_text import in_english

register = template.Library()


@register.filter
def said(hours: str) -> str:
    """Hours are kept as they are read in Russian."""
    return hours if get_language() == "ru" else in_english(hours)
