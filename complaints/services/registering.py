"""The registration card that staff fill in: one case per card, number and code for everyone.

A question that is answered in the same conversation is registered, answered and closed at one go.
"""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import file_store
from complaints.file_types import Accepted
from complaints.kinds import Cause, Form, Kind, Outcome, Proof, Urgency
from complaints.models import Complaint
from complaints.reports.staff import replies
from complaints.services import attachments, closing, drafts, identity, intake, thread, transitions, work
from complaints.services.filing import Filing
from complaints.services.intake import Claimed, Insured
from complaints.services.transitions import RuleBroken
from insurers.models import Branch
from omsportal.platform import digests, turns
from representatives.models import User
from representatives.roles import Action

if TYPE_CHECKING:
    from representatives.profiles import Profile

ONLY_QUESTIONS = gettext_lazy(
    "Only a question is answered and closed at once. This is more: press “Register”, it gets an answer of "
    "its own."
)
HELP_FIRST = gettext_lazy(
    "The patient is in the clinic now: press “Register”, and the duty person is called. Such an appeal is "
    "not closed at once."
)


class NoDesk(Exception):
    """This person registers no appeals, or not for this branch (403)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A card as it was filled in at `desk`; `filing` has no addressee yet.

    `is_ours`: when no policy tells otherwise, the person is taken to be insured by the desk's own branch.
    `answer`: what was said in the same conversation; empty: the appeal goes into a queue.
    """

    filing: Filing
    claimed: Claimed
    desk: Branch
    is_ours: bool = True
    proof: str = ""
    answer: str = ""
    outcome: str = Outcome.CLARIFIED
    uploads: Sequence["UploadedFile[Any]"] = ()


def may_register(profile: "Profile") -> bool:
    """Has a desk: a branch of their own and the right of their tier."""
    return bool(profile.branch_ids) and profile.right(Action.REGISTER) is not None


def new_key() -> str:
    """For the card: one key makes one case, however often its button is pressed."""
    return secrets.token_urlsafe(32)


def token_of(key: str, user_id: int) -> str:
    """What opens number and code for an hour (drafts.receipt): for who filled the card in, with its key."""
    return base64.urlsafe_b64encode(digests.blind(f"{key}:{user_id}", "desk receipt")).decode()


@transaction.atomic
def unless_registered(act: Callable[[], None], *, key: str, by: User, now: datetime) -> None:
    """Do it, unless this person has sent the card of this key; one that is being registered is waited for."""
    token = token_of(key, by.pk)
    _take_turn(token)
    if drafts.sent_with(token=token, now=now) is None:
        act()


def register(*, entry: Entry, key: str, by: User, profile: "Profile", now: datetime) -> Complaint:
    """Register the card once, however often it is sent with one `key`. Call it outside a transaction.

    Raises NoDesk, RuleBroken, FileRefused, and what answering raises (NotAllowed).
    """
    _check(entry, profile)
    token = token_of(key, by.pk)
    known = drafts.sent_with(token=token, now=now)
    if known is not None:
        return known
    files, insured = attachments.read_all(entry.uploads), _insured(entry, by, now)
    written: list[UUID] = []
    try:
        with transaction.atomic():
            return _once(entry, token, insured, files, written, {"by": by, "profile": profile, "now": now})
    except BaseException:
        for name in written:
            file_store.delete(name)
        raise


def _check(entry: Entry, profile: "Profile") -> None:
    if not may_register(profile) or entry.desk.pk not in profile.branch_ids:
        raise NoDesk
    if not entry.answer:
        return
    if entry.filing.form != Form.ORAL:
        message = _("Only what was asked in a conversation is answered in it. Register the letter instead.")
        raise RuleBroken("written", message)
    if entry.filing.kind != Kind.CONSULTATION:
        raise RuleBroken("not_a_question", ONLY_QUESTIONS)
    if entry.filing.urgency == Urgency.URGENT:
        raise RuleBroken("urgent", HELP_FIRST)
    if entry.filing.category.about_insurer and not entry.desk.is_fund:
        message = _("The fund answers what concerns the insurer: register it, and it goes to the fund.")
        raise RuleBroken("about_insurer", message)


def _insured(entry: Entry, by: User, now: datetime) -> Insured:
    """What is answered here, and what the fund registers, stays at the desk; else the policy tells."""
    found = intake.insured_by(claimed=entry.claimed, address_key=f"staff:{by.pk}", now=now)
    stays = bool(entry.answer) or entry.desk.is_fund
    if stays or (found.branch is None and entry.is_ours):
        return replace(found, branch=entry.desk, region=entry.desk.region)
    return found


def _once(
    entry: Entry, token: str, insured: Insured, files: Sequence[Accepted], written: list[UUID],
    hand: dict[str, Any],
) -> Complaint:  # fmt: skip
    by, now = hand["by"], hand["now"]
    _take_turn(token)
    known = drafts.sent_with(token=token, now=now)
    if known is not None:
        return known
    tier = hand["profile"].tier if entry.answer else None
    filing = replace(entry.filing, at_tier=tier)
    filed = intake.file(filing=filing, insured=insured, by=by, now=now)
    drafts.hand_out(filed=filed, token=token, now=now)
    case = transitions.locked(filed.complaint.pk)
    if entry.proof:
        identity.check_document(entry.proof)
        identity.raise_level(case, Proof(entry.proof), cause=Cause.STAFF, by=by, now=now)
    for file in files:
        kept = attachments.add_to_case(complaint=case, file=file, uploaded_by=by, now=now)
        written.append(kept.storage_name)
    return _answered(case, entry, hand) if entry.answer else case


def _answered(case: Complaint, entry: Entry, hand: dict[str, Any]) -> Complaint:
    """Taken, spoken with, decided: the conversation is the first reaction. Raises NotAllowed, RuleBroken."""
    case = work.claim(complaint=case, **hand)
    said = _("Answered at once, in the conversation.")
    thread.post_by_staff(complaint=case, text=said, is_internal=True, is_call=True, **hand)
    text = _filled(case, entry.answer, by=hand["by"], now=hand["now"])
    return closing.resolve(complaint=case, outcome=entry.outcome, text=text, **hand)


def _filled(case: Complaint, text: str, *, by: User, now: datetime) -> str:
    """The approved answer with the number that the appeal has now. Raises RuleBroken."""
    said = replies.filled(text, replies.facts_of(case, case.card, by=by, now=now))
    missing = sorted(set(replies.MISSING.findall(said)))
    if missing:
        message = _("Fill in what stands in double brackets, or take it out: %(missing)s.")
        raise RuleBroken("missing_fact", message % {"missing": ", ".join(missing)})
    return said


def _take_turn(token: str) -> None:
    """Two presses of one button at the same moment are served one after the other."""
    turns.take(f"complaints.registering:{digests.blind(token, 'turn').hex()}")
