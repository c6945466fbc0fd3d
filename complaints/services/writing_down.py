"""What was said on the phone is written down: the card is filled, the case becomes what it is about.

A complaint, an application or a proposal is a written appeal from then on: registered on that day, its time
by law begins (59-ФЗ). A mere question stays a conversation. Whoever left a voice message has no number and
code yet: they get them now, dictated.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Cause, Channel, Form, Kind, Reason
from complaints.models import Card, Category, Complaint, History
from complaints.permissions import Act, require
from complaints.services import access_codes, legal, reclassify, thread, transitions
from complaints.services.access_codes import NewAccess
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from omsportal.platform import digests
from omsportal.platform.folding import folded
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: Kinds that 59-ФЗ calls appeals: written down, they must be answered in time.
WRITTEN_KINDS = frozenset({Kind.COMPLAINT, Kind.APPLICATION, Kind.PROPOSAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was written down. `applicant` and `patient` as in filing.Filing; empty parts change nothing."""

    kind: str
    category: Category
    story: str
    applicant: dict[str, str]
    patient: dict[str, str]
    clinic: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The case as it is now; `access` holds number and access code if nobody has had them before."""

    complaint: Complaint
    access: NewAccess | None


@transaction.atomic
def write_down(*, complaint: Complaint, words: Words, by: User, profile: "Profile", now: datetime) -> Written:
    """Fill the card with what was said and confirmed, log the call, start the time of the law, classify.

    Raises NotAllowed, RuleBroken (already written, empty, too long), and what reclassify.propose raises.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.MESSAGE, case)
    now = transitions.not_before(case, now)
    if case.form == Form.WRITTEN:
        message = _("This appeal is in writing already. Change its theme by “Change the classification”.")
        raise RuleBroken("is_written", message)
    _fill(case, words)
    thread.post_by_staff(
        complaint=case, text=str(_SAID), is_internal=True, is_call=True, by=by, profile=profile, now=now
    )
    case = transitions.locked(case.pk)
    if words.kind in WRITTEN_KINDS:
        _begin_time_of_law(case, by, now)
    access = _first_access(case, by, now)
    _classify(case, words, by, profile, now)
    return Written(transitions.locked(case.pk), access)


_SAID = _("Spoke on the phone, wrote it down, read it out: confirmed.")


def _fill(case: Complaint, words: Words) -> None:
    """What is named replaces what was known; what is left out stays."""
    card = Card.objects.select_for_update().get(pk=case.pk)
    told = {"applicant": words.applicant, "patient": words.patient, "details": _details(words)}
    card.sealed = {
        part: {**card.sealed[part], **{name: value for name, value in told[part].items() if value}}
        for part in told
    }
    applicant, patient = card.sealed["applicant"], card.sealed["patient"]
    card.is_anonymous = not applicant.get("surname")
    card.applicant_surname_key = folded(str(applicant.get("surname", "")))[:80]
    card.patient_surname_key = folded(str(patient.get("surname", "")))[:80]
    card.phone_blind = _blind(applicant.get("phone"), "phone")
    card.birth_blind = _blind(patient.get("birth_on"), "birth date")
    card.policy_blind = _blind(patient.get("policy_number"), "policy number")
    card.save()


def _details(words: Words) -> dict[str, str]:
    return {"story": thread.checked_text(words.story), "clinic": words.clinic}


def _blind(value: object, purpose: str) -> bytes | None:
    return digests.blind(str(value), purpose) if value else None


def _begin_time_of_law(case: Complaint, by: User, now: datetime) -> None:
    """Registered as a written appeal today, by the date of the branch; the answer is counted from there."""
    today = now.astimezone(case.branch.zone).date()
    days = legal.answer_days(today)
    transitions.record(
        case, Event.WRITTEN_DOWN, now=now, cause=Cause.STAFF, by=by, form=Form.WRITTEN.value,
        registered_on=today,
        answer_due_on=legal.answer_date(branch=case.branch, registered_on=today, days=days),
    )  # fmt: skip


def _first_access(case: Complaint, by: User, now: datetime) -> NewAccess | None:
    """Number and code for whoever only spoke to a machine; once, and told to nobody else."""
    had_one = History.objects.filter(complaint=case, event=Event.CODE_RENEWED).exists()
    if case.channel != Channel.VOICEMAIL or had_one:
        return None
    return access_codes.issue_first(case, by=by, now=now)


def _classify(case: Complaint, words: Words, by: User, profile: "Profile", now: datetime) -> None:
    """The tier changes with the theme, as with every change of it."""
    if (words.kind, words.category.pk) == (case.kind, case.category_id):
        return
    reclassify.propose(
        complaint=case, kind=words.kind, category=words.category, urgency=case.urgency,
        reason=Reason.PATIENT_ASKS, by=by, profile=profile, now=now,
    )  # fmt: skip
