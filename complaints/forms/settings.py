"""Forms of settings: a day, the hours of a branch, rights of tiers, terms of keeping."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.forms.people import DayField
from complaints.reports.staff.settings import term_in_words
from complaints.services.setting_calendar import USUAL, is_usual, value_for
from complaints.services.setting_sheets import Sheet, Values
from complaints.services.setting_tables import EXTENTS, MOST, right_key
from insurers.hours_text import MOST_CHARACTERS, HoursUnreadable, read_typed
from insurers.models import DayKind, Weekday
from insurers.services.revisions import Refused
from representatives.roles import Action, Extent, Tier

_SALT = "complaints.forms.settings"
_UNREADABLE = _(
    "These hours are not clear. Write the days and the hours, for example: пн–чт 8:00–17:00, пт 8:00–16:00, "
    "перерыв 12:00–13:00. Or: круглосуточно."
)


class SeenValues(forms.CharField):
    """The values that stood on the screen, signed: nobody can say that they saw something else."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> Values:
        """What is not ours was not seen."""
        try:
            seen = signing.loads(str(value or ""), salt=_SALT)
        except (signing.BadSignature, ValueError):
            return {}
        return seen if isinstance(seen, dict) else {}

    @staticmethod
    def written(seen: Mapping[str, Any]) -> str:
        return signing.dumps(dict(seen), salt=_SALT, compress=True)


class SheetForm(forms.Form):
    """Keys of one sheet. `typed()` is what the services keep: key → value, None for nothing special."""

    seen = SeenValues()

    def __init__(
        self,
        data: Any = None,
        *,
        sheet: Sheet,
        values: Mapping[str, Any],
        over: Mapping[str, Any] | None = None,
    ) -> None:
        """`values` is what stands, in force or in the draft; `over` is what this person typed instead."""
        self.sheet, self.stood = sheet, values
        initial = self.start({**values, **(over or {})})
        super().__init__(data, initial=initial | {"seen": SeenValues.written(self.shown(values))})

    def start(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields as they show these values."""
        return dict(values)

    def shown(self, values: Mapping[str, Any]) -> Values:
        """Those keys that stand on this form."""
        return dict(values)

    def typed(self) -> Values:
        """Fields are called like the keys, unless the form says otherwise."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "seen"}

    def refuse(self, refused: Refused) -> None:
        """Each rule of the services beside its field."""
        for name, message in refused.errors.items():
            self.add_error(name if name in self.fields else None, str(message))


class DayForm(SheetForm):
    """What kind of day it is, and why."""

    kind = forms.ChoiceField(
        label=_("What day it is"), choices=[(USUAL, _("like its weekday")), *DayKind.choices],
        widget=forms.RadioSelect,
    )  # fmt: skip
    works_as = forms.TypedChoiceField(
        label=_("By the hours of"), required=False, coerce=int, empty_value=None,
        choices=[("", _("its own weekday")), *Weekday.choices],
        help_text=_("A working Saturday has the hours of the day it was exchanged with."),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Reason"), max_length=200,
        help_text=_("People read it beside the date: the name of the holiday, the decree."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, day: date, **rest: Any) -> None:
        self.day = day
        super().__init__(data, **rest)
        self.fields["title"].required = bool(data) and data.get("kind") != USUAL

    def start(self, values: Mapping[str, Any]) -> dict[str, Any]:
        value = values.get(self.day.isoformat())
        if value is None or is_usual(self.day, value):
            return {"kind": USUAL, "works_as": None, "title": value[2] if value else ""}
        return {"kind": value[0], "works_as": value[1], "title": value[2]}

    def shown(self, values: Mapping[str, Any]) -> Values:
        return {self.day.isoformat(): values.get(self.day.isoformat())}

    def typed(self) -> Values:
        chosen = self.cleaned_data
        value = value_for(self.sheet, self.day, chosen["kind"], chosen["works_as"], chosen["title"])
        return {self.day.isoformat(): value}


class HoursForm(SheetForm):
    """Hours as people say them, shown back as they were understood."""

    hours = forms.CharField(
        label=_("Working hours"), max_length=MOST_CHARACTERS,
        help_text=_("For example: пн–чт 8:00–17:00, пт 8:00–16:00, перерыв 12:00–13:00. Or: круглосуточно."),
    )  # fmt: skip
    holidays = forms.BooleanField(
        label=_("Works on days off of the calendar too"), required=False,
        help_text=_("Days off, working Saturdays and short days then change nothing for this branch."),
    )  # fmt: skip

    def clean_hours(self) -> str:
        try:
            hours = read_typed(self.cleaned_data["hours"])
        except HoursUnreadable as error:
            raise ValidationError(_UNREADABLE, code="hours") from error
        return hours.shown if hours else ""


class RightsForm(SheetForm):
    """One choice for each act and tier."""

    def __init__(self, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        for action in Action:
            for tier in Tier:
                key = right_key(tier, action)
                label = f"{action.label} – {tier.label}"
                self.fields[key] = forms.ChoiceField(
                    label=label, required=False, choices=self._choices(action, self.stood.get(key))
                )

    @staticmethod
    def tiers() -> list[str]:
        return [str(tier.label) for tier in Tier]

    def rows(self) -> Iterator[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """Act by act: the choice of each tier."""
        for action in Action:
            yield str(action.label), [(str(tier.label), self[right_key(tier, action)]) for tier in Tier]

    def typed(self) -> Values:
        keys = [right_key(tier, action) for action in Action for tier in Tier]
        return {key: self.cleaned_data[key] or None for key in keys}

    def shown(self, values: Mapping[str, Any]) -> Values:
        return {
            right_key(tier, action): values.get(right_key(tier, action)) for action in Action for tier in Tier
        }

    @staticmethod
    def _choices(action: str, stood: str | None) -> list[tuple[str, Any]]:
        offered = [Extent.FULL, *EXTENTS.get(action, ())]
        if stood and Extent(stood) not in offered:
            offered.append(Extent(stood))
        return [("", _("no")), *((extent.value, extent.label) for extent in offered)]


class KeepingForm(SheetForm):
    """A number and a unit for each kind of data."""

    def __init__(self, data: Any = None, *, labels: Mapping[str, str], **rest: Any) -> None:
        super().__init__(data, **rest)
        units = [(unit.value, unit.label) for unit in MOST]
        for code in sorted(self.stood):
            what = capfirst(labels.get(code, code))
            self.fields[f"{code}_value"] = forms.IntegerField(label=what, min_value=1)
            self.fields[f"{code}_unit"] = forms.ChoiceField(
                label=_("%(what)s: counted in") % {"what": what}, choices=units
            )

    def start(self, values: Mapping[str, Any]) -> dict[str, Any]:
        numbers = {f"{code}_value": value[0] for code, value in values.items()}
        return numbers | {f"{code}_unit": value[1] for code, value in values.items()}

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Number and unit of each kind of data."""
        for code in sorted(self.stood):
            yield self[f"{code}_value"], self[f"{code}_unit"]

    def terms(self) -> Iterator[tuple[str, str]]:
        """In words, for whoever only reads."""
        for code in sorted(self.stood):
            yield str(self.fields[f"{code}_value"].label), term_in_words(*self.stood[code])

    def typed(self) -> Values:
        chosen = self.cleaned_data
        return {code: [chosen[f"{code}_value"], chosen[f"{code}_unit"]] for code in sorted(self.stood)}


class WhichDayForm(forms.Form):
    """Straight to a day, without walking through the year."""

    day = DayField(label=_("Day"))


__all__ = ["DayForm", "HoursForm", "KeepingForm", "RightsForm", "SheetForm", "WhichDayForm"]
