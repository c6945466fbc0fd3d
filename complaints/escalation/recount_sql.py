"""Statements that count due moments anew, as if the calendar and rules of today had been there all along.

A plain case (never paused, returned or reclassified) is its entry plus its limit: one cheap statement.
The others are replayed from their history, pause by pause, with the roundings that the engine made, so that
an unchanged calendar moves nothing. What has run out before a pause stays run out.
"""

from complaints.escalation.clock import DUE, ENTRY_UNIT, ENTRY_VALUE, REMAINING_UNIT, joins
from complaints.kinds import Cause
from complaints.states import HOPS, OPEN, Event
from insurers.working_time_sql import passed_value

_OPEN_STATUSES = ", ".join(f"'{status.value}'" for status in sorted(OPEN))
_HOPS = ", ".join(f"'{event.value}'" for event in sorted(HOPS))

# Index only, partial index complaint_queue: costs what these branches have open, whatever else there is. The
# added nothing keeps the planner from walking all cases by their primary key.
# A case that was given back runs on the limit of the tier above, hence tier + 1.
IDS = f"""
SELECT row.id FROM complaints_complaint AS row
WHERE row.branch_id = ANY(%(branches)s) AND row.status IN ({_OPEN_STATUSES}) AND row.id + 0 > %(after)s
ORDER BY row.id + 0"""
IDS_OF_KEYS = f"""
SELECT row.id FROM complaints_complaint AS row
WHERE row.branch_id = ANY(%(branches)s) AND row.status IN ({_OPEN_STATUSES}) AND row.id + 0 > %(after)s
    AND row.rule_edition_id = ANY(%(editions)s) AND row.kind = ANY(%(kinds)s) AND row.category_id = ANY(%(categories)s)
    AND row.urgency = ANY(%(urgencies)s)
    AND (row.tier = ANY(%(tiers)s) OR row.returns_used > 0 AND row.tier + 1 = ANY(%(tiers)s))
ORDER BY row.id + 0"""

# A breach is a matter of record: its moment is not counted any more. Index of the primary key.
# Reclassified since it entered the tier: its clock began by other rules (index reclassification.complaint_id).
_RARE = """(row.status = 'waiting' OR row.pauses_used > 0 OR row.returns_used > 0 OR EXISTS (
        SELECT 1 FROM complaints_reclassification AS changed
        WHERE changed.complaint_id = row.id AND changed.approved AND changed.decided_at >= row.entered_at))"""
_CLAIMED = f"""claimed AS MATERIALIZED (
    SELECT row.id, row.hop, row.tier, row.branch_id, {{edition}} AS rule_edition_id, row.kind, row.category_id, row.urgency,
        row.status, row.stage, row.assignee_id, row.due_at, row.escalate_at, row.entered_at, row.registered_at,
        row.returns_used, row.remaining_seconds, row.first_reaction_at, {_RARE} AS rare
    FROM complaints_complaint AS row
    WHERE row.id = ANY(%(ids)s) AND row.status IN ({_OPEN_STATUSES}) AND row.breached_at IS NULL
    ORDER BY row.id{{lock}}
)"""
_LOCKED = _CLAIMED.format(lock=" FOR NO KEY UPDATE", edition="row.rule_edition_id")


def _seconds(limit: str) -> str:
    return f"""r.{limit}_limit * CASE r.{limit}_unit WHEN 'working_day' THEN a.day_seconds
        WHEN 'working_hour' THEN 3600 WHEN 'minute' THEN 60 ELSE 1 END"""


# A first reply never takes time away: on a schedule whose day is shorter than that limit, it stays the longer.
_REACTION_IS_LONGER = f"""(r.reaction_unit IN ('second', 'minute')) = (r.resolution_unit IN ('second', 'minute'))
    AND {_seconds("reaction")} > {_seconds("resolution")}"""


def _limit(stage: str, reacted: str) -> tuple[str, str]:
    """Value and unit of the limit of a stage."""
    entry = f"{stage} = 'reaction' OR {reacted} AND {_REACTION_IS_LONGER}"
    return (
        f"CASE WHEN {entry} THEN {ENTRY_VALUE} ELSE r.resolution_limit END",
        f"CASE WHEN {entry} THEN {ENTRY_UNIT} ELSE r.resolution_unit END",
    )


_VALUE, _UNIT = _limit("c.stage", "c.first_reaction_at IS NOT NULL")
_PLAIN_PLANNED = f"""planned AS MATERIALIZED (
    SELECT c.*, {DUE} AS next_due, NULL::integer AS next_left FROM claimed c
    {joins(tier="c.tier", value=_VALUE, unit=_UNIT, start="c.entered_at")}
    WHERE NOT c.rare
)"""

