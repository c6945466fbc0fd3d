"""Fields and forms that understand what people type and say what to do when they cannot."""

import re
from typing import TYPE_CHECKING, Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumber_field.phonenumber import to_python as read_phone

from insurers import policy_messages
from insurers.models import ClinicPost, Hotline, MedicalOrganisation, Office
from insurers.policy_numbers import PolicyNumber, PolicyNumberError, check_policy_number, check_snils
from insurers.working_time import DAY_SECONDS, second_of
from omsportal.platform.phones import phone_text

if TYPE_CHECKING:  # generic only for the type checker
    ModelForm = forms.ModelForm[Any]
    BaseInlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    ModelForm, BaseInlineFormSet = forms.ModelForm, forms.BaseInlineFormSet

NOT_A_PHONE = _("This is not a full phone number. Write it with the area code: 8 (4852) 31-38-28.")
ANOTHER_COUNTRY = _("This is a phone of another country. Write one of Russia: 8 (4852) 31-38-28.")
# The library knows «доб.» and «ext.» only.
_EXTENSION = re.compile(r"[\s,;(]*\b(?:добавочный|доп|внутренний|внутр|вн)\b\.?\s*(?=\d)", re.IGNORECASE)
PHONE_HELP = _("Any usual way of writing is fine: 8 (4852) 31-38-28, +7 4852 313828 ext. 5.")


class PhoneField(forms.CharField):
    """A phone in any usual spelling, with or without an extension; gives a PhoneNumber or None."""

    def __init__(self, **options: Any) -> None:
        usual: dict[str, Any] = {"label": _("phone"), "help_text": PHONE_HELP, "max_length": 60}
        super().__init__(**(usual | options))

    def prepare_value(self, value: Any) -> Any:
        """A stored number is shown nationally; what was typed is shown again as typed."""
        return phone_text(value) if isinstance(value, PhoneNumber) and value.is_valid() else value

    def clean(self, value: Any) -> Any:
        phone = read_phone(_EXTENSION.sub(" доб. ", super().clean(value)) or None)
        if phone is not None and not phone.is_valid():
            raise ValidationError(NOT_A_PHONE, code="phone")
        if phone is not None and phonenumbers.region_code_for_number(phone) != "RU":
            raise ValidationError(ANOTHER_COUNTRY, code="country")
        return phone


class PolicyNumberField(forms.CharField):
    """An ЕНП or a temporary certificate; gives a PolicyNumber, or None when it may stay empty."""

    def clean(self, value: Any) -> PolicyNumber | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return check_policy_number(typed)
        except PolicyNumberError as error:
            raise ValidationError(policy_messages.explain(error), code=error.code.value) from error


class SnilsField(forms.CharField):
    """The 11 digits of a СНИЛС, or an empty text."""

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        try:
            return check_snils(typed) if typed else ""
        except PolicyNumberError as error:
            raise ValidationError(policy_messages.explain_snils(error), code=error.code.value) from error


class PhoneAndExtensionForm(ModelForm):
    phone = PhoneField(required=False)

    def clean(self) -> dict[str, Any]:
        """An extension typed together with the phone goes into its own field."""
        cleaned = super().clean() or self.cleaned_data
        phone = cleaned.get("phone")
        if phone is None or not phone.extension:
            return cleaned
        if cleaned.get("extension") not in ("", None, phone.extension):
            self.add_error("extension", _("The phone already has another extension: keep one of them."))
        cleaned["extension"], phone.extension = phone.extension, None
        return cleaned


class HotlineForm(PhoneAndExtensionForm):
    phone = PhoneField()

    class Meta:
        model = Hotline
        fields = [
            "insurer", "branch", "purpose", "phone", "extension", "hours_text", "schedule", "after_hours",
            "after_hours_note", "calls_recorded", "valid_from", "valid_to", "confirmed_on", "source",
        ]  # fmt: skip


class OfficeForm(PhoneAndExtensionForm):
    class Meta:
        model = Office
        fields = ["branch", "address", "hours_text", "phone", "extension", "valid_from", "valid_to"]


class ClinicPostForm(PhoneAndExtensionForm):
    class Meta:
        model = ClinicPost
        fields = [
            "branch", "medical_organisation", "place", "hours_text", "phone", "extension", "valid_from",
            "valid_to",
        ]  # fmt: skip


class MedicalOrganisationForm(ModelForm):
    """A clinic's switchboard: there is no field for an extension, and it is not dropped silently."""

    phone = PhoneField(required=False)

    def clean_phone(self) -> Any:
        phone = self.cleaned_data["phone"]
        if phone is not None and phone.extension:
            raise ValidationError(_("Here is room for the phone only: leave the extension out."))
        return phone

    class Meta:
        model = MedicalOrganisation
        fields = ["region", "code", "name", "short_name", "address", "phone", "valid_from", "valid_to"]


class WorkingHoursFormSet(BaseInlineFormSet):
    """All hours of a schedule at once: none may overlap, and there must be some."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if _kept(form)]
        if not kept and not self.instance.round_the_clock:
            raise ValidationError(_("Give the hours of at least one weekday, or choose “round the clock”."))
        # All are compared before the first error: an error takes the value out of cleaned_data.
        rows = [form.cleaned_data for form in kept]
        for form in [form for form in kept if any(_overlap(form.cleaned_data, row) for row in rows)]:
            form.add_error("starts", _("These hours overlap with other hours of the same day."))


def _kept(form: ModelForm) -> bool:
    data = getattr(form, "cleaned_data", {})
    return not data.get("DELETE") and None not in (data.get("weekday"), data.get("starts"), data.get("ends"))


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one is other or one["weekday"] != other["weekday"]:
        return False
    return _begin(one) < _end(other) and _begin(other) < _end(one)


def _begin(row: dict[str, Any]) -> int:
    return second_of(row["starts"])


def _end(row: dict[str, Any]) -> int:
    return second_of(row["ends"]) or DAY_SECONDS
