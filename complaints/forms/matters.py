"""A theme, a page of advice or a waiting time in its editor. Rules about several rows are the services'."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from complaints.forms.drafts import SeenField, Standing
from complaints.forms.people import DayField
from complaints.forms.staff import ThemeField
from complaints.kinds import Kind
from complaints.models import Amendment, Category, Deadline, DeadlineUnit, Guide, Matter
from complaints.reports.staff import matters
from complaints.reports.staff.matter_drafts import label_of
from complaints.services.amendments import is_planned, today_of
from complaints.services.matter_values import DAYS, FIELDS, MAIN_FIELD, MODELS, Row, Values, values_of
from insurers.models import Region
from insurers.services.revisions import Refused
from representatives.roles import Tier

#: Units in which a wait can be counted to a last day.
UNITS = (DeadlineUnit.MINUTE, DeadlineUnit.HOUR, DeadlineUnit.CALENDAR_DAY, DeadlineUnit.WORKING_DAY)
LONGEST = 1000
MOST_LINES, LONGEST_LINE = 12, 300
#: So many characters do not fit into one line of a phone.
LONG = 160
ICONS: list[tuple[str, Any]] = [
    ("question", _("a question mark")), ("alert", _("a warning")), ("ambulance", _("an ambulance")),
    ("building", _("a building")), ("calendar", _("a calendar")), ("card", _("a card")),
    ("clinic", _("a clinic")), ("edit", _("a pencil")), ("file", _("a sheet")), ("heart", _("a heart")),
    ("hourglass", _("an hourglass")), ("location", _("a place on the map")), ("message", _("a message")),
    ("phone", _("a phone")), ("pills", _("pills")), ("plus", _("a plus")),
    ("refresh", _("arrows in a circle")),
    ("scales", _("scales")), ("search", _("a magnifying glass")), ("shield", _("a shield")),
    ("star", _("a star")), ("stethoscope", _("a stethoscope")), ("user", _("a person")),
    ("wallet", _("a wallet")),
]  # fmt: skip
_ENGLISH = _("In English")
_WORKS = _("How the portal works with it")
_HOW = frozenset({
    "title", "icon", "position", "default_kind", "arrival_tier", "about_insurer", "needs_second_person",
    "asks_waiting_time", "asks_money", "theme", "by_fund", "page", "link", "link_title", "needs_check",
    "source_note", *DAYS,
})  # fmt: skip
_LATIN = _("Latin letters, digits and hyphens; it stands in the address of the page and never changes.")
_EMPTY_END = _("Empty: until somebody changes it.")


class LinesField(forms.CharField):
    """Steps, one a line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def __init__(self, **options: Any) -> None:
        super().__init__(help_text=_("One step a line, short and in plain words."), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Raises ValidationError for too many, or for one that is too long to be read in a hurry."""
        lines = [" ".join(line.split()) for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                _("Nobody reads so many steps in a hurry: %(most)s at most.") % {"most": MOST_LINES}
            )
        if any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(
                _("One step is longer than %(most)s characters: split it.") % {"most": LONGEST_LINE}
            )
        return lines


class WordsField(forms.CharField):
    """One paragraph, however long it is on the screen."""

    def clean(self, value: Any) -> str:
        return " ".join(str(super().clean(value)).split())


class MatterForm(forms.Form):
    """The fields of one noun, made from its columns. `values()` is what the services keep."""

    seen = SeenField()

    def __init__(self, data: Any = None, *, sheet: "Sheet", now: datetime, initial: Values) -> None:
        super().__init__(data, initial=initial)
        self.sheet, self.today = sheet, today_of(sheet.region, now)
        for name in sheet.names(now):
            self.fields[name] = _field(sheet, name, now)

    def groups(self) -> Iterator[tuple[object, list[BoundField]]]:
        """What patients read in Russian, the same in English, and the rest."""
        names = [name for name in self.fields if name != "seen"]
        english = [name for name in names if name.endswith("_en")]
        how = _HOW - {MAIN_FIELD[self.sheet.noun]}  # the title of a theme is for colleagues only
        plain = [name for name in names if name not in how and name not in english]
        rest = [name for name in names if name in how and name not in english]
        headings = [(_("What patients read"), plain), (_ENGLISH, english), (_WORKS, rest)]
        return ((heading, [self[name] for name in group]) for heading, group in headings if group)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        begins, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        row = self.sheet.row
        if begins and begins < self.today:
            self.add_error(
                "starts_on", _("This day is over. Leave it empty for “at once”, or choose a later day.")
            )
        elif ends and ends < (begins or (row.valid_from if row else self.today)):
            self.add_error("ends_on", _("The last day must not be before the first."))
        return cleaned

    def refuse(self, refused: Refused) -> None:
        """Each rule of the services beside its field."""
        for name, message in refused.errors.items():
            self.add_error(name if name in self.fields else None, str(message))

    def values(self) -> Values:
        """What is not in the form stays as it is."""
        stands = self.sheet.start()
        names = FIELDS[self.sheet.noun]
        typed = {name: _plain(self.cleaned_data[name]) for name in names if name in self.fields}
        kept = {name: stands.get(name, "") for name in names}
        return kept | {name: "" if typed[name] is None and name in DAYS else typed[name] for name in typed}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is being edited: the published row, the draft; of a region's own waiting time the region."""

    noun: str
    region: Region | None = None
    row: Row | None = None
    draft: Amendment | None = None
    like: Deadline | None = None  # the country's waiting time from which a region begins its own

    @property
    def standing(self) -> Standing:
        return Standing(FIELDS[self.noun], values_of(self.row, self.noun) if self.row else None, self.draft)

    def names(self, now: datetime) -> list[str]:
        """The fields of the form: a row's code never changes, and a theme has no second row from a day on."""
        left_out = set()
        if self.row is not None or (self.noun == Matter.TERM and self.region is None):
            left_out.add("code")
        if self.row is not None and (self.noun == Matter.THEME or is_planned(self.row, now)):
            left_out.add("starts_on")
        return [name for name in FIELDS[self.noun] if name not in left_out]

    def form(self, now: datetime, data: Any = None, values: Values | None = None) -> MatterForm:
        """With the values given, else those of the draft, else of the row."""
        initial = (values or self.start()) | {"seen": SeenField.written(self.standing.seen)}
        return MatterForm(data, sheet=self, now=now, initial=initial)

    def start(self) -> Values:
        """The draft's values over what is published by now."""
        return self.standing.start() or self._beginning()

    def _beginning(self) -> Values:
        """Of something new. Nobody types the code of a waiting time for the whole country."""
        if self.like is not None:
            return values_of(self.like, self.noun) | dict.fromkeys(DAYS, "")
        return {"code": f"OWN_{secrets.token_hex(4).upper()}"} if self.noun == Matter.TERM else {}


def _field(sheet: Sheet, name: str, now: datetime) -> forms.Field:
    """A form's field for one column."""
    label = label_of(sheet.noun, name)
    if name == "starts_on":
        help_text = _("Empty: as soon as it is published. A later day: it becomes public by itself.")
        return DayField(label=label, required=False, help_text=help_text)
    if name == "ends_on":
        return DayField(label=label, required=False, help_text=_EMPTY_END)
    if name == "code":
        return _code(sheet, label, now)
    if name == "theme":
        themes = Category.objects.valid_on(today_of(None, now))
        return ThemeField(themes, label=label, required=False, empty_label=_("no theme"))
    if name == "icon":
        return forms.ChoiceField(label=label, choices=_icons(sheet.start().get("icon")))
    if name in _CHOICES:
        return forms.TypedChoiceField(
            label=label, choices=_CHOICES[name], coerce=_COERCED.get(name, str), required=name != "page"
        )
    return _of_column(sheet, name, label)


_CHOICES: dict[str, Any] = {
    "default_kind": Kind.choices,
    "arrival_tier": Tier.choices,
    "page": [("", _("no page")), *Guide.Page.choices],
    "unit": [(unit.value, unit.label) for unit in UNITS],
}
_COERCED: dict[str, Any] = {"arrival_tier": int}


def _icons(current: Any) -> list[tuple[str, Any]]:
    """The one that stands is offered too, whatever it is."""
    return ICONS if not current or current in dict(ICONS) else [*ICONS, (current, current)]


def _of_column(sheet: Sheet, name: str, label: str) -> forms.Field:
    column: Any = MODELS[sheet.noun]._meta.get_field(name)
    kind = column.get_internal_type()
    if kind == "BooleanField":
        return forms.BooleanField(label=label, required=False)
    if kind == "JSONField":
        return LinesField(label=label, required=not column.blank)
    if kind in ("PositiveIntegerField", "PositiveSmallIntegerField"):
        return forms.IntegerField(label=label, min_value=1, max_value=LONGEST)
    if name == "link":
        return forms.URLField(label=label, required=False, assume_scheme="https", max_length=200)
    most = LONGEST if kind == "TextField" else column.max_length
    if most < LONG:
        return forms.CharField(label=label, required=not column.blank, max_length=most)
    area = forms.Textarea(attrs={"rows": 2 if most < LONGEST else 4})
    return WordsField(label=label, required=not column.blank, max_length=most, widget=area)


def _code(sheet: Sheet, label: str, now: datetime) -> forms.Field:
    """A region chooses among the country's kinds of care; themes and advice get a word of their own."""
    if sheet.noun == Matter.TERM:
        kinds = [(term.code, term.what) for term in matters.common_terms(now)]
        return forms.ChoiceField(label=label, choices=[("", _("choose what people wait for")), *kinds])
    return forms.SlugField(label=label, max_length=50, help_text=_LATIN)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Category):
        return value.pk
    return value
