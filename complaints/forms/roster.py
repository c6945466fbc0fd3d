"""A shift of the duty roster. What may be put in is judged by the service."""

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insurers.models import Branch
from representatives.models import Representative

#: As browsers write it.
_MOMENT = "%Y-%m-%dT%H:%M"
#: More people than these do not stand in one line.
MOST_PLACES = 5


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} — {obj.get_tier_display()}"


class MomentField(forms.DateTimeField):
    """A moment by the clock of the branch, whatever zone the server has."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    zone: tzinfo

    def __init__(self, **options: Any) -> None:
        invalid = _("Write date and time, for example 31.12.2026 20:00.")
        formats = [_MOMENT, "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(input_formats=formats, error_messages={"invalid": invalid}, **options)

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        return moment and moment.replace(tzinfo=self.zone)


class ShiftForm(forms.Form):
    """Who, from when to when, and the place in line."""

    person = PersonField(
        Representative.objects.none(), label=_("Duty person"), empty_label=_("choose a person")
    )
    starts_at = MomentField(label=_("On duty from"), help_text=_("By the clock of the branch."))
    ends_at = MomentField(label=_("On duty to"))
    place = forms.TypedChoiceField(
        label=_("Place in line"),
        coerce=int,
        choices=[(place, place) for place in range(1, MOST_PLACES + 1)],
        help_text=_("1 is called first, 2 when the first does not answer."),
    )

    def __init__(self, *args: Any, branch: Branch, **options: Any) -> None:
        super().__init__(*args, **options)
        person, *moments = self.fields["person"], self.fields["starts_at"], self.fields["ends_at"]
        assert isinstance(person, forms.ModelChoiceField)
        person.queryset = Representative.objects.on_roster_of(branch)
        for moment in moments:
            assert isinstance(moment, MomentField)
            moment.zone = branch.zone
