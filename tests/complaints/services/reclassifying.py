"""People of one branch who classify its cases anew, for the tests of that."""

from datetime import datetime, timedelta

from complaints.models import Complaint, Reclassification
from complaints.services import reclassify
from omsportal.platform.models import Outbox
from representatives.models import User
from tests.factories import make_branch, make_complaint, make_staff, profile

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TIERS = {1: "operator", 2: "specialist", 3: "expert"}


def person(tier: int, name: str = "") -> User:
    return make_staff(name or TIERS[tier], tier, make_branch())


def head() -> User:
    return make_staff("head", heads=make_branch())


def held(tier: int = 2, **fields) -> Complaint:
    return make_complaint(tier=tier, held_by=person(tier), **fields)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.with_card().get(pk=case.pk)


def propose(case: Complaint, by: User, now: datetime | None = None, **wanted) -> Reclassification:
    known = {"kind": case.kind, "category": case.category, "urgency": case.urgency, "reason": "patient_asks"}
    return reclassify.propose(
        complaint=case, by=by, profile=profile(by), now=now or case.entered_at + MINUTE,
        **{"note": "Так попросил заявитель", **known, **wanted},
    )  # fmt: skip


def decide(case: Complaint, by: User, now: datetime | None = None, approve: bool = True, **named):
    now = now or case.entered_at + 2 * MINUTE
    return reclassify.decide(complaint=case, approve=approve, by=by, profile=profile(by), now=now, **named)


def told(kind: str) -> set[tuple[str, int]]:
    return set(Outbox.objects.filter(kind=kind).values_list("receiver_kind", "receiver_id"))
