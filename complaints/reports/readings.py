"""Who opened a case: for heads with names, for its patient in plain words and without them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from insurers.models import Branch
from omsportal.platform import read_log
from omsportal.platform.kinds import Reader, Reading
from omsportal.platform.models import ReadLog
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.models import ApiKey, Appointment, User
from representatives.profiles import Profile
from representatives.roles import AppointmentRole, Tier

Text = str | Promise
PAGE_SIZE = 30
SUBJECT = "complaint"

_OF_TIER: dict[int, Text] = {
    Tier.CONTACT_CENTRE: _("specialist of the contact centre"),
    Tier.SPECIALISTS: _("specialist in the protection of rights"),
    Tier.EXPERTS: _("expert"),
    Tier.FUND: _("specialist of the territorial fund"),
}
_APPOINTED: dict[str, Text] = {
    AppointmentRole.HEAD: _("head"),
    AppointmentRole.INSURER_ADMIN: _("administrator of the insurer"),
}
_SOMEBODY: Text = _("member of staff")
_SYSTEM: Text = _("information system")
_APPLICANT: Text = _("applicant")
_TOLD: dict[str, Text] = {
    Reading.CARD: _("only status and dates"),
    Reading.CONTENT: _("your story and the messages"),
    Reading.FILE: _("a file of yours"),
    Reading.UNMASK: _("your phone, policy number and birth date in full"),
    Reading.EXPORT: _("a list with your appeal in it"),
    Reading.SEARCH: _("your name and some words of your story, among the results of a search"),
}


@dataclass(frozen=True, slots=True)
class Opening:
    """One line: who opened what, and when. `name` is for staff only."""

    at: datetime
    what: Text
    name: Text
    role: Text
    place: Text


@dataclass(frozen=True, slots=True)
class Openings:
    """One page, newest first."""

    page: Page[ReadLog]
    lines: Sequence[Opening]


@dataclass(frozen=True, slots=True)
class _Reader:
    name: Text
    role: Text
    place: Text


def may_see(profile: Profile, complaint: Complaint) -> bool:
    """Heads of the case's branch, and heads of a fund who see the case at all."""
    heads_fund = profile.tier == Tier.FUND and bool(profile.headed_branch_ids)
    return profile.heads(complaint.branch_id, complaint.tier) or heads_fund


def openings_for_head(complaint: Complaint, cursor: str, *, size: int = PAGE_SIZE) -> Openings:
    """Every opening, also by the patient and by other systems: six queries at most."""
    found = _page(complaint, cursor, list(Reader.values), size)
    readers = _readers(complaint, found.rows)
    lines = [_line(row, readers, Reading(row.what).label) for row in found.rows]
    return Openings(found, lines)


def count(complaint: Complaint, most: int) -> int:
    """Openings, to `most` at most."""
    return int(ReadLog.objects.about(SUBJECT, complaint.pk).order_by()[:most].count())


def openings_for_patient(complaint: Complaint, cursor: str, *, now: datetime) -> Openings:
    """Openings by others, those of one minute told once; that the patient asked is written down too."""
    read_log.record(
        reader_kind=Reader.PATIENT, reader_id=complaint.pk, subject_kind=SUBJECT, subject_id=complaint.pk,
        what=Reading.CARD, now=now,
    )  # fmt: skip
    found = _page(complaint, cursor, [Reader.USER, Reader.API])
    readers = _readers(complaint, found.rows)
    told: dict[tuple[object, ...], Opening] = {}
    for row in found.rows:
        minute = row.at.replace(second=0, microsecond=0)
        once = (row.reader_kind, row.reader_id, row.what, minute)
        told.setdefault(once, _line(row, readers, _TOLD[row.what]))
    return Openings(found, list(told.values()))


def _page(complaint: Complaint, cursor: str, kinds: Sequence[str], size: int = PAGE_SIZE) -> Page[ReadLog]:
    """By index readlog_subject; a cursor that does not fit shows the first page."""
    rows = ReadLog.objects.about(SUBJECT, complaint.pk).filter(reader_kind__in=kinds)
    try:
        return page(rows, field="at", size=size, cursor=cursor, descending=True)
    except CursorInvalid:
        return page(rows, field="at", size=size, descending=True)


def _line(row: ReadLog, readers: dict[tuple[str, int], _Reader], what: Text) -> Opening:
    nobody = _Reader("", _APPLICANT if row.reader_kind == Reader.PATIENT else _SOMEBODY, "")
    reader = readers.get((row.reader_kind, row.reader_id), nobody)
    return Opening(row.at, what, reader.name, reader.role, reader.place)


def _readers(complaint: Complaint, rows: Iterable[ReadLog]) -> dict[tuple[str, int], _Reader]:
    """Who stands behind these rows; as they serve today."""
    ids: dict[str, set[int]] = {kind: set() for kind in Reader.values}
    for row in rows:
        ids[row.reader_kind].add(row.reader_id)
    found = {(Reader.USER.value, user.pk): _member(user, complaint) for user in _users(ids[Reader.USER])}
    if ids[Reader.API]:
        keys = ApiKey.objects.filter(pk__in=ids[Reader.API]).select_related(
            "branch__insurer", "branch__region"
        )
        found |= {(Reader.API.value, key.pk): _Reader(key.name, _SYSTEM, str(key.branch)) for key in keys}
    return found


def _users(ids: set[int]) -> Iterable[User]:
    branches = Branch.objects.select_related("insurer", "region")
    appointments = Appointment.objects.select_related("branch__insurer", "branch__region", "insurer")
    return (
        User.objects.filter(pk__in=ids)
        .select_related("representative")
        .prefetch_related(
            Prefetch("representative__branches", branches), Prefetch("appointments", appointments)
        )
    )


def _member(user: User, complaint: Complaint) -> _Reader:
    """Role and place: of the case's own branch if they serve there."""
    representative = getattr(user, "representative", None)
    if representative is not None:
        serves = list(representative.branches.all())
        places = [one for one in serves if one.pk == complaint.branch_id] or serves
        return _Reader(str(user), _OF_TIER[representative.tier], str(places[0]) if places else "")
    for appointment in user.appointments.all():
        # An editor's has no place and opens no case.
        if appointment.role in _APPOINTED:
            place = str(appointment.branch or appointment.insurer)
            return _Reader(str(user), _APPOINTED[appointment.role], place)
    return _Reader(str(user), _SOMEBODY, "")
