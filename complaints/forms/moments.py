"""The moment at which a draft becomes public. Which moments can be chosen is the service's to say."""

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.people import DayField
from complaints.reports.staff.organisation_drafts import clock_words
from insurers.models import Revision
from insurers.services.revisions import Refused, zone_of


class TimeField(forms.TimeField):
    """A time of the day as browsers and people write it."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def __init__(self, **options: Any) -> None:
        invalid = _("Write the time, for example 08:30.")
        formats = ["%H:%M", "%H.%M", "%H:%M:%S", "%H"]
        super().__init__(input_formats=formats, error_messages={"invalid": invalid}, **options)


class MomentForm(forms.Form):
    """A day and a time by the clock of whose draft it is; the moment that was chosen stands in it."""

    day = DayField(label=_("Day of publishing"))
    time = TimeField(label=_("Time of publishing"))

    def __init__(self, data: Any = None, *, revision: Revision, now: datetime) -> None:
        self.zone: tzinfo = zone_of(revision.owner)
        chosen = revision.publish_at.astimezone(self.zone) if revision.publish_at else None
        initial = {"day": chosen.date(), "time": chosen.time()} if chosen else {}
        super().__init__(data, initial=initial)
        self.fields["time"].help_text = clock_words(revision.owner, now)

    def moment(self) -> datetime:
        """Of a form that is valid."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], tzinfo=self.zone)

    def refuse(self, refused: Refused) -> None:
        """Rules of the services: beside day or time; what is about the draft itself, above."""
        for name, message in refused.errors.items():
            self.add_error(name if name in self.fields else None, str(message))
