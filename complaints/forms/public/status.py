"""Opening a case, writing into it, asking again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints import numbers
from complaints.services.thread import MOST_CHARACTERS
from omsportal.platform.widgets import FilesField, RadioCards

TOO_LONG = _("The text is longer than 10 000 characters. Shorten it or attach it as a file.")


class OpenCaseForm(forms.Form):
    """Number and access code. Which of the two is wrong is told only where it cannot be a number at all."""

    number = forms.CharField(
        label=_("Number of the appeal"),
        help_text=_("12 digits, for example 76-26-1234567-8. Spaces and dashes do no harm."),
        max_length=40,
        error_messages={"required": _("Write the number of the appeal. It was shown when you sent it.")},
    )
    code = forms.CharField(
        label=_("Access code"),
        help_text=_("16 digits that were shown together with the number."),
        max_length=60,
        error_messages={"required": _("Write the access code: 16 digits.")},
    )

    def clean_number(self) -> str:
        """The number as it is written everywhere."""
        try:
            return numbers.parse_number(self.cleaned_data["number"])
        except numbers.NotANumber as error:
            raise forms.ValidationError(_explain(error), code=error.code) from None

    def clean_code(self) -> str:
        """The typed code, when it can be one."""
        typed: str = self.cleaned_data["code"]
        if not numbers.code_digits(typed):
            count = sum(sign.isdigit() for sign in typed)
            raise forms.ValidationError(
                ngettext(
                    "The code has 16 digits, you typed %(count)d digit.",
                    "The code has 16 digits, you typed %(count)d digits.",
                    count,
                )
                % {"count": count},
                code="length",
            )
        return typed


class MessageForm(forms.Form):
    """A message to the specialist, with files."""

    text = forms.CharField(
        label=_("Your message"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": TOO_LONG},
    )
    documents = FilesField(
        label=_("Photos and documents"),
        help_text=_("Up to 10 files of 20 MB."),
        required=False,
        allow_empty_file=True,
    )
    token = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Text or at least a file."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "text" in cleaned and not cleaned["text"].strip() and not cleaned.get("documents"):
            self.add_error("text", _("Write the message or choose a file."))
        return cleaned


class ReopenForm(forms.Form):
    """It did not help: what is still wrong."""

    text = forms.CharField(
        label=_("What did not help, and what do you expect?"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Write in a few words what did not help."),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, *args: Any, after_death: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if after_death:
            self.fields["text"].label = _("With what do you not agree, and what do you expect?")
            self.fields["text"].error_messages["required"] = _(
                "Write in a few words with what you do not agree."
            )


class WithdrawForm(forms.Form):
    """Taking the appeal back, asked once more."""

    sure = forms.ChoiceField(
        label=_("Withdraw the appeal?"),
        choices=[("yes", _("Yes, I withdraw it")), ("no", _("No, leave it"))],
        widget=RadioCards,
        error_messages={"required": _("Choose whether you withdraw the appeal.")},
    )


def _explain(error: numbers.NotANumber) -> str:
    if error.code == "check_digit":
        return str(_("There is a mistake in one of the digits of the number. Compare it once more."))
    return ngettext(
        "The number has 12 digits, you typed %(count)d digit.",
        "The number has 12 digits, you typed %(count)d digits.",
        error.typed,
    ) % {"count": error.typed}
