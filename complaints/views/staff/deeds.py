"""The acts of a case page: name of the address, words, form; and whether this person may do them now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.forms import bonds
from complaints.forms import staff as forms
from complaints.forms import staff_answers as answers
from complaints.forms import staff_people as people
from complaints.forms.clinics import ClinicForm
from complaints.models import Complaint, WorkDraft
from complaints.permissions import Act, Refusal, refusal
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of the page. `inline`: its form costs no query and stands on the page already."""

    name: str
    act: Act
    label: Promise
    button: Promise
    icon: str
    form: type[forms.ActForm] = forms.ActForm
    inline: bool = True
    one_click: bool = False
    style: str = ""
    takes_texts: bool = False  # approved texts can be put in
    about_person: bool = False  # who asks and how to reach them, not the matter
    ends_work: bool = False  # afterwards there is nothing to do here: on to the next case


DEEDS: tuple[Deed, ...] = (
    Deed("claim", Act.CLAIM, _("Take the case"), _("Take"), "check", one_click=True, style="primary"),
    Deed("resume", Act.RESUME, _("Resume work"), _("Resume"), "play", one_click=True, style="primary"),
    Deed(
        "message", Act.MESSAGE, _("Write to the applicant"), _("Send"), "message", answers.MessageForm,
        takes_texts=True,
    ),
    Deed("note", Act.NOTE, _("Leave a note"), _("Save the note"), "note", answers.NoteForm),
    Deed(
        "resolve", Act.RESOLVE, _("Decide and answer"), _("Decide"), "check-circle", answers.ResolveForm,
        takes_texts=True, ends_work=True,
    ),
    Deed(
        "dispatch_answer", Act.DISPATCH, _("Record the dispatch"), _("Record"), "mail", answers.DispatchForm,
        inline=False,
    ),
    Deed(
        "wait", Act.WAIT, _("Ask and wait"), _("Ask and pause the clock"), "pause", answers.WaitForm,
        takes_texts=True, ends_work=True,
    ),
    Deed("escalate", Act.ESCALATE, _("Pass up"), _("Pass to the next tier"), "arrow-up", forms.EscalateForm),
    Deed(
        "return", Act.RETURN, _("Return down"), _("Return to the tier below"), "arrow-left", forms.ReturnForm
    ),
    Deed(
        "hand_over", Act.HAND_OVER, _("Hand over"), _("Hand over"), "users", forms.HandOverForm, inline=False
    ),
    Deed("forward", Act.FORWARD, _("Forward"), _("Forward"), "arrow-right", forms.ForwardForm, inline=False),
    Deed(
        "reclassify",
        Act.RECLASSIFY,
        _("Change the classification"),
        _("Change"),
        "edit",
        forms.ReclassifyForm,
        inline=False,
    ),
    Deed("clinic", Act.NAME_CLINIC, _("Name the clinic"), _("Save"), "building", ClinicForm, inline=False),
    Deed(
        "extend", Act.EXTEND, _("Extend the time to answer"), _("Extend"), "calendar", answers.ExtendForm
    ),
    Deed(
        "reopen", Act.REOPEN, _("It did not help: a new appeal"), _("Register a new appeal"), "refresh",
        answers.ReopenForm,
    ),
    Deed(
        "naming", Act.NOTE_NAMING, _("May the clinic hear the name"), _("Save"), "question",
        answers.NamingForm, about_person=True,
    ),
    Deed(
        "identify", Act.IDENTIFY, _("Confirm who is asking"), _("Confirm"), "user", forms.IdentifyForm,
        about_person=True,
    ),
    Deed(
        "renew_code",
        Act.RENEW_CODE,
        _("Issue a new access code"),
        _("Issue a new code"),
        "lock",
        forms.IdentifyForm,
        about_person=True,
    ),
    Deed(
        "change_contact",
        Act.CHANGE_CONTACT,
        _("Change a contact"),
        _("Save"),
        "phone",
        people.StaffContactForm,
        about_person=True,
    ),
    Deed(
        "death", Act.NOTE_DEATH, _("The patient has died"), _("Save"), "user", people.DeathForm,
        about_person=True,
    ),
    Deed("release", Act.RELEASE, _("Put back"), _("Put back into the queue"), "download", one_click=True),
)  # fmt: skip
#: Stand apart, beside the proposals they decide on.
REVIEW = Deed(
    "review_answer", Act.REVIEW_ANSWER, _("Decide on the proposed answer"), _("Agree"), "users",
    answers.ReviewForm,
)  # fmt: skip
DECISION = Deed(
    "decide_reclassification", Act.DECIDE_RECLASSIFICATION, _("Decide on the proposed change"), _("Agree"),
    "users", forms.DecideReclassificationForm,
)  # fmt: skip
#: Stands in the panel that explains the mark.
LOOK = Deed("look", Act.NOTE, _("Take the mark off"), _("Looked at"), "check")
#: On pages of their own, beside the page of the case.
LINKING = Deed("links", Act.LINK, _("The same event"), _("Link"), "users", bonds.LinkForm, inline=False)
LEAVING = Deed(
    "without_answer", Act.LEAVE, _("Without an answer"), _("Propose"), "close", bonds.LeavingForm,
    inline=False,
)  # fmt: skip
DECIDE_LEAVING = Deed(
    "decide_without_answer", Act.DECIDE_LEAVING, _("A second person decides"), _("Agree"), "users",
    bonds.DecideLeavingForm, inline=False,
)  # fmt: skip
BY_NAME: Mapping[str, Deed] = {
    deed.name: deed for deed in (*DEEDS, DECISION, REVIEW, LOOK, LINKING, LEAVING, DECIDE_LEAVING)
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed as this person finds it: with its form, or with the reason why not."""

    deed: Deed
    why_not: Refusal | None
    form: forms.ActForm | None
    is_opened: bool
    others: list[WorkDraft] = field(default_factory=list)  # unsent texts that do not stand in the form

    @property
    def is_allowed(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page shows besides the case: the open form, forms that came back, how far one has read."""

    opened: str
    bound: Mapping[str, forms.ActForm]
    seen: int  # the last line of history
    read: int  # the last message
    draft: str = ""  # the unsent text that was asked for

    @property
    def marks(self) -> dict[str, int]:
        return {"seen": self.seen, "read": self.read}

    def renew(self) -> None:
        """Forms that came back stand below what has changed: sent once more, they are sent knowing it."""
        for form in self.bound.values():
            form.know(self.marks)


def offers(
    complaint: Complaint, profile: Profile, screen: Screen, *, drafts: Sequence[WorkDraft] = ()
) -> Iterator[Offer]:
    """Every deed. A form that came back with what was typed is shown even if the act is refused by now.

    A form begins with what this person has typed before and not sent; their other texts are offered.
    """
    for deed in DEEDS:
        why_not = refusal(profile, deed.act, complaint)
        form = screen.bound.get(deed.name)
        kept = [draft for draft in drafts if draft.act == deed.name]
        if form is None and why_not is None and (deed.inline or deed.name == screen.opened):
            form = deed.form(
                complaint=complaint, profile=profile, prefix="", auto_id=f"{deed.name}_%s",
                initial=dict(screen.marks),
            )  # fmt: skip
            _begin(form, kept, screen.draft)
        is_opened = deed.name == screen.opened or deed.name in screen.bound
        yield Offer(deed, why_not, form, is_opened, _not_in(form, kept))


def _not_in(form: forms.ActForm | None, kept: Sequence[WorkDraft]) -> list[WorkDraft]:
    """The unsent texts that stand in no form."""
    used = str(form["draft"].value() or "") if isinstance(form, forms.TypedForm) else ""
    return [draft for draft in kept if str(draft.reference) != used]


def _begin(form: forms.ActForm, kept: Sequence[WorkDraft], asked_for: str) -> None:
    """What was put aside stands in no form unless it was asked for."""
    for draft in kept[:1]:
        if isinstance(form, forms.TypedForm) and (not draft.aside or str(draft.reference) == asked_for):
            form.begin_with(draft)


def offer_beside(
    deed: Deed, complaint: Complaint, profile: Profile, screen: Screen, *, drafts: Sequence[WorkDraft]
) -> Offer:
    """The form beside a proposal: as it came back, or with what this person has typed before."""
    kept = [draft for draft in drafts if draft.act == deed.name]
    form = screen.bound.get(deed.name) or deed.form(
        complaint=complaint, profile=profile, auto_id=f"{deed.name}_%s"
    )
    return with_kept(deed, form, kept, screen.draft)


def with_kept(deed: Deed, form: forms.ActForm, kept: Sequence[WorkDraft], asked_for: str) -> Offer:
    """A form that did not come back begins with what this person has typed before."""
    if not form.is_bound:
        _begin(form, kept, asked_for)
    return Offer(deed, why_not=None, form=form, is_opened=False, others=_not_in(form, kept))
