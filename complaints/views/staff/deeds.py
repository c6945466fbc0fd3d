"""The acts of a case page: name of the address, words, form; and whether this person may do them now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.forms import staff as forms
from complaints.forms import staff_people as people
from complaints.models import Complaint
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


DEEDS: tuple[Deed, ...] = (
    Deed("claim", Act.CLAIM, _("Take the case"), _("Take"), "check", one_click=True, style="primary"),
    Deed("resume", Act.RESUME, _("Resume work"), _("Resume"), "play", one_click=True, style="primary"),
    Deed("message", Act.MESSAGE, _("Write to the applicant"), _("Send"), "message", forms.MessageForm),
    Deed("note", Act.NOTE, _("Leave a note"), _("Save the note"), "note", forms.NoteForm),
    Deed("resolve", Act.RESOLVE, _("Decide and answer"), _("Decide"), "check-circle", forms.ResolveForm),
    Deed("dispatch_answer", Act.DISPATCH, _("Record the dispatch"), _("Record"), "mail", forms.DispatchForm),
    Deed("wait", Act.WAIT, _("Ask and wait"), _("Ask and pause the clock"), "pause", forms.WaitForm),
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
    Deed("identify", Act.IDENTIFY, _("Confirm who is asking"), _("Confirm"), "user", forms.IdentifyForm),
    Deed(
        "renew_code",
        Act.RENEW_CODE,
        _("Issue a new access code"),
        _("Issue a new code"),
        "lock",
        forms.IdentifyForm,
    ),
    Deed(
        "change_contact",
        Act.CHANGE_CONTACT,
        _("Change a contact"),
        _("Save"),
        "phone",
        people.StaffContactForm,
    ),
    Deed("death", Act.NOTE_DEATH, _("The patient has died"), _("Save"), "user", people.DeathForm),
    Deed("release", Act.RELEASE, _("Put back"), _("Put back into the queue"), "download", one_click=True),
)
#: Stands apart, beside the proposal it decides on.
DECISION = Deed(
    "decide_reclassification", Act.DECIDE_RECLASSIFICATION, _("Decide on the proposed change"), _("Agree"),
    "users", forms.DecideReclassificationForm,
)  # fmt: skip
#: Stands in the panel that explains the mark.
LOOK = Deed("look", Act.NOTE, _("Take the mark off"), _("Looked at"), "check")
BY_NAME: Mapping[str, Deed] = {deed.name: deed for deed in (*DEEDS, DECISION, LOOK)}


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed as this person finds it: with its form, or with the reason why not."""

    deed: Deed
    why_not: Refusal | None
    form: forms.ActForm | None
    is_opened: bool

    @property
    def is_allowed(self) -> bool:
        return self.why_not is None


def offers(
    complaint: Complaint, profile: Profile, *, opened: str, bound: Mapping[str, forms.ActForm], seen: int
) -> Iterator[Offer]:
    """Every deed. A form that came back with what was typed is shown even if the act is refused by now."""
    for deed in DEEDS:
        why_not = refusal(profile, deed.act, complaint)
        form = bound.get(deed.name)
        wanted = deed.inline or deed.name == opened
        if form is None and why_not is None and wanted:
            form = deed.form(
                complaint=complaint,
                profile=profile,
                prefix="",
                auto_id=f"{deed.name}_%s",
                initial={"seen": seen},
            )
        yield Offer(deed, why_not, form, deed.name == opened or deed.name in bound)


def decision_form(
    complaint: Complaint, profile: Profile, bound: Mapping[str, forms.ActForm]
) -> forms.ActForm:
    """The form beside a proposal; what was typed comes back in it."""
    empty = DECISION.form(complaint=complaint, profile=profile, auto_id=f"{DECISION.name}_%s")
    return bound.get(DECISION.name, empty)
