"""What lists are narrowed by: plain attributes that may stand in an address."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from complaints.kinds import Channel, Urgency
from complaints.reports.staff.filtering import MATTERS, NOBODY, Choice, clinic_of, clinics_named
from complaints.reports.staff.tabs import Tab
from representatives.roles import Tier

#: The fields that stand in an address, in this order.
NAMES = (
    "branch", "category", "channel", "urgency", "region", "clinic", "age", "younger", "tier", "matter",
    "assignee",
)  # fmt: skip
AGES = (1, 3, 7, 14, 30)
_SHORTEST_WORDS = 3


class FilterForm(forms.Form):
    """Values of an address, or of the form that makes one.

    The name of a clinic is typed: it is sent by POST and becomes the clinic's id, so that nothing typed ever
    stands in an address.
    """

    branch = forms.ChoiceField(label=_("Branch"), required=False)
    category = forms.ChoiceField(label=_("Theme"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    region = forms.ChoiceField(label=_("Region of care"), required=False)
    clinic_words = forms.CharField(label=_("Clinic"), required=False, max_length=120)
    age = forms.ChoiceField(label=_("Registered"), required=False)
    younger = forms.ChoiceField(label=_("Registered within"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    matter = forms.ChoiceField(label=_("Time limits"), required=False)
    assignee = forms.ChoiceField(label=_("With whom"), required=False)
    clinic = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, choices: Mapping[str, list[Choice]], today: date) -> None:
        super().__init__({name: data.get(name, "") for name in self.base_fields})
        self.today = today
        days = ngettext_lazy("more than %(count)d day ago", "more than %(count)d days ago", "count")
        ages = [(str(age), days % {"count": age}) for age in AGES]
        within = ngettext_lazy("the last %(count)d day", "the last %(count)d days", "count")
        people = choices.get("assignee", [])
        ready: dict[str, Any] = {
            **choices, "channel": Channel.choices, "urgency": Urgency.choices, "age": ages,
            "younger": [(str(age), within % {"count": age}) for age in AGES], "tier": Tier.choices,
            "matter": MATTERS,
            "assignee": [(NOBODY, _("nobody")), *people] if people else [],
        }  # fmt: skip
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("any")), *ready.get(name, [])]
        self._name_clinic()

    def _name_clinic(self) -> None:
        """An address has the id; the form shows the name."""
        self.known_clinic = clinic_of(self.data["clinic"]) if self.data["clinic"] else None
        if self.known_clinic is not None and not self.data["clinic_words"]:
            self.data = {**self.data, "clinic_words": self.known_clinic.short_name}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        words = cleaned.get("clinic_words", "")
        cleaned["clinic"] = self._clinic(words, cleaned.get("region", "")) if words else ""
        return cleaned

    def _clinic(self, words: str, region_code: str) -> str:
        if self.known_clinic is not None and self.known_clinic.short_name == words:
            return str(self.known_clinic.pk)
        if max(map(len, words.split())) < _SHORTEST_WORDS:
            self.add_error("clinic_words", _("Write at least three letters of the clinic's name."))
            return ""
        found = clinics_named(words, region_code=region_code, today=self.today)
        if len(found) == 1:
            return str(found[0].pk)
        several = _("Several clinics fit: %(names)s. Write the name in full, or choose the region too.")
        none = _("No clinic has these words in its name. Check the spelling, or leave the field empty.")
        names = "; ".join(clinic.short_name for clinic in found)
        self.add_error("clinic_words", several % {"names": names} if found else none)
        return ""

    def chosen(self) -> dict[str, str]:
        """The valid values; an unknown one in an address narrows nothing."""
        self.is_valid()
        return {name: self.cleaned_data[name] for name in NAMES if self.cleaned_data.get(name)}

    def query(self) -> str:
        """As it stands in an address."""
        return urlencode(self.chosen())


class TabForm(forms.Form):
    """Which list a form is about."""

    tab = forms.ChoiceField(choices=[(tab.value, tab.value) for tab in Tab if tab is not Tab.ALARMS])


class SaveViewForm(TabForm):
    """A name for the list as it is narrowed now."""

    title = forms.CharField(label=_("Name of the view"), max_length=40)
    query = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
