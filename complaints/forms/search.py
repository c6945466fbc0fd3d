"""The search of the workplace: one box, and the same by fields."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.lemmas import words
from complaints.reports.staff.search_understood import (
    MOST_CHARACTERS,
    MOST_WORDS,
    Wanted,
    phone_of,
    surname_words,
    understood,
)
from insurers import policy_messages
from insurers.forms import SnilsField
from insurers.models import Branch
from insurers.policy_numbers import PolicyNumberError, check_old_policy, check_policy_number
from insurers.querysets import BranchQuerySet

STATES = [("", _("any")), ("open", _("open")), ("ended", _("decided or ended"))]


class Day(forms.DateField):
    """Typed or chosen; browsers send it as year-month-day."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(
            required=False, widget=widget, input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"], **options
        )


class SearchForm(forms.Form):
    """The one box: whatever the person has at hand."""

    query = forms.CharField(
        label=_("Number, phone, policy, name or words"),
        max_length=MOST_CHARACTERS,
        help_text=_(
            "For example: 76-26-1234567-8, a phone or policy number in any spelling, a SNILS, "
            "“Ivanova 12.03.1950”, or words of the story in any form."
        ),
    )

    def wanted(self, *, today: date) -> Wanted:
        return understood(self.cleaned_data["query"], today=today)


class FieldsForm(forms.Form):
    """Everything that is filled in has to fit."""

    words = forms.CharField(label=_("Words of the story"), max_length=MOST_CHARACTERS, required=False)
    surname = forms.CharField(
        label=_("Surname of the patient or the applicant"), max_length=80, required=False,
        help_text=_("A slip or two does no harm."),
    )  # fmt: skip
    birth_on = Day(label=_("Birth date of the patient"), help_text=_("Together with the surname."))
    phone = forms.CharField(label=_("Phone of the applicant"), max_length=40, required=False)
    policy = forms.CharField(label=_("Policy number"), max_length=40, required=False)
    snils = SnilsField(label=_("SNILS of the patient"), required=False)
    clinic = forms.CharField(label=_("Clinic"), max_length=MOST_CHARACTERS, required=False)
    branch = forms.ModelChoiceField(Branch.objects.none(), label=_("Branch"), required=False)
    since = Day(label=_("Registered from"))
    until = Day(label=_("Registered until"))
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)

    def __init__(self, *args: Any, branches: BranchQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["branch"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = branches, str(_("any"))

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        phone = phone_of(typed)
        if typed and not phone:
            raise ValidationError(_("This is no phone: ten digits after 8 or +7 are needed."))
        return phone

    def clean_policy(self) -> str:
        typed = self.cleaned_data["policy"]
        if not typed:
            return ""
        *series, number = typed.split()
        try:
            if any(sign.isalpha() for sign in typed):
                return check_old_policy(" ".join(series), number).value
            return check_policy_number(typed).value
        except PolicyNumberError as error:
            raise ValidationError(policy_messages.explain(error), code=error.code.value) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("birth_on") and not cleaned.get("surname") and "surname" not in self.errors:
            self.add_error("surname", _("Add the surname: by a birth date alone nobody is found."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The period ends before it begins."))
        asked = ("words", "surname", "birth_on", "phone", "policy", "snils", "clinic")
        if not self.errors and not any(cleaned.get(name) for name in asked):
            raise ValidationError(_("Fill in at least one field above the branch: what do you look for?"))
        return cleaned

    def wanted(self, *, today: date) -> Wanted:  # noqa: ARG002  as the one box
        """Of a valid form."""
        typed = self.cleaned_data
        return Wanted(
            phone=typed["phone"], policy=typed["policy"], snils=typed["snils"], birth_on=typed["birth_on"],
            surnames=surname_words(typed["surname"])[:MOST_WORDS],
            story=tuple(words(typed["words"]))[:MOST_WORDS],
            clinic=tuple(words(typed["clinic"]))[:MOST_WORDS],
            branch_id=typed["branch"].pk if typed["branch"] else None, since=typed["since"],
            until=typed["until"],
            is_open={"open": True, "ended": False}.get(typed["state"]),
        )  # fmt: skip
