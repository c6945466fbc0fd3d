"""Forms of a call: that nobody answered, what was said, and the appeal that is written down from it."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import NameField, PhoneField
from complaints.forms.staff import StaffText, ThemeField, choice_of_rows
from complaints.kinds import CallResult, Kind
from complaints.models import Category, Complaint
from complaints.querysets import CategoryQuerySet
from complaints.services.writing_down import WRITTEN_KINDS, Words
from insurers.forms import PolicyNumberField
from omsportal.platform.widgets import DayField

_CLINIC_NEEDED = _("Name the clinic or hospital. If it is not about one, write “no”.")


class FailedCallForm(forms.Form):
    """Why nobody was reached: the button that was pressed."""

    result = forms.ChoiceField(choices=CallResult.choices)


class ReachedForm(forms.Form):
    """What was said, when nothing is written down as an appeal."""

    text = StaffText(
        label=_("What was said"),
        rows=3,
        help_text=_("Only staff read it. The promise to call is kept by it."),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("token", secrets.token_urlsafe(16))


class WriteDownForm(forms.Form):
    """The appeal as the person told it. The caller is the patient, unless another name is given."""

    story = StaffText(
        label=_("What happened"), rows=7, help_text=_("In the words of the person. Read it out to them.")
    )
    kind = forms.ChoiceField(
        label=_("Kind of appeal"),
        choices=[("", _("choose")), *Kind.choices],
        help_text=_(
            "A complaint, an application or a proposal must be answered in time by law from today on."
        ),
    )
    category = ThemeField(Category.objects.none(), label=_("Theme"), empty_label=_("choose"))
    clinic = forms.CharField(label=_("Clinic or hospital"), max_length=300, required=False)
    surname = NameField(label=_("Surname of the caller"), required=False)
    first_name = NameField(label=_("First name"), required=False)
    patronymic = NameField(label=_("Patronymic"), required=False)
    phone = PhoneField(
        label=_("Phone of the caller"), required=False, help_text=_("As they say it: the line did not tell.")
    )
    address = forms.CharField(
        label=_("Postal address"), max_length=300, required=False, help_text=_("For a letter.")
    )
    patient_surname = NameField(
        label=_("Surname of the patient"), required=False, help_text=_("Only if it is another person.")
    )
    patient_first_name = NameField(label=_("First name of the patient"), required=False)
    birth_on = DayField(label=_("Birth date of the patient"), required=False)
    policy_number = PolicyNumberField(label=_("Policy number"), max_length=40, required=False)
    confirmed = forms.BooleanField(
        label=_("I read it out on the phone, and the person agreed"),
        error_messages={"required": _("Call the person, read it out to them, then tick this.")},
    )

    def __init__(
        self, *args: Any, categories: CategoryQuerySet, complaint: Complaint, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choice_of_rows(self, "category").queryset = categories
        card = complaint.card.sealed
        known = {"story": card["details"].get("story", ""), "clinic": card["details"].get("clinic", "")}
        known |= {name: card["applicant"].get(name, "") for name in ("surname", "first_name", "patronymic")}
        self.initial = {**known, **self.initial}
        if card["applicant"].get("phone"):
            del self.fields["phone"]

    def clean(self) -> dict[str, Any]:
        """A complaint names its person and its clinic; a question may stay nameless."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind, category = cleaned.get("kind"), cleaned.get("category")
        if kind in WRITTEN_KINDS and not cleaned.get("surname") and "surname" not in self.errors:
            self.add_error("surname", _("Ask for the surname: a written appeal has one."))
        about_clinic = category is not None and not category.about_insurer
        if kind == Kind.COMPLAINT and about_clinic and not cleaned.get("clinic"):
            self.add_error("clinic", _CLINIC_NEEDED)
        return cleaned

    def words(self) -> Words:
        """What the service takes."""
        data = self.cleaned_data
        applicant = {name: data[name] for name in ("surname", "first_name", "patronymic", "address")}
        applicant["phone"] = data["phone"].as_e164 if data.get("phone") else ""
        return Words(
            kind=data["kind"], category=data["category"], story=data["story"], clinic=data["clinic"],
            applicant=applicant, patient=self._patient(applicant),
        )  # fmt: skip

    def _patient(self, applicant: dict[str, str]) -> dict[str, str]:
        data, policy = self.cleaned_data, self.cleaned_data["policy_number"]
        names = {name: applicant[name] for name in ("surname", "first_name", "patronymic")}
        if data["patient_surname"] or data["patient_first_name"]:
            names = {"surname": data["patient_surname"], "first_name": data["patient_first_name"]}
        number = {"policy_kind": policy.kind.value, "policy_number": policy.value} if policy else {}
        return {**names, "birth_on": data["birth_on"].isoformat() if data["birth_on"] else "", **number}
