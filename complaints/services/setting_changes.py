"""Calendar, hours, rights, terms of keeping: prepared, tried out, put in force, put back.

Only putting in force writes into the rows that the portal goes by. Two people at once: whoever comes second
is told what changed and overwrites nothing. One change of a sheet at a time: a lock of the sheet comes first,
then its draft.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Setting, SettingChange
from complaints.services import setting_calendar, setting_hours, setting_tables
from complaints.services.setting_sheets import Kind, Sheet, Values, differing, may_change
from insurers.models import RevisionState
from insurers.services import calendar
from insurers.services.revisions import MovedOn, Refused, Settled
from omsportal.platform import dry_runs, turns
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Job
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: The job that finds out what a change would do.
PREVIEW = "setting.preview"
KINDS: dict[Setting, Kind] = {
    Setting.CALENDAR: setting_calendar.KIND, Setting.HOURS: setting_hours.KIND,
    Setting.RIGHTS: setting_tables.RIGHTS, Setting.KEEPING: setting_tables.KEEPING,
}  # fmt: skip


def stands(sheet: Sheet, now: datetime) -> Values:
    """The sheet as it is in force today."""
    return KINDS[sheet.noun].stands(sheet, now)


def draft_of(sheet: Sheet) -> SettingChange | None:
    found: SettingChange | None = SettingChange.objects.drafts().of_sheet(**sheet.place).first()
    return found


@transaction.atomic
def save_draft(
    *, sheet: Sheet, typed: Mapping[str, Any], seen: Mapping[str, Any], by: User, profile: "Profile",
    now: datetime,
) -> SettingChange:  # fmt: skip
    """Begin or change the draft of the sheet; nothing is in force by it.

    `typed` has the keys that were on the form (None: nothing special), `seen` what stood there. Whoever saves
    a draft as it stands has prepared nothing: it keeps its author and what was found out about it. Raises
    Refused, MovedOn, PermissionDenied.
    """
    kind = KINDS[sheet.noun]
    _require(by, profile, sheet)
    _lock(sheet)
    present, draft = kind.stands(sheet, now), draft_of(sheet)
    base = draft.values if draft else present
    current = {key: base.get(key) for key in typed}
    if any(current[key] != seen.get(key) and current[key] != typed[key] for key in typed):
        raise MovedOn(dict(seen), current)
    if current == dict(typed):
        if draft is None:
            raise Refused({"": _("This is how it is already: nothing would change.")})
        return draft
    draft = draft or SettingChange(**sheet.place, seen=present, version=0)
    values = {key: value for key, value in {**base, **typed}.items() if value is not None}
    kind.check(sheet, draft.seen or {}, values, now)
    _changed(draft, values, by.pk, now)
    return draft


@transaction.atomic
def try_out(
    *, change: SettingChange, version: int, by: User, profile: "Profile", now: datetime
) -> SettingChange:
    """Count, in the background, what it would do. Raises MovedOn, Settled, PermissionDenied."""
    row = _locked(change, version, by, profile)
    asked = {"save": [], "delete": [], "setting_change": row.pk}
    job = dry_runs.request(kind=PREVIEW, change=asked, address="", typed=[], by_id=by.pk, now=now)
    row.job_id, row.tried_version = job.pk, row.version
    row.save(update_fields=["job_id", "tried_version"])
    return row


@transaction.atomic
def put_in_force(
    *, change: SettingChange, version: int, by: User, profile: "Profile", now: datetime
) -> SettingChange:
    """Write it into the rows that the portal goes by; open cases follow in the background.

    Raises MovedOn (the draft, or what is in force, is not what was on the screen), Settled, Refused (not
    tried out; needs a second person), PermissionDenied.
    """
    row = _locked(change, version, by, profile)
    sheet, before = Sheet.of(row), row.seen or {}
    if sheet.noun == Setting.HOURS:
        calendar.days_stay()
    kind, present = KINDS[sheet.noun], KINDS[sheet.noun].stands(sheet, now)
    if present != before:
        raise MovedOn(before, present)
    _require_ready(row, kind, by)
    kind.check(sheet, before, row.values, now)
    with pghistory.context(user=by.pk):
        touched = kind.write(sheet, before, row.values, now)
    row.job_id = kind.follow(touched, by.pk, now)
    row.save(update_fields=["job_id"])
    return _settle(row, RevisionState.PUBLISHED, by, now)


@transaction.atomic
def discard(*, change: SettingChange, by: User, profile: "Profile", now: datetime) -> SettingChange:
    """Nothing comes of it. Raises Settled, PermissionDenied."""
    row = _locked(change, None, by, profile)
    return _settle(row, RevisionState.DISCARDED, by, now)


@transaction.atomic
def go_on(*, change: SettingChange, by: User, profile: "Profile", now: datetime) -> SettingChange:
    """What is in force has changed meanwhile: the draft's own changes, upon what is in force now.

    They stay the changes of whoever prepared them, who cannot be the second person then.
    Raises Settled, PermissionDenied.
    """
    row = _locked(change, None, by, profile)
    sheet, before = Sheet.of(row), row.seen or {}
    present = KINDS[sheet.noun].stands(sheet, now)
    own = {key: row.values.get(key) for key in differing(before, row.values)}
    values = {key: value for key, value in {**present, **own}.items() if value is not None}
    row.seen = present
    _changed(row, values, row.changed_by_id, now)
    return row


def put_back(*, change: SettingChange, by: User, profile: "Profile", now: datetime) -> SettingChange:
    """A draft that undoes one change: it is tried out and put in force like every other.

    Raises Refused, MovedOn (somebody is preparing another change of the same), PermissionDenied.
    """
    sheet, before = Sheet.of(change), change.seen or {}
    typed = {key: before.get(key) for key in differing(before, change.values)}
    present = stands(sheet, now)
    seen = {key: present.get(key) for key in typed}
    return save_draft(sheet=sheet, typed=typed, seen=seen, by=by, profile=profile, now=now)


def findings_are_there(change: SettingChange) -> bool:
    """This very version was tried out, to the end."""
    job = Job.objects.filter(pk=change.job_id).first() if change.job_id else None
    is_done = job is not None and job.state == JobState.DONE and (job.result or {}).get("found") is not None
    return is_done and change.tried_version == change.version


def _require_ready(row: SettingChange, kind: Kind, by: User) -> None:
    if kind.is_tried and not findings_are_there(row):
        raise Refused({"": _("Try it out first: nobody knows yet what it would do.")})
    if row.needs_second and by.pk == row.changed_by_id:
        raise Refused({"": _("What is kept for a shorter time is erased for ever: somebody else decides.")})


def _require(by: User, profile: "Profile", sheet: Sheet) -> None:
    if not may_change(by, profile, sheet):
        raise PermissionDenied(_("This is not yours to change."))


def _lock(sheet: Sheet) -> None:
    place = sheet.place
    ids = [getattr(place[name], "pk", place[name]) for name in ("region", "branch", "year")]
    turns.take(f"complaints.settings:{sheet.noun}:{ids}")


def _locked(change: SettingChange, version: int | None, by: User, profile: "Profile") -> SettingChange:
    sheet = Sheet.of(change)
    _require(by, profile, sheet)
    _lock(sheet)
    found = SettingChange.objects.with_places().select_for_update(of=("self",))
    row: SettingChange = found.get(pk=change.pk)
    if not row.is_draft:
        raise Settled
    if version is not None and row.version != version:
        raise MovedOn(change.values, row.values)
    return row


def _changed(row: SettingChange, values: Values, by_id: int, now: datetime) -> None:
    """Whatever was found out about the version before says nothing of this one."""
    kind = KINDS[Setting(row.noun)]
    row.values, row.needs_second = values, kind.needs_second(row.seen or {}, values)
    row.version += 1
    row.job_id, row.tried_version = None, 0
    row.changed_by_id, row.changed_at = by_id, now
    row.save()


def _settle(row: SettingChange, state: RevisionState, by: User, now: datetime) -> SettingChange:
    row.state, row.settled_by_id, row.settled_at = state, by.pk, max(now, row.changed_at)
    row.save(update_fields=["state", "settled_by_id", "settled_at"])
    return row
