"""A draft of a phone, an office or a post waits for a moment that somebody chose, and is published once.

Choosing and taking away lock as every change does: the row first, then its draft. The timer waits for nobody:
what somebody holds just then is published at its next turn.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from insurers.models import Revision, Stopped
from insurers.services import calendar, revisions
from insurers.services.organisation_values import MODELS, Row
from insurers.services.revisions import DRAFT, MISSED, MOMENT_FIELDS, MovedOn, Refused, today_of
from omsportal.platform import alarms
from omsportal.platform.kinds import Severity

#: Whether who chose the moment may still publish this draft.
May = Callable[[Revision], bool]
#: Nobody remembers for longer what was to happen.
FARTHEST = timedelta(days=366)
#: After an outage: what was to be public so long ago is looked at by a person first.
TOO_LATE = timedelta(days=1)
#: Taken at a turn of the timer, which must not stand still for long.
BATCH = 20
#: How long one that fails is tried again.
PATIENCE = timedelta(minutes=10)
_SHORT = "SET LOCAL lock_timeout = '300ms'"

_OVER = _("This moment is over. Choose a later one, or press “Publish now”.")
_TOO_FAR = _("This is more than a year ahead. Choose a moment within a year.")
_ENDS_BEFORE = _("By then its last day is over. Choose an earlier moment, or change the draft.")
_OWN_DAY = _(
    "This draft has a day of its own, “In force from”. Publish it for its day, or empty that field in the "
    "draft first."
)


class NotScheduled(Exception):
    """No moment is chosen any more (409)."""


@transaction.atomic
def schedule(*, revision: Revision, version: int, at: datetime, by_id: int, now: datetime) -> Revision:
    """The draft, as it was on the screen, will be published at that moment; an earlier choice is replaced.

    Tried at once as if it were that moment. Raises Refused (`day`, `time`, or fields of the draft), MovedOn,
    Settled.
    """
    row, draft = revisions.as_on_screen(revision, version)
    if why := _why_not_then(draft, at, now):
        raise Refused(why)
    revisions.same_as_begun(draft, row)
    with revisions.tried(revision=draft, now=at):
        pass
    revisions.forget_moment(draft, now)
    draft.publish_at, draft.scheduled_by_id, draft.scheduled_at = at, by_id, now
    _save(draft)
    return draft


@transaction.atomic
def unschedule(*, revision: Revision, now: datetime) -> None:
    """The draft waits for nothing; it stays. Raises NotScheduled, Settled."""
    draft = revisions.locked_draft(revision)
    if draft.publish_at is None:
        raise NotScheduled
    revisions.forget_moment(draft, now)
    _save(draft)


def due(now: datetime) -> list[int]:
    """Whose moment has come, the oldest first."""
    return list(Revision.objects.due(now).order_by("publish_at", "pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def publish_due(*, revision_id: int, may: May, now: datetime) -> bool | None:
    """Publish one draft whose moment has come, in the name of who chose it; False: it stays, with the reason.

    None: somebody else has it, or it is not due any more. Locks: the row, then the draft, each only when it
    is free at once; for the owner and the calendar it waits a moment at most (OperationalError).
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHORT)
    calendar.days_stay()
    found = _taken(revision_id, now)
    if found is None:
        return None
    row, draft = found
    why = _published_or_why(draft, row, may, now)
    if why is not None:
        _leave(draft, why, now)
    return why is None


@transaction.atomic
def give_up(*, revision_id: int, now: datetime) -> None:
    """Leave a draft that nothing could be made of since its moment, after PATIENCE; before that, nothing."""
    found = _taken(revision_id, now - PATIENCE)
    if found is not None:
        _leave(found[1], Stopped.REFUSED, now)


def _why_not_then(draft: Revision, at: datetime, now: datetime) -> dict[str, object]:
    """Field of the form → what to do."""
    if at <= now:
        is_today = today_of(draft.owner, at) == today_of(draft.owner, now)
        return {"time" if is_today else "day": _OVER}
    if at - now > FARTHEST:
        return {"day": _TOO_FAR}
    if draft.values["starts_on"]:
        return {"day": _OWN_DAY}
    return {"day": _ENDS_BEFORE} if _has_ended(draft, at) else {}


def _has_ended(draft: Revision, at: datetime) -> bool:
    """Its last day is over by then."""
    ends = draft.values["ends_on"]
    return bool(ends) and date.fromisoformat(ends) < today_of(draft.owner, at)


def _taken(revision_id: int, now: datetime) -> tuple[Row | None, Revision] | None:
    """Row and draft, locked; None when one of them is not free, or the draft is not due."""
    revision = Revision.objects.due(now).filter(pk=revision_id).first()
    if revision is None:
        return None
    row: Row | None = None
    if revision.row_id is not None:
        rows = MODELS[revision.noun].objects.filter(pk=revision.row_id)
        row = rows.with_owners().select_for_update(of=("self",), skip_locked=True).first()
        if row is None and rows.exists():
            return None
    mine = Revision.objects.due(now).with_owners().select_for_update(of=("self",), skip_locked=True)
    draft = mine.filter(pk=revision_id).first()
    return None if draft is None else (row, draft)


def _published_or_why(draft: Revision, row: Row | None, may: May, now: datetime) -> Stopped | None:
    """None: it is published."""
    assert draft.publish_at is not None, "due"
    assert draft.scheduled_by_id is not None, "the constraint revision_moment_paired forbids it"
    if now - draft.publish_at > TOO_LATE or _has_ended(draft, now):
        return Stopped.LATE
    if not may(draft):
        return Stopped.NO_RIGHT
    try:
        with transaction.atomic():
            revisions.published(draft, row, by_id=draft.scheduled_by_id, now=now, at_its_moment=True)
    except MovedOn:
        return Stopped.MOVED_ON
    except Refused:
        return Stopped.REFUSED
    return None


def _leave(draft: Revision, why: Stopped, now: datetime) -> None:
    """It stays a draft; its branch hears of it, or the administrators of the insurer whose own it is."""
    revisions.stop(draft, why, now)
    _save(draft)
    whose = {"insurer": draft.insurer.short_name} if draft.insurer else {}
    alarms.raise_once(
        kind=MISSED, subject_kind=DRAFT, subject_id=draft.pk,
        hop=int(now.timestamp()) // 60, receiver_branch_id=draft.branch_id, severity=Severity.WARNING,
        payload={"why": why.value, **whose}, now=now,
    )  # fmt: skip


def _save(draft: Revision) -> None:
    """Whoever has the page of before is told."""
    draft.version += 1
    draft.save(update_fields=["version", *MOMENT_FIELDS])
