"""A request sent twice with one idempotency key is done once and answered the same, for 24 hours.

The stored answer may carry an access code, so it is sealed with a key that is derived from the idempotency
key itself, which is kept only as a keyed hash: the database alone opens nothing.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from omsportal.platform import digests
from omsportal.platform.models import IdempotencyKey

Prepared = TypeVar("Prepared")
LIFETIME = timedelta(hours=24)
MAX_KEY_LENGTH = 255
_NONCE_BYTES = 12

# A concurrent second caller waits here for the first one's transaction: if that commits, nothing is returned
# and the answer is read; if it rolls back, the second caller owns the key. An expired row is taken over.
_CLAIM = """
INSERT INTO platform_idempotencykey AS kept (key_hash, scope, body_digest, created_at, expires_at)
VALUES (%(key_hash)s, %(scope)s, %(body_digest)s, %(now)s, %(expires_at)s)
ON CONFLICT (key_hash) DO UPDATE SET
    scope = EXCLUDED.scope, body_digest = EXCLUDED.body_digest, status = NULL, sealed_response = NULL,
    created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
WHERE kept.expires_at <= %(now)s
RETURNING key_hash
"""


class KeyMalformed(Exception):
    """The idempotency key is empty or too long."""


class KeyReused(Exception):
    """The key was used before with another body."""


@dataclass(frozen=True)
class Answer:
    """What the caller gets: an HTTP status and a JSON object."""

    status: int
    content: dict[str, Any]
    replayed: bool = False


@dataclass(frozen=True)
class _Claim:
    raw_key: str
    scope: str
    body_digest: bytes

    @property
    def key_hash(self) -> str:
        return digests.blind(f"{self.scope}\n{self.raw_key}", "idempotency key").hex()

    @property
    def cipher(self) -> AESGCM:
        salt = digests.derived_key("idempotency answer")
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=salt, info=self.scope.encode())
        return AESGCM(hkdf.derive(self.raw_key.encode()))


def once(*, raw_key: str, scope: str, body: bytes, produce: Callable[[], Answer], now: datetime) -> Answer:
    """Call `produce` in one transaction with the key, or repeat the answer that the key already has.

    If `produce` raises, nothing is kept and the key is free again. Scopes ("file", "file:branch 7") keep the
    keys of different operations and callers apart. Holds the key's row until the end.
    Raises KeyMalformed, KeyReused.
    """
    if not raw_key.strip() or len(raw_key) > MAX_KEY_LENGTH:
        raise KeyMalformed(f"The idempotency key must have 1 to {MAX_KEY_LENGTH} characters.")
    claim = _Claim(raw_key, scope, digests.blind(body, "idempotency body"))
    with transaction.atomic():
        if not _taken(claim, now):
            return _kept(claim)
        answer = produce()
        _keep(claim, answer)
    return answer


def once_prepared(
    *,
    raw_key: str,
    scope: str,
    body: bytes,
    prepare: Callable[[], Prepared],
    produce: Callable[[Prepared], Answer],
    now: datetime,
) -> Answer:
    """`once` for work that begins outside the transaction: limits to count, another register to ask.

    Equal keys take turns, so that `prepare` runs once for a hundred simultaneous repeats.
    Raises KeyMalformed, KeyReused.
    """
    with _turn(_Claim(raw_key, scope, b"")):
        try:
            return once(raw_key=raw_key, scope=scope, body=body, produce=_nothing, now=now)
        except _NotAnswered:
            prepared = prepare()
        return once(raw_key=raw_key, scope=scope, body=body, produce=lambda: produce(prepared), now=now)


class _NotAnswered(Exception):
    """The key has no answer yet."""


def _nothing() -> Answer:
    raise _NotAnswered


@contextmanager
def _turn(claim: _Claim) -> Iterator[None]:
    """An advisory lock of the connection; it ends with the connection should the process die."""
    lock = int.from_bytes(bytes.fromhex(claim.key_hash)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def _taken(claim: _Claim, now: datetime) -> bool:
    values: dict[str, Any] = {
        "key_hash": claim.key_hash,
        "scope": claim.scope,
        "body_digest": claim.body_digest,
        "now": now,
        "expires_at": now + LIFETIME,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        return cursor.fetchone() is not None


def _keep(claim: _Claim, answer: Answer) -> None:
    nonce = os.urandom(_NONCE_BYTES)
    plain = json.dumps(answer.content, ensure_ascii=False, cls=DjangoJSONEncoder).encode()
    blob = nonce + claim.cipher.encrypt(nonce, plain, claim.key_hash.encode())
    row = IdempotencyKey.objects.filter(key_hash=claim.key_hash)
    row.update(status=answer.status, sealed_response=blob)


def _kept(claim: _Claim) -> Answer:
    row = IdempotencyKey.objects.get(key_hash=claim.key_hash)
    if not digests.matches(row.body_digest, claim.body_digest):
        raise KeyReused("This idempotency key was already used for another request.")
    blob = bytes(row.sealed_response or b"")
    plain = claim.cipher.decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], claim.key_hash.encode())
    return Answer(status=row.status or 0, content=json.loads(plain), replayed=True)


def purge(now: datetime) -> int:
    """Delete the keys whose 24 hours are over; returns how many."""
    return IdempotencyKey.objects.filter(expires_at__lte=now).delete()[0]