# From where the clock of the stay runs. Unique index history_one_row_per_hop serves both look-ups; index
# history_of_case the rest.
_STAY = f"""stay AS MATERIALIZED (
    SELECT c.*, coalesce(back.from_tier, c.tier) AS clock_tier,
        CASE WHEN changed.urgent_now THEN changed.decided_at
            WHEN back.at IS NULL THEN c.entered_at
            ELSE coalesce(climbed.at, c.registered_at) END AS starts_at,
        CASE WHEN back.at IS NULL THEN c.stage WHEN reacted.at IS NULL THEN 'reaction' ELSE 'resolution' END
            AS clock_stage,
        CASE WHEN back.at IS NULL THEN c.first_reaction_at ELSE reacted.at END IS NOT NULL AS reacted,
        changed.decided_at AS changed_at, coalesce(changed.urgent_now, false) AS urgent_now,
        coalesce(changed.decided_by_id IS NULL AND NOT changed.urgent_now, false) AS is_fair, changed.from_kind,
        changed.from_category_id, changed.from_urgency, pauses.began, pauses.ended, pauses.tiers
    FROM claimed c
    LEFT JOIN complaints_history AS back ON c.returns_used > 0 AND back.complaint_id = c.id
        AND back.hop = c.hop AND back.event IN ({_HOPS}) AND back.event = '{Event.RETURNED.value}'
    LEFT JOIN complaints_history AS climbed ON back.id IS NOT NULL AND climbed.complaint_id = c.id
        AND climbed.hop = c.hop - 1 AND climbed.event IN ({_HOPS})
    LEFT JOIN LATERAL (
        SELECT min(line.at) AS at FROM complaints_history AS line
        WHERE line.complaint_id = c.id AND line.hop = c.hop - 1 AND line.event = '{Event.REACTED.value}'
    ) AS reacted ON true
    LEFT JOIN LATERAL (
        SELECT decided_at, decided_by_id, from_kind, from_category_id, from_urgency,
            from_urgency <> 'urgent' AND to_urgency = 'urgent' AS urgent_now
        FROM complaints_reclassification
        WHERE complaint_id = c.id AND approved AND decided_at >= c.entered_at
        ORDER BY decided_at DESC LIMIT 1
    ) AS changed ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(line.at ORDER BY line.id) AS began, array_agg(line.from_tier ORDER BY line.id) AS tiers,
            array_agg((SELECT min(later.at) FROM complaints_history AS later
                WHERE later.complaint_id = c.id AND later.id > line.id AND later.event = '{Event.RESUMED.value}')
                ORDER BY line.id) AS ended
        FROM complaints_history AS line
        WHERE line.complaint_id = c.id AND line.event = '{Event.WAITED.value}'
            AND line.hop BETWEEN CASE WHEN back.id IS NULL THEN c.hop ELSE c.hop - 1 END AND c.hop
            AND line.at >= coalesce(CASE WHEN changed.urgent_now THEN changed.decided_at END, '-infinity')
    ) AS pauses ON true
    WHERE c.rare
)"""
_STAGE_VALUE, _STAGE_UNIT = _limit("c.clock_stage", "c.reacted")
# Who changes a case alone gains no time by it: the limit it had before holds too (services.retiming).
_BEFORE_PAUSES = f"""due_as_it_was AS MATERIALIZED (
    SELECT c.id, {DUE} AS due FROM (
        SELECT id, branch_id, rule_edition_id, clock_tier, clock_stage, reacted, starts_at, from_kind AS kind,
            from_category_id AS category_id, from_urgency AS urgency
        FROM stay WHERE is_fair
    ) c
    {joins(tier="c.clock_tier", value=_STAGE_VALUE, unit=_STAGE_UNIT, start="c.starts_at")}
),
due_0 AS MATERIALIZED (
    SELECT c.*, least({DUE}, was.due) AS due, NULL::integer AS seconds_left
    FROM stay c LEFT JOIN due_as_it_was AS was ON was.id = c.id
    {joins(tier="c.clock_tier", value=_STAGE_VALUE, unit=_STAGE_UNIT, start="c.starts_at")}
)"""


