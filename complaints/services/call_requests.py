"""A call asked for on the site: a case with number and code, to be called back in the person's own hours."""

import base64
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.call_windows import Window
from complaints.escalation.call_backs import Meeting
from complaints.kinds import Channel, Form, Kind
from complaints.models import CallWindow, Category, Complaint
from complaints.services import call_backs, drafts, routing
from complaints.services.filing import Filing, file_complaint
from complaints.services.transitions import RuleBroken
from insurers.models import Branch
from omsportal.platform import digests, limits, turns

#: Calls that one phone may wait for at the same time.
MOST_OPEN = 3


class TooManyCalls(Exception):
    """This phone waits for as many calls as it may, or was given too often: which of both, nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody who wants to be called says. `phone` as +79201234567."""

    branch: Branch
    category: Category
    phone: str
    name: str = ""
    about: str = ""
    window: Window


def new_key() -> str:
    """For the form: one key makes one case for a phone, however often its button is pressed."""
    return secrets.token_urlsafe(32)


def token_of(key: str, phone: str) -> str:
    """What opens number and code (drafts.receipt). Nobody who only knows the form's key can make it."""
    return base64.urlsafe_b64encode(digests.blind(f"{key}:{phone}", "call back")).decode()


def spend(*, wish: Wish, token: str, address: str, now: datetime) -> None:
    """Count an attempt: no repeated press, and no hours in which nobody works. Outside a transaction.

    Raises RuleBroken (the hours), LimitReached (the address), TooManyCalls (the phone).
    """
    if drafts.sent_with(token=token, now=now) is not None:
        return
    meeting(wish, now)
    limits.spend("callback.address", address, now)
    if limits.exceeded("callback.phone", wish.phone, now):
        raise TooManyCalls


@transaction.atomic
def ask(*, wish: Wish, token: str, now: datetime) -> Complaint:
    """Register the wish; `token` then opens its number and code for an hour (drafts.receipt).

    Raises TooManyCalls, and RuleBroken when the body never works in these hours.
    """
    _take_turn(wish.phone)
    known = drafts.sent_with(token=token, now=now)
    if known is not None:
        return known
    until = promised_until(wish=wish, now=now)
    filed = file_complaint(filing=replace(_filing(wish), call_back_until=until), now=now)
    keep_hours(complaint=filed.complaint, window=wish.window)
    drafts.hand_out(filed=filed, token=token, now=now)
    return filed.complaint


def promised_until(*, wish: Wish, now: datetime) -> datetime:
    """When the call ends that can be promised to this phone; its turn is held until the transaction ends.

    Raises TooManyCalls, and RuleBroken when the body never works in these hours.
    """
    _take_turn(wish.phone)
    if waiting_for(wish.phone) >= MOST_OPEN:
        raise TooManyCalls
    return meeting(wish, now).ends_at


def keep_hours(*, complaint: Complaint, window: Window) -> None:
    """The hours in which the person of this case wants to be called."""
    CallWindow.objects.create(
        complaint=complaint, days=window.mask, starts=window.starts, ends=window.ends,
        time_zone=window.time_zone,
    )  # fmt: skip


def waiting_for(phone: str) -> int:
    """How many calls this phone waits for, counted to the most there may be (index card_phone)."""
    blind = digests.blind(phone, "phone")
    waiting = Complaint.objects.open().filter(call_back_until__isnull=False, card__phone_blind=blind)
    return int(waiting[:MOST_OPEN].count())


def meeting(wish: Wish, now: datetime) -> Meeting:
    """When the call can be made. Raises RuleBroken."""
    body = routing.addressee(branch=wish.branch, region=None, category=wish.category, now=now)
    found = call_backs.met(branch=body, window=wish.window, now=now)
    if found is None:
        message = _("Nobody works there on these days and at these hours. Choose more days or other hours.")
        raise RuleBroken("no_hours", message)
    return found


def _filing(wish: Wish) -> Filing:
    """A conversation, not yet a written appeal: the time of the law begins once it is written down."""
    person: dict[str, Any] = {"first_name": wish.name, "phone": wish.phone}
    return Filing(
        category=wish.category,
        branch=wish.branch,
        kind=Kind.CONSULTATION,
        channel=Channel.SITE,
        form=Form.ORAL,
        is_anonymous=not wish.name,
        applicant=person,
        details={"story": wish.about},
    )


def _take_turn(phone: str) -> None:
    """Two requests for one phone at the same moment are counted one after the other."""
    turns.take(f"complaints.call_back:{digests.blind(phone, 'phone').hex()}")
