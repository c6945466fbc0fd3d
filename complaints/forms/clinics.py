"""Which clinic an appeal is about, as staff name it once the appeal is there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import ActForm
from complaints.reports.public import clinics
from omsportal.platform.widgets import RadioCards


class ClinicForm(ActForm):
    """Words of its name, then one of those of the register that fit; or the words alone.

    Cleans `organisation` to a clinic of the register, None when the person says that it is none of these.
    """

    clinic = forms.CharField(
        label=_("Clinic or hospital"),
        help_text=_("Some words of its name, with the town; then choose it from the register."),
        max_length=300,
    )
    clinic_found = forms.CharField(label=_("Is it one of these?"), required=False, widget=RadioCards)

    def prepare(self) -> None:
        details = self.complaint.card.sealed["details"]
        self.initial.setdefault(
            "clinic", str(self.complaint.medical_organisation or details.get("clinic", ""))
        )
        self.own = self.complaint.branch
        self.today = self.profile.at.astimezone(self.own.zone).date()
        words = str((self.data if self.is_bound else self.initial).get("clinic") or "")
        fitting = clinics.search(words, region=self.own.region, today=self.today)
        named = [(clinics.code_of(row), clinics.place_and_name(row)) for row in fitting]
        self.fields["clinic_found"].widget.choices = [*named, ("", _("None of these"))] if named else []
        if not named:
            del self.fields["clinic_found"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["organisation"] = clinics.chosen(
            code=cleaned.get("clinic_found", ""), name=cleaned.get("clinic", ""), region=self.own.region,
            today=self.today,
        )  # fmt: skip
        is_open = "clinic_found" in self.fields and "clinic_found" not in self.data
        if cleaned["organisation"] is None and is_open:
            self.add_error("clinic_found", _("Choose it from the register, or say that it is none of these."))
        return cleaned
