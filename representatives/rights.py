"""What an account has and whether it is open: changed by whoever may give it, and somebody is always left."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from insurers.models import Branch, Insurer
from representatives import factors, notices, one_address, sessions
from representatives.models import (
    AccountAct,
    AccountDeed,
    AccountReason,
    Appointment,
    Invitation,
    Representative,
    User,
)
from representatives.reach import AccountRefused, Place, Reach, check, place_of, somebody_else
from representatives.roles import AppointmentRole

NOT_WHOLLY_YOURS = _(
    "This person also works where you do not decide. Ask the administrator of the insurer or of the portal."
)
#: A new address and a lost second step together open an account: two people do it, or one after a week.
NOT_BOTH_WITHIN = timedelta(days=7)
_NOT_BOTH = _(
    "You have changed e-mail or second step of this account in the last seven days. Let somebody else who "
    "looks after it do the other: another head, or the administrator of the insurer."
)
_LAST_HEAD = _("%(place)s would be left without a head. Appoint another one first.")
_LAST_ADMIN = _("%(place)s would be left without an administrator. Appoint another one first.")
_NOT_ONESELF = _("Nobody changes the own rights. Ask a colleague with the same rights, or those above you.")


@transaction.atomic
def change(*, user: User, place: Place, by: User, reach: Reach, now: datetime) -> User:
    """Give the account this place, as far as it is within reach; what lies beyond stays as it is.

    It holds from their next click on. Raises AccountRefused (also: the last head of a branch).
    """
    row, before = locked(user, by, reach, now)
    wanted = _joined(before, place, reach)
    if place or not wanted:
        check(place, reach)
    _keep_somebody(row, before.headed_ids - wanted.headed_ids, before.insurer_ids - wanted.insurer_ids, now)
    _serve(row, wanted)
    _end(row, before.headed_ids - wanted.headed_ids, before.insurer_ids - wanted.insurer_ids, now)
    new = Place(
        headed_ids=wanted.headed_ids - before.headed_ids, insurer_ids=wanted.insurer_ids - before.insurer_ids
    )
    appoint(row, new, now=now)
    if wanted != before:
        AccountAct.objects.create(user=row, deed=AccountDeed.RIGHTS, by=by, at=now)
        if row.is_active:
            notices.tell_changed(row, "rights_changed", now=now)
    return row


@transaction.atomic
def switch_off(*, user: User, reason: str, by: User, reach: Reach, now: datetime) -> User:
    """Close the account: every session ends with its next request, an open invitation is void.

    Raises AccountRefused (closed already; the last head or administrator). Work in hand goes back by whoever
    knows what work is: complaints.services.departures.
    """
    row, place = locked(user, by, reach, now)
    require_whole(place, reach)
    if not row.is_active and not Invitation.objects.open().of(row).exists():
        raise AccountRefused("is_off", _("This account is closed already."))
    _keep_somebody(row, place.headed_ids, place.insurer_ids, now)
    row.is_active = False
    row.save(update_fields=["is_active"])
    Invitation.objects.open().of(row).withdraw(by=by, now=now)
    sessions.end_all(row, now=now)
    AccountAct.objects.create(
        user=row, deed=AccountDeed.SWITCHED_OFF, reason=AccountReason(reason), by=by, at=now
    )
    return row


@transaction.atomic
def switch_on(*, user: User, reason: str, by: User, reach: Reach, now: datetime) -> User:
    """Open the account again, with the password and second step it had. Raises AccountRefused."""
    row, place = locked(user, by, reach, now)
    require_whole(place, reach)
    if row.is_active:
        raise AccountRefused("is_on", _("This account is open already."))
    if not row.has_usable_password():
        raise AccountRefused("never_joined", _("This person has set no password yet: send the link again."))
    if one_address.holder(row.email, but=row) is not None:
        raise AccountRefused("two_accounts", _("Another open account has this e-mail. Close one of the two."))
    row.is_active = True
    row.save(update_fields=["is_active"])
    AccountAct.objects.create(
        user=row, deed=AccountDeed.SWITCHED_ON, reason=AccountReason(reason), by=by, at=now
    )
    notices.tell_changed(row, "switched_on", now=now)
    return row


@transaction.atomic
def take_factor(*, user: User, reason: str, by: User, reach: Reach, now: datetime) -> User:
    """Take the lost second step away: the person is told, signed out, and sets up a new one at sign-in.

    Raises AccountRefused (there is none; not wholly theirs; the own one).
    """
    row, place = locked(user, by, reach, now)
    require_whole(place, reach)
    forbid_both(row, by, AccountDeed.EMAIL, now)
    if not factors.reset(row, now=now):
        raise AccountRefused("no_factor", _("No second step is set up: it is asked for at the next sign-in."))
    AccountAct.objects.create(
        user=row, deed=AccountDeed.FACTOR_TAKEN, reason=AccountReason(reason), by=by, at=now
    )
    return row


def appoint(user: User, place: Place, *, now: datetime) -> None:
    """Head of branches, administrator of insurers, from today on."""
    today = now.date()
    heads: list[dict[str, Any]] = [
        {"role": AppointmentRole.HEAD, "branch_id": pk} for pk in sorted(place.headed_ids)
    ]
    admins: list[dict[str, Any]] = [
        {"role": AppointmentRole.INSURER_ADMIN, "insurer_id": pk} for pk in sorted(place.insurer_ids)
    ]
    for details in (*heads, *admins):
        Appointment.objects.get_or_create(user=user, valid_from=today, **details)


def forbid_both(row: User, by: User, other: AccountDeed, now: datetime) -> None:
    """Who has done the other deed to this account within days does not do this one. Raises AccountRefused."""
    if AccountAct.objects.of(row).filter(deed=other, by=by, at__gt=now - NOT_BOTH_WITHIN).exists():
        raise AccountRefused("both", _NOT_BOTH)


def locked(user: User, by: User, reach: Reach, now: datetime) -> tuple[User, Place]:
    """The row of the account and what it has; two administrators at once see each other's change."""
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    place = place_of(row, now.date())
    if row.pk == by.pk:
        raise AccountRefused("oneself", _NOT_ONESELF)
    if row.is_superuser:
        raise AccountRefused(
            "superuser", _("Administrators of the portal are looked after in the Administration.")
        )
    if not reach.touches(place):
        raise AccountRefused("not_yours", NOT_WHOLLY_YOURS)
    return row, place


