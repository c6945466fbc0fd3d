"""What the forms of an opened case carry."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from complaints.views.public.patients import OF, OPENED

register = template.Library()


@register.simple_tag(takes_context=True)
def of_case(context: dict[str, Any]) -> SafeString | str:
    """The field by which a form says which case it is about: another one may be opened meanwhile."""
    number = getattr(context.get("request"), OPENED, "")
    return format_html('<input type="hidden" name="{}" value="{}">', OF, number) if number else ""
