"""A new access code: for whoever lost theirs and reads a contact of the case, or shows staff a document.

It ends the old code and everything opened with it, and every contact of the case is told. Who asks is known
from then on as well as the way to the new code tells, and no better.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import disclosure, numbers, one_time_codes
from complaints.escalation import rounds
from complaints.kinds import LEVEL_OF_PROOF, Cause, ForWhom, IdentityLevel, Proof
from complaints.models import Card, Complaint, ContactChange, OneTimeCode, PatientSession
from complaints.patient_notices import CODE, RENEWED
from complaints.permissions import Act, require
from complaints.services import thread, transitions
from complaints.services.filing import code_digest
from complaints.services.identity import check_document
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from omsportal.platform import digests, limits, outbox
from omsportal.platform.folding import folded
from omsportal.platform.outbox import Notice
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

_WRONG = _("This code does not fit or is over. Check the digits or begin once more.")


@dataclass(frozen=True, slots=True)
class NewAccess:
    """Number and new code, in clear only here."""

    complaint: Complaint
    access_code: str

    @property
    def number(self) -> str:
        return self.complaint.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who somebody says they are: `number` of the appeal (76-26-1234567-8) or digits of the `policy`."""

    number: str = ""
    policy: str = ""
    surname: str
    birth_on: date

    @property
    def target(self) -> str:
        """What limits count it by."""
        return self.number or self.policy


def ask_recovery(*, claim: Claim, address: str, now: datetime) -> str:
    """Have a code sent to the contacts of the case; returns the token for the browser's cookie.

    A case or none: the same statements, the same rows. The sender drops what has nobody to go to.

    Raises LimitReached.
    """
    _spend_attempt(claim, address, now)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        code = one_time_codes.begin(
            purpose=OneTimeCode.Purpose.RECOVERY,
            complaint_id=_found(claim),
            token_digest=_digest(token),
            now=now,
        )
        outbox.enqueue_many(
            [
                Notice(
                    channel=channel, kind=CODE, subject_kind="one_time_code", subject_id=code.pk,
                    receiver_kind="patient", urgent=True,
                )
                for channel in ("email", "sms")
            ],
            now,
        )  # fmt: skip
    return token


def recover(*, token: str, typed: str, address: str, now: datetime) -> NewAccess:
    """A new access code for the code from the message. Raises RuleBroken (wrong or over), LimitReached."""
    limits.spend("recovery.code", address, now)
    code = OneTimeCode.objects.of_browser(_digest(token))
    if not one_time_codes.spend(code=code, typed=typed, now=now):
        raise RuleBroken("wrong_code", _WRONG)
    with transaction.atomic():
        case = transitions.locked(code.complaint_id)
        if ContactChange.objects.of_case_since(case.pk, code.asked_at).exists():
            raise RuleBroken("wrong_code", _WRONG)  # replaced between the two statements
        return _renew(case, level=IdentityLevel.CONTACT, reason="", cause=Cause.PATIENT, by=None, now=now)


@transaction.atomic
def renew_by_document(
    *, complaint: Complaint, proof: str, by: User, profile: "Profile", now: datetime
) -> NewAccess:
    """Staff saw a document and tell the new code once. Raises NotAllowed, RuleBroken.

    To a patient who has come of age it makes the appeal their own.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.RENEW_CODE, case)
    check_document(proof)
    card = Card.objects.get(pk=case.pk)
    if disclosure.has_come_of_age(card, today=now.astimezone(case.branch.zone).date()):
        if proof in {Proof.SEEN_BIRTH, Proof.COPY_BIRTH}:
            message = _("The patient is of age now: ask for their own passport, not for a parent's papers.")
            raise RuleBroken("of_age", message)
        Card.objects.filter(pk=case.pk).update(for_whom=ForWhom.SELF)
    return _renew(case, level=LEVEL_OF_PROOF[proof], reason=proof, cause=Cause.STAFF, by=by, now=now)


def issue_first(case: Complaint, *, by: User, now: datetime) -> NewAccess:
    """Number and code for somebody who left a voice message: nobody had them. The case is locked.

    There is no old code whose end somebody would have to hear of, and nothing more is known of who asks.
    """
    code = numbers.new_access_code()
    digest = code_digest(case.number, numbers.code_digits(code))
    transitions.record(case, Event.CODE_RENEWED, now=now, cause=Cause.STAFF, by=by, access_code_digest=digest)
    return NewAccess(case, code)


def _renew(
    case: Complaint, *, level: int, reason: str, cause: Cause, by: User | None, now: datetime
) -> NewAccess:
    code = numbers.new_access_code()
    digest = code_digest(case.number, numbers.code_digits(code))
    line = transitions.record(
        case, Event.CODE_RENEWED, now=now, cause=cause, by=by, reason=reason, access_code_digest=digest
    )
    PatientSession.objects.filter(complaint=case, ended_at=None).update(ended_at=now)
    Card.objects.filter(pk=case.pk).update(identity_level=level)
    thread.tell_every_contact(case, kind=RENEWED, dedup=line.pk, now=now)
    return NewAccess(case, code)


def _found(claim: Claim) -> int | None:
    """The case of this person, the latest of them: number or policy, surname and birth date all fit.

    All is compared whether or not there is a case, and nothing sealed is opened: the time tells nothing.
    """
    by_number = Card.objects.filter(complaint__number=claim.number)
    by_policy = Card.objects.filter(policy_blind=digests.blind(claim.policy, "policy number"))
    cards = by_number if claim.number else by_policy
    fields = ("pk", "patient_surname_key", "applicant_surname_key", "birth_blind")
    pk, *keys, blind = cards.order_by("-pk").values_list(*fields).first() or (None, "", "", None)
    surname = digests.blind(folded(claim.surname)[:80], "surname compared")
    same = [digests.matches(digests.blind(key, "surname compared"), surname) for key in keys]
    birth = digests.blind(claim.birth_on.isoformat(), "birth date")
    same_birth = digests.matches(blind or bytes(32), birth)
    return pk if any(same) and same_birth else None


def _spend_attempt(claim: Claim, address: str, now: datetime) -> None:
    limits.spend("recovery.address", address, now)
    limits.spend("recovery.target", claim.target, now)
    limits.spend("recovery.day", claim.target, now)
    limits.spend("recovery.everybody", "", now)


def register() -> None:
    """Codes that are over are thrown away by a round."""
    rounds.ROUNDS.append(rounds.Round("one_time_codes", timedelta(hours=1), one_time_codes.purge))


def _digest(token: str) -> bytes:
    return digests.blind(token, "recovery")


__all__ = [
    "Claim", "NewAccess", "ask_recovery", "issue_first", "recover", "register", "renew_by_document",
]  # fmt: skip
