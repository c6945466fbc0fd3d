"""How a person of staff is called and reached: changed by whoever looks after the account, or by the person.

A new address opens a new password, so the old one always hears of it. Nobody may both change the address of
an account and take its second step away within days: the two together would open it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from omsportal.platform import limiter
from representatives import notices, one_address, rights
from representatives.models import AccountAct, AccountDeed, Invitation, User
from representatives.reach import AccountRefused, Reach

#: Changes that one person makes in an hour: every refusal of an address says that somebody has it.
CHANGES = (60, 3600)


@dataclass(frozen=True, slots=True)
class Details:
    """What stands in an account beside login and rights."""

    name: str
    email: str
    phone: str

    @classmethod
    def of(cls, user: User) -> "Details":
        return cls(user.full_name, user.email, user.phone.as_e164 if user.phone else "")


def change(*, user: User, details: Details, by: User, reach: Reach, now: datetime) -> User:
    """Another name, address or phone for somebody who is wholly within reach.

    An invitation that nobody has used is void with its address. Not in the caller's transaction: a refusal
    counts too. Raises AccountRefused.
    """
    _count(by, now)
    return _change(user, details, by, reach, now)


@transaction.atomic
def _change(user: User, details: Details, by: User, reach: Reach, now: datetime) -> User:
    row, place = rights.locked(user, by, reach, now)
    rights.require_whole(place, reach)
    if details.email.lower() != row.email.lower():
        rights.forbid_both(row, by, AccountDeed.FACTOR_TAKEN, now)
        Invitation.objects.open().of(row).withdraw(by=by, now=now)
    return _write(row, details, by, now)


def change_own(*, user: User, email: str, phone: str, now: datetime) -> User:
    """The person's own address and phone; the name is given by others.

    Not in the caller's transaction: a refusal counts too. Raises AccountRefused.
    """
    _count(user, now)
    return _change_own(user, email, phone, now)


@transaction.atomic
def _change_own(user: User, email: str, phone: str, now: datetime) -> User:
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return _write(row, Details(row.full_name, email, phone), row, now)


def _write(row: User, wanted: Details, by: User, now: datetime) -> User:
    before = Details.of(row)
    if wanted == before:
        return row
    is_new_address = wanted.email.lower() != before.email.lower()
    if is_new_address:
        _check_address(row, wanted.email)
    row.full_name, row.email, row.phone = wanted.name, wanted.email, wanted.phone
    row.shares_email = row.shares_email and not is_new_address
    row.save(update_fields=["full_name", "email", "phone", "shares_email"])
    deed = AccountDeed.EMAIL if is_new_address else AccountDeed.DETAILS
    AccountAct.objects.create(user=row, deed=deed, by=by, at=now)
    # Of a closed account too: it may be opened again with the new address.
    if is_new_address and (row.is_active or row.has_usable_password()):
        notices.tell_old_address(row, before.email, now=now)
        notices.tell_changed(row, "email_given", now=now)
    return row


def _check_address(row: User, email: str) -> None:
    """One address, one account: a new password goes to it. Whose the other is stays untold."""
    if not email:
        raise AccountRefused("no_address", _("Write a work e-mail: a new password is sent there."), "email")
    if one_address.holder(email, but=row) is not None:
        text = _(
            "This address cannot be used here. Give another one, or ask the administrator of the portal."
        )
        raise AccountRefused("two_accounts", text, "email")


def _count(by: User, now: datetime) -> None:
    try:
        limiter.hit(f"account-details:{by.pk}", *CHANGES, now)
    except limiter.LimitReached as error:
        raise AccountRefused("too_many", _("You have changed very many accounts. Wait an hour.")) from error
