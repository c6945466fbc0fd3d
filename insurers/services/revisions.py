"""Phones, offices and posts: drafted, tried, published, planned, withdrawn, confirmed by a call.

Only publishing writes into the rows that patients see. Two people at once: whoever comes second is told what
changed and overwrites nothing. Locks: the row first, then its draft, then the owner.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from insurers.models import Branch, Hotline, Insurer, Revision, RevisionState, Stopped
from insurers.services import calendar
from insurers.services.organisation_values import (
    MAIN_FIELD,
    MODELS,
    Owner,
    Row,
    Values,
    differing,
    fill,
    owner_of,
    values_of,
)
from omsportal.platform import alarms

#: A draft was not published at its moment: alarm and its subject.
MISSED, DRAFT = "moment_missed", "revision"
#: Of a draft that waits for its moment.
MOMENT_FIELDS = ("publish_at", "scheduled_by_id", "scheduled_at", "stopped_why", "stopped_at")
_DAY = timedelta(days=1)
#: How the editor's form calls what the row calls otherwise.
_FORM_NAMES = {"hours_text": "hours", "schedule": "hours", "valid_from": "starts_on", "valid_to": "ends_on"}
_JUST_ENTERED = _("Somebody has just entered the same. Look at the list.")


class Refused(Exception):
    """A rule is broken (422). `errors`: field of the form → what to do."""

    def __init__(self, errors: Mapping[str, object]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


class MovedOn(Exception):
    """Somebody was first (409). `seen` is what this person saw, `current` what it is by now."""

    def __init__(self, seen: Values, current: Values) -> None:
        super().__init__("changed meanwhile")
        self.seen, self.current = seen, current


class Settled(Exception):
    """The draft is published or discarded already (409)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood on the screen of whoever saves: the draft's values, if there was one, and the row's."""

    draft: Values | None
    row: Values | None


def today_of(owner: Owner, now: datetime) -> date:
    return now.astimezone(zone_of(owner)).date()


def zone_of(owner: Owner) -> tzinfo:
    """The clock of the branch; of an insurer in the whole country that of Moscow."""
    return owner.zone if isinstance(owner, Branch) else ZoneInfo("Europe/Moscow")


def is_planned(row: Row, now: datetime) -> bool:
    """It begins on a later day: nobody outside sees it yet."""
    return row.valid_from is not None and row.valid_from > today_of(owner_of(row), now)


@transaction.atomic
def save_draft(
    *, noun: str, owner: Owner, row: Row | None, draft: Revision | None, values: Values, seen: Seen,
    by_id: int, now: datetime,
) -> Revision:  # fmt: skip
    """Begin or change the draft of a row, or of a new one (`row` None).

    Tried at once, so that a broken rule is told beside its field. A moment chosen for what stood there before
    is taken away. Raises Refused; MovedOn when row or draft are not what was on the screen; Settled.
    """
    row = _locked_row(row)
    draft = _locked_draft(noun, row, draft)
    stands = values_of(row, noun) if row else None
    _compare(noun, seen.row, stands)
    _compare(noun, seen.draft or stands, draft.values if draft else stands)
    if draft is None:
        draft = Revision(noun=noun, row_id=row.pk if row else None, version=0)
        draft.insurer, draft.branch = _owners(owner)
    if draft.is_scheduled and draft.values != values:
        stop(draft, Stopped.CHANGED, now)
    draft.values, draft.seen = values, stands
    draft.version += 1
    draft.changed_by_id, draft.changed_at = by_id, now
    with tried(revision=draft, now=now):
        pass
    draft.save()
    return draft


@transaction.atomic
def publish(*, revision: Revision, version: int, by_id: int, now: datetime) -> Row:
    """Write the draft into the row, a new one, or one that begins on its day; gives that row.

    `version` is the one that was on the screen. Raises MovedOn, Settled, Refused.
    """
    calendar.days_stay()
    row, draft = as_on_screen(revision, version)
    forget_moment(draft, now)
    return published(draft, row, by_id=by_id, now=now)


def published(draft: Revision, row: Row | None, *, by_id: int, now: datetime, **context: Any) -> Row:
    """The locked draft written into its locked row; `context` goes into the history beside who it was.

    Raises MovedOn, Refused.
    """
    same_as_begun(draft, row)
    with pghistory.context(user=by_id, **context):
        made = _apply(draft, row, now)
    _settle(draft, RevisionState.PUBLISHED, by_id, now, made)
    return made


def as_on_screen(revision: Revision, version: int) -> tuple[Row | None, Revision]:
    """Row and draft, locked in this order. Raises Settled; MovedOn for another draft than on the screen."""
    row, draft = _locked_row(row_of(revision)), locked_draft(revision)
    if draft.version != version:
        raise MovedOn(revision.values, draft.values)
    return row, draft


def same_as_begun(draft: Revision, row: Row | None) -> None:
    """Raises MovedOn when what is published is not what it was when the draft was begun."""
    _compare(draft.noun, draft.seen, values_of(row, draft.noun) if row else None)


@transaction.atomic
def discard(*, revision: Revision, by_id: int, now: datetime) -> None:
    """Nothing of the draft is ever published. Raises Settled."""
    draft = locked_draft(revision)
    forget_moment(draft, now)
    _settle(draft, RevisionState.DISCARDED, by_id, now, None)


@transaction.atomic
def withdraw_planned(*, row: Row, noun: str, by_id: int, now: datetime) -> None:
    """A change that has not begun does not begin; what it would have replaced goes on as before.

    Raises Settled when it has begun.
    """
    locked = _locked_row(row)
    if locked is None or not is_planned(locked, now):
        raise Settled
    origin = Revision.objects.published().that_began(noun, locked.pk).newest().first()
    for draft in Revision.objects.drafts().of_row(noun, locked.pk).select_for_update():
        forget_moment(draft, now)
        _settle(draft, RevisionState.DISCARDED, by_id, now, None)
    begins = locked.valid_from
    with pghistory.context(user=by_id):
        locked.delete()
        before = _locked_row(row_of(origin)) if origin and origin.row_id else None
        if origin and before and begins and before.valid_to == begins - _DAY and before.pk != row.pk:
            ended = (origin.seen or {}).get("ends_on")
            before.valid_to = date.fromisoformat(ended) if ended else None
            before.save(update_fields=["valid_to"])


@transaction.atomic
def confirm(*, hotline: Hotline, called: str, by_id: int, now: datetime) -> bool:
    """Somebody called it today and it is right. False: it was confirmed today already.

    `called` is what was dialled (Hotline.dialled). Raises MovedOn when the number is another by now.
    """
    line = Hotline.objects.with_owners().select_for_update(of=("self",)).get(pk=hotline.pk)
    if called != line.dialled:
        raise MovedOn({"phone": called}, {"phone": str(line)})
    today = today_of(line.owner, now)
    if line.confirmed_on == today:
        return False
    line.confirmed_on = today
    with pghistory.context(user=by_id):
        line.save(update_fields=["confirmed_on"])
    return True


@contextmanager
def tried(*, revision: Revision, now: datetime) -> Iterator[Row]:
    """Inside, the database is as if the draft were published; afterwards nothing of it is left.

    Reads within see exactly what patients would. Raises Refused.
    """
    with transaction.atomic():
        yield _apply(revision, row_of(revision), now)
        transaction.set_rollback(True)


def row_of(revision: Revision) -> Row | None:
    """The row that the draft changes; None for a new one, or when it is gone."""
    if revision.row_id is None:
        return None
    found: Row | None = MODELS[revision.noun].objects.with_owners().filter(pk=revision.row_id).first()
    return found


def _apply(revision: Revision, row: Row | None, now: datetime) -> Row:
    """Save what the draft says: in place, as a new row, or from a later day on beside the present one."""
    values, owner = revision.values, revision.branch or revision.insurer
    assert owner is not None, "the constraint revision_has_one_owner forbids it"
    today = today_of(owner, now)
    begins = date.fromisoformat(values["starts_on"]) if values["starts_on"] else None
    try:
        with transaction.atomic():
            _one_at_a_time(owner)
            made = _begun(revision, row, begins, today, now)
            fill(made, values, called_on=today_of(owner, min(now, revision.changed_at)), now=now)
            made.full_clean()
            made.save()
    except ValidationError as error:
        raise Refused(_by_form_field(error, revision.noun)) from error
    except IntegrityError as error:
        raise Refused({MAIN_FIELD[revision.noun]: _JUST_ENTERED}) from error
    return made


def _one_at_a_time(owner: Owner) -> None:
    """Two equal rows of an owner, checked by an exclusion constraint, would wait for each other for ever."""
    rows: Any = type(owner).objects
    rows.select_for_update(no_key=True).get(pk=owner.pk)


def _begun(revision: Revision, row: Row | None, begins: date | None, today: date, now: datetime) -> Row:
    """The row to fill in; the present one ends on the day before a later beginning."""
    if row is None:
        made = MODELS[revision.noun](branch=revision.branch, valid_from=begins)
        if isinstance(made, Hotline):
            made.insurer = revision.insurer
        return made
    if begins is None or begins <= today or is_planned(row, now):
        return row
    ends = begins - _DAY
    following = copy(row)
    following.pk, following._state.adding, following.valid_from = None, True, begins
    row.valid_to = min(row.valid_to or ends, ends)
    row.save(update_fields=["valid_to"])
    return following


def _by_form_field(error: ValidationError, noun: str) -> dict[str, object]:
    """Django names columns, or nothing for a rule about several of them."""
    told: dict[str, object] = {}
    for name, messages in error.message_dict.items():
        field = MAIN_FIELD[noun] if name == NON_FIELD_ERRORS else _FORM_NAMES.get(name, name)
        told.setdefault(field, messages[0])
    return told


def _compare(noun: str, seen: Values | None, current: Values | None) -> None:
    if seen == current:
        return
    if seen is None or current is None or differing(noun, seen, current):
        raise MovedOn(seen or {}, current or {})


def _owners(owner: Owner) -> tuple[Insurer | None, Branch | None]:
    return (None, owner) if isinstance(owner, Branch) else (owner, None)


def _locked_row(row: Row | None) -> Row | None:
    """Whoever changes the same row waits here."""
    if row is None:
        return None
    model: Any = type(row)
    found: Row | None = model.objects.with_owners().select_for_update(of=("self",)).filter(pk=row.pk).first()
    return found


def _locked_draft(noun: str, row: Row | None, draft: Revision | None) -> Revision | None:
    """The one draft there is: somebody may have begun it since."""
    if draft is not None:
        return locked_draft(draft)
    if row is None:
        return None
    return Revision.objects.drafts().of_row(noun, row.pk).select_for_update().first()


def locked_draft(revision: Revision) -> Revision:
    """As it is now. Raises Settled."""
    found = Revision.objects.with_owners().select_for_update(of=("self",)).get(pk=revision.pk)
    if not found.is_draft:
        raise Settled
    return found


def stop(draft: Revision, why: Stopped, now: datetime) -> None:
    """The moment that was chosen passes without it; the draft is not saved here."""
    draft.stopped_why, draft.stopped_at = why, now


def forget_moment(draft: Revision, now: datetime) -> None:
    """Nobody has chosen a moment; an alarm about one is over. The draft is not saved here."""
    draft.publish_at = draft.scheduled_by_id = draft.scheduled_at = draft.stopped_at = None
    draft.stopped_why = ""
    alarms.close_about(kind=MISSED, subject_kind=DRAFT, subject_id=draft.pk, now=now)


def _settle(revision: Revision, state: RevisionState, by_id: int, now: datetime, made: Row | None) -> None:
    revision.state, revision.made_row_id = state, made.pk if made else None
    revision.settled_by_id, revision.settled_at = by_id, max(now, revision.changed_at)
    revision.save(update_fields=["state", "made_row_id", "settled_by_id", "settled_at", *MOMENT_FIELDS])
