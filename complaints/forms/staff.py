"""Forms of the workplace. They check what was typed; what may be done is judged by the services."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from complaints import disclosure, numbers
from complaints.kinds import (
    DOCUMENTS,
    OUTCOMES_OF_KIND,
    AnswerChannel,
    Kind,
    Outcome,
    Reason,
    Urgency,
)
from complaints.models import Category, Complaint
from complaints.permissions import may_close_with_any_outcome
from complaints.services.thread import MOST_CHARACTERS
from complaints.services.waiting import MOST_WORKING_DAYS
from insurers.models import Branch
from representatives.models import Representative
from representatives.profiles import Profile
from representatives.roles import Presence

Choices = Iterable[tuple[Any, Any]]
HOP_REASONS = (Reason.COMPETENCE, Reason.PATIENT_ASKS, Reason.CLINIC_REFUSES, Reason.OTHER)
RETURN_REASONS = (Reason.INCOMPLETE, Reason.OTHER)
FORWARD_REASONS = (Reason.WRONG_ADDRESSEE, Reason.PATIENT_ASKS, Reason.OTHER)
HAND_OVER_REASONS = (Reason.LEAVE, Reason.COMPETENCE, Reason.OTHER)
RECLASSIFY_REASONS = (Reason.PATIENT_ASKS, Reason.CLINIC_REFUSES, Reason.COMPETENCE, Reason.OTHER)


class StaffText(forms.CharField):
    """A long text; too long a one is refused with its length said, never cut."""

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=MOST_CHARACTERS, widget=widget, **options)


def choice_of_rows(form: forms.Form, name: str) -> "forms.ModelChoiceField[Any]":
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field


def reasons(chosen: Sequence[Reason]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Reason"), choices=[(reason.value, reason.label) for reason in chosen])


class NumberForm(forms.Form):
    """Open a case by the number a caller dictates."""

    number = forms.CharField(label=_("Number of the appeal"), max_length=40)

    def clean_number(self) -> str:
        try:
            return numbers.parse_number(self.cleaned_data["number"])
        except numbers.NotANumber as error:
            if error.code == "length":
                message = ngettext_lazy(
                    "The number has 12 digits, you typed %(count)d digit.",
                    "The number has 12 digits, you typed %(count)d digits.",
                    "count",
                )
                raise forms.ValidationError(message, params={"count": error.typed}) from error
            raise forms.ValidationError(
                _("There is a slip in this number: the last digit does not fit. Ask for it once more.")
            ) from error


class PresenceForm(forms.Form):
    presence = forms.ChoiceField(choices=Presence.choices)


class ActForm(forms.Form):
    """What one act asks. `seen` is the last line of history that the person had on screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, complaint: Complaint, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complaint, self.profile = complaint, profile
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    def offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class NoHealthFacts(forms.BooleanField):
    """The mark without which a text waits until it is known who asks."""

    def __init__(self, **options: Any) -> None:
        help_text = _(
            "Then it is shown before the applicant has confirmed who they are. No diagnosis, doctor, result."
        )
        label = _("Says nothing about health")
        super().__init__(label=label, help_text=help_text, required=False, **options)


