"""Requests for erasure, each a line of the register with its term, its decision and its ground."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from complaints.models import Card, Complaint, Deadline, ErasureRequest, LegalHold
from complaints.permissions import Act, require
from complaints.reports.public.terms import day_after
from complaints.services import anonymising, transitions
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from omsportal.platform import alarms
from omsportal.platform.kinds import Severity
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: 152-FZ, articles 20 and 21 (part 5.1): ten working days; the row of the reference table wins.
TERM, WORKING_DAYS = "SUBJECT_REQ", 10
ALARM = "erasure_asked"
Decision, Ground = ErasureRequest.Decision, ErasureRequest.Ground


@transaction.atomic
def ask(*, complaint: Complaint, by: User | None = None, now: datetime) -> ErasureRequest:
    """Write the request down and tell the head; asking twice is asking once. `by`: staff, for the person.

    Raises RuleBroken when nothing personal is left.
    """
    case = transitions.locked(complaint.pk)
    if not Card.objects.with_personal_data().filter(pk=case.pk).exists():
        raise RuleBroken("erased_already", _("The personal data of this appeal are erased already."))
    there: ErasureRequest | None = ErasureRequest.objects.open().filter(complaint=case).first()
    if there is not None:
        return there
    asked: ErasureRequest = ErasureRequest.objects.create(
        complaint=case, asked_at=now, asked_by=by, due_on=_due_on(case, now)
    )
    alarms.raise_once(
        kind=ALARM, subject_kind="complaint", subject_id=case.pk, hop=asked.pk, severity=Severity.WARNING,
        receiver_branch_id=case.branch_id, payload={"number": case.number}, now=now,
    )  # fmt: skip
    return asked


@transaction.atomic
def decide(
    *, request: ErasureRequest, ground: str = "", by: User, profile: "Profile", now: datetime
) -> ErasureRequest:
    """Without a ground it is granted and the data go at once; with one it is refused.

    Raises NotAllowed, SomebodyWasFirst, RuleBroken (open, held: those cannot be granted).
    """
    case = transitions.locked(request.complaint_id)
    require(profile, Act.DECIDE_ERASURE, case)
    _check_ground(ground, ["", *Ground.values])
    row: ErasureRequest | None = ErasureRequest.objects.open().filter(pk=request.pk).first()
    if row is None:
        raise SomebodyWasFirst
    if not ground and not anonymising.anonymise(complaint_id=case.pk, now=now):
        message = _("While the appeal is open or held its data are needed: end it first, or refuse.")
        raise RuleBroken("not_erasable", message)
    row.decision = Decision.REFUSED if ground else Decision.GRANTED
    row.ground, row.decided_by, row.decided_at = ground, by, max(now, row.asked_at)
    row.save(update_fields=["decision", "ground", "decided_by", "decided_at"])
    alarms.close_about(kind=ALARM, subject_kind="complaint", subject_id=case.pk, now=now)
    return row


@transaction.atomic
def hold(*, complaint: Complaint, ground: str, by: User, profile: "Profile", now: datetime) -> LegalHold:
    """Nothing of the case is erased from now on. Raises NotAllowed, RuleBroken, SomebodyWasFirst (there
    is a hold)."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.DECIDE_ERASURE, case)
    _check_ground(ground, LegalHold.Ground.values)
    try:
        with transaction.atomic():
            placed: LegalHold = LegalHold.objects.create(
                complaint=case, ground=ground, placed_at=now, placed_by=by
            )
    except IntegrityError as error:
        raise SomebodyWasFirst from error
    return placed


@transaction.atomic
def lift(*, complaint: Complaint, by: User, profile: "Profile", now: datetime) -> bool:
    """The terms count again. Raises NotAllowed. False: there was no hold."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.DECIDE_ERASURE, case)
    standing = LegalHold.objects.standing().filter(complaint=case)
    return bool(standing.update(lifted_at=Greatest(F("placed_at"), Value(now)), lifted_by=by))


def _check_ground(ground: str, known: list[str]) -> None:
    if ground not in known:
        raise RuleBroken("ground", _("Choose the ground from the list."))


def _due_on(case: Complaint, now: datetime) -> date:
    today = now.astimezone(case.branch.zone).date()
    row = Deadline.objects.terms_of("security").valid_on(today).filter(code=TERM).first()
    return day_after(today, row.value if row else WORKING_DAYS, case.branch.region)
