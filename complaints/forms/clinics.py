"""Which clinic an appeal is about, as staff name it once the appeal is there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import ActForm
from complaints.reports.public import clinics
from omsportal.platform.widgets import RadioCards

_NONE = "none"


class ClinicForm(ActForm):
    """Words of its name, then one of those of the register that fit; or the words alone.

    Cleans `organisation` to a clinic of the register, None when the person says that it is none of these.
    """

    clinic = forms.CharField(
        label=_("Clinic or hospital"),
        help_text=_("Some words of its name, with the town; then choose it from the register."),
        max_length=300,
    )
    clinic_found = forms.CharField(
        label=_("Is it one of these?"),
        widget=RadioCards,
        error_messages={"required": _("Choose it from the register, or say that it is none of these.")},
    )

    def prepare(self) -> None:
        case = self.complaint
        known, told = case.medical_organisation, case.card.sealed["details"].get("clinic", "")
        self.initial.setdefault("clinic", str(known or told))
        self.initial.setdefault("clinic_found", clinics.code_of(known) if known else None)
        self.known_by: dict[str, Any] = {
            "region": case.branch.region, "today": self.profile.at.astimezone(case.branch.zone).date()
        }  # fmt: skip
        self._offer(str((self.data if self.is_bound else self.initial).get("clinic") or ""))

    def _offer(self, words: str) -> None:
        """Nothing is chosen beforehand; whoever wrote the very name of one has chosen."""
        named = [
            (clinics.code_of(row), clinics.place_and_name(row))
            for row in clinics.search(words, **self.known_by)
        ]
        field = self.fields["clinic_found"]
        field.widget.choices = [*named, (_NONE, _("None of these"))]
        field.required = clinics.chosen(code="", name=words, **self.known_by) is None
        if not named:
            del self.fields["clinic_found"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        code, words = cleaned.get("clinic_found", ""), cleaned.get("clinic", "")
        cleaned["organisation"] = clinics.chosen(code=code, name=words, **self.known_by)
        return cleaned
