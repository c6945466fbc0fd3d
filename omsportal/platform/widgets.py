"""Form controls added to Django's: a date typed in three fields, choices as cards, several files."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

Text = str | Promise
PARTS: tuple[tuple[str, Text, str], ...] = (
    ("day", _("Day"), "2"),
    ("month", _("Month"), "2"),
    ("year", _("Year"), "4"),
)
# Three letters tell the twelve months apart, in Russian and in English.
MONTHS = (
    "янв jan", "фев feb", "мар mar", "апр apr", "май мая may", "июн jun",
    "июл jul", "авг aug", "сен sep", "окт oct", "ноя nov", "дек dec",
)  # fmt: skip


def today_in_the_east() -> datetime.date:
    """The latest calendar date anywhere in Russia, so that nobody's own today is refused as the future."""
    return timezone.localdate(timezone=ZoneInfo("Asia/Kamchatka"))


def month_number(text: str) -> int | None:
    """The month a person typed, in digits or by name: "5", "мая" and "May" are all 5."""
    if text.isdecimal():
        return int(text)
    names = (i for i, words in enumerate(MONTHS, 1) if any(text.lower().startswith(w) for w in words.split()))
    return next(names, None)


class DayInput(forms.MultiWidget):
    """Three short text fields, day, month and year; `birthday=True` lets the browser fill it in."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, birthday: bool = False) -> None:
        fill = {"autocomplete": "bday-{}"} if birthday else {}
        super().__init__(
            {
                part: forms.TextInput(
                    {"inputmode": "numeric", **{key: value.format(part) for key, value in fill.items()}}
                )
                for part, _label, _width in PARTS
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[str]:
        """The three texts of a date, of its ISO form kept in a draft, or of what was typed before."""
        if isinstance(value, str) and value:
            value = datetime.date.fromisoformat(value)
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """What was typed; one value under the bare name (2026-11-20 or 20.11.2026) is understood too."""
        typed = [str(part or "").strip() for part in super().value_from_datadict(data, files, name)]
        whole = str(data.get(name) or "") if not any(typed) else ""
        if not whole and not any(typed[1:]):
            whole = typed[0] if "." in typed[0] or "-" in typed[0] else ""
        return split_whole(whole) or typed


def split_whole(text: str) -> list[str]:
    """Day, month and year of a date typed or pasted into one field; empty when it is not one."""
    pieces = text.replace("-", ".").replace("/", ".").split(".")
    if len(pieces) != len(PARTS):
        return []
    return pieces[::-1] if len(pieces[0]) == 4 else pieces


class DayField(forms.Field):
    """A calendar date. By default no later than today; `latest=None` lets the future in.

    Cleans to a `date`. Each way of getting it wrong has its own message, and what was typed stays on screen.
    """

    widget = DayInput
    default_error_messages = {
        "required": _("Enter the date."),
        "incomplete": _("The date is not complete: fill in the day, the month and the year."),
        "not_digits": _("Write the date in digits, for example 31 12 1950."),
        "short_year": _("Write the year with four digits, for example 1950."),
        "no_such_day": _("There is no such day: %(day)s.%(month)s.%(year)s. Check the day and the month."),
        "future": _("This date is in the future. Check the day, the month and the year."),
        "too_early": _("Check the year: %(year)s is too long ago."),
    }

    def __init__(
        self,
        *,
        latest: Callable[[], datetime.date] | None = today_in_the_east,
        earliest: datetime.date = datetime.date(1900, 1, 1),
        **kwargs: Any,
    ) -> None:
        self.latest, self.earliest = latest, earliest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        """The date, or None when nothing was typed; raises ValidationError with the reason."""
        if isinstance(value, datetime.date) or not value or not any(value):
            return value or None if isinstance(value, datetime.date) else None
        if not all(value):
            raise self._error("incomplete")
        return self._within(self._date(value))

    def _date(self, typed: Sequence[str]) -> datetime.date:
        day, month, year = typed[0], month_number(typed[1]), typed[2]
        if not day.isdecimal() or not year.isdecimal() or month is None:
            raise self._error("not_digits")
        if len(year) != 4:
            raise self._error("short_year")
        try:
            return datetime.date(int(year), month, int(day))
        except ValueError:
            raise self._error("no_such_day", day=day, month=typed[1], year=year) from None

    def _within(self, value: datetime.date) -> datetime.date:
        if self.latest is not None and value > self.latest():
            raise self._error("future")
        if value < self.earliest:
            raise self._error("too_early", year=value.year)
        return value

    def _error(self, code: str, **params: object) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class LongSelect(forms.Select):
    """Django's list, written at one go: with a template for each of ninety regions it took half of a page's
    time. Without groups."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002
    ) -> SafeString:
        attributes = self.build_attrs(self.attrs, attrs)
        options = format_html_join("\n", '<option value="{}"{}>{}</option>', self._options(value))
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(attributes), options)

    def _options(self, value: Any) -> Iterator[tuple[object, str, object]]:
        """Value, mark of the chosen one, text."""
        chosen = set(self.format_value(value))
        for code, text in self.choices:
            if isinstance(text, list | tuple):
                raise ValueError(f"LongSelect has no groups, but there is one: {code}")
            code = "" if code is None else code
            is_chosen = str(code) in chosen
            yield code, _SELECTED if is_chosen else "", text
            if is_chosen:
                chosen = set()


_SELECTED = mark_safe(" selected")


class CardOptions:
    """Adds a hint and an icon to each choice: `hints` and `icons` map a choice's value to them."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[Any, Text] | None = None,
        icons: Mapping[Any, str] | None = None,
        inline: bool = False,
    ) -> None:
        super().__init__(attrs, choices)  # type: ignore[call-arg]  # a mix-in before a ChoiceWidget
        self.hints, self.icons, self.inline = hints or {}, icons or {}, inline

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django's option with `hint` and `icon` beside the label."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]  # ditto
        plain = getattr(value, "value", value)
        return {**option, "hint": self.hints.get(plain, ""), "icon": self.icons.get(plain, "")}


class RadioCards(CardOptions, forms.RadioSelect):
    """Radio buttons drawn as cards, the whole card can be pressed."""


class CheckboxCards(CardOptions, forms.CheckboxSelectMultiple):
    """Checkboxes drawn as cards."""


class FilesInput(forms.FileInput):
    """Several files at once; the page lists names and sizes and lets one be taken out before sending."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002  # Django's signature
        """The list of uploaded files, empty when none was chosen."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several uploaded files, cleaned to a list; each one passes FileField's own checks."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The list of files; raises ValidationError when none was chosen though required, or one is empty."""
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        if not chosen:
            super().clean(None, initial)
        return [super(FilesField, self).clean(each, initial) for each in chosen]
