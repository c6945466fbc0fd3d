"""The tier clock in SQL: `now` plus a limit, in working time of the branch's schedule.

One form for one case on a page and for thousands in a sweep. A source row `c` brings branch_id, rule_edition_id,
kind, category_id, urgency; missing rules or calendars never drop a row (LEFT JOIN): `gap` tells, and an alarm.
A due moment at the very end of a span stays there: 18:00, not 09:00 of the next day.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from complaints.kinds import Stage
from insurers.working_time_sql import due_joins, due_value, passed_value

#: A case whose rule is missing gets one day, and an alarm.
FALLBACK_SECONDS = 86_400


def joins(*, tier: str, value: str, unit: str, start: str = "%(now)s::timestamptz") -> str:
    """FROM-items after the source `c`; tier, limit and its unit, and the start are SQL expressions."""
    counted = due_joins(name="counted", start="l.starts_at", seconds="l.seconds", schedule="b.schedule_id")
    return limit_joins(tier=tier, value=value, unit=unit, start=start) + counted


def limit_joins(*, tier: str, value: str, unit: str, start: str = "%(now)s::timestamptz") -> str:
    """The limit alone: `l.seconds`, `l.always` (round the clock) and `l.starts_at`.

    Effective rules are found by equality (unique index effective_rule_key), working time by its schedule.
    """
    return f"""
    LEFT JOIN insurers_branch b ON b.id = c.branch_id
    LEFT JOIN complaints_effectiverule r
        ON r.edition_id = c.rule_edition_id AND r.insurer_key = coalesce(b.insurer_id, 0)
        AND r.kind = c.kind AND r.category_id = c.category_id AND r.urgency = c.urgency AND r.tier = {tier}
    LEFT JOIN insurers_workingaxis a ON a.schedule_id = b.schedule_id
    CROSS JOIN LATERAL (
        SELECT coalesce({value}, {FALLBACK_SECONDS}) AS value, coalesce({unit}, 'second') AS unit
    ) AS given
    CROSS JOIN LATERAL (
        SELECT given.unit IN ('second', 'minute') AS always,
            given.value * CASE given.unit WHEN 'working_day' THEN coalesce(a.day_seconds, {FALLBACK_SECONDS})
                WHEN 'working_hour' THEN 3600 WHEN 'minute' THEN 60 ELSE 1 END AS seconds,
            {start} AS starts_at
    ) AS l
    """


#: The stage in which a case enters a tier, and that stage's limit.
ENTRY_STAGE = "CASE WHEN r.reaction_limit IS NULL THEN 'resolution' ELSE 'reaction' END"
ENTRY_VALUE = "coalesce(r.reaction_limit, r.resolution_limit)"
ENTRY_UNIT = "CASE WHEN r.reaction_limit IS NULL THEN r.resolution_unit ELSE r.reaction_unit END"
_PLAIN = "l.starts_at + l.seconds * interval '1 second'"
_COUNTED = due_value("counted")
DUE = f"CASE WHEN l.always THEN {_PLAIN} ELSE coalesce({_COUNTED}, {_PLAIN}) END"
#: The first look for a warning: half of the limit as if all of it were working time, so never too late.
LOOK = "l.starts_at + l.seconds * interval '0.5 second'"
GAP = f"(r.id IS NULL OR (NOT l.always AND (a.schedule_id IS NULL OR {_COUNTED} IS NULL)))"


@dataclass(frozen=True, slots=True)
class Due:
    """When a tier's time ends, in which stage the case now is, whether a rule or calendar was missing, and
    when to look for the first warning."""

    due_at: datetime
    stage: str
    gap: bool
    look_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What decides which limit a case has."""

    branch_id: int
    rule_edition_id: int
    kind: str
    category_id: int
    urgency: str
    tier: int


_SOURCE = """(SELECT %(branch_id)s::bigint AS branch_id, %(rule_edition_id)s::bigint AS rule_edition_id,
    %(kind)s::text AS kind, %(category_id)s::bigint AS category_id, %(urgency)s::text AS urgency) AS c"""
_ON_ENTRY = f"""SELECT {DUE}, {ENTRY_STAGE}, {GAP}, {LOOK} FROM {_SOURCE}
    {joins(tier="%(tier)s", value=ENTRY_VALUE, unit=ENTRY_UNIT)}"""
_TO_DECIDE = f"""SELECT {DUE}, 'resolution', {GAP}, {LOOK} FROM {_SOURCE}
    {joins(tier="%(tier)s", value="r.resolution_limit", unit="r.resolution_unit")}"""
#: Seconds that were left of a limit: working ones, unless the rule runs round the clock.
REMAINING_UNIT = """CASE WHEN r.resolution_unit IN ('working_day', 'working_hour')
    THEN 'working_second' ELSE 'second' END"""
_AFTER_PAUSE = f"""SELECT {DUE}, 'resolution', {GAP}, {LOOK} FROM {_SOURCE}
    {joins(tier="%(tier)s", value="greatest(%(seconds)s, 1)", unit=REMAINING_UNIT)}"""
_REMAINING = f"""
    SELECT CASE WHEN l.always THEN extract(epoch FROM %(due_at)s - l.starts_at)
        ELSE {passed_value(moment="%(due_at)s::timestamptz", schedule="b.schedule_id")}
            - {passed_value(moment="l.starts_at", schedule="b.schedule_id")} END
    FROM {_SOURCE}
    {joins(tier="%(tier)s", value="r.resolution_limit", unit="r.resolution_unit")}"""


def on_entry(*, key: Key, now: datetime) -> Due:
    """The due moment of a case that enters a tier now: its first reaction if the rule asks one."""
    return _count(_ON_ENTRY, key, now)


def to_decide(*, key: Key, entered_at: datetime) -> Due:
    """The due moment of the decision, counted from the entry into the tier."""
    return _count(_TO_DECIDE, key, entered_at)


def after_pause(*, key: Key, seconds: int, now: datetime) -> datetime:
    """The due moment when the clock goes on with the seconds that `remaining_seconds` told."""
    with connection.cursor() as cursor:
        cursor.execute(_AFTER_PAUSE, _parameters(key, now) | {"seconds": seconds})
        row: tuple[datetime, str, bool, datetime] = cursor.fetchone()
    return row[0]


def remaining_seconds(*, key: Key, due_at: datetime, now: datetime) -> int:
    """Working seconds (real ones for a rule that runs round the clock) from `now` to the due moment; ≥ 0."""
    with connection.cursor() as cursor:
        cursor.execute(_REMAINING, _parameters(key, now) | {"due_at": due_at})
        (left,) = cursor.fetchone()
    return max(0, round(left if left is not None else (due_at - now).total_seconds()))


def _count(statement: str, key: Key, now: datetime) -> Due:
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(key, now))
        due_at, stage, gap, look_at = cursor.fetchone()
    return Due(due_at=due_at, stage=Stage(stage), gap=gap, look_at=look_at)


def _parameters(key: Key, now: datetime) -> dict[str, Any]:
    return {
        "branch_id": key.branch_id,
        "rule_edition_id": key.rule_edition_id,
        "kind": str(key.kind),
        "category_id": key.category_id,
        "urgency": str(key.urgency),
        "tier": int(key.tier),
        "now": now,
    }
