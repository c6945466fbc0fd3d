"""What staff type about links, leaving without an answer, and incidents. The services judge it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import numbers
from complaints.forms.people import DayField
from complaints.forms.roster import MomentField
from complaints.forms.staff import StaffText, TypedForm
from complaints.kinds import AnswerChannel, Bond, Outcome
from complaints.models import Category, Incident, NoAnswerGround
from complaints.querysets import CategoryQuerySet
from complaints.services.incidents import Plan
from complaints.services.linking import ENDING, LINKING
from insurers.models import Branch, MedicalOrganisation


def _reasons(chosen: Iterable[Bond]) -> forms.ChoiceField:
    ready = [(reason.value, reason.label) for reason in chosen]
    return forms.ChoiceField(label=_("Reason"), choices=[("", _("choose")), *ready])


class LinkForm(TypedForm):
    """The number of the other appeal, in any spelling."""

    number = forms.CharField(
        label=_("Number of the other appeal"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    reason = _reasons(LINKING)

    def clean_number(self) -> str:
        try:
            return numbers.parse_number(self.cleaned_data["number"])
        except numbers.NotANumber as error:
            raise forms.ValidationError(
                _("There is a slip in this number: it has 12 digits, and the last one checks the others.")
            ) from error


class UnlinkForm(forms.Form):
    reason = _reasons(ENDING)


class GroundField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: NoAnswerGround) -> str:
        return str(obj)


class LeavingForm(TypedForm):
    """The ground, the statement about urgency, and what was seen."""

    ground = GroundField(NoAnswerGround.objects.none(), label=_("Ground"), empty_label=_("choose"))
    urgency_looked = forms.BooleanField(
        label=_("I have read all of it and looked for danger: nobody needs help at once"),
        error_messages={
            "required": _("First look whether somebody is in danger. If so, make the appeal urgent instead.")
        },
    )
    text = StaffText(
        label=_("What you saw"),
        rows=4,
        help_text=_("Only staff read it. A colleague or the head decides by it."),
    )

    def __init__(self, *args: Any, grounds: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["ground"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = grounds


class DecideLeavingForm(TypedForm):
    """The verdict is the button that was pressed."""

    leaving = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=(("approve", _("Agree")), ("refuse", _("Refuse"))))
    urgency_looked = forms.BooleanField(
        label=_("I have looked for danger as well: nobody needs help at once"), required=False
    )
    text = StaffText(
        label=_("Note to the decision"), rows=2, required=False, help_text=_("Needed when you refuse.")
    )

    @classmethod
    def kept_names(cls) -> list[str]:
        """Not the look for danger: each proposal is looked at anew."""
        return [name for name in super().kept_names() if name != "urgency_looked"]


class NoticeForm(forms.Form):
    """How the letter with the ground left."""

    way = forms.ChoiceField(
        label=_("How the letter left"),
        choices=[(way.value, way.label) for way in (AnswerChannel.LETTER, AnswerChannel.OFFICE)],
    )
    outgoing_number = forms.CharField(label=_("Outgoing number"), max_length=40)


class ThemeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Category) -> str:
        return obj.title


class IncidentForm(forms.Form):
    """What is common to its appeals, and what patients read."""

    title = forms.CharField(
        label=_("What the incident is about"), max_length=160, help_text=_("For staff. No names of patients.")
    )
    category = ThemeField(Category.objects.none(), label=_("Theme"), empty_label=_("choose"))
    medical_organisation = forms.ModelChoiceField(
        MedicalOrganisation.objects.none(), label=_("Clinic"), required=False, empty_label=_("any clinic"),
    )  # fmt: skip
    starts_on = DayField(label=_("Appeals from"))
    ends_on = DayField(label=_("Appeals to"), required=False, help_text=_("Empty: also what still comes."))
    joins_new = forms.BooleanField(
        label=_("New appeals join by themselves"),
        required=False,
        help_text=_("Otherwise they are offered here, and on the page of the appeal."),
    )
    banner = forms.CharField(
        label=_("Banner for patients on the first page"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "People of the region read it: what happened, what you do, what they should do now. Plain words."
        ),
    )
    banner_until = MomentField(label=_("Banner is shown until"), required=False)

    def __init__(self, *args: Any, branch: Branch, themes: CategoryQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (
            ("category", themes),
            ("medical_organisation", MedicalOrganisation.objects.in_region(branch.region).alphabetical()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        moment = self.fields["banner_until"]
        assert isinstance(moment, MomentField)
        moment.zone = branch.zone

    def plan(self) -> Plan:
        return Plan(**self.cleaned_data)


class ChangeIncidentForm(IncidentForm):
    """Theme and clinic stay: they say what was gathered."""

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        super().__init__(*args, **options)
        self.incident = incident
        del self.fields["category"], self.fields["medical_organisation"]

    def plan(self) -> Plan:
        row = self.incident
        return Plan(category=row.category, medical_organisation=row.medical_organisation, **self.cleaned_data)


class InquiryForm(forms.Form):
    """The letter to the clinic."""

    text = StaffText(
        label=_("Question to the clinic"),
        rows=6,
        help_text=_(
            "Names are put below it by the portal: only of those who allowed it. Do not name others here."
        ),
    )
    outgoing_number = forms.CharField(label=_("Outgoing number"), max_length=40)
    reply_due_on = DayField(label=_("Reply expected by"))


class ReplyForm(forms.Form):
    text = StaffText(label=_("What the clinic replied"), rows=5)


class JointAnswerForm(forms.Form):
    """One text with blanks for all open appeals."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("choose")), *Outcome.choices])
    text = StaffText(
        label=_("Text of the answers"),
        rows=8,
        help_text=_(
            "Each person gets an answer of their own. {number} is filled in for each, and so are "
            "{applicant}, {registered_on}, {clinic}, {branch}, {phone}, {signatory}, {today}."
        ),
    )
    no_health_facts = forms.BooleanField(
        label=_("Says nothing about health"),
        required=False,
        help_text=_("Then it is shown before the applicant has confirmed who they are."),
    )


class ChooseIncidentForm(forms.Form):
    incident = forms.ModelChoiceField(Incident.objects.none(), label=_("Incident"), empty_label=_("choose"))

    def __init__(self, *args: Any, incidents: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["incident"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = incidents