def _pause(number: int) -> str:
    """What a pause leaves, as services.waiting counts it, and the due moment when the clock went on."""
    began, ended, tier = (f"c.{name}[{number}]" for name in ("began", "ended", "tiers"))
    left = f"""CASE WHEN l.always THEN extract(epoch FROM c.due - l.starts_at)
        ELSE {passed_value(moment="c.due", schedule="b.schedule_id")}
            - {passed_value(moment="l.starts_at", schedule="b.schedule_id")} END"""
    return f"""left_{number} AS MATERIALIZED (
    SELECT c.*, CASE WHEN c.due > {began} THEN coalesce(round({left}), extract(epoch FROM c.due - {began}))::integer
        WHEN {began} IS NOT NULL THEN 0 END AS left_now
    FROM due_{number - 1} c
    {joins(tier=tier, value="r.resolution_limit", unit="r.resolution_unit", start=began)}
),
due_{number} AS MATERIALIZED (
    SELECT {_STAY_COLUMNS}, CASE WHEN {ended} IS NULL OR c.due <= {began} THEN c.due ELSE {DUE} END AS due,
        coalesce(c.left_now, c.seconds_left) AS seconds_left
    FROM left_{number} c
    {joins(tier=tier, value="greatest(c.left_now, 1)", unit=REMAINING_UNIT, start=ended)}
)"""


_STAY_COLUMNS = ", ".join(
    f"c.{name}"
    for name in (
        "id", "hop", "tier", "branch_id", "rule_edition_id", "kind", "category_id", "urgency", "status", "stage",
        "assignee_id", "due_at", "escalate_at", "remaining_seconds", "changed_at",
        "urgent_now", "began", "ended", "tiers",
    )
)  # fmt: skip
# A case has two pauses at most (constraint complaint_at_most_two_pauses). A reclassification never puts the
# moment before the person decided it.
_RARE_PLANNED = f"""{_STAY},
{_BEFORE_PAUSES},
{_pause(1)},
{_pause(2)},
planned AS MATERIALIZED (
    SELECT c.*, CASE WHEN c.urgent_now THEN least(c.due, c.due_at) ELSE greatest(c.due, c.changed_at) END AS next_due,
        CASE c.status WHEN 'waiting' THEN c.seconds_left END AS next_left
    FROM due_2 c
)"""
_DIFFERENT = "(p.next_due <> p.due_at OR p.next_left IS DISTINCT FROM p.remaining_seconds)"
_WRITE = f"""moved AS (
    UPDATE complaints_complaint AS row SET due_at = p.next_due, remaining_seconds = p.next_left,
        escalate_at = CASE WHEN p.escalate_at IS NOT NULL THEN p.next_due END,
        warn_at = CASE WHEN p.escalate_at IS NOT NULL THEN %(now)s::timestamptz END,
        rule_edition_id = p.rule_edition_id, version = row.version + 1
    FROM planned p WHERE row.id = p.id AND {_DIFFERENT} RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, from_tier,
        to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after)
    SELECT p.id, %(now)s, '{Event.RECOUNTED.value}', p.hop, '{Cause.SYSTEM.value}', '', p.status, p.status, p.tier,
        p.tier, p.branch_id, p.branch_id, p.assignee_id, p.assignee_id, p.due_at, p.next_due
    FROM planned p WHERE {_DIFFERENT}
)"""
_RARE_IDS = "(SELECT coalesce(array_agg(id), '{}') FROM claimed WHERE rare)"

PLAIN = f"""WITH {_LOCKED},
{_PLAIN_PLANNED},
{_WRITE}
SELECT (SELECT count(*) FROM moved), {_RARE_IDS}"""
RARE = f"""WITH {_LOCKED},
{_RARE_PLANNED},
{_WRITE}
SELECT (SELECT count(*) FROM moved)"""

#: How many cases a dry run names.
SAMPLE = 10
_MOVES = "p.next_due <> p.due_at"
_FINDINGS = f"""
SELECT (SELECT count(*) FROM claimed), {_RARE_IDS}, count(*) FILTER (WHERE p.next_due > p.due_at),
    count(*) FILTER (WHERE p.next_due < p.due_at),
    count(*) FILTER (WHERE p.next_due <= %(now)s AND p.due_at > %(now)s AND p.escalate_at IS NOT NULL),
    (SELECT count(*) FROM claimed WHERE rule_edition_id = %(earlier)s),
    (SELECT jsonb_agg(most) FROM (
        SELECT p.id, p.due_at AS before, p.next_due AS after,
            abs(extract(epoch FROM p.next_due - p.due_at)) AS moved FROM planned p WHERE {_MOVES}
        ORDER BY moved DESC, p.id LIMIT {SAMPLE}
    ) AS most)
FROM planned p WHERE {_MOVES}"""


def look(planned: str, edition: str) -> str:
    """What would move, nothing written, nothing locked; `edition` is the edition of rules of a case `row`."""
    return f"WITH {_CLAIMED.format(lock='', edition=edition)},\n{planned}\n{_FINDINGS}"


PLAIN_PLANNED, RARE_PLANNED = _PLAIN_PLANNED, _RARE_PLANNED
#: A case goes by the rules it goes by.
OWN_EDITION = "row.rule_edition_id"
