"""Themes, advice and waiting times: drafted, tried, published, planned, withdrawn.

Only publishing writes into the rows that patients see. Two people at once: whoever comes second is told what
changed and overwrites nothing. Locks: the row first, then its draft.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.models import Amendment, Category, Deadline, Guide, Matter
from complaints.services import rules, themes
from complaints.services.matter_values import (
    CARE,
    MAIN_FIELD,
    MODELS,
    Row,
    Values,
    day_of,
    differing,
    fill,
    is_outrun,
    values_of,
)
from insurers.models import Region, RevisionState
from insurers.reports import today_in
from insurers.services.revisions import MovedOn, Refused, Seen, Settled
from omsportal.platform import turns
from representatives.models import User

_DAY = timedelta(days=1)
#: How the editor's form calls what the row calls otherwise.
_FORM_NAMES = {"valid_from": "starts_on", "valid_to": "ends_on", "slug": "code"}


@dataclass(frozen=True, slots=True)
class Editor:
    """Whose hand it is: what patients of the whole country read, or the waiting times of some regions."""

    user: User
    everything: bool = False
    region_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.region_ids)

    def opens(self, noun: str) -> bool:
        """The lists of these are for this person."""
        return self.everything or (noun == Matter.TERM and bool(self.region_ids))

    def may(self, noun: str, region_id: int | None) -> bool:
        """This person prepares and publishes changes of it."""
        return self.everything or (noun == Matter.TERM and region_id in self.region_ids)


@transaction.atomic
def save_draft(
    *, noun: str, region: Region | None, row: Row | None, draft: Amendment | None, values: Values,
    seen: Seen, by: Editor, now: datetime,
) -> Amendment:  # fmt: skip
    """Begin or change the draft of a row, or of a new one (`row` None).

    Tried at once, so that a broken rule is told beside its field. Raises Refused; MovedOn when row or draft
    are not what was on the screen; Settled; PermissionDenied.
    """
    row = _locked_row(row)
    draft = _locked_draft(noun, row, draft)
    stands = values_of(row, noun) if row else None
    _compare(noun, seen.row, stands)
    _compare(noun, seen.draft or stands, draft.values if draft else stands)
    if draft is None:
        draft = Amendment(noun=noun, region=region, row_id=row.pk if row else None, version=0)
    _require(by, draft)
    draft.values, draft.seen = values, stands
    draft.version += 1
    draft.changed_by_id, draft.changed_at = by.user.pk, now
    with tried(amendment=draft, now=now):
        pass
    draft.save()
    return draft


@transaction.atomic
def publish(*, amendment: Amendment, version: int, by: Editor, now: datetime) -> Row:
    """Write the draft into the row, a new one, or one that begins on its day; gives that row.

    A new theme gets its limits of time at once. `version` is the one that was on the screen. Raises MovedOn,
    Settled, Refused, PermissionDenied.
    """
    row = _locked_row(row_of(amendment))
    draft = _locked(amendment)
    _require(by, draft)
    if draft.version != version:
        raise MovedOn(amendment.values, draft.values)
    _compare(draft.noun, draft.seen, values_of(row, draft.noun) if row else None)
    with pghistory.context(user=by.user.pk):
        made = _apply(draft, row, now)
        if draft.noun == Matter.THEME and row is None:
            rules.expand_all()
    _settle(draft, RevisionState.PUBLISHED, by, now, made)
    return made


@transaction.atomic
def discard(*, amendment: Amendment, by: Editor, now: datetime) -> None:
    """Nothing of the draft is ever published. Raises Settled, PermissionDenied."""
    draft = _locked(amendment)
    _require(by, draft)
    _settle(draft, RevisionState.DISCARDED, by, now, None)


@transaction.atomic
def withdraw_planned(*, row: Row, noun: str, by: Editor, now: datetime) -> None:
    """A change that has not begun does not begin; what it would have replaced goes on as before.

    A theme stays: appeals may name it. Raises Settled when it has begun, PermissionDenied.
    """
    locked = _locked_row(row)
    if locked is None or noun == Matter.THEME or not is_planned(locked, now):
        raise Settled
    if not by.may(noun, region_of(locked)):
        raise PermissionDenied
    origin = Amendment.objects.that_began(noun, locked.pk).order_by("-pk").first()
    for draft in Amendment.objects.drafts().of_row(noun, locked.pk).select_for_update(of=("self",)):
        _settle(draft, RevisionState.DISCARDED, by, now, None)
    begins = locked.valid_from
    with pghistory.context(user=by.user.pk):
        locked.delete()
        before = _locked_row(row_of(origin)) if origin and origin.row_id else None
        if origin is not None and before is not None and before.valid_to == begins - _DAY:
            before.valid_to = day_of((origin.seen or {}).get("ends_on", ""))
            before.save(update_fields=["valid_to"])


@contextmanager
def tried(*, amendment: Amendment, now: datetime) -> Iterator[Row]:
    """Inside, the database is as if the draft were published; afterwards nothing of it is left.

    Reads within see exactly what patients would. Raises Refused.
    """
    with transaction.atomic():
        yield _apply(amendment, row_of(amendment), now)
        transaction.set_rollback(True)


def row_of(amendment: Amendment) -> Row | None:
    """The row that the draft changes; None for a new one, or when it is gone."""
    if amendment.row_id is None:
        return None
    found: Row | None = MODELS[amendment.noun].objects.filter(pk=amendment.row_id).first()
    return found


def region_of(row: Row) -> int | None:
    """The id of the region whose own the row is."""
    return row.region_id if isinstance(row, Deadline) else None


def is_planned(row: Row, now: datetime) -> bool:
    """It begins on a later day: nobody outside sees it yet."""
    return row.valid_from > today_of(row.region if isinstance(row, Deadline) else None, now)


def today_of(region: Region | None, now: datetime) -> date:
    """By the clock of the region; of the whole country by that of Moscow."""
    return today_in(region, now)


def _apply(draft: Amendment, row: Row | None, now: datetime) -> Row:
    """Save what the draft says: in place, as a new row, or from a later day on beside the present one."""
    today = today_of(draft.region, now)
    # A draft that lay longer than until its day begins today: patients were told otherwise until now.
    begins = max(day_of(draft.values["starts_on"]) or today, today)
    try:
        with transaction.atomic():
            # Two equal rows, checked by an exclusion constraint, would wait for each other for ever.
            turns.take(f"complaints.amendments:{draft.noun}")
            made = _begun(draft, row, begins, today)
            fill(made, draft.values)
            _require_sense(made)
            made.full_clean()
            made.save()
    except ValidationError as error:
        raise Refused(_by_form_field(error, draft.noun)) from error
    except IntegrityError as error:
        told = _("Somebody has just entered the same. Look at the list.")
        raise Refused({MAIN_FIELD[draft.noun]: told}) from error
    return made


def _begun(draft: Amendment, row: Row | None, begins: date, today: date) -> Row:
    """The row to fill in; the present one ends on the day before another one begins.

    A theme is one row for ever, because appeals name it.
    """
    if row is None:
        made = MODELS[draft.noun](valid_from=begins)
        if isinstance(made, Deadline):
            made.group, made.region = CARE, draft.region
        return made
    has_day = bool(draft.values["starts_on"]) and row.valid_from < begins
    if isinstance(row, Category) or not has_day or row.valid_from > today:
        return row
    ends = begins - _DAY
    following = copy(row)
    following.pk, following._state.adding, following.valid_from = None, True, begins
    row.valid_to = min(row.valid_to or ends, ends)
    row.save(update_fields=["valid_to"])
    return following


def _require_sense(made: Row) -> None:
    """Rules that say more than the constraint that holds them, and what the portal cannot do without."""
    if isinstance(made, Category) and made.valid_to and made.slug in themes.NEEDED:
        raise ValidationError({"valid_to": _("The portal itself uses this theme: it cannot end.")})
    if isinstance(made, Deadline) and made.region is not None:
        _require_not_longer(made)
    other = _at_the_same_time(made)
    if other is not None:
        said = {"from": _day(other.valid_from), "to": _day(other.valid_to) if other.valid_to else "…"}
        text = _("From %(from)s to %(to)s the same is there already: end that one first, or choose a day.")
        raise ValidationError({NON_FIELD_ERRORS: text % said})


def _require_not_longer(made: Deadline) -> None:
    """A region may promise more than the programme for the whole country, never less."""
    common = Deadline.objects.terms_of(CARE).valid_on(made.valid_from).filter(code=made.code, region=None)
    term = common.first()
    if term is not None and is_outrun(made, term):
        text = _("For the whole country it is %(value)s: a region may set less time, not more.")
        raise ValidationError({"value": text % {"value": term.value}})


def _at_the_same_time(made: Row) -> Row | None:
    """Another row of the same name whose days meet these."""
    found: Any = None
    if isinstance(made, Guide):
        found = Guide.objects.filter(slug=made.slug)
    elif isinstance(made, Deadline):
        found = Deadline.objects.filter(code=made.code, region=made.region)
    if found is None:
        return None
    meets = found.exclude(pk=made.pk).not_over(made.valid_from)
    if made.valid_to:
        meets = meets.begun_by(made.valid_to)
    other: Row | None = meets.first()
    return other


def _by_form_field(error: ValidationError, noun: str) -> dict[str, object]:
    """Django names columns, or nothing for a rule about several of them."""
    told: dict[str, object] = {}
    for name, messages in error.message_dict.items():
        field = MAIN_FIELD[noun] if name == NON_FIELD_ERRORS else _FORM_NAMES.get(name, name)
        told.setdefault(field, messages[0])
    return told


def _day(day: date) -> str:
    return date_format(day, "j E Y")


def _compare(noun: str, seen: Values | None, current: Values | None) -> None:
    if seen == current:
        return
    if seen is None or current is None or differing(noun, seen, current):
        raise MovedOn(seen or {}, current or {})


def _require(by: Editor, draft: Amendment) -> None:
    if not by.may(draft.noun, draft.region_id):
        raise PermissionDenied


def _locked_row(row: Row | None) -> Row | None:
    """Whoever changes the same row waits here; appeals that name a theme are filed meanwhile."""
    if row is None:
        return None
    model: Any = type(row)
    rows = model.objects.select_for_update(of=("self",), no_key=True)
    found: Row | None = rows.filter(pk=row.pk).first()
    return found


def _locked_draft(noun: str, row: Row | None, draft: Amendment | None) -> Amendment | None:
    """The one draft there is: somebody may have begun it since."""
    if draft is not None:
        return _locked(draft)
    if row is None:
        return None
    drafts = Amendment.objects.drafts().of_row(noun, row.pk).select_for_update(of=("self",))
    found: Amendment | None = drafts.first()
    return found


def _locked(amendment: Amendment) -> Amendment:
    rows = Amendment.objects.select_related("region").select_for_update(of=("self",))
    locked: Amendment = rows.get(pk=amendment.pk)
    if not locked.is_draft:
        raise Settled
    return locked


def _settle(draft: Amendment, state: RevisionState, by: Editor, now: datetime, made: Row | None) -> None:
    draft.state, draft.made_row_id = state, made.pk if made else None
    draft.settled_by_id, draft.settled_at = by.user.pk, max(now, draft.changed_at)
    draft.save(update_fields=["state", "made_row_id", "settled_by_id", "settled_at"])
