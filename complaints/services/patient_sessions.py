"""A patient proves the number and access code once; a cookie holds a random token for 30 idle minutes."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from complaints import disclosure, numbers
from complaints.models import Complaint, History, Link, PatientSession
from complaints.querysets import PatientSessionQuerySet
from complaints.services.filing import code_digest
from omsportal.platform import digests, limits, ready_sql
from omsportal.platform.ready_sql import MOMENT

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: Wrong codes are counted per number and per address.
BY_NUMBER, BY_ADDRESS = "status.number", "status.address"
#: The last-seen moment is written at most this often: a page view costs no write.
TOUCH_EVERY = timedelta(minutes=1)
_NOBODY = b"\x00" * 32
#: Stand for the digest of a token and the moment since when its browser is idle.
_TOKEN, _IDLE_SINCE = b"the token", MOMENT - IDLE


class WrongNumberOrCode(Exception):
    """No case has this number and code; which of the two is wrong is not told."""


class CameOfAge(Exception):
    """A parent's code is right, but the child is of age: the appeal is the young person's own now."""


def prove(*, number: str, code: str, address: str, now: datetime) -> Complaint:
    """The case with this number and access code, compared in constant time.

    Raises WrongNumberOrCode (also for what cannot be a number or a code), LimitReached and, once the code is
    proven, CameOfAge. Unknown numbers cost the same digest as known ones.
    """
    limits.spend(BY_ADDRESS, address, now)
    written = counted(number)
    if written:
        limits.spend(BY_NUMBER, written, now)
    # Only the digest is read before it matches: a whole case would take longer than none.
    stored = Complaint.objects.by_number(written).values_list("access_code_digest", flat=True).first()
    given = code_digest(written, numbers.code_digits(code))
    if not digests.matches(bytes(stored or _NOBODY), given):
        raise WrongNumberOrCode
    limits.forget(BY_NUMBER, written)
    limits.refund(BY_ADDRESS, address)
    proven: Complaint = Complaint.objects.by_number(written).with_card().get()
    if _is_of_age(proven, now):
        raise CameOfAge
    return proven


def counted(number: str) -> str:
    """The number as limits count it; empty for what cannot be one."""
    try:
        return numbers.parse_number(number)
    except numbers.NotANumber:
        return ""


def open_case(*, number: str, code: str, address: str, now: datetime) -> tuple[Complaint, str]:
    """Prove and begin: the case and the token for the cookie. Raises as `prove` does."""
    case = prove(number=number, code=code, address=address, now=now)
    return case, begin(complaint=case, now=now)


@transaction.atomic
def begin(*, complaint: Complaint, now: datetime) -> str:
    """Start a session and return the token for the cookie; the database keeps its digest."""
    token = secrets.token_urlsafe(32)
    PatientSession.objects.create(
        complaint=complaint,
        token_digest=_digest(token),
        begun_at=now,
        last_seen_at=now,
        expires_at=now + LONGEST,
    )
    return token


def follow(*, complaint: Complaint, now: datetime) -> str | None:
    """Start a session for the appeal that the competent body made of this one, for whoever has this one open.

    None: there is no such, or it was given a code of its own since, by which it is opened.
    """
    link = Link.objects.passing_on(complaint).first()
    if link is None or History.objects.of_code(link.later_id).exists():
        return None
    return begin(complaint=link.later, now=now)


def current(*, token: str, touch: bool = True, now: datetime) -> Complaint | None:
    """The case of a living session, or None. Without `touch` the look keeps it no longer alive."""
    if not token:
        return None
    found = ready_sql.objects(
        "session of a patient", {_TOKEN: _digest(token), MOMENT: now, _IDLE_SINCE: now - IDLE},
        lambda: PatientSession.objects.alive(now=MOMENT, idle_since=_IDLE_SINCE).of_token(_TOKEN).with_case(),
    )  # fmt: skip
    if not found:
        return None
    session = found[0]
    if touch and now - session.last_seen_at > TOUCH_EVERY:
        PatientSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    case: Complaint = session.complaint
    return None if _is_of_age(case, now) else case


def lasts(*, token: str, now: datetime) -> bool:
    """Whether the session is still one: a small read, which keeps nothing alive."""
    return bool(token) and _alive(token, now).exists()


def session_of(*, token: str, now: datetime) -> PatientSession | None:
    """The living session itself, for what belongs to one browser and not to the case."""
    session: PatientSession | None = _alive(token, now).first() if token else None
    return session


def end(*, token: str, now: datetime) -> None:
    """Sign out of this case."""
    PatientSession.objects.filter(token_digest=_digest(token), ended_at=None).update(ended_at=now)


def _alive(token: str, now: datetime) -> PatientSessionQuerySet:
    alive: PatientSessionQuerySet = PatientSession.objects.alive(now=now, idle_since=now - IDLE)
    return alive.of_token(_digest(token))


def _is_of_age(case: Complaint, now: datetime) -> bool:
    return disclosure.has_come_of_age(case.card, today=now.astimezone(case.branch.zone).date())


def _digest(token: str) -> bytes:
    return digests.blind(token, "patient session")