def require_whole(place: Place, reach: Reach) -> None:
    if not reach.covers(place):
        raise AccountRefused("not_yours", NOT_WHOLLY_YOURS)


def _joined(before: Place, chosen: Place, reach: Reach) -> Place:
    """What is chosen, and what lies beyond reach. A tier is one for all branches: it changes as a whole."""
    beyond = before.branch_ids - reach.branch_ids
    if beyond and chosen.tier not in (None, before.tier):
        raise AccountRefused("tier_elsewhere", NOT_WHOLLY_YOURS, "tier")
    return Place(
        tier=chosen.tier if not beyond else before.tier,
        branch_ids=chosen.branch_ids | beyond,
        headed_ids=chosen.headed_ids | (before.headed_ids - reach.branch_ids),
        insurer_ids=chosen.insurer_ids | (before.insurer_ids - reach.insurer_ids),
        is_editor=before.is_editor,
    )


def _serve(user: User, wanted: Place) -> None:
    """Without branches the record of the person stays: the duty roster of before names it."""
    person = Representative.objects.filter(user=user).first()
    if person is None:
        if wanted.tier is None:
            return
        person = Representative.objects.create(user=user, tier=wanted.tier)
    elif wanted.tier is not None and person.tier != wanted.tier:
        person.tier = wanted.tier
        person.save(update_fields=["tier"])
    person.branches.set(wanted.branch_ids)


def _end(user: User, headed: Iterable[int], administered: Iterable[int], now: datetime) -> None:
    """From now on; an appointment of today has never been."""
    today = now.date()
    own = Appointment.objects.of(user).not_over(today)
    ending = own.filter(branch_id__in=headed) | own.filter(insurer_id__in=administered)
    for appointment in ending:
        if appointment.valid_from >= today:
            appointment.delete()
            continue
        appointment.valid_to = today - timedelta(days=1)
        appointment.save(update_fields=["valid_to"])


def _keep_somebody(user: User, headed: Iterable[int], administered: Iterable[int], now: datetime) -> None:
    """Each of these has another person who may sign in. Locks their rows, so that two cannot leave at once.

    An account that is closed anyway, or an invitation that nobody has used, leaves nobody alone.
    """
    if not user.is_active:
        return
    day = now.date()
    for branch in (
        Branch.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=headed).order_by("pk")
    ):
        if not somebody_else(user=user, branch_id=branch.pk, insurer_id=None, day=day):
            raise AccountRefused("last_head", _LAST_HEAD % {"place": branch}, "headed")
    owners = Insurer.objects.select_for_update(no_key=True).filter(pk__in=administered).order_by("pk")
    for insurer in owners:
        if not somebody_else(user=user, branch_id=None, insurer_id=insurer.pk, day=day):
            raise AccountRefused("last_admin", _LAST_ADMIN % {"place": insurer}, "administers")
