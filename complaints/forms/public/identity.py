"""Codes from messages, and finding the way back to an appeal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import numbers
from complaints.forms.public.fields import NameField
from complaints.models import OneTimeCode
from complaints.one_time_codes import DIGITS
from complaints.services.access_codes import Claim
from insurers.policy_messages import explain
from insurers.policy_numbers import PolicyNumberError, check_policy_number
from omsportal.platform.widgets import DayField, DayInput


class OneTimeCodeForm(forms.Form):
    """The code as it stands in the message."""

    code = forms.CharField(
        label=_("Code from the message"),
        help_text=_("8 digits. Spaces do no harm."),
        max_length=40,
        error_messages={"required": _("Type the code from the message.")},
    )

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        digits = "".join(sign for sign in typed if sign.isdecimal())
        if len(digits) != DIGITS:
            raise forms.ValidationError(_("The code has 8 digits. Compare it once more."), code="length")
        return digits


class SendCodeForm(forms.Form):
    """Where the code shall go."""

    purpose = forms.ChoiceField(choices=OneTimeCode.Purpose.choices)


class RecoveryForm(forms.Form):
    """One field for either number, and two things that the person knows by heart."""

    which = forms.CharField(
        label=_("Number of the appeal, or number of the policy"),
        help_text=_("Whichever you have at hand: 12 digits of the appeal or 16 digits of the policy."),
        max_length=60,
        error_messages={"required": _("Type the number of the appeal or of the policy.")},
    )
    surname = NameField(
        label=_("Surname"),
        help_text=_("Yours or the patient's, as it was written in the appeal."),
        error_messages={"required": _("Type the surname.")},
    )
    birth_on = DayField(
        label=_("Patient's date of birth"),
        help_text=_("For example 31 12 1950"),
        widget=DayInput(birthday=True),
        error_messages={"required": _("Write the date of birth: day, month and year.")},
    )

    def clean_which(self) -> dict[str, str]:
        """{"number": …} or {"policy": …}; told apart by their length and check digits."""
        typed: str = self.cleaned_data["which"]
        try:
            return {"number": numbers.parse_number(typed)}
        except numbers.NotANumber as error:
            if error.code == "check_digit":
                message = _("There is a mistake in one of the digits of the number. Compare it once more.")
                raise forms.ValidationError(message, code=error.code) from None
        try:
            return {"policy": check_policy_number(typed).value}
        except PolicyNumberError as error:
            raise forms.ValidationError(explain(error), code=error.code) from None

    def claim(self) -> Claim:
        """Of a valid form."""
        data: dict[str, Any] = self.cleaned_data
        return Claim(**data["which"], surname=data["surname"], birth_on=data["birth_on"])
