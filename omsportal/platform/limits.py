"""Every limit of the portal, by name: how often, within how long, counted by what, and what happens beyond.

docs/security.md, "Limits", shows this table to people; a test compares the two.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from omsportal.platform import limiter
from omsportal.platform.addresses import network_of
from omsportal.platform.limiter import Allowed, LimitReached

MINUTE, HOUR = 60, 3600


class Beyond(StrEnum):
    """What happens to the attempt after the last allowed one."""

    REFUSED = "refused"  # 429 with Retry-After
    MARKED = "marked"  # done all the same, and marked for a look of a person
    SHORTENED = "shortened"  # done all the same, kept for a shorter time
    SILENT = "silent"  # done all the same, and no further notice of it


@dataclass(frozen=True, slots=True)
class Rule:
    """`most` attempts within `seconds`. `by`: whose attempts are added up. `rows`: over how many rows."""

    most: int
    seconds: int
    by: str
    beyond: Beyond = Beyond.REFUSED
    rows: int = 1


#: An address may be a ward or a whole town behind one carrier: its limits are wide, and filing goes on.
TABLE: dict[str, Rule] = {
    "status.address": Rule(60, HOUR, "address"),
    "status.number": Rule(10, HOUR, "number of the appeal"),
    "policy.address": Rule(30, HOUR, "address"),
    "policy.prefix": Rule(10, HOUR, "first ten digits of the policy"),
    "policy.everybody": Rule(1200, MINUTE, "everybody", rows=16),
    "recovery.address": Rule(20, HOUR, "address"),
    "recovery.target": Rule(5, HOUR, "appeal or policy"),
    "recovery.contact": Rule(3, HOUR, "contact"),
    "recovery.contact_day": Rule(8, 24 * HOUR, "contact"),
    "recovery.everybody": Rule(600, HOUR, "everybody", rows=16),
    "recovery.day": Rule(8, 24 * HOUR, "appeal or policy"),
    "recovery.code": Rule(60, HOUR, "address"),
    "identity.address": Rule(60, HOUR, "address"),
    "identity.case": Rule(3, HOUR, "appeal"),
    "identity.day": Rule(8, 24 * HOUR, "appeal"),
    "identity.everybody": Rule(1200, HOUR, "everybody", rows=16),
    "answer.case": Rule(10, 24 * HOUR, "appeal"),
    "changed.contact": Rule(20, 24 * HOUR, "contact", Beyond.SILENT),
    "wrong_contact.address": Rule(30, HOUR, "address"),
    "chat.address": Rule(60, HOUR, "address"),
    "callback.address": Rule(20, HOUR, "address"),
    "callback.phone": Rule(3, HOUR, "phone"),
    "filing.address": Rule(60, HOUR, "address", Beyond.MARKED),
    "filing.api": Rule(600, HOUR, "address", Beyond.MARKED),
    "filing.contact": Rule(10, 24 * HOUR, "contact", Beyond.SILENT),
    "news.contact": Rule(5, 24 * HOUR, "contact", Beyond.SILENT),
    "filing.once": Rule(1, 24 * HOUR, "draft", Beyond.MARKED),
    "draft.address": Rule(300, HOUR, "address", Beyond.SHORTENED),
    "draft.saves": Rule(1200, HOUR, "draft"),
    "upload.address": Rule(300, HOUR, "address"),
    "upload.volume": Rule(100, HOUR, "address"),  # of started 10 MB
    "upload.draft": Rule(60, HOUR, "draft"),
    "upload.case": Rule(60, HOUR, "appeal"),
    "mail.sender": Rule(20, 24 * HOUR, "sender of letters"),
    "recording.key": Rule(600, HOUR, "key"),
    "api.address": Rule(1200, MINUTE, "address"),
    "api.key": Rule(600, MINUTE, "key"),
    "api.wrong_key": Rule(60, HOUR, "address"),
    "search.staff": Rule(120, MINUTE, "member of staff"),
    "export.staff": Rule(30, HOUR, "member of staff"),
}


def spend(name: str, key: object, now: datetime) -> Allowed:
    """Count one attempt. Addresses of IPv6 count by their /64. Raises LimitReached."""
    rule = TABLE[name]
    if rule.rows > 1:
        return limiter.hit_spread(name, rule.most, rule.seconds, rule.rows, now)
    return limiter.hit(_key(name, key), rule.most, rule.seconds, now)


def exceeded(name: str, key: object, now: datetime) -> bool:
    """Count one attempt at what is never refused; True beyond the limit."""
    try:
        spend(name, key, now)
    except LimitReached:
        return True
    return False


def exceeded_once(name: str, key: object, *, once: str, once_key: object, now: datetime) -> bool:
    """As `exceeded`, but what repeats under `once_key` counts as one attempt, in the window of `once`."""
    first, rule = TABLE[once], TABLE[name]
    hits = limiter.hit_first(_key(once, once_key), first.seconds, _key(name, key), rule.seconds, now)
    return hits > rule.most


def is_near(name: str, key: object, now: datetime) -> bool:
    """Half of the limit is used, and not all of it. Counts nothing."""
    most = TABLE[name].most
    return most <= 2 * limiter.used(_key(name, key), now) < 2 * most


def refund(name: str, key: object) -> None:
    """Take one attempt back that proved to be no guess."""
    limiter.refund(_key(name, key))


def forget(name: str, key: object) -> None:
    """Start the key's window anew."""
    limiter.forget(_key(name, key))


def _key(name: str, key: object) -> str:
    counted = network_of(str(key)) if TABLE[name].by == "address" else key
    return f"{name}:{counted}"
