"""A phone, an office or a post in the editor of organisations. Rules about several rows are the services'."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.forms.drafts import SeenField, Standing
from complaints.forms.people import DayField
from complaints.reports.staff.organisation_drafts import LABELS, MOSCOW, RECORDED
from insurers.forms import PhoneField
from insurers.hours_text import MOST_CHARACTERS, HoursUnreadable, read_typed
from insurers.models import AfterHours, Branch, MedicalOrganisation, Noun, Purpose, Revision
from insurers.services.organisation_values import FIELDS, Owner, Row, Values, values_of
from insurers.services.revisions import Refused, is_planned, today_of
from omsportal.platform.phones import phone_text

_UNREADABLE = _(
    "These hours are not clear. Write the days and the hours, for example: пн–чт 8:00–17:00, пт 8:00–16:00, "
    "перерыв 12:00–13:00. Or: круглосуточно."
)
_HOURS_HELP = _(
    "For example: пн–чт 8:00–17:00, пт 8:00–16:00, перерыв 12:00–13:00. Or: круглосуточно. Leave it empty "
    "while nobody knows: patients are told so."
)


class RowForm(forms.Form):
    """What all of them have. `values()` is what the services keep."""

    seen = SeenField()
    hours = forms.CharField(label=LABELS["hours"], max_length=MOST_CHARACTERS, required=False)
    starts_on = DayField(
        label=_("In force from"), required=False,
        help_text=_("Empty: as soon as it is published. A later day: it becomes public by itself."),
    )  # fmt: skip
    ends_on = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until somebody changes it."),
    )  # fmt: skip
    noun: Noun

    def __init__(
        self, data: Any = None, *, owner: Owner, now: datetime, planned: bool, is_new: bool, **rest: Any
    ) -> None:
        super().__init__(data, **rest)
        self.owner, self.today, self.is_new = owner, today_of(owner, now), is_new
        if planned:  # the day of a change that waits is part of it: withdraw it and plan another
            del self.fields["starts_on"]
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the owner."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        begins, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if begins and begins < self.today:
            self.add_error(
                "starts_on", _("This day is over. Leave it empty for “at once”, or choose a later day.")
            )
        elif begins and ends and ends < begins:
            self.add_error("ends_on", _("The last day must not be before the first."))
        elif self.is_new and ends and ends < self.today:
            self.add_error(
                "ends_on", _("This day is over: nobody would see it. Choose a later day, or none.")
            )
        return cleaned

    def refuse(self, refused: Refused) -> None:
        """Each rule of the services beside its field."""
        for name, message in refused.errors.items():
            self.add_error(name if name in self.fields else None, str(message))

    def values(self) -> Values:
        """JSON: texts, yes or no, days as ISO dates."""
        return {name: _plain(self.cleaned_data.get(name)) for name in FIELDS[self.noun]}


class HotlineForm(RowForm):
    """A phone; its extension is typed with it."""

    noun = Noun.HOTLINE
    purpose = forms.ChoiceField(label=LABELS["purpose"], choices=Purpose.choices)
    phone = PhoneField(label=LABELS["phone"])
    holidays = forms.BooleanField(label=LABELS["holidays"], required=False)
    zone = forms.ChoiceField(
        label=LABELS["zone"], required=False,
        choices=[
            ("", _("not known: the hours are shown, nobody is told that it answers")),
            (MOSCOW, _("Moscow time")),
        ],
    )  # fmt: skip
    after_hours = forms.ChoiceField(label=LABELS["after_hours"], choices=AfterHours.choices)
    after_hours_note = forms.CharField(label=LABELS["after_hours_note"], max_length=200, required=False)
    calls_recorded = forms.ChoiceField(
        label=LABELS["calls_recorded"], choices=list(RECORDED.items()), required=False
    )
    source = forms.CharField(
        label=LABELS["source"], max_length=200, required=False,
        help_text=_("For colleagues: a letter, an order, the site of the insurer."),
    )  # fmt: skip
    called = forms.BooleanField(
        label=_("I called this number: it is right"), required=False,
        help_text=_("Today is noted. Without it the phone stands in the list “Call and confirm”."),
    )  # fmt: skip
    field_order = (
        "seen", "purpose", "phone", "hours", "holidays", "zone", "after_hours", "after_hours_note",
        "calls_recorded", "source", "starts_on", "ends_on", "called",
    )  # fmt: skip

    def prepare(self) -> None:
        self.fields["hours"].help_text = _HOURS_HELP
        if isinstance(self.owner, Branch):
            del self.fields["zone"]

    def clean_hours(self) -> str:
        """As patients read them. A text from before this editor stays as long as nobody changes it."""
        typed: str = self.cleaned_data["hours"]
        try:
            hours = read_typed(typed)
        except HoursUnreadable as error:
            if typed == self.initial.get("hours"):
                return typed
            raise ValidationError(_UNREADABLE, code="hours") from error
        return hours.shown if hours else ""

    def values(self) -> Values:
        known = _dialled(self.cleaned_data["phone"]) | {"zone": self.cleaned_data.get("zone", "")}
        return super().values() | known | {"called": self.cleaned_data["called"]}


class PlaceForm(RowForm):
    """A place has hours as people read them, and perhaps a phone; its extension is typed with it."""

    phone = PhoneField(label=LABELS["phone"], required=False)

    def prepare(self) -> None:
        self.fields["hours"].help_text = _(
            "As people read them: пн–пт 9:00–18:00, or: вт 10:00–12:00, каб. 5."
        )

    def clean_hours(self) -> str:
        """Tidied where they are understood; else as typed."""
        typed: str = self.cleaned_data["hours"]
        try:
            hours = read_typed(typed)
        except HoursUnreadable:
            return typed
        return hours.shown if hours else ""

    def values(self) -> Values:
        return super().values() | _dialled(self.cleaned_data["phone"])


class OfficeForm(PlaceForm):
    noun = Noun.OFFICE
    address = forms.CharField(
        label=LABELS["address"], max_length=300, help_text=_("Town, street, house, floor or room."),
    )  # fmt: skip
    field_order = ("seen", "address", "hours", "phone", "starts_on", "ends_on")


class ClinicField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.short_name}, {obj.address}" if obj.address else str(obj.short_name)


class ClinicPostForm(PlaceForm):
    noun = Noun.CLINIC_POST
    medical_organisation = ClinicField(
        MedicalOrganisation.objects.none(),
        label=LABELS["medical_organisation"],
        empty_label=_("choose a clinic"),
    )
    place = forms.CharField(
        label=LABELS["place"], max_length=200,
        help_text=_("For example: hall of the ground floor, desk by the entrance."),
    )  # fmt: skip
    field_order = ("seen", "medical_organisation", "place", "hours", "phone", "starts_on", "ends_on")

    def prepare(self) -> None:
        super().prepare()
        assert isinstance(self.owner, Branch)
        field = self.fields["medical_organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        clinics = MedicalOrganisation.objects.in_region(self.owner.region).valid_on(self.today)
        field.queryset = clinics.alphabetical()


FORMS: dict[str, type[RowForm]] = {
    Noun.HOTLINE: HotlineForm, Noun.OFFICE: OfficeForm, Noun.CLINIC_POST: ClinicPostForm,
}  # fmt: skip


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept values as the form shows them: a phone nationally, with its extension."""
    phone = phone_text(values["phone"], values.get("extension", "")) if values.get("phone") else ""
    return {**values, "phone": phone}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is being edited: whose, the published row, the draft."""

    noun: str
    owner: Owner
    row: Row | None = None
    draft: Revision | None = None

    @property
    def standing(self) -> Standing:
        return Standing(FIELDS[self.noun], values_of(self.row, self.noun) if self.row else None, self.draft)

    def form(self, now: datetime, data: Any = None, values: Values | None = None) -> RowForm:
        """With the values given, else those of the draft, else of the row."""
        standing = self.standing
        planned = self.row is not None and is_planned(self.row, now)
        initial = shown(values or standing.start()) | {"seen": SeenField.written(standing.seen)}
        return FORMS[self.noun](
            data, owner=self.owner, now=now, planned=planned, is_new=self.row is None, initial=initial
        )


def _dialled(phone: Any) -> Values:
    return {"phone": phone.as_e164 if phone else "", "extension": (phone.extension if phone else "") or ""}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, MedicalOrganisation):
        return value.pk
    return "" if value is None else value
