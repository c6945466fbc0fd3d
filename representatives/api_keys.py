"""Keys of branches: made, shown once, checked, revoked."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from insurers.models import Branch
from omsportal.platform import digests
from representatives import integrating
from representatives.integrating import Span
from representatives.models import ApiKey, Representative, User
from representatives.profiles import Profile, profile_of
from representatives.roles import Tier

MARK = "oms"
PREFIX_LENGTH = 8
#: The moment of last use is written at most this often: a request costs no write.
TOUCH_EVERY = timedelta(minutes=1)
#: After a rotation both keys work so long.
OVERLAP = timedelta(days=2)
_NOBODY = bytes(32)
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


class KeyRefused(Exception):
    """No valid key: unknown, expired, revoked, or its representative may not work any more."""


@dataclass(frozen=True, slots=True)
class Created:
    """The new key; `text` exists in clear only here."""

    key: ApiKey
    text: str


@transaction.atomic
def create(
    *, branch: Branch, user: User, name: str, scopes: list[str], lifetime: timedelta, now: datetime,
    others: Sequence[int] = (), everywhere: bool = False,
) -> Created:  # fmt: skip
    """A new key of a branch, and of others. `user` is the representative in whose name it acts."""
    prefix, secret = _random(PREFIX_LENGTH), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        **Span(branch, others, everywhere).columns,
        user=user,
        name=name,
        prefix=prefix,
        key_digest=_digest(prefix, secret),
        scopes=scopes,
        created_at=now,
        expires_at=now + lifetime,
    )
    return Created(key, f"{MARK}_{prefix}_{secret}")


@transaction.atomic
def service_representative(*, branch: Branch, name: str, tier: int, others: Iterable[int] = ()) -> User:
    """The representative without a password in whose name a system works at branches of one tier.

    A second key of the same name (rotation) acts as the same person, so what it holds stays held. How far
    each key reaches is said by the key.
    """
    username = f"api-{branch.pk}-{tier}-{digests.blind(name, 'api user')[:4].hex()}"
    user, _made = User.objects.get_or_create(username=username, defaults={"full_name": name})
    if not user.password:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    representative, _made = Representative.objects.get_or_create(user=user, defaults={"tier": tier})
    representative.branches.add(branch, *others)
    return user


@transaction.atomic
def give(
    *,
    span: Span,
    name: str,
    tier: int,
    scopes: list[str],
    lifetime: timedelta,
    profile: Profile,
    now: datetime,
) -> Created:
    """A new key by whoever answers for its branches; a fund's key always works in the fund's queue.

    Raises PermissionDenied.
    """
    integrating.check(profile, span)
    at = int(Tier.FUND) if span.branch.is_fund else tier
    return put_in(span=span, name=name, tier=at, scopes=scopes, lifetime=lifetime, now=now)


@transaction.atomic
def put_in(
    *, span: Span, name: str, tier: int, scopes: list[str], lifetime: timedelta, now: datetime
) -> Created:
    """The system's representative in all branches of the span, and a key; nobody is asked for rights."""
    served = integrating.reached(ApiKey(**span.columns))
    user = service_representative(branch=span.branch, name=name, tier=tier, others=served)
    return create(
        branch=span.branch, user=user, name=name, scopes=scopes, lifetime=lifetime, now=now,
        others=span.others, everywhere=span.everywhere,
    )  # fmt: skip


@transaction.atomic
def rotate(*, key: ApiKey, profile: Profile, now: datetime) -> Created:
    """A new key of the same name, rights and length of life; the old one ends two days later.

    Raises PermissionDenied, KeyRefused for a key that has ended.
    """
    integrating.check_row(profile, key)
    old = ApiKey.objects.select_for_update(no_key=True, of=("self",)).get(pk=key.pk)
    if not old.is_valid_at(now):
        raise KeyRefused
    fresh = create(
        branch=key.branch, user=key.user, name=old.name, scopes=old.scopes,
        lifetime=old.expires_at - old.created_at, now=now, others=old.other_branch_ids,
        everywhere=old.everywhere,
    )  # fmt: skip
    old.expires_at = min(old.expires_at, now + OVERLAP)
    old.save(update_fields=["expires_at"])
    return fresh


@transaction.atomic
def take_back(*, key: ApiKey, profile: Profile, now: datetime) -> ApiKey:
    """Revoke by whoever answers for its branches. Raises PermissionDenied."""
    integrating.check_row(profile, key)
    return revoke(key=key, now=now)


def check(*, text: str, now: datetime) -> ApiKey:
    """The key behind this text. Raises KeyRefused; an unknown key costs the same digest as a known one."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    key = ApiKey.objects.with_prefix(prefix) if mark == MARK and prefix.isascii() else None
    stored = bytes(key.key_digest) if key else _NOBODY
    if not digests.matches(stored, _digest(prefix, secret)) or key is None:
        raise KeyRefused
    if not key.is_valid_at(now) or not key.user.is_active:
        raise KeyRefused
    _touch(key, now)
    return key


def revoke(*, key: ApiKey, now: datetime) -> ApiKey:
    """End a key at once. Revoking twice keeps the first moment."""
    if key.revoked_at is None:
        key.revoked_at = max(now, key.created_at)
        key.save(update_fields=["revoked_at"])
    return key


def profile_of_key(key: ApiKey, *, now: datetime) -> Profile:
    """What the key's representative may do, at the branches of the key only."""
    profile = profile_of(key.user, now=now)
    branch_ids = integrating.reached(key)
    return replace(
        profile,
        # A branch that came to the insurer later is reached too, although nobody has put the system there.
        branch_ids=branch_ids if key.everywhere else branch_ids & profile.branch_ids,
        headed_branch_ids=frozenset(),
        insurer_ids=frozenset(),
        covered=frozenset(),
    )


def branch_for(key: ApiKey, region_code: str) -> Branch | None:
    """Where what the system brings belongs: the key's branch in this region; its own when none is named."""
    if not region_code:
        return key.branch
    return (
        Branch.objects.with_names().filter(pk__in=integrating.reached(key), region__code=region_code).first()
    )


def _touch(key: ApiKey, now: datetime) -> None:
    if key.last_used_at is None or now - key.last_used_at > TOUCH_EVERY:
        key.last_used_at = max(now, key.created_at)
        key.save(update_fields=["last_used_at"])


def _digest(prefix: str, secret: str) -> bytes:
    return digests.blind(f"{prefix}:{secret}".encode("utf-8", "replace"), "api key")


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
