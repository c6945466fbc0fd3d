"""The plain controls of forms, written without a template: each of them costs Django three of them.

The same HTML as by Django's own templates; everything else is drawn by those.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_WIDGETS = "django/forms/widgets/"
_OPTION = f"{_WIDGETS}select_option.html"


class Renderer(DjangoTemplates):
    """The setting FORM_RENDERER."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = _DRAWN.get(template_name)
        text = draw(context["widget"]) if draw else None
        return super().render(template_name, context, request) if text is None else text


def plain_field(shown: Mapping[str, Any]) -> SafeString:
    """What components/field.html says of a field with a plain control and no errors, the commonest of all."""
    bound, hint, limit = shown["field"], shown["hint"], shown["limit"]
    optional = hinted = counted = SafeString("")
    if shown["optional"]:
        optional = format_html(' <span class="field__optional">{}</span>', _("(optional)"))
    if hint:
        hinted = format_html('<div class="field__hint" id="{}_helptext">{}</div>', bound.auto_id, hint)
    if limit:
        counted = format_html(
            '\n<p class="field__counter" data-counter-for="{}" data-limit="{}" data-left="{}" data-over="{}"'
            ' aria-live="polite">{}</p>',
            bound.id_for_label, limit, _("Characters left:"), _("Too long, characters over:"),
            _("Up to %(limit)s characters") % {"limit": number_format(limit, force_grouping=True)},
        )  # fmt: skip
    return format_html(
        '<div class="field">\n<label class="field__label" for="{}">{}{}</label>\n{}{}{}</div>',
        bound.id_for_label, shown["label"], optional, hinted, shown["control"], counted,
    )  # fmt: skip


def _input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    given = "" if value is None else f' value="{_word(value)}"'
    return (
        f'<input type="{_word(widget["type"])}" name="{_word(widget["name"])}"{given}{_attributes(widget)}>'
    )


def _textarea(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    inside = _said(value) if value else ""
    return f'<textarea name="{_word(widget["name"])}"{_attributes(widget)}>\n{inside}</textarea>'


def _select(widget: Mapping[str, Any]) -> str | None:
    """None: its options are of a kind of their own."""
    parts = [f'<select name="{_word(widget["name"])}"{_attributes(widget)}>']
    for name, options, _place in widget["optgroups"]:
        parts += [f'\n  <optgroup label="{_said(name)}">'] if name else []
        for option in options:
            if option["template_name"] != _OPTION:
                return None
            value, label = _word(option["value"]), _said(option["label"])
            parts.append(f'\n  <option value="{value}"{_attributes(option)}>{label}</option>')
        parts += ["\n  </optgroup>"] if name else []
    return "".join([*parts, "\n</select>"])


def _attributes(widget: Mapping[str, Any]) -> str:
    given = ((name, value) for name, value in widget["attrs"].items() if value is not False)
    return "".join(
        f" {_word(name)}" if value is True else f' {_word(name)}="{_word(value)}"' for name, value in given
    )


def _word(value: object) -> str:
    """As it is: a number in an attribute has no spaces between its thousands."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _said(value: Any) -> str:
    return conditional_escape(localize(value))


_DRAWN: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    **{
        f"{_WIDGETS}{name}.html": _input
        for name in ("input", "text", "email", "number", "tel", "search", "url", "password", "hidden", "date")
    },
    f"{_WIDGETS}textarea.html": _textarea,
    f"{_WIDGETS}select.html": _select,
}
