"""What heads set about the people of their branches: how much they take, of what, and when they are away."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from representatives.models import Leave, Representative

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: More open cases than these nobody answers for; a higher number is a slip.
HIGHEST_CEILING = 1000
#: A leave for a child lasts longer, and is entered in parts.
LONGEST_LEAVE = timedelta(days=366)
#: Sick leave is often entered when the person is back; older days change nothing any more.
ENTERED_LATE = timedelta(days=14)


class PersonRefused(Exception):
    """It cannot be set like that (422). `message` says why, `field` which answer is to blame."""

    def __init__(self, code: str, message: object, field: str | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.field = code, message, field


def answers_for(profile: "Profile", person: Representative) -> bool:
    """This person is the head of a branch where the other one works."""
    return bool(profile.headed_branch_ids & set(person.branches.values_list("pk", flat=True)))


@transaction.atomic
def set_limits(
    *, person: Representative, ceiling: int, competences: Sequence[str], profile: "Profile"
) -> Representative:
    """How many open cases at once, and which themes (none: all). The next case is taken by these.

    Raises PersonRefused, PermissionDenied for all but a head of theirs. The record of rights keeps it.
    """
    row = _locked(person, profile)
    if not 1 <= ceiling <= HIGHEST_CEILING:
        message = _("Write a number from 1 to %(most)s.") % {"most": HIGHEST_CEILING}
        raise PersonRefused("ceiling", message, "ceiling")
    row.ceiling, row.competences = ceiling, sorted(set(competences))
    row.save(update_fields=["ceiling", "competences"])
    return row


@transaction.atomic
def add_leave(
    *, person: Representative, starts_on: date, ends_on: date, today: date, profile: "Profile"
) -> Leave:
    """Days on which this person takes no cases; both belong to it. `today` is that of the branch.

    From the first day on the portal puts back what they hold in work. Raises PersonRefused, PermissionDenied.
    """
    row = _locked(person, profile)
    _check_days(starts_on, ends_on, today)
    if Leave.objects.of(row).touching(starts_on, ends_on).exists():
        raise PersonRefused("overlap", _("These days meet a leave that is entered already."), "starts_on")
    return Leave.objects.create(representative=row, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def end_leave(*, leave: Leave, today: date, profile: "Profile") -> None:
    """Take a leave out that has not begun; one that runs ended yesterday, so that its days stay known.

    Raises PersonRefused (it is over), PermissionDenied.
    """
    _locked(leave.representative, profile)
    if leave.ends_on < today:
        raise PersonRefused("over", _("This leave is over: it stays as it was."))
    if leave.starts_on >= today:
        leave.delete()
        return
    leave.ends_on = today - timedelta(days=1)
    leave.save(update_fields=["ends_on"])


def _locked(person: Representative, profile: "Profile") -> Representative:
    """Two heads at once see each other's changes."""
    if not answers_for(profile, person):
        raise PermissionDenied(_("Only a head of the person's branch sets this."))
    return Representative.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)


def _check_days(starts_on: date, ends_on: date, today: date) -> None:
    if ends_on < starts_on:
        raise PersonRefused("ends_first", _("The last day must not be before the first."), "ends_on")
    if ends_on < today - ENTERED_LATE:
        raise PersonRefused("past", _("These days are over: check month and year."), "starts_on")
    if ends_on - starts_on > LONGEST_LEAVE:
        raise PersonRefused("too_long", _("This is longer than a year. Check the dates."), "ends_on")


__all__ = [
    "HIGHEST_CEILING", "Leave", "PersonRefused", "add_leave", "answers_for", "end_leave", "set_limits",
]  # fmt: skip
