"""The pages about the policy: whose it is, and who issued it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import (
    OTHER_REGION,
    UNKNOWN,
    ListedField,
    NameField,
    insurer_choices,
    region_choices,
    regions_and_other,
)
from complaints.forms.public.step_form import StepForm
from complaints.services import routing
from insurers.policy_messages import explain
from insurers.policy_numbers import PolicyNumber, PolicyNumberError, check_old_policy, check_policy_number
from omsportal.platform.widgets import DayField, DayInput, RadioCards


class PolicyForm(StepForm):
    POLICY_KINDS = (
        ("enp", _("I have the policy number")),
        ("old", _("It is a policy of the old form, with a series")),
        ("none", _("I don't have the number with me")),
    )
    policy_kind = forms.ChoiceField(
        label=_("Is the policy number at hand?"),
        choices=POLICY_KINDS,
        initial="enp",
        widget=RadioCards(
            hints={
                "enp": _("16 digits, or 9 digits of a temporary certificate"),
                "none": _("The appeal will be taken all the same"),
            }
        ),
        error_messages={"required": _("Choose whether you have the policy number.")},
    )
    of_parent = forms.BooleanField(
        label=_("The child has no policy of its own yet"),
        help_text=_(
            "A newborn is treated under the policy of a parent. Then write the parent's policy, name and "
            "date of birth here, and the child's name in your story."
        ),
        required=False,
    )
    number = forms.CharField(
        label=_("Policy number"),
        help_text=_("16 digits: on the policy, in the insurer's app or on Gosuslugi. Spaces do no harm."),
        required=False,
        max_length=60,
    )
    series = forms.CharField(label=_("Series of the old policy"), required=False, max_length=20)
    old_number = forms.CharField(label=_("Number of the old policy"), required=False, max_length=40)
    surname = NameField(
        label=_("Surname"), error_messages={"required": _("Write the surname as it stands in the policy.")}
    )
    first_name = NameField(label=_("First name"), error_messages={"required": _("Write the first name.")})
    patronymic = NameField(label=_("Patronymic"), help_text=_("If there is one."), required=False)
    birth_on = DayField(
        label=_("Date of birth"),
        help_text=_("For example 31 12 1950"),
        widget=DayInput(birthday=True),
        error_messages={"required": _("Write the date of birth: day, month and year.")},
    )

    def prepare(self) -> None:
        if self.answers.may_be_anonymous:
            for name in ("surname", "first_name", "birth_on"):
                self.fields[name].required = False
            self.fields["policy_kind"].initial = "none"
        if not self.answers.is_for_child:
            del self.fields["of_parent"]
        if self.answers.is_for_self:
            for name, fill in (("surname", "family-name"), ("first_name", "given-name")):
                self.fields[name].widget.attrs["autocomplete"] = fill
            self.fields["patronymic"].widget.attrs["autocomplete"] = "additional-name"
            return
        self.fields["surname"].label = _("Surname of the patient")
        self.fields["first_name"].label = _("First name of the patient")
        self.fields["patronymic"].label = _("Patronymic of the patient")
        self.fields["birth_on"].label = _("Date of birth of the patient")
        self.fields["birth_on"].widget = DayInput()

    def clean(self) -> dict[str, Any]:
        """Adds `policy`, a PolicyNumber or None."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["policy"] = self._policy(cleaned)
        return cleaned

    def _policy(self, cleaned: dict[str, Any]) -> PolicyNumber | None:
        kind = cleaned.get("policy_kind")
        try:
            if kind == "enp":
                return check_policy_number(cleaned.get("number", ""))
            if kind == "old":
                return check_old_policy(cleaned.get("series", ""), cleaned.get("old_number", ""))
        except PolicyNumberError as error:
            self.add_error("number" if kind == "enp" else "old_number", explain(error))
        return None


def _insurers() -> list[tuple[str, object]]:
    return insurer_choices(_("I don't know or it is not in the list"))


class InsurerForm(StepForm):
    region = ListedField(
        choices=regions_and_other,
        label=_("In which region was the policy issued?"),
        help_text=_("It may be another region than the one where you live or are treated."),
        error_messages={
            "required": _("Choose the region. If you are not sure, choose the one where the patient lives."),
            "invalid_choice": _("Choose a region from the list."),
        },
    )
    region_name = forms.CharField(
        label=_("Which region issued the policy?"),
        help_text=_("As it is called, for example: Crimea, Sevastopol."),
        required=False,
        max_length=80,
    )
    nearest = ListedField(
        choices=region_choices,
        label=_("In which region is the patient treated now?"),
        help_text=_(
            "If it is not in the list either, choose a neighbouring one. The fund of this region takes the "
            "appeal; by law it must pass it on to whoever has to answer within 7 days, and tell you."
        ),
        required=False,
        error_messages={"invalid_choice": _("Choose a region from the list.")},
    )
    insurer = ListedField(
        choices=_insurers,
        label=_("Insurance company"),
        help_text=_(
            "Its name stands on the back of the policy, and on Gosuslugi: Health – OMS policy. "
            "If you don't know it, the regional fund finds it out and tells you."
        ),
        error_messages={
            "required": _("Choose the insurer, or “I don't know”."),
            "invalid_choice": _("This insurer is not in the list. Choose “I don't know”: the fund finds it."),
        },
    )

    def prepare(self) -> None:
        self.initial.setdefault("region", self.answers.region_code_of_policy)
        self.initial.setdefault("insurer", UNKNOWN)

    def clean(self) -> dict[str, Any]:
        """Adds `branch`: the insurer's in that region, else the region's fund."""
        cleaned: dict[str, Any] = super().clean() or {}
        region, insurer = cleaned.get("region"), cleaned.get("insurer")
        if not region or not insurer:
            return cleaned
        is_listed = region != OTHER_REGION
        field = "region" if is_listed else "nearest"
        if not cleaned.get(field):
            if field not in self.errors:
                self.add_error(
                    field, _("Choose the region where the patient is treated, or a neighbouring one.")
                )
            return cleaned
        known = insurer if is_listed and insurer != UNKNOWN else None
        cleaned["branch"] = routing.chosen(
            insurer=known, region_code=cleaned[field], day=timezone.localdate()
        )
        if cleaned["branch"] is None:
            message = _("This region does not take appeals here yet. Call the insurer: see “Whom to call”.")
            self.add_error(field, message)
        return cleaned
