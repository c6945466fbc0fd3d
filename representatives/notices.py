"""What a person is told by e-mail about the own account: that it changed, and the code to a new password.

Rows of the outbox name the person and the change; the address is looked up when the mail is sent. The code of
a new password travels sealed, and only while it is valid.
"""

from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omsportal.platform import delivery, outbox, sealed
from omsportal.platform.models import Outbox
from representatives.models import User

CHANGED, RESET_CODE, LEFT = "account_changed", "password_reset_code", "address_left"
_SUBJECT = "user"
_MOSCOW = ZoneInfo("Europe/Moscow")

#: By the last word of allauth's name for it; those of our own below.
CHANGES: dict[str, str | Promise] = {
    "totp_activated": gettext_lazy("a code app was connected as the second step of sign-in"),
    "totp_deactivated": gettext_lazy("the code app was disconnected"),
    "webauthn_added": gettext_lazy("a security key was added as the second step of sign-in"),
    "webauthn_removed": gettext_lazy("a security key was removed"),
    "recovery_codes_generated": gettext_lazy("new spare codes were made, the old ones are void"),
    "password_changed": gettext_lazy("the password was changed"),
    "password_reset": gettext_lazy("the password was changed with a code from an e-mail"),
    "password_set": gettext_lazy("the password was changed"),
    "password_given": gettext_lazy("an administrator gave you a new password"),
    "factor_reset": gettext_lazy(
        "an administrator removed the second step of sign-in, you will set it up anew when you sign in"
    ),
    "email_given": gettext_lazy("this e-mail address was entered: a new password would be sent here"),
    "rights_changed": gettext_lazy("your rights in the portal were changed"),
    "switched_on": gettext_lazy("your account was opened again"),
    "codes_tried": gettext_lazy(
        "somebody entered the right password and then several wrong codes of the second step"
    ),
}
_SOMETHING = gettext_lazy("settings of sign-in were changed")


def tell_changed(user: User, change: str, *, now: datetime) -> bool:
    """Tell the person that their way to sign in changed; False when there is no address to tell it to."""
    return bool(user.email) and _enqueue(user, CHANGED, {"change": change}, now)


def send_reset_code(user: User, code: str, *, now: datetime) -> bool:
    """Send the code that allows a new password; somebody sits and waits for it."""
    blob = sealed.seal(code.encode(), _context(user.pk))
    return _enqueue(user, RESET_CODE, {"sealed": b64encode(blob).decode()}, now)


def tell_old_address(user: User, old: str, *, now: datetime) -> bool:
    """Tell the address from before that it is no longer used; False when there was none.

    It stands nowhere else any more, so it travels sealed.
    """
    blob = sealed.seal(old.encode(), _old_context(user.pk))
    return bool(old) and _enqueue(user, LEFT, {"sealed": b64encode(blob).decode()}, now)


def _old_context(user_id: int) -> bytes:
    return f"representatives.old_address:{user_id}".encode()


def _enqueue(user: User, kind: str, payload: dict[str, str], now: datetime) -> bool:
    return outbox.enqueue(
        channel="email", kind=kind, subject_kind=_SUBJECT, subject_id=user.pk, receiver_kind=_SUBJECT,
        receiver_id=user.pk, dedup=int(now.timestamp() * 1_000_000), payload=payload,
        urgent=kind == RESET_CODE, now=now,
    )  # fmt: skip


def _context(user_id: int) -> bytes:
    return f"representatives.reset_code:{user_id}".encode()


def changed_mail(row: Outbox) -> EmailMessage | None:
    """What changed, when, and what to do if it was somebody else."""
    person = _person(row)
    if person is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        at = date_format(row.created_at.astimezone(_MOSCOW), "j E, H:i")
        body = _(
            "In your account “%(login)s” %(change)s (%(at)s, Moscow time).\n\n"
            "If it was not you, tell the administrator of the portal at once: somebody else may know your "
            "password."
        ) % {"login": person.username, "change": CHANGES.get(row.payload["change"], _SOMETHING), "at": at}
        return EmailMessage(subject=_("Your sign-in was changed"), body=body, to=[person.email])


def left_mail(row: Outbox) -> EmailMessage | None:
    """To the address from before: when it was given up, and what to do if it was somebody else."""
    person = User.objects.filter(pk=row.receiver_id).first()
    if person is None:
        return None
    old = sealed.open_(b64decode(row.payload["sealed"]), _old_context(row.subject_id)).decode()
    with translation.override(settings.LANGUAGE_CODE):
        at = date_format(row.created_at.astimezone(_MOSCOW), "j E, H:i")
        body = _(
            "The account “%(login)s” uses another e-mail address since %(at)s, Moscow time. Nothing more is "
            "sent to this one.\n\n"
            "If you did not want that, tell the head of your branch or the administrator of the portal at "
            "once: whoever has the new address can ask for a new password."
        ) % {"login": person.username, "at": at}
        return EmailMessage(subject=_("The e-mail of your account was changed"), body=body, to=[old])


def reset_code_mail(row: Outbox) -> EmailMessage | None:
    """The code; nothing once it is no longer valid."""
    person = _person(row)
    if person is None or _is_late(row):
        return None
    code = sealed.open_(b64decode(row.payload["sealed"]), _context(row.subject_id)).decode()
    with translation.override(settings.LANGUAGE_CODE):
        body = _(
            "Code for a new password: %(code)s\n\n"
            "Type it into the page that you left open. It is valid for %(minutes)d minutes.\n\n"
            "If you did not ask for it, do nothing: your password stays as it is. Tell nobody the code."
        ) % {"code": code, "minutes": settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT // 60}
        return EmailMessage(subject=_("Code for a new password"), body=body, to=[person.email])


def _is_late(row: Outbox) -> bool:
    """The lease's end is the one moment of now that a row being sent carries."""
    now = (row.leased_until or row.available_at) - delivery.LEASE
    return now > row.created_at + timedelta(seconds=settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT)


def _person(row: Outbox) -> User | None:
    person = User.objects.filter(pk=row.receiver_id, is_active=True).first()
    return person if person is not None and person.email else None


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register("email", changed_mail, CHANGED)
    delivery.register("email", reset_code_mail, RESET_CODE)
    delivery.register("email", left_mail, LEFT)
