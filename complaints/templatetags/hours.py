"""Hours of phones, offices and posts in the language of the page."""

from django import template

from insurers.reports import hours_said

register = template.Library()


@register.filter
def said(shown: str) -> str:
    """As `hours_said`."""
    return hours_said(shown)
