"""What staff do with their own record, and heads with the duty roster."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insurers.models import Branch
from omsportal.platform import bells
from representatives.models import DutyShift, Representative
from representatives.roles import Presence

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: Told to whoever shows who is there.
CHANGED = "cases"


def set_presence(*, representative_id: int, presence: str, now: datetime) -> bool:
    """Be free, busy, on a break or away; True if that is new. Raises ValueError for an unknown presence."""
    wanted = Presence(presence)
    changed = (
        Representative.objects.filter(pk=representative_id)
        .exclude(presence=wanted)
        .update(presence=wanted, presence_since=now, seen_at=now, here_at=None)
    )
    if changed:
        bells.ring(CHANGED)
    return bool(changed)


def leave_desk(*, user_id: int, now: datetime) -> None:
    """Be away: the session is over, whether or not anybody pressed "sign out"."""
    person = Representative.objects.filter(user=user_id).first()
    if person is not None:
        set_presence(representative_id=person.pk, presence=Presence.AWAY, now=now)


def be_seen(*, user_id: int, now: datetime) -> None:
    """They did something: whoever is present stays so."""
    Representative.objects.filter(user=user_id).update(seen_at=now)


def be_here(*, representative_id: int, now: datetime) -> None:
    """A page of theirs is open in some browser; whether somebody sits before it tells `be_seen`."""
    Representative.objects.filter(pk=representative_id).update(here_at=now)


def leave_forgotten_desks(*, silent_since: datetime, idle_since: datetime, since: datetime) -> int:
    """Be away for whoever is marked as present and closed the browser without a word; returns how many.

    Those whose pages had been giving signs of life and have neither given one nor done anything since
    `silent_since`; of the others, whose browsers run no scripts, those who did nothing since `idle_since`
    (a session without a deed ends after sessions.IDLE), and whom nobody ever saw since before `since`.
    """
    present = Representative.objects.exclude(presence=Presence.AWAY)
    silent = Q(here_at__lt=silent_since) & (Q(seen_at=None) | Q(seen_at__lt=silent_since))
    forgotten = present.filter(silent | Q(seen_at__lt=idle_since) | Q(seen_at=None, presence_since__lt=since))
    left = forgotten.update(presence=Presence.AWAY, presence_since=None, here_at=None)
    if left:
        bells.ring(CHANGED)
    return left


#: A shift that begins "now" was typed some minutes ago; more is the past.
LATE_ENTRY = timedelta(hours=1)
#: Nobody is on duty longer at a stretch; a longer span is a slip of the year or month.
LONGEST_SHIFT = timedelta(days=31)


class ShiftRefused(Exception):
    """The roster cannot be changed like that (422). `message` says why, `field` which answer is to blame."""

    def __init__(self, code: str, message: object, field: str | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.field = code, message, field


@transaction.atomic
def add_shift(
    *,
    branch: Branch,
    person: Representative,
    starts_at: datetime,
    ends_at: datetime,
    place: int,
    profile: "Profile",
    now: datetime,
) -> DutyShift:
    """Put a person on duty in their tier. Raises ShiftRefused, PermissionDenied for all but its head.

    The branch's row is locked: two heads at once see each other's shifts.
    """
    _require_head(profile, branch.pk)
    _check_span(starts_at, ends_at, now)
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    if not Representative.objects.on_roster_of(branch).filter(pk=person.pk).exists():
        raise ShiftRefused("stranger", _("This person does not work in a duty tier of the branch."), "person")
    others = DutyShift.objects.of(branch_id=branch.pk, tier=person.tier).between(starts_at, ends_at)
    if others.filter(representative=person).exists():
        raise ShiftRefused("twice", _("This person is on duty already at that time."), "person")
    if others.filter(place=place).exists():
        raise ShiftRefused(
            "place_taken", _("Somebody else has this place in line at that time. Choose another."), "place"
        )
    return DutyShift.objects.create(
        branch=branch, tier=person.tier, representative=person, place=place, starts_at=starts_at,
        ends_at=ends_at,
    )  # fmt: skip


@transaction.atomic
def remove_shift(*, shift: DutyShift, profile: "Profile", now: datetime) -> None:
    """Take a shift out of the roster; one that runs ends now, so that it stays known who was on duty.

    Raises ShiftRefused (it is over), PermissionDenied for all but the branch's head.
    """
    _require_head(profile, shift.branch_id)
    if shift.ends_at <= now:
        raise ShiftRefused("over", _("This shift is over: it stays as it was."))
    if shift.starts_at >= now:
        shift.delete()
        return
    shift.ends_at = now
    shift.save(update_fields=["ends_at"])


def _require_head(profile: "Profile", branch_id: int) -> None:
    if branch_id not in profile.headed_branch_ids:
        raise PermissionDenied(_("Only the head of the branch changes its roster."))


def _check_span(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= starts_at:
        raise ShiftRefused("ends_first", _("The shift must end after it begins."), "ends_at")
    if starts_at < now - LATE_ENTRY:
        raise ShiftRefused("past", _("This is in the past. Begin the shift now or later."), "starts_at")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise ShiftRefused("too_long", _("This is longer than a month. Check the dates."), "ends_at")
