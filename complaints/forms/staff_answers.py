"""Forms of the workplace that speak to the applicant or end the work: message, note, question, decision."""

import secrets
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import disclosure
from complaints.deadlines import MOST_EXTENSION_DAYS
from complaints.file_types import Accepted, FileRefused
from complaints.forms.staff import ActForm, StaffText, TypedForm, choice_of_rows
from complaints.kinds import OUTCOMES_OF_KIND, AnswerChannel, Extension, Outcome
from complaints.permissions import may_close_with_any_outcome
from complaints.reports.staff.replies import MISSING
from complaints.reports.staff.signatories import signatories
from complaints.services import attachments
from complaints.services.waiting import MOST_WORKING_DAYS
from omsportal.platform.widgets import DayField, FilesField
from representatives.models import User

WAIT_CHOICES = [(days, days) for days in range(1, MOST_WORKING_DAYS + 1)]
USUAL_WAIT = 3


class NoHealthFacts(forms.BooleanField):
    """The mark without which a text waits until it is known who asks."""

    def __init__(self, **options: Any) -> None:
        help_text = _(
            "Then it is shown before the applicant has confirmed who they are. No diagnosis, doctor, result."
        )
        label = _("Says nothing about health")
        super().__init__(label=label, help_text=help_text, required=False, **options)


class TextForApplicant(StaffText):
    """Does not go out while a template's blank is not filled in."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        missing = sorted(set(MISSING.findall(text)))
        if missing:
            message = _("Fill in what stands in double brackets, or take it out: %(missing)s.")
            raise forms.ValidationError(message, code="blank", params={"missing": ", ".join(missing)})
        return text


class TokenForm(TypedForm):
    """Posts a message: the token makes a double click post once."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def prepare(self) -> None:
        self.initial.setdefault("token", secrets.token_urlsafe(16))


class SaidForm(TokenForm):
    """A text, files, or both: a message of files only says so in words."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "attached" in cleaned and not cleaned["attached"] and not cleaned.get("text", "x").strip():
            self.add_error(
                "text", forms.ValidationError(_("Write the text, or attach a file."), code="empty")
            )
        return cleaned


class ReadForm(forms.Form):
    """`read` is the last message on screen: nobody answers past what the applicant has just written."""

    read = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SafeFilesField(FilesField):
    """Files as they may be kept: judged, redrawn and cleaned before anything is locked for them."""

    def clean(self, data: Any, initial: Any = None) -> list[Accepted]:
        try:
            return attachments.read_all(super().clean(data, initial))
        except FileRefused as refusal:
            raise forms.ValidationError(attachments.explain(refusal), code="refused") from refusal


def files(help_text: Any) -> SafeFilesField:
    return SafeFilesField(label=_("Files"), required=False, help_text=help_text)


class MessageForm(SaidForm):
    text = TextForApplicant(
        label=_("Message to the applicant"),
        help_text=_("The applicant reads it by number and access code. Never ask for codes or passwords."),
        required=False,
    )
    no_health_facts = NoHealthFacts()
    attached = files(_("The applicant can open them, as they can read the message."))
    working_days = forms.TypedChoiceField(
        label=_("Wait for the answer, working days"), coerce=int, choices=WAIT_CHOICES, initial=USUAL_WAIT,
        required=False, widget=forms.Select(attrs={"class": "select"}),
        empty_value=USUAL_WAIT,  # type: ignore[arg-type]  # the stub knows texts only
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("no_health_facts", disclosure.is_general(self.complaint.kind))


class NoteForm(SaidForm):
    text = StaffText(label=_("Internal note"), rows=3, help_text=_("Only staff read it."), required=False)
    is_call = forms.BooleanField(
        label=_("This is a note of a call"),
        help_text=_("A logged call counts as the first reaction."),
        required=False,
    )
    attached = files(_("Only staff can open them."))


class WaitForm(TokenForm, ReadForm):
    text = TextForApplicant(label=_("Question to the applicant"), rows=3)
    working_days = forms.TypedChoiceField(
        label=_("Wait for the answer, working days"), coerce=int, choices=WAIT_CHOICES, initial=USUAL_WAIT,
        help_text=_("The tier clock stands meanwhile; the legal one runs. Two pauses a case at most."),
    )  # fmt: skip
    no_health_facts = NoHealthFacts(initial=True)


class ResolveForm(TypedForm, ReadForm):
    outcome = forms.ChoiceField(label=_("Outcome"))
    text = TextForApplicant(
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
    attached = files(_("The signed answer first. The applicant opens them where they read the answer."))

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


class ReviewForm(TypedForm):
    """Which answer was read; the verdict is the button that was pressed."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=(("approve", _("Agree")), ("return", _("Return"))))
    text = StaffText(
        label=_("What is to be changed"),
        rows=3,
        required=False,
        help_text=_("Needed when you return the answer. Only staff read it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") == "return" and not cleaned.get("text", "").strip():
            self.add_error("text", _("Write what is to be changed: your colleague must understand it."))
        return cleaned


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    """A member of staff by name."""


class DispatchForm(TypedForm):
    """How a written answer left. Without a number and a day it is no answer yet."""

    way = forms.ChoiceField(
        label=_("How the answer left"),
        choices=[(way.value, way.label) for way in (AnswerChannel.LETTER, AnswerChannel.OFFICE)],
    )
    outgoing_number = forms.CharField(label=_("Outgoing number"), max_length=40)
    sent_on = DayField(label=_("Day on which it left"))
    signatory = PersonField(User.objects.none(), label=_("Who signed it"), empty_label=_("choose"))
    attached = SafeFilesField(
        label=_("Signed answer as a file"),
        required=False,
        help_text=_("A scan or a PDF. The applicant can open it where they can read the answer."),
    )

    def prepare(self) -> None:
        case = self.complaint
        choice_of_rows(self, "signatory").queryset = signatories(case)
        self.initial.setdefault("way", case.card.answer_channel)
        self.initial.setdefault("sent_on", self._today())
        self.initial.setdefault("signatory", getattr(getattr(case, "answer", None), "decided_by_id", None))

    def _today(self) -> date:
        return self.profile.at.astimezone(self.complaint.branch.zone).date()


class ReopenForm(TypedForm):
    text = StaffText(
        label=_("Why it did not help"),
        rows=3,
        help_text=_(
            "In the words of the applicant. A new appeal is registered, with its own number, code and date "
            "of the answer; another expert than before decides on it."
        ),
    )


class ExtendForm(TypedForm):
    """More time by law: how much, why, and in which words the applicant hears of it."""

    days = forms.IntegerField(
        label=_("By how many days"), min_value=1, max_value=MOST_EXTENSION_DAYS,
        initial=MOST_EXTENSION_DAYS, help_text=_("Calendar days, 30 at most. A time is extended only once."),
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("choose")), *Extension.choices])
    text = StaffText(
        label=_("Why, in words for the applicant"),
        rows=3,
        help_text=_(
            "It stands in the messages of the appeal at once, with the new date. No diagnosis, doctor, "
            "result. Whoever asked for letters gets a letter: write one."
        ),
    )


class NamingForm(ActForm):
    """What the applicant answered; asked by phone, by message or in the office."""

    allowed = forms.TypedChoiceField(
        label=_("May we name you to the clinic?"),
        choices=(("", _("choose")), ("yes", _("The applicant said yes")), ("no", _("The applicant said no"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
        help_text=_("Ask in these words. Without a yes nobody tells the clinic who has complained."),
    )
