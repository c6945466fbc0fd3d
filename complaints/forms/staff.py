"""Forms of the workplace. They check what was typed; what may be done is judged by the services."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.kinds import DOCUMENTS, Kind, Reason, Urgency
from complaints.models import Category, Complaint, WorkDraft
from complaints.services.thread import MOST_CHARACTERS
from insurers.models import Branch
from omsportal.platform.widgets import LongSelect
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

    def know(self, marks: Mapping[str, int]) -> None:
        """Came back with what was typed: from now on it stands below what these marks name."""
        sent: Any = self.data
        renewed = sent.copy()
        for name, mark in marks.items():
            renewed[name] = str(mark)
        self.data = renewed

    def offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class TypedForm(ActForm):
    """Has a text that is kept on the server while it is typed: `draft` and `revision` name what is kept."""

    draft = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def kept_names(cls) -> list[str]:
        """What of the form a draft keeps: what is typed and chosen; no file, nothing hidden."""
        not_typed = (forms.HiddenInput, forms.FileInput)
        return [name for name, field in cls.base_fields.items() if not isinstance(field.widget, not_typed)]

    def begin_with(self, draft: WorkDraft) -> None:
        """Start from what this person has typed and not sent. Of a box only the tick is kept."""
        kept = draft.sealed["fields"]
        for name in self.kept_names():
            if name in kept or isinstance(self.base_fields[name], forms.BooleanField):
                self.initial[name] = kept.get(name, "")
        self.initial["draft"], self.initial["revision"] = draft.reference, draft.revision


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


class EscalateForm(TypedForm):
    reason = reasons(HOP_REASONS)
    text = StaffText(label=_("Note for the next tier"), rows=3, required=False)


class ReturnForm(TypedForm):
    reason = reasons(RETURN_REASONS)
    text = StaffText(label=_("What is to be done"), rows=3)


class ForwardForm(ActForm):
    to = forms.ModelChoiceField(
        Branch.objects.none(),
        label=_("To which body"),
        empty_label=_("choose"),
        widget=LongSelect,
        help_text=_(
            "The insurer that issued the policy answers, wherever care happened. Bodies of this region stand "
            "first, then all others."
        ),
    )
    reason = reasons(FORWARD_REASONS)

    def prepare(self) -> None:
        own = self.complaint.branch
        others = Branch.objects.valid_on(self.profile.at.astimezone(own.zone).date()).exclude(pk=own.pk)
        choice_of_rows(self, "to").queryset = others.with_names().nearest_first(own.region)
        policy = self.complaint.card.policy  # as the register knows it
        if policy is not None:
            self.initial.setdefault("to", policy.branch_id)


class ThemeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Category) -> str:
        return obj.title


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Representative) -> str:
        return f"{obj.user}, {obj.get_presence_display()}"


class HandOverForm(TypedForm):
    to = ColleagueField(Representative.objects.none(), label=_("To whom"))
    reason = reasons(HAND_OVER_REASONS)
    text = StaffText(
        label=_("Note for the colleague"),
        rows=3,
        required=False,
        help_text=_(
            "Only staff read it. The case appears among your colleague's cases at once, marked as new."
        ),
    )

    def prepare(self) -> None:
        field = choice_of_rows(self, "to")
        case = self.complaint
        serving = Representative.objects.serving_today(
            branch_id=case.branch_id, tier=case.tier, now=self.profile.at
        )
        others = serving.exclude(user=self.complaint.assignee_id)
        field.queryset = others.exclude(user__in=self.complaint.barred_users.all()).select_related("user")


class ReclassifyForm(TypedForm):
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


class DecideReclassificationForm(TypedForm):
    """Which proposal was read and what is thought of it; the answer is the button that was pressed."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=(("approve", _("Agree")), ("refuse", _("Refuse"))))
    text = StaffText(
        label=_("Note to the decision"), rows=2, required=False, help_text=_("Only staff read it.")
    )
