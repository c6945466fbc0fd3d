"""Invitations: an account that is closed, and one link by which its person sets the first password.

The token exists in clear only in the e-mail; on its way there it lies sealed in the outbox. Opening the link
changes nothing: mail programs do that by themselves.
"""

import re
import secrets
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omsportal.platform import delivery, digests, outbox, sealed
from omsportal.platform.models import Outbox
from representatives import one_address, rights
from representatives.models import AccountAct, AccountDeed, Invitation, Representative, User
from representatives.reach import AccountRefused, Place, Reach, check, place_of

#: A holiday of a week is no reason to ask for another link.
LIFETIME = timedelta(days=10)
KIND, SUBJECT, ADDRESS = "invitation", "invitation", "invited"
#: Signs at the end of a token that say to which e-mail address it went.
_MARK_LENGTH = 16
_MOSCOW = ZoneInfo("Europe/Moscow")
_NO_LOGIN = re.compile(r"[^a-z0-9._+-]")
_LOGIN_LENGTH = 40


class LinkIsDead(Exception):
    """Unknown, used, withdrawn or too old: nothing tells which."""


@transaction.atomic
def invite(
    *, name: str, email: str, phone: str = "", place: Place, by: User, reach: Reach, now: datetime
) -> Invitation:
    """An account with these rights that waits for its person, and the e-mail with the link.

    The login is made of the address. Raises AccountRefused; somebody within reach who has this address counts
    as invited already. Whether others have it is told to nobody but the person who opens the link.
    """
    check(place, reach)
    one_address.hold(email)
    if with_address(email, reach, now) is not None:
        raise AccountRefused(
            "there", gettext_lazy("Somebody with this e-mail has an account already."), "email"
        )
    user = User(username=free_login(email), full_name=name, email=email, phone=phone, is_active=False)
    user.set_unusable_password()
    user.save()
    if place.tier is not None:
        person = Representative.objects.create(user=user, tier=place.tier)
        person.branches.set(place.branch_ids)
    rights.appoint(user, place, now=now)
    return _send(user, AccountDeed.INVITED, by, now)


@transaction.atomic
def invite_again(*, user: User, by: User, reach: Reach, now: datetime) -> Invitation:
    """A new link; the one before is void. Raises AccountRefused: the account is in use, or not theirs."""
    row = _locked_and_waiting(user, reach, now)
    Invitation.objects.open().of(row).withdraw(by=by, now=now)
    return _send(row, AccountDeed.INVITED_AGAIN, by, now)


@transaction.atomic
def withdraw(*, user: User, by: User, reach: Reach, now: datetime) -> None:
    """The link opens nothing any more. Raises AccountRefused when there is none, or it was used."""
    _locked_and_waiting(user, reach, now)
    if not Invitation.objects.open().of(user).withdraw(by=by, now=now):
        raise AccountRefused("no_link", gettext_lazy("No invitation is open: it was withdrawn already."))
    AccountAct.objects.create(user=user, deed=AccountDeed.WITHDRAWN, by=by, at=now)


def find(*, token: str, now: datetime) -> Invitation:
    """The open invitation behind a token. Raises LinkIsDead."""
    found = Invitation.objects.with_digest(_digest(token)).select_related("user").first()
    if found is None or not found.is_valid_at(now) or not _still_theirs(token, found.user):
        raise LinkIsDead
    return found


@transaction.atomic
def accept(*, token: str, password: str, now: datetime) -> User:
    """The first password: the account is open, the link is used. Raises LinkIsDead, AccountRefused."""
    invitation = find(token=token, now=now)
    user = User.objects.select_for_update(no_key=True).get(pk=invitation.user_id)
    is_theirs = _still_theirs(token, user)
    if not is_theirs or not Invitation.objects.open().filter(pk=invitation.pk).use(now=now):
        raise LinkIsDead
    if one_address.holder(user.email, but=user) is not None:
        raise AccountRefused(
            "two_accounts",
            gettext_lazy(
                "You have another account with this e-mail, and one address serves one account. Ask who "
                "invited you to use another address, or the administrator of the portal to move your account."
            ),
        )
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    AccountAct.objects.create(user=user, deed=AccountDeed.JOINED, by=user, at=now)
    return user


