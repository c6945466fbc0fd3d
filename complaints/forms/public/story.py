"""The page with what happened: clinic, dates, sum, story; the waiting time where the theme asks for it."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django import forms
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import MoneyField
from complaints.forms.public.step_form import StepForm
from complaints.kinds import Kind
from complaints.reports.public import clinics
from complaints.reports.public.terms import Verdict, terms_on, verdict
from complaints.services.thread import MOST_CHARACTERS
from insurers.models import MedicalOrganisation
from omsportal.platform.said import plainly
from omsportal.platform.widgets import DayField, RadioCards

#: "None of these": the clinic stays as the person calls it.
AS_TYPED = "typed"


class StoryForm(StepForm):
    in_clinic_now = forms.BooleanField(
        label=_("I am in the clinic now"),
        help_text=_(
            "And help is refused, money is demanded or it is getting worse: "
            "the appeal goes before all others."
        ),
        required=False,
    )
    clinic = forms.CharField(
        label=_("Which clinic or hospital is it about?"),
        help_text=_("As you call it, with the town. For example: polyclinic No. 3, Rybinsk."),
        required=False,
        max_length=300,
    )
    clinic_found = forms.CharField(
        label=_("Is it one of these?"), required=False, max_length=20, widget=RadioCards
    )
    clinic_searched = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    waiting_for = forms.CharField(
        label=_("What are you waiting for?"), required=False, max_length=32, widget=forms.Select
    )
    waiting_since = DayField(
        label=_("Since when have you been waiting?"),
        help_text=_("The day when you asked for an appointment or got the referral."),
        required=False,
    )
    care_on = DayField(label=_("When did it happen?"), help_text=_("About is enough."), required=False)
    amount = MoneyField(
        label=_("How much money was asked or taken?"),
        help_text=_("In roubles. If you have paid, keep the receipt and the contract."),
        required=False,
        widget=forms.TextInput,
    )
    story = forms.CharField(
        label=_("Tell what happened"),
        help_text=_("What happened, what you were told, what help you expect from us."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={
            "required": _("Tell what happened: a few words are enough, we ask about the rest."),
            "max_length": _("The text is longer than 10 000 characters. Shorten it or attach it as a file."),
        },
    )

    def prepare(self) -> None:
        theme = self.answers.theme
        if theme is None or not theme.asks_waiting_time:
            del self.fields["waiting_for"], self.fields["waiting_since"]
        else:
            _choose(self.fields["waiting_for"], self._kinds_of_waiting)
        if theme is None or not theme.asks_money:
            del self.fields["amount"]
        if theme is not None and theme.default_kind == Kind.COMPLAINT and not theme.about_insurer:
            self.fields["clinic"].required = True
            self.fields["clinic"].error_messages["required"] = _(
                "Name the clinic or hospital. If it is not about one, write “no”."
            )
        if self.answers.begun_as_urgent:
            self.initial.setdefault("in_clinic_now", True)
        _choose(self.fields["clinic_found"], self._clinics_to_choose)

    def clean_story(self) -> str:
        """The text as the person sees it: one line end everywhere."""
        return str(self.cleaned_data["story"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """Adds `organisation`: the clinic of the register that was chosen, or has the very name typed."""
        cleaned: dict[str, Any] = super().clean() or {}
        branch, is_of_this_name = self.answers.branch, cleaned.get("clinic") == cleaned.get("clinic_searched")
        cleaned["organisation"] = clinics.chosen(
            code=cleaned.get("clinic_found", "") if is_of_this_name else "",
            name=cleaned.get("clinic", ""),
            region=branch.region if branch else None,
            today=self.answers.today,
        )
        return cleaned

    # --- looked up before the page is finished, for a button of the page ---

    def typed(self, name: str) -> str:
        """What stands in a field, judged or not."""
        return str((self.data.get(name) if self.is_bound else self.initial.get(name)) or "")

    @property
    def was_searched(self) -> bool:
        """The button beside the clinic was pressed, for these very words."""
        return self.typed("clinic_searched") != "" and self.typed("clinic_searched") == self.typed("clinic")

    @cached_property
    def clinics_found(self) -> list[MedicalOrganisation]:
        """Clinics of the register that the typed words fit."""
        branch = self.answers.branch
        region = branch.region if branch else None
        return clinics.search(self.typed("clinic"), region=region, today=self.answers.today)

    @cached_property
    def verdict(self) -> Verdict | None:
        """Whether the waiting time looks broken; None while it is not known what for or since when."""
        if "waiting_since" not in self.fields:
            return None
        try:
            since = self.fields["waiting_since"].clean(self._typed_since())
        except forms.ValidationError:
            return None
        terms, code = terms_on(self.answers.today), self.typed("waiting_for")
        if since is None or code not in {term.code for term in terms}:
            return None
        region = self.answers.branch.region if self.answers.branch else None
        return verdict(code=code, since=since, region=region, terms=terms, today=self.answers.today)

    def _typed_since(self) -> Any:
        if not self.is_bound:
            return self.initial.get("waiting_since")
        widget = self.fields["waiting_since"].widget
        return widget.value_from_datadict(self.data, self.files, self.add_prefix("waiting_since"))

    def _clinics_to_choose(self) -> list[tuple[str, Any]]:
        if not self.clinics_found:
            return []
        named = [(clinics.code_of(row), clinics.place_and_name(row)) for row in self.clinics_found]
        return [*named, (AS_TYPED, _("None of these, or I don't know"))]

    def _kinds_of_waiting(self) -> list[tuple[str, Any]]:
        terms = [term for term in terms_on(self.answers.today) if term.region_id is None]
        said = ((term.code, plainly(term, "what")) for term in terms)
        return [("", "—"), *((code, what[:1].upper() + what[1:]) for code, what in said)]


def _choose(field: forms.Field, choices: Callable[[], list[tuple[str, Any]]]) -> None:
    """Looked up when the page is drawn: whoever only judges an answer needs no list."""
    field.widget.choices = CallableChoiceIterator(choices)
