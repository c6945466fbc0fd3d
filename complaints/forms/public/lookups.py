"""What people look up without filing anything: phones, insurers, a policy, a waiting time."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import UNKNOWN, NameField, insurer_choices, region_choices
from complaints.models import Deadline
from insurers.forms import PolicyNumberField
from insurers.models import Insurer, Region
from omsportal.platform.said import plainly
from omsportal.platform.widgets import DayField, DayInput, LongSelect


class RegionForm(forms.Form):
    """Where the policy was issued."""

    region = forms.ChoiceField(
        label=_("Region where the policy was issued"),
        widget=LongSelect,
        error_messages={
            "required": _("Choose the region."),
            "invalid_choice": _("Choose a region from the list."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["region"].choices = region_choices()  # type: ignore[attr-defined]  # a choice field

    def clean_region(self) -> Region | None:
        return Region.objects.by_code(self.cleaned_data["region"])


class DirectoryForm(RegionForm):
    """Region, or the name of an insurer or region, or both."""

    name = forms.CharField(
        label=_("Name of the insurer or of the region"),
        help_text=_("A part of the name is enough."),
        max_length=80,
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["region"].required = False

    def clean(self) -> dict[str, Any]:
        """One of both is needed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("region") and not cleaned.get("name"):
            self.add_error("region", _("Choose the region, or write a name below."))
        return cleaned


class CallForm(RegionForm):
    """Region and insurer."""

    insurer = forms.ChoiceField(label=_("Insurance company"), widget=LongSelect, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["insurer"].choices = insurer_choices(_("I don't know"))  # type: ignore[attr-defined]  # ditto

    def clean_insurer(self) -> Insurer | None:
        """None: the fund's phones are shown."""
        code = self.cleaned_data["insurer"]
        return Insurer.objects.by_code(code) if code and code != UNKNOWN else None


class PolicyCheckForm(forms.Form):
    """Number, surname and birth date together; with the number alone only its digits are judged."""

    number = PolicyNumberField(
        label=_("Policy number"),
        help_text=_("16 digits, or 9 digits of a temporary certificate. Spaces do no harm."),
        max_length=60,
        error_messages={"required": _("Type the policy number.")},
    )
    surname = NameField(label=_("Surname"), required=False)
    birth_on = DayField(
        label=_("Date of birth"),
        help_text=_("For example 31 12 1950"),
        required=False,
        widget=DayInput(birthday=True),
    )

    def clean(self) -> dict[str, Any]:
        """Surname and birth date only together."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("surname") and not cleaned.get("birth_on") and "birth_on" not in self.errors:
            self.add_error("birth_on", _("Add the date of birth: the insurer is found only by all three."))
        if cleaned.get("birth_on") and not cleaned.get("surname") and "surname" not in self.errors:
            self.add_error("surname", _("Add the surname: the insurer is found only by all three."))
        return cleaned


class TermForm(RegionForm):
    """What somebody waits for, since when, and where."""

    field_order = ["kind", "since", "region"]

    kind = forms.ChoiceField(
        label=_("What are you waiting for?"),
        widget=LongSelect,
        error_messages={
            "required": _("Choose what you are waiting for."),
            "invalid_choice": _("Choose from the list what you are waiting for."),
        },
    )
    since = DayField(
        label=_("Since when have you been waiting?"),
        help_text=_("The day when you asked for the appointment, or when the doctor wrote the referral."),
        error_messages={"required": _("Write since when: day, month and year.")},
    )
    region = forms.ChoiceField(
        label=_("Region where you are treated"),
        help_text=_("Regions have their own days off."),
        widget=LongSelect,
        required=False,
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, terms: list[Deadline], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        common = [term for term in terms if term.region_id is None]
        choices = [("", "—"), *((term.code, capfirst(plainly(term, "what"))) for term in common)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a choice field


class AnswerTermForm(RegionForm):
    """When an appeal was registered, and where whoever answers it works."""

    field_order = ["registered_on", "region"]

    registered_on = DayField(
        label=_("When was your appeal registered?"),
        help_text=_("The day stands under the number of the appeal, on its printed page or in the letter."),
        error_messages={"required": _("Write when it was registered: day, month and year.")},
    )
    region = forms.ChoiceField(
        label=_("Region of the insurer or fund that answers"),
        help_text=_("Regions have their own days off."),
        widget=LongSelect,
        required=False,
    )
