"""Who is asking: confirmed by a code that only the right person can read, or by a document that staff saw.

The level belongs to the case and only rises here; a new access code makes it anew (services.access_codes).
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import disclosure, one_time_codes
from complaints.kinds import DOCUMENTS, LEVEL_OF_PROOF, Cause, Proof
from complaints.models import Card, Complaint, OneTimeCode
from complaints.patient_notices import CODE
from complaints.permissions import Act, require
from complaints.services import transitions
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from omsportal.platform import limits, outbox
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

Purpose = OneTimeCode.Purpose
PROOF_OF: dict[str, Proof] = {
    Purpose.REGISTRY_PHONE: Proof.REGISTRY_PHONE,
    Purpose.EMAIL: Proof.EMAIL_CODE,
    Purpose.PHONE: Proof.PHONE_CODE,
}
_CHANNELS = {Purpose.REGISTRY_PHONE: "sms", Purpose.PHONE: "sms", Purpose.EMAIL: "email"}


def ask_code(*, complaint: Complaint, purpose: str, address: str, now: datetime) -> None:
    """Have a code sent. Whether the insurer knows a phone, and which, is looked up by the sender only.

    Raises LimitReached.
    """
    limits.spend("identity.address", address, now)
    limits.spend("identity.case", complaint.pk, now)
    limits.spend("identity.day", complaint.pk, now)
    limits.spend("identity.everybody", "", now)
    wanted = Purpose(purpose)
    with transaction.atomic():
        code = one_time_codes.begin(purpose=wanted, complaint_id=complaint.pk, now=now)
        outbox.enqueue(
            channel=_CHANNELS[wanted], kind=CODE, subject_kind="one_time_code", subject_id=code.pk,
            receiver_kind="patient", urgent=True, now=now,
        )  # fmt: skip


def confirm_by_code(*, complaint: Complaint, typed: str, address: str, now: datetime) -> Proof:
    """The code of the last message raises the level. Raises RuleBroken (wrong or over), LimitReached."""
    limits.spend("identity.address", address, now)
    code = OneTimeCode.objects.to_confirm(complaint.pk).first()
    if not one_time_codes.spend(code=code, typed=typed, now=now):
        message = _("This code does not fit or is over. Check the digits or ask for a new code.")
        raise RuleBroken("wrong_code", message)
    assert code is not None, "only a code that was asked for can be right"
    proof = PROOF_OF[code.purpose]
    with transaction.atomic():
        raise_level(transitions.locked(complaint.pk), proof, cause=Cause.PATIENT, by=None, now=now)
    return proof


@transaction.atomic
def confirm_by_document(
    *, complaint: Complaint, proof: str, by: User, profile: "Profile", now: datetime
) -> None:
    """A member of staff saw the document; its kind is kept, not its number. Raises NotAllowed, RuleBroken."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.IDENTIFY, case)
    check_document(proof)
    card = Card.objects.get(pk=case.pk)
    if disclosure.has_come_of_age(card, today=now.astimezone(case.branch.zone).date()):
        message = _(
            "The patient is of age now, the parent may not read the appeal any more. Issue a new access code "
            "to the patient in person: the old one stops."
        )
        raise RuleBroken("of_age", message)
    raise_level(case, Proof(proof), cause=Cause.STAFF, by=by, now=now)


def check_document(proof: str) -> None:
    """Raises RuleBroken for what is no document."""
    if proof not in DOCUMENTS:
        raise RuleBroken("document", _("Choose the document that you have seen."))


def raise_level(case: Complaint, proof: Proof, *, cause: Cause, by: User | None, now: datetime) -> None:
    """The case is locked. A proof that tells less than is known is written down and lowers nothing."""
    level = LEVEL_OF_PROOF[proof]
    Card.objects.filter(pk=case.pk, identity_level__lt=level).update(identity_level=level)
    transitions.record(case, Event.IDENTIFIED, now=now, cause=cause, by=by, reason=proof)
