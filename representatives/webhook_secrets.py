"""Secrets of a receiver of events: made, replaced with days of overlap, and what is signed with them."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from representatives.models import Webhook

MARK = "omswh"
#: While all of them work, whoever receives changes the secret at the other end.
OVERLAP = timedelta(days=2)
#: That sign at the same time.
MOST = 5


def fresh() -> dict[str, str]:
    """A new one; in clear only here and in the sealed row."""
    return {"id": secrets.token_hex(4), "secret": f"{MARK}_{secrets.token_urlsafe(32)}"}


def replace(row: Webhook, now: datetime) -> str:
    """The row's new secret; those before it go on for their time. The row is not saved here."""
    new, older = fresh(), _replaced(row, now)[: MOST - 2]
    previous: dict[str, Any] | None = None
    for key in reversed([row.sealed["current"], *older]):
        previous = {"id": key["id"], "secret": key["secret"], "before": previous}
    row.sealed = {"current": new, "previous": previous}
    row.overlap_until = now + OVERLAP
    return new["secret"]


def signatures(webhook: Webhook, stamp: int, body: bytes, *, now: datetime) -> str:
    """`id=hex` for each secret that is in force: HMAC-SHA256 over "timestamp.body"."""
    kept = [webhook.sealed["current"], *_replaced(webhook, now)]
    signed = f"{stamp}.".encode() + body
    return ", ".join(
        f"{key['id']}={hmac.digest(key['secret'].encode(), signed, hashlib.sha256).hex()}" for key in kept
    )


def _replaced(webhook: Webhook, now: datetime) -> list[dict[str, Any]]:
    """Secrets from before that are still in force, the latest first."""
    found, key = [], webhook.sealed["previous"]
    if webhook.overlap_until is None or webhook.overlap_until <= now:
        return []
    while key:
        found.append(key)
        key = key.get("before")
    return found
