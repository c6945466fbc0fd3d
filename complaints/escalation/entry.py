"""What a new case begins with, asked in one statement: its id, the rules in force, the time of its first tier."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from complaints.escalation.clock import DUE, ENTRY_STAGE, ENTRY_UNIT, ENTRY_VALUE, LOOK, joins
from complaints.kinds import Stage
from omsportal.platform import ready_sql


class NoRules(Exception):
    """There is no edition of escalation rules in force: load the reference data first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where and as what a case arrives."""

    branch_id: int
    kind: str
    category_id: int
    urgency: str
    tier: int
    policy_id: int | None
    registered_on: date


@dataclass(frozen=True, slots=True)
class Beginning:
    """`answer_days` is None when no term is entered, `policy_id` also when the policy is gone meanwhile."""

    complaint_id: int
    rule_edition_id: int
    due_at: datetime
    stage: Stage
    look_at: datetime
    policy_id: int | None
    answer_days: int | None


# Served by the unique index on filed_from.
_EDITION = """(SELECT id FROM complaints_ruleedition WHERE filed_from <= %(now)s
    ORDER BY filed_from DESC LIMIT 1)"""
_ANSWER_DAYS = """(SELECT value FROM complaints_deadline WHERE "group" = 'appeal' AND code = 'ANSWER'
    AND region_id IS NULL AND valid_from <= %(registered_on)s
    AND coalesce(valid_to, 'infinity') >= %(registered_on)s
    ORDER BY id LIMIT 1)"""
_SOURCE = f"""(SELECT %(branch_id)s::bigint AS branch_id, {_EDITION} AS rule_edition_id,
    %(kind)s::text AS kind, %(category_id)s::bigint AS category_id, %(urgency)s::text AS urgency) AS c"""
_BEGIN = f"""
    SELECT nextval(pg_get_serial_sequence('complaints_complaint', 'id')), c.rule_edition_id,
        {DUE}, {ENTRY_STAGE}, {LOOK},
        (SELECT id FROM insurers_policy WHERE id = %(policy_id)s), {_ANSWER_DAYS}
    FROM {_SOURCE} {joins(tier="%(tier)s", value=ENTRY_VALUE, unit=ENTRY_UNIT)}"""

_TYPES = {
    "branch_id": "bigint", "kind": "text", "category_id": "bigint", "urgency": "text", "tier": "smallint",
    "policy_id": "bigint", "registered_on": "date", "now": "timestamptz",
}  # fmt: skip


def begin(arrival: Arrival, *, now: datetime) -> Beginning:
    """Ask for everything at once. Writes nothing; an id that is not used is lost, as with every sequence.

    Raises NoRules.
    """
    values: dict[str, Any] = {
        "branch_id": arrival.branch_id,
        "kind": str(arrival.kind),
        "category_id": arrival.category_id,
        "urgency": str(arrival.urgency),
        "tier": int(arrival.tier),
        "policy_id": arrival.policy_id,
        "registered_on": arrival.registered_on,
        "now": now,
    }
    [row] = ready_sql.rows_of(_BEGIN, _TYPES, **values)
    complaint_id, edition_id, due_at, stage, look_at, policy_id, days = row
    if edition_id is None:
        raise NoRules
    return Beginning(complaint_id, edition_id, due_at, Stage(stage), look_at, policy_id, days)
