"""Near a limit a browser proves that it may go on: it calculates a little, or the person waits. No puzzles.

The challenge is a signed token for one purpose; it lives ten minutes and passes once. Its proof is a number
that gives, after the token's own random text, a SHA-256 with so many leading zero bits: a second for a
browser, an hour for whoever tries thousands of codes. Without scripts the same token becomes valid by itself
after WAIT_SECONDS. The limits stay as they are: this only slows down who comes near them.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from django.core import signing

from omsportal.platform import limiter
from omsportal.platform.limiter import LimitReached

LIFETIME_SECONDS, WAIT_SECONDS, BITS = 600, 20, 15
_SALT = "challenge of robots"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the page shows: the token goes back with the form, the browser calculates with the text."""

    token: str
    text: str
    bits: int = BITS


class ChallengeAsked(LimitReached):
    """Go on with this challenge, at once with its proof or after `retry_after` seconds without."""

    def __init__(self, challenge: Challenge, retry_after: int) -> None:
        super().__init__(retry_after)
        self.challenge = challenge


def accept(*, purpose: str, token: str, proof: str, now: datetime) -> None:
    """Let a request pass that met its challenge. Raises ChallengeAsked: the same while it can be met."""
    content = _opened(token, purpose, now)
    if content is None:
        raise ChallengeAsked(issue(purpose, now), WAIT_SECONDS)
    waited = (now - datetime.fromtimestamp(content["at"], tz=UTC)).total_seconds()
    if waited < WAIT_SECONDS and not is_proof(content["text"], proof):
        raise ChallengeAsked(Challenge(token, content["text"]), max(1, ceil(WAIT_SECONDS - waited)))
    try:
        limiter.hit(f"challenge:{content['text']}", 1, LIFETIME_SECONDS, now)
    except LimitReached:
        raise ChallengeAsked(issue(purpose, now), WAIT_SECONDS) from None


def is_proof(text: str, proof: str, bits: int = BITS) -> bool:
    """Whether the number gives enough zeros."""
    if not (proof.isascii() and proof.isdigit() and len(proof) < 20):
        return False
    digest = hashlib.sha256(f"{text}:{proof}".encode()).digest()
    return int.from_bytes(digest) >> (256 - bits) == 0


def issue(purpose: str, now: datetime) -> Challenge:
    """A new one, also for a page whose form will be asked for it."""
    text = secrets.token_urlsafe(16)
    content = {"for": purpose, "text": text, "at": now.timestamp()}
    return Challenge(signing.dumps(content, salt=_SALT), text)


def _opened(token: str, purpose: str, now: datetime) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    is_alive = 0 <= now.timestamp() - content["at"] < LIFETIME_SECONDS
    return content if content["for"] == purpose and is_alive else None
