"""Unsent texts of staff, kept on the server: they outlive a reload, a session, a browser, a second window.

Nothing is ever written over: who saves what somebody has saved anew meanwhile (another window of the same
person) makes a draft of their own, and hears of the newer one.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.escalation import rounds
from complaints.models import Complaint, WorkDraft
from complaints.permissions import Act, require
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

LIFETIME = timedelta(days=30)
#: Of one person, case and act; the oldest goes.
MOST = 5
#: All fields of one draft together: a little more than the longest text a form takes.
MOST_SIGNS = 12_000
PURGED_AT_ONCE = 1_000

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """The draft as it stands now, None when nothing is typed any more; `newer`: of another window."""

    draft: WorkDraft | None
    newer: WorkDraft | None


@transaction.atomic
def keep(
    *, complaint: Complaint, act: str, typed: Typed, reference: str = "", revision: int = 0, by: User,
    profile: "Profile", now: datetime,
) -> Kept:  # fmt: skip
    """Save what is typed so far. Empty texts end the draft. Raises NotAllowed: who may not open the case.

    `reference` and `revision` are those that the window knows; the row is locked.
    """
    require(profile, Act.OPEN, complaint)
    own = WorkDraft.objects.of(user_id=by.pk, complaint_id=complaint.pk).for_act(act)
    row = own.select_for_update().filter(reference=_uuid(reference)).first()
    is_stale = row is not None and row.revision != revision
    before = None if row is None else row.saved_at
    if not any(value.strip() for value in typed.values()):
        if row is not None and not is_stale:
            row.delete()
        return Kept(None, None)
    draft = _written(None if is_stale else row, complaint, act, typed, by, now)
    _forget_oldest(own)
    others = own.filter(aside=False).exclude(pk=draft.pk)
    newer = others.filter(saved_at__gt=before) if before is not None and not is_stale else others
    return Kept(draft, newer.first())


def _written(
    row: WorkDraft | None, complaint: Complaint, act: str, typed: Typed, by: User, now: datetime
) -> WorkDraft:
    draft = row or WorkDraft(complaint=complaint, user=by, act=act, revision=0)
    draft.sealed = {"fields": _bounded(typed)}
    draft.revision, draft.aside, draft.saved_at = draft.revision + 1, False, now
    draft.save()
    return draft


@transaction.atomic
def sent(*, complaint: Complaint, act: str, reference: str, by: User) -> None:
    """The text has left: its draft ends. Other windows' texts are put aside, not thrown away."""
    own = WorkDraft.objects.of(user_id=by.pk, complaint_id=complaint.pk).for_act(act)
    own.filter(reference=_uuid(reference)).delete()
    own.filter(aside=False).update(aside=True)


def of_act(*, complaint: Complaint, act: str, by: User) -> list[WorkDraft]:
    """What this person has typed for this act and not sent, the newest first."""
    return list(WorkDraft.objects.of(user_id=by.pk, complaint_id=complaint.pk).for_act(act))


def throw_away(*, complaint: Complaint, reference: str, by: User) -> bool:
    """By its person. False: it was gone already, or is somebody else's."""
    own = WorkDraft.objects.of(user_id=by.pk, complaint_id=complaint.pk)
    return bool(own.filter(reference=_uuid(reference)).delete()[0])


def put_back(*, complaint: Complaint, user: User, act: str, typed: Typed, now: datetime) -> None:
    """What was given back to its author stands in the form again; what they typed meanwhile is put aside."""
    WorkDraft.objects.of(user_id=user.pk, complaint_id=complaint.pk).for_act(act).update(aside=True)
    _written(None, complaint, act, typed, user, now)


def purge(now: datetime) -> int:
    """Forget what nobody has sent in a month, a bounded number at once; returns how many."""
    old = WorkDraft.objects.saved_before(now - LIFETIME).order_by("saved_at").values("pk")[:PURGED_AT_ONCE]
    return int(WorkDraft.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0])


def _forget_oldest(own: "Iterable[WorkDraft]") -> None:
    for draft in list(own)[MOST:]:
        draft.delete()


def _bounded(typed: Typed) -> dict[str, str]:
    """What exceeds the room is cut off; the window still has it, and sending judges its length."""
    room, kept = MOST_SIGNS, {}
    for name, value in typed.items():
        kept[name] = value[: max(room, 0)]
        room -= len(value)
    return kept


def _uuid(reference: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(reference)
    except ValueError:
        return None


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("work_drafts", timedelta(hours=1), purge))
