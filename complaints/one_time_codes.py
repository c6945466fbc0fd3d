"""One-time codes: eight digits, ten minutes, five attempts, one use. Nobody stores them: they are derived.

Who reads the database and has not the digest key learns no code; who sends one derives it at that moment.
"""

from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Greatest

from complaints.models import OneTimeCode
from omsportal.platform import digests

LASTS = timedelta(minutes=10)
DIGITS = 8
_KEEP = timedelta(days=1)


def begin(
    *,
    purpose: OneTimeCode.Purpose,
    complaint_id: int | None,
    token_digest: bytes | None = None,
    now: datetime,
) -> OneTimeCode:
    """A new code of this purpose; without a case nobody will get it."""
    begun: OneTimeCode = OneTimeCode.objects.create(
        purpose=purpose,
        complaint_id=complaint_id,
        token_digest=token_digest,
        asked_at=now,
        expires_at=now + LASTS,
    )
    return begun


def digits_of(code: OneTimeCode) -> str:
    """The code itself, for the message that carries it."""
    number = int.from_bytes(digests.blind(code.reference.bytes, "one-time code")[:12])
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def written(code: OneTimeCode) -> str:
    digits = digits_of(code)
    return f"{digits[:4]} {digits[4:]}"


def is_open(code: OneTimeCode, *, now: datetime) -> bool:
    """It may still be typed."""
    return code.used_at is None and code.expires_at > now and code.attempts < OneTimeCode.MOST_ATTEMPTS


def spend(*, code: OneTimeCode | None, typed: str, now: datetime) -> bool:
    """Count an attempt and say whether it is the code; a right one is used up by the first who types it.

    An unknown code (None), one of no case, and a wrong one cost the same. Call it outside a transaction: an
    attempt must outlive what fails afterwards.
    """
    row = code or OneTimeCode(pk=0)
    counted = OneTimeCode.objects.open(now=now).filter(pk=row.pk).update(attempts=F("attempts") + 1)
    same = digests.matches(digits_of(row).encode(), "".join(filter(str.isdigit, typed)).encode())
    right = bool(counted) and same and row.complaint_id is not None
    unused = OneTimeCode.objects.filter(pk=row.pk if right else 0, used_at=None)
    return unused.update(used_at=Greatest(F("asked_at"), Value(now))) == 1


def purge(now: datetime) -> int:
    """Delete what was over a day ago; returns how many."""
    deleted: int = OneTimeCode.objects.over(now=now - _KEEP).delete()[0]
    return deleted