class TokenForm(ActForm):
    """Posts a message: the token makes a double click post once."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def prepare(self) -> None:
        self.initial.setdefault("token", secrets.token_urlsafe(16))


class MessageForm(TokenForm):
    text = StaffText(
        label=_("Message to the applicant"),
        help_text=_("The applicant reads it by number and access code. Never ask for codes or passwords."),
    )
    no_health_facts = NoHealthFacts()

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("no_health_facts", disclosure.is_general(self.complaint.kind))


class NoteForm(TokenForm):
    text = StaffText(label=_("Internal note"), rows=3, help_text=_("Only staff read it."))
    is_call = forms.BooleanField(
        label=_("This is a note of a call"),
        help_text=_("A logged call counts as the first reaction."),
        required=False,
    )


class WaitForm(TokenForm):
    text = StaffText(label=_("Question to the applicant"), rows=3)
    working_days = forms.TypedChoiceField(
        label=_("Wait for the answer, working days"),
        coerce=int,
        choices=[(days, days) for days in range(1, MOST_WORKING_DAYS + 1)],
        initial=3,
        help_text=_("The tier clock stands meanwhile; the legal one runs. Two pauses a case at most."),
    )
    no_health_facts = NoHealthFacts(initial=True)


class IdentifyForm(ActForm):
    """The kind of document and how it was seen; nothing is asked that could be copied from it."""

    proof = forms.ChoiceField(
        label=_("Document"),
        choices=[("", _("choose")), *((proof.value, proof.label) for proof in DOCUMENTS)],
        help_text=_(
            "Compare name and birth date with the card. Only the kind of document is kept, not its number."
        ),
    )


class ReleaseForm(ActForm):
    pass


class EscalateForm(ActForm):
    reason = reasons(HOP_REASONS)
    text = StaffText(label=_("Note for the next tier"), rows=3, required=False)


class ReturnForm(ActForm):
    reason = reasons(RETURN_REASONS)
    text = StaffText(label=_("What is to be done"), rows=3)


class ResolveForm(ActForm):
    outcome = forms.ChoiceField(label=_("Outcome"))
    text = StaffText(
        label=_("Answer to the applicant"),
        rows=7,
        help_text=_("A letter to the office or by post is answered only once its dispatch is recorded."),
    )
    no_health_facts = NoHealthFacts()
    sum_claimed = forms.DecimalField(
        label=_("Sum claimed, roubles"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    sum_refunded = forms.DecimalField(
        label=_("Sum paid back, roubles"), required=False, min_value=0, max_digits=12, decimal_places=2
    )

    def prepare(self) -> None:
        self.initial.setdefault("no_health_facts", disclosure.is_general(self.complaint.kind))
        outcomes = OUTCOMES_OF_KIND[self.complaint.kind]
        if not may_close_with_any_outcome(self.profile, self.complaint):
            outcomes = tuple(outcome for outcome in outcomes if outcome == Outcome.ORGANISED)
        ready = [(outcome.value, outcome.label) for outcome in outcomes]
        # Nothing is chosen beforehand: an outcome by oversight would go into the report.
        self.offer("outcome", ready if len(ready) == 1 else [("", _("choose")), *ready])
        if not self.complaint.category.asks_money:
            del self.fields["sum_claimed"], self.fields["sum_refunded"]


class DispatchForm(ActForm):
    way = forms.ChoiceField(
        label=_("How the answer left"),
        choices=[(way.value, way.label) for way in (AnswerChannel.LETTER, AnswerChannel.OFFICE)],
    )
    outgoing_number = forms.CharField(label=_("Outgoing number"), max_length=40)


class ForwardForm(ActForm):
    to = forms.ModelChoiceField(Branch.objects.none(), label=_("To which body"))
    reason = reasons(FORWARD_REASONS)

    def prepare(self) -> None:
        region = self.complaint.branch.region
        field = choice_of_rows(self, "to")
        others = Branch.objects.in_region(region).exclude(pk=self.complaint.branch_id)
        field.queryset = others.with_names().alphabetical()


class ThemeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Category) -> str:
        return obj.title


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Representative) -> str:
        return f"{obj.user}, {obj.get_presence_display()}"


class HandOverForm(ActForm):
    to = ColleagueField(Representative.objects.none(), label=_("To whom"))
    reason = reasons(HAND_OVER_REASONS)
    text = StaffText(
        label=_("Note for the colleague"),
        rows=3,
        required=False,
        help_text=_("Only staff read it. The case appears among your colleague's cases at once, marked as new."),
    )

    def prepare(self) -> None:
        field = choice_of_rows(self, "to")
        case = self.complaint
        serving = Representative.objects.serving_today(
            branch_id=case.branch_id, tier=case.tier, now=self.profile.at
        )
        others = serving.exclude(user=self.complaint.assignee_id)
        field.queryset = others.exclude(user__in=self.complaint.barred_users.all()).select_related("user")


class ReclassifyForm(ActForm):
    """Starts from what the case is; the service says what needs a second person."""

    kind = forms.ChoiceField(label=_("Kind of appeal"), choices=Kind.choices)
    category = ThemeField(
        Category.objects.none(),
        label=_("Theme"),
        help_text=_(
            "What the patient chose stays on the card. About the insurer: forward the appeal to the fund."
        ),
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices)
    reason = forms.ChoiceField(label=_("Reason"))
    text = StaffText(
        label=_("Note: why"),
        rows=3,
        required=False,
        help_text=_(
            "Only staff read it. Needed when a complaint becomes something else or an urgent appeal becomes "
            "ordinary: then a colleague or the head decides, and until then nothing changes."
        ),
    )

    def prepare(self) -> None:
        case = self.complaint
        today = Category.objects.valid_on(timezone.localdate())
        choice_of_rows(self, "category").queryset = today | Category.objects.filter(pk=case.category_id)
        now_it_is = {"kind": case.kind, "category": case.category_id, "urgency": case.urgency}
        self.initial = {**now_it_is, **self.initial}
        ready = [(reason.value, reason.label) for reason in RECLASSIFY_REASONS]
        self.offer("reason", [("", _("choose")), *ready])


class DecideReclassificationForm(ActForm):
    """Which proposal was read and what is thought of it; the answer is the button that was pressed."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=(("approve", _("Agree")), ("refuse", _("Refuse"))))
    text = StaffText(
        label=_("Note to the decision"), rows=2, required=False, help_text=_("Only staff read it.")
    )
