"""Tags of the design system: icons, form fields, phones, dates, countdowns. /design/ shows all of them."""

import copy
import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from omsportal.platform import appearance
from omsportal.platform.condensed import same_for_ever
from omsportal.platform.drawing import plain_field
from omsportal.platform.phones import parsed_phone, phone_text
from omsportal.platform.widgets import PARTS, DayInput

register = template.Library()

SYMBOL = re.compile(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>')
ICON = (
    '<svg class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' aria-hidden="true" focusable="false">{}</svg>'
)


#: Kinds of field that drawing.plain_field draws.
WITHOUT_TEMPLATE = {"input", "select", "textarea"}
# Options of the `field` tag that become attributes of the control as they are.
PASSED_ON = {
    "inputmode", "autocomplete", "rows", "placeholder", "autofocus", "accept", "form", "spellcheck",
    "enterkeyhint",
}  # fmt: skip


@lru_cache
def icons() -> dict[str, str]:
    """Name → shapes, from static/img/icons.svg. Written into the page: no request, nothing to block."""
    text = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")
    return dict(SYMBOL.findall(text))


@register.simple_tag
@same_for_ever
def icon(name: str) -> SafeString:
    """A decorative icon; the words beside it carry the meaning. An unknown name is a KeyError."""
    return mark_safe(ICON.format(icons()[name]))  # noqa: S308  # our own file


# --- forms ---


def control_kind(bound: BoundField) -> str:
    """Which template of components/controls draws the field."""
    widget = bound.field.widget
    kinds: list[tuple[type[forms.Widget], str]] = [
        (DayInput, "day"), (forms.CheckboxInput, "checkbox"), (forms.RadioSelect, "choices"),
        (forms.FileInput, "file"), (forms.Select, "select"), (forms.Textarea, "textarea"),
    ]  # fmt: skip
    return next((kind for base, kind in kinds if isinstance(widget, base)), "input")


def described_by(bound: BoundField, hint: object) -> str:
    ids = [f"{bound.auto_id}_helptext"] if hint else []
    return " ".join(ids + ([f"{bound.auto_id}_error"] if bound.errors else []))


def control_attributes(bound: BoundField, kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of the input itself. Too long a text is never cut off silently: the server says so."""
    extra = {name: value for name, value in options.items() if name in PASSED_ON}
    if kind not in {"input", "textarea"}:
        extra.pop("placeholder", None)
    size = f" input--{options['width']}" if "width" in options else ""
    style = {"select": "select", "textarea": "textarea", "file": "file-input__control"}.get(kind, "input")
    own = bound.field.widget.attrs.get("class", "")
    number = " input--number" if options.get("inputmode") == "numeric" else ""
    classes = f"{style}{size}{number} {options.get('css', '')} {own}".split()
    extra["class"] = " ".join(dict.fromkeys(classes))
    if kind == "textarea" and "maxlength" in bound.field.widget.attrs:
        extra["maxlength"] = False
    return extra


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """Label, hint, error and control of one form field.

    Options: label, hint (override the form's), heading=True (the label is the page's h1), optional=False (no
    "(optional)" after the label), width ("2" "4" "10" "20" characters), inline=True (choices side by
    side), css and the attributes of PASSED_ON.
    """
    if bound.is_hidden:
        return bound.as_hidden()
    bound = as_typed(bound)
    kind, hint = control_kind(bound), options.get("hint", bound.help_text)
    attributes = control_attributes(bound, kind, options)
    if described := described_by(bound, hint):
        attributes["aria-describedby"] = described
    plain = kind in {"input", "select", "textarea", "file"}
    page = appearance.current()
    page.has_files = page.has_files or kind == "file"
    context = {
        "field": bound,
        "kind": kind,
        "label": options.get("label", bound.label),
        "hint": hint,
        "described_by": described,
        "errors": [text for text, _generic in error_texts(bound)],
        "heading": options.get("heading", False),
        "optional": not bound.field.required and options.get("optional", True) and kind != "checkbox",
        "control": bound.as_widget(attrs=attributes) if plain else "",
        "limit": getattr(bound.field, "max_length", None) if kind == "textarea" else None,
        "parts": day_parts(bound) if kind == "day" else (),
        "inline": getattr(bound.field.widget, "inline", False) or options.get("inline", False),
        "let_go": names_let_go(bound, page) if kind == "file" else [],
    }
    if kind in WITHOUT_TEMPLATE and not context["errors"] and not context["heading"]:
        return plain_field(context)
    return render_to_string("components/field.html", context)


@register.simple_tag
def typed_form(own_id: str = "") -> SafeString:
    """For the page's main <form>: switches of language and look take along what is typed in it.

    The first form of a page wins. One that has an id already names it, and nothing is written.
    """
    page = appearance.current()
    if page.form:
        return mark_safe("")
    page.form = own_id or "typed"
    return mark_safe("") if own_id else mark_safe(' id="typed"')


def as_typed(bound: BoundField) -> BoundField:
    """The field with what stood in it when a switch was pressed, judged by nobody; errors stay."""
    typed, form = appearance.current().typed, bound.form
    if not typed or not any(was_sent(form[name], typed) for name in form.fields):
        return bound
    shadow: Any = copy.copy(form)  # with what Django keeps to itself
    shadow._errors = form.errors if form.is_bound else ErrorDict()
    shadow._bound_fields_cache = {}
    shadow.is_bound, shadow.data, shadow.files = True, typed, {}
    drawn: BoundField = shadow[bound.name]
    return drawn


def names_let_go(bound: BoundField, page: appearance.Shown) -> list[str]:
    """Files that were chosen when a switch was pressed: the browser sent their names and let go of them."""
    return [name for name in page.typed.getlist(bound.html_name) if name] if page.typed else []


def was_sent(bound: BoundField, typed: Mapping[str, Any]) -> bool:
    """Boxes say nothing: a browser sends no box that is not ticked."""
    widget, name = bound.field.widget, bound.html_name
    missing = widget.value_omitted_from_data
    return missing({}, {}, name) and not missing(typed, {}, name)


def day_parts(bound: BoundField) -> Iterator[dict[str, Any]]:
    """Name, id, value, label and width of the three inputs of a date."""
    widgets = bound.subwidgets[0].data["subwidgets"]
    for (_part, label, width), widget in zip(PARTS, widgets, strict=True):
        yield {**widget, "label": label, "width": width}


@register.simple_tag
def fields(form: forms.BaseForm, **options: Any) -> SafeString:
    """Every field of a form in its order, hidden ones included."""
    return format_html_join("\n", "{}", ((field(form[name], **options),) for name in form.fields))


def first_control(bound: BoundField) -> str:
    """The id of the control an error leads to; groups have none of their own, so their first member."""
    return bound.id_for_label or f"{bound.auto_id}_0"


# Django's own words for these say nothing about the field they belong to.
GENERIC = {"min_length", "max_length", "min_value", "max_value"}


def django_messages(field: forms.Field) -> dict[str, Any]:
    """The messages a field would have if its form had not said better."""
    kinds = [kind for kind in reversed(type(field).__mro__) if kind.__module__.startswith("django.")]
    return {
        code: text for kind in kinds for code, text in getattr(kind, "default_error_messages", {}).items()
    }


def error_texts(bound: BoundField) -> list[tuple[str, bool]]:
    """Each error's text and whether it is Django's general one; "This field is required." becomes advice."""
    if not bound.errors:
        return []
    usual, own = django_messages(bound.field), bound.field.error_messages
    texts = []
    for error in bound.errors.as_data():
        code = str(error.code)
        generic = code in GENERIC or (code in usual and own.get(code) == usual[code])
        text = fill_in(bound) if generic and code == "required" else str(error.messages[0])
        texts.append((text, generic))
    return texts


def fill_in(bound: BoundField) -> str:
    advice = {
        "choices": _("Choose one of the answers."),
        "select": _("Choose from the list."),
        "checkbox": _("Tick this box to go on."),
        "file": _("Choose a file."),
    }
    return advice.get(control_kind(bound), _("Fill in this field."))


def summary_text(bound: BoundField, text: str, generic: bool) -> str:
    """A line of the summary stands far from its field, so general words get the field's name before them."""
    return f"{str(bound.label).rstrip('?:. ')}: {text}" if generic else text


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms_or_sets: Any) -> dict[str, Any]:
    """What is wrong in one or several forms, each line a link to its field; nothing when all is well."""
    lines: list[tuple[str, str]] = []
    for form in flat(forms_or_sets):
        lines += [("", str(error)) for error in form.non_field_errors()]
        lines += [
            (first_control(bound), summary_text(bound, *error))
            for bound in form
            for error in error_texts(bound)
        ]
    return {"lines": lines}


def flat(forms_or_sets: Iterable[Any]) -> Iterator[forms.BaseForm]:
    for each in forms_or_sets:
        if isinstance(each, forms.BaseForm):
            yield each
        elif isinstance(each, forms.BaseFormSet | list | tuple):
            yield from each


# --- phones ---


register.filter("phone_text", phone_text)


@register.filter
def phone_href(value: Any, extension: str = "") -> str:
    """tel: address that dials from anywhere; an extension is dialled after a pause."""
    parsed = parsed_phone(value)
    if parsed is None or len(str(parsed.national_number)) < 5:
        return f"tel:{value}"
    plain = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    extension = extension or parsed.extension or ""
    return f"tel:{plain},,{extension}" if extension else f"tel:{plain}"


@register.inclusion_tag("components/phone_link.html")
def phone(
    number: Any, label: str = "", note: str = "", *, open_now: bool | None = None, style: str = "",
    extension: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A call button with the number written big. `open_now` colours the note; style: "danger" or "quiet"."""
    state = {True: "open", False: "closed", None: ""}[open_now]
    return {
        "number": number, "label": label, "note": note, "state": state, "style": style,
        "extension": extension,
    }  # fmt: skip


# --- dates and countdowns ---


def fixed_spaces(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@register.simple_tag
def day(
    value: datetime.date | datetime.datetime | None, zone: str = "", *, weekday: bool = True,
    now: datetime.datetime | None = None,
) -> SafeString:  # fmt: skip
    """A date in words, "Friday, 20 November 2026"; a datetime is taken in `zone`, such as Europe/Moscow.

    The year of `now` goes without saying.
    """
    if value is None:
        return mark_safe("")
    if isinstance(value, datetime.datetime):
        value = local(value, zone).date()
    text = _day_text(value, str(get_language()), weekday, _says_year(value, zone, now))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@lru_cache(maxsize=2000)
def _day_text(value: datetime.date, language: str, weekday: bool, year: bool = True) -> str:
    text = fixed_spaces(date_format(value, "j E Y" if year else "j E"))
    if not weekday:
        return text
    # Russian has the weekday behind, in small letters, so that "до 20 ноября 2026, пятница" reads well.
    name = date_format(value, "l")
    return f"{text}, {name.lower()}" if language.startswith("ru") else f"{name}, {text}"


@register.simple_tag
def moment(
    value: datetime.datetime | None, zone: str = "", now: datetime.datetime | None = None
) -> SafeString:
    """A moment in local words, "20 November 2026, 14:05"; the year of `now` goes without saying.

    Between the two it may go on in the next line: else very big letters break the time itself.
    """
    if value is None:
        return mark_safe("")
    at = local(value, zone)
    words = _day_text(at.date(), str(get_language()), False, _says_year(at, zone, now))
    text = f"{words}, {at:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


def _says_year(value: datetime.date, zone: str, now: datetime.datetime | None) -> bool:
    return now is None or local(now, zone).year != value.year


def local(value: datetime.datetime, zone: str) -> datetime.datetime:
    return timezone.localtime(value, ZoneInfo(str(zone)) if zone else None)


def duration_text(seconds: float) -> str:
    """The two largest units of a duration: "2 d 3 h", "3 h 10 min", "12 min"."""
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        words = [(days, _("d")), (hours, _("h"))]
    elif hours:
        words = [(hours, _("h")), (rest, _("min"))]
    else:
        words = [(max(rest, 1), _("min"))]
    return fixed_spaces(" ".join(f"{count} {unit}" for count, unit in words if count))


@register.simple_tag
def countdown(
    due_at: datetime.datetime | None,
    now: datetime.datetime,
    *,
    soon_seconds: int = 3600,
    paused: bool = False,
) -> SafeString:
    """Real time left to `due_at`, or how late: icon, words, colour. None or `paused`: a stopped clock."""
    if due_at is None or paused:
        words = _("Paused") if paused else _("No deadline")
        stopped = '<span class="countdown countdown--off">{}<span>{}</span></span>'
        return format_html(stopped, icon("pause"), words)
    left = (due_at - now).total_seconds()
    state = "late" if left <= 0 else "soon" if left <= soon_seconds else "ok"
    text = duration_text(abs(left))
    return format_html(
        '<span class="countdown countdown--{}" data-countdown="{}" data-soon="{}">'
        '{}<time datetime="{}">{}</time></span>',
        state, int(left), soon_seconds, icon({"late": "late", "soon": "hourglass", "ok": "clock"}[state]),
        due_at.isoformat(),
        (_("late by %(text)s") if state == "late" else _("%(text)s left")) % {"text": text},
    )  # fmt: skip


# --- codes and charts ---


@register.filter
def code_groups(value: str) -> SafeString:
    """A number or access code in big fixed-width groups; sixteen digits fall into fours."""
    text = str(value)
    groups = re.findall(r".{1,4}", text) if text.isdecimal() and len(text) > 8 else [text]
    return format_html(
        '<span class="code">{}</span>', format_html_join(" ", "<span>{}</span>", ((g,) for g in groups))
    )


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(
    title: str, rows: Iterable[tuple[str, float]], unit: str = "", *, style: str = ""
) -> dict[str, Any]:
    """Horizontal bars as server-side SVG, the same figures in a table behind; `rows` are (label, value)."""
    pairs = list(rows)
    most = max((value for _label, value in pairs), default=0) or 1
    bars = [{"label": label, "value": value, "width": round(100 * value / most, 1)} for label, value in pairs]
    return {"title": title, "bars": bars, "unit": unit, "style": style}
