"""The duty roster of the urgent lane: who can be called by it, and where it has holes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from complaints.escalation import branch_alarms, rounds
from representatives.roles import Tier

#: How far ahead a hole is an alarm.
AHEAD = timedelta(days=7)
ALARM, SUBJECT = "empty_shift", "roster"
#: The tiers on duty, of an insurer's branch and of a fund.
OF_INSURER, OF_FUND = (Tier.SPECIALISTS, Tier.EXPERTS), (Tier.FUND,)

# Of a shift `s` the person `r`, `u`, if they still work in its tier and branch: others could not take the case.
SERVING = """
    JOIN representatives_representative r ON r.id = s.representative_id AND r.tier = s.tier
    JOIN representatives_user u ON u.id = r.user_id AND u.is_active
    JOIN representatives_representative_branches serves
        ON serves.representative_id = r.id AND serves.branch_id = s.branch_id"""


def leaves(zone: str) -> str:
    """A FROM-item: the leaves of person `r` as spans of time in a time zone (an SQL expression)."""
    return f"""(SELECT tstzrange(starts_on::timestamp AT TIME ZONE {zone},
            (ends_on + 1)::timestamp AT TIME ZONE {zone}) AS during
        FROM representatives_leave WHERE representative_id = r.id) AS leave"""


# A branch has a roster to keep when it has staff for it. Index duty_shift_branch_tier: shifts that have not ended.
_GAPS = f"""
    SELECT b.id AS branch_id, post.tier, region.time_zone, gap.starts_at, gap.ends_at
    FROM insurers_branch b
    JOIN insurers_region region ON region.id = b.region_id
    CROSS JOIN LATERAL (VALUES {", ".join(f"({tier.value}, '{kind}')" for tiers, kind in ((OF_INSURER, "insurer"), (OF_FUND, "fund")) for tier in tiers)}) AS post (tier, kind)
    CROSS JOIN LATERAL (
        SELECT range_agg(tstzmultirange(tstzrange(s.starts_at, s.ends_at)) - coalesce(
            (SELECT range_agg(leave.during) FROM {leaves("region.time_zone")}), '{{}}'::tstzmultirange)) AS spans
        FROM representatives_dutyshift s {SERVING}
        WHERE s.branch_id = b.id AND s.tier = post.tier AND s.ends_at > %(now)s AND s.starts_at < %(until)s
    ) AS covered
    CROSS JOIN LATERAL (
        SELECT lower(hole) AS starts_at, upper(hole) AS ends_at
        FROM unnest(tstzmultirange(tstzrange(%(now)s, %(until)s))
            - coalesce(covered.spans, '{{}}'::tstzmultirange)) AS hole
    ) AS gap
    WHERE post.kind = b.kind AND (b.valid_to IS NULL OR b.valid_to >= %(now)s::date) AND EXISTS (
        SELECT FROM representatives_representative_branches staff
        JOIN representatives_representative r ON r.id = staff.representative_id AND r.tier > {Tier.CONTACT_CENTRE.value}
        JOIN representatives_user u ON u.id = r.user_id AND u.is_active
        WHERE staff.branch_id = b.id)"""
_OF_BRANCH = f"{_GAPS} AND b.id = %(branch_id)s ORDER BY post.tier, gap.starts_at"

# One alarm for the first hole of a branch's tier, by the local day on which it starts: a day further on it is a new
# one, a filled hole closes it, and the same hole torn open again opens it again.
_LOOK = branch_alarms.statement(
    ALARM,
    f"""
    SELECT branch_id, ((starts_at AT TIME ZONE time_zone)::date - date '2020-01-01') * 10 + tier AS occasion,
        jsonb_build_object('tier', tier, 'from', starts_at, 'to', ends_at) AS payload
    FROM (
        SELECT DISTINCT ON (branch_id, tier) branch_id, tier, time_zone, starts_at, ends_at
        FROM ({_GAPS}) AS gaps ORDER BY branch_id, tier, starts_at
    ) AS first""",
    subject=SUBJECT,
    occasion="occasion",
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which nobody of the tier is on duty."""

    tier: Tier
    starts_at: datetime
    ends_at: datetime


def gaps(*, branch_id: int, now: datetime, until: datetime | None = None) -> list[Gap]:
    """The holes of one branch's roster in the next seven days, or until a moment, by tier and start."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_BRANCH, {"now": now, "until": until or now + AHEAD, "branch_id": branch_id})
        rows: Sequence[tuple[int, int, str, datetime, datetime]] = cursor.fetchall()
    return [Gap(Tier(tier), starts_at, ends_at) for _branch, tier, _zone, starts_at, ends_at in rows]


def look(now: datetime) -> tuple[int, int]:
    """Raise and close alarms about holes of the next seven days, of all branches at once; returns how many of each."""
    return branch_alarms.look(_LOOK, now, until=now + AHEAD)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("roster", timedelta(hours=1), look))
