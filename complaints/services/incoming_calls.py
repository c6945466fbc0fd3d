"""Calls that telephony software announces: a one-time address that opens the registration card prefilled.

The phone is in no address: the token leads to a sealed row, which dies with the hour.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.escalation import rounds
from complaints.models import IncomingCall
from insurers.models import Branch
from omsportal.platform import digests
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: How long a ringing phone may wait for somebody to open its card.
TO_OPEN = timedelta(minutes=10)
#: How long whoever opened it may load the card again.
OPENED = timedelta(hours=1)


class CallGone(Exception):
    """Never announced, over, of another branch, or opened by somebody else: which of them, nobody is told."""


@dataclass(frozen=True, slots=True)
class Announced:
    """The token exists in clear only here and in the address."""

    token: str
    expires_at: datetime


@transaction.atomic
def announce(*, branch: Branch, phone: str, call: str, key_id: int, now: datetime) -> Announced:
    """Keep the caller's phone (+79…, or empty when it is hidden) behind a one-time address.

    `call` is the software's own name of the call: announced again it gives the same address.
    """
    token = _token(key_id, call)
    IncomingCall.objects.expired(now=now).filter(token_digest=_digest(token)).delete()
    fresh = {"branch": branch, "sealed": {"phone": phone}, "announced_at": now, "expires_at": now + TO_OPEN}
    kept, _made = IncomingCall.objects.get_or_create(token_digest=_digest(token), defaults=fresh)
    return Announced(token, kept.expires_at)


@transaction.atomic
def open_call(*, token: str, by: User, profile: "Profile", now: datetime) -> tuple[int, str]:
    """Branch and phone of the call, for the first of its branch who comes; for them again within the hour.

    Locks the call. Raises CallGone.
    """
    row = IncomingCall.objects.for_opening(_digest(token))
    if row is None or row.expires_at <= now or row.branch_id not in profile.branch_ids:
        raise CallGone
    if row.opened_by_id is None:
        row.opened_by, row.opened_at, row.expires_at = by, now, now + OPENED
        row.save(update_fields=["opened_by", "opened_at", "expires_at"])
    if row.opened_by_id != by.pk:
        raise CallGone
    return row.branch_id, row.sealed["phone"]


def purge(now: datetime) -> int:
    """Throw away what is over; returns how many."""
    return int(IncomingCall.objects.expired(now=now).delete()[0])


def register() -> None:
    rounds.ROUNDS.append(rounds.Round("incoming_calls", timedelta(minutes=15), purge))


def _token(key_id: int, call: str) -> str:
    if not call:
        return secrets.token_urlsafe(32)
    return base64.urlsafe_b64encode(digests.blind(f"{key_id}:{call}", "call name")).decode().rstrip("=")


def _digest(token: str) -> bytes:
    return digests.blind(token, "call token")