def with_address(email: str, reach: Reach, now: datetime) -> User | None:
    """Somebody within reach who has this address, invited, active or switched off."""
    same = User.objects.filter(email__iexact=email)
    return next((user for user in same if reach.touches(place_of(user, now.date()))), None)


def free_login(email: str) -> str:
    """What stands before the @, with a number behind it when it is taken."""
    plain = _NO_LOGIN.sub("", email.partition("@")[0].lower())[:_LOGIN_LENGTH] or "staff"
    taken = set(User.objects.filter(username__istartswith=plain).values_list("username", flat=True))
    names = {name.lower() for name in taken}
    return plain if plain not in names else next(
        f"{plain}{number}" for number in range(2, len(names) + 3) if f"{plain}{number}" not in names
    )  # fmt: skip


def _locked_and_waiting(user: User, reach: Reach, now: datetime) -> User:
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not reach.covers(place_of(row, now.date())):
        raise AccountRefused("not_yours", rights.NOT_WHOLLY_YOURS)
    if row.is_active or row.has_usable_password():
        raise AccountRefused("joined", gettext_lazy("This person has a password already and needs no link."))
    return row


def _send(user: User, deed: AccountDeed, by: User, now: datetime) -> Invitation:
    token = secrets.token_urlsafe(32) + _mark(user.email)
    made: Invitation = Invitation.objects.create(
        user=user, token_digest=_digest(token), invited_by=by, invited_at=now, expires_at=now + LIFETIME
    )
    AccountAct.objects.create(user=user, deed=deed, by=by, at=now)
    blob = sealed.seal(token.encode(), _context(made.pk))
    outbox.enqueue(
        channel="email", kind=KIND, subject_kind=SUBJECT, subject_id=made.pk, receiver_kind="user",
        receiver_id=user.pk, payload={"sealed": b64encode(blob).decode()}, now=now,
    )  # fmt: skip
    return made


def invitation_mail(row: Outbox) -> EmailMessage | None:
    """Link, login and until when; nothing for a link that is void by now. No name stands in it."""
    found = Invitation.objects.open().select_related("user").filter(pk=row.subject_id).first()
    moment = (row.leased_until or row.available_at) - delivery.LEASE
    if found is None or not found.is_valid_at(moment) or not found.user.email:
        return None
    token = sealed.open_(b64decode(row.payload["sealed"]), _context(found.pk)).decode()
    if not _still_theirs(token, found.user):
        return None
    link = f"{settings.SITE_URL}{reverse(ADDRESS)}?{urlencode({'token': token})}"
    with translation.override(settings.LANGUAGE_CODE):
        until = date_format(found.expires_at.astimezone(_MOSCOW), "j E, H:i")
        body = _(
            "You are invited to work in the portal of rights under the OMS policy.\n\n"
            "Open this link and set a password. It works once, until %(until)s, Moscow time:\n%(link)s\n\n"
            "Your login: %(login)s\n\n"
            "At the first sign-in you set up a second step: a code app on your phone, or a security key. It "
            "takes about three minutes, so have your phone at hand.\n\n"
            "You do not work here? Do nothing: without a password the account stays closed. Give the link to "
            "nobody."
        ) % {"until": until, "link": link, "login": found.user.username}
        return EmailMessage(subject=_("Invitation to the portal"), body=body, to=[found.user.email])


def _still_theirs(token: str, user: User) -> bool:
    """Not once the address was corrected, when the link is in a stranger's mailbox; nor beside a password."""
    return token.endswith(_mark(user.email)) and not user.has_usable_password()


def _mark(email: str) -> str:
    return digests.blind(email.lower(), "invited address").hex()[:_MARK_LENGTH]


def _digest(token: str) -> bytes:
    return digests.blind(token.encode("utf-8", "replace"), "invitation")


def _context(invitation_id: int) -> bytes:
    return f"representatives.invitation:{invitation_id}".encode()


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register("email", invitation_mail, KIND)
