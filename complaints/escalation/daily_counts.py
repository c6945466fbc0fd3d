"""Figures of days kept up from the history: each sealed line counted once, in the transaction that moves the mark.

Lines are numbered before they are committed, so a line may appear behind one with a higher number. What the chain
has sealed is final (omsportal.platform.chain): counted is up to there and no further, a minute or two behind.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from complaints.escalation import form_counts, rounds
from complaints.escalation.fairness import LAST_TENTH, decided
from complaints.models import DailyCount, History
from complaints.models.counts import COUNTED, FLOWS, STOCKS, Measure
from complaints.states import HOPS, Event
from omsportal.platform import chain

MARK = "history"
#: Decisions are judged by a count of their own: what came later is counted from the first line on by itself.
DECISIONS, ROWS = "decisions", "official_rows"
#: Lines of one statement, and statements of one look: a backlog is worked off over several looks.
LINES, BATCHES = 10_000, 10
#: Upper bounds of the ages, in days since registration; older ones are the last group.
AGES = (1, 3, 7, 14, 30)
#: The open cases of a large scope are counted every so often, not with every page.
STOCK_EVERY = timedelta(minutes=10)
#: A bucket of times is a quarter of a doubling; the last holds everything from a year on.
BUCKETS_A_DOUBLING, MOST_BUCKET, TIER_STEP = 4, 80, 100
AGE_STEP = 10
#: Due within so much time: a danger one can still avert.
SOON, ANSWER_SOON_DAYS = timedelta(hours=1), 3


class Standing:
    """Keys of Measure.STANDING."""

    ALL, URGENT, OVERDUE, SOON, BREACHED, ANSWER_OVERDUE, ANSWER_SOON, WAITING = range(8)


def _values(names: Iterator[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_EVENTS = _values(event.value for event in COUNTED)
_ENTRIES = _values(event.value for event in (Event.FILED, *sorted(HOPS)))


def _bucket(seconds: str) -> str:
    """The bucket of a span, by the logarithm of its minutes."""
    minutes = f"greatest(({seconds}) / 60.0, 1.0)::float8"
    return f"least(floor({BUCKETS_A_DOUBLING} * ln({minutes}) / ln(2.0::float8)), {MOST_BUCKET})::int"


ADD_UP = """INSERT INTO complaints_dailycount AS old (branch_id, measure, day, key, n)
SELECT branch_id, measure, day, key, count(*) FROM measured GROUP BY branch_id, measure, day, key
ORDER BY branch_id, measure, day, key
ON CONFLICT (branch_id, measure, day, key) DO UPDATE SET n = old.n + excluded.n"""
# The primary key, a range of at most LINES; cases and branches by theirs. Index history_of_case for the line with
# which a reaction's stay in the tier began.
_COUNT = f"""
WITH lines AS MATERIALIZED (
    SELECT h.id, h.complaint_id, h.event, h.at, h.to_branch_id AS branch_id,
        coalesce(h.from_tier, h.to_tier) AS tier, c.patient_category_id, c.medical_organisation_id,
        c.registered_at, (h.at AT TIME ZONE g.time_zone)::date AS day
    FROM complaints_history h
    JOIN complaints_complaint c ON c.id = h.complaint_id
    JOIN insurers_branch b ON b.id = h.to_branch_id
    JOIN insurers_region g ON g.id = b.region_id
    WHERE h.id > %(after)s AND h.id <= %(until)s AND h.event IN ({_EVENTS})
),
measured AS (
    SELECT branch_id, day, event AS measure, tier::bigint AS key FROM lines
    UNION ALL
    SELECT branch_id, day, '{Measure.CATEGORY}', patient_category_id FROM lines
    WHERE event = '{Event.FILED}'
    UNION ALL
    SELECT branch_id, day, '{Measure.CLINIC}', medical_organisation_id FROM lines
    WHERE event = '{Event.FILED}' AND medical_organisation_id IS NOT NULL
    UNION ALL
    SELECT branch_id, day, '{Measure.DECISION_TIME}',
        tier * {TIER_STEP} + {_bucket("extract(epoch FROM at - registered_at)")}
    FROM lines WHERE event = '{Event.RESOLVED}'
    UNION ALL
    SELECT l.branch_id, l.day, '{Measure.REACTION_TIME}',
        l.tier * {TIER_STEP} + {_bucket("extract(epoch FROM l.at - entry.at)")}
    FROM lines l CROSS JOIN LATERAL (
        SELECT e.at FROM complaints_history e
        WHERE e.complaint_id = l.complaint_id AND e.id < l.id AND e.event IN ({_ENTRIES})
        ORDER BY e.id DESC LIMIT 1
    ) AS entry
    WHERE l.event = '{Event.REACTED}'
)
{ADD_UP}"""
# The same range; of the few decisions in it what was left of the limit, and whether somebody had spoken before.
_JUDGE = f"""
WITH lines AS MATERIALIZED (
    SELECT h.complaint_id, h.event, h.at, h.due_before, h.to_branch_id AS branch_id,
        coalesce(h.from_tier, h.to_tier) AS tier, (h.at AT TIME ZONE g.time_zone)::date AS day
    FROM complaints_history h
    JOIN insurers_branch b ON b.id = h.to_branch_id
    JOIN insurers_region g ON g.id = b.region_id
    WHERE h.id > %(after)s AND h.id <= %(until)s AND h.event = '{Event.RESOLVED}'
),
{decided("lines", "day")},
measured AS (
    SELECT branch_id, day, '{Measure.UNTOUCHED}' AS measure, tier::bigint AS key FROM decided WHERE untouched
    UNION ALL
    SELECT branch_id, day, '{Measure.LAST_TENTH}', tier FROM decided WHERE {LAST_TENTH}
)
{ADD_UP}"""
_STATEMENTS = {
    MARK: (_COUNT,),
    DECISIONS: (_JUDGE,),
    ROWS: (f"{form_counts.LINES}\n{ADD_UP}", form_counts.TAKE_BACK),
}
# Two at once: whoever is second goes away and leaves it to the first.
_TURN = """SELECT last_id FROM complaints_countmark WHERE name = %(name)s FOR UPDATE SKIP LOCKED"""
_WAIT = "SELECT last_id FROM complaints_countmark WHERE name = %(name)s FOR UPDATE"
_BEGIN = "INSERT INTO complaints_countmark (name, last_id) VALUES (%(name)s, 0) ON CONFLICT DO NOTHING"
_MOVE = "UPDATE complaints_countmark SET last_id = %(last)s, counted_at = %(now)s WHERE name = %(name)s"
# The primary key. Numbers have holes: a piece is so many lines, not so many numbers.
_PIECE = """SELECT max(id) FROM (
    SELECT id FROM complaints_history WHERE id > %(after)s AND id <= %(final)s ORDER BY id LIMIT %(lines)s
) AS piece"""
_RATED = f"""
INSERT INTO complaints_dailycount AS old (branch_id, measure, day, key, n)
SELECT c.branch_id, '{Measure.STARS}', (r.given_at AT TIME ZONE g.time_zone)::date, r.stars, count(*)
FROM complaints_rating r
JOIN complaints_complaint c ON c.id = r.complaint_id
JOIN insurers_branch b ON b.id = c.branch_id
JOIN insurers_region g ON g.id = b.region_id
WHERE %(case)s IS NULL OR r.complaint_id = %(case)s
GROUP BY 1, 3, 4
ON CONFLICT (branch_id, measure, day, key) DO UPDATE SET n = old.n + excluded.n"""

_AGE = " ".join(
    f"WHEN c.registered_at > %(now)s::timestamptz - interval '{days} days' THEN {i}"
    for i, days in enumerate(AGES)
)
_RUNS = "c.status IN ('new', 'in_work')"
_TODAY = "(%(now)s::timestamptz AT TIME ZONE g.time_zone)::date"
#: What is the matter with an open case `c` of region `g`: key and condition.
MATTERS = (
    (Standing.ALL, "true"),
    (Standing.URGENT, "c.urgency = 'urgent'"),
    (Standing.OVERDUE, f"{_RUNS} AND c.due_at <= %(now)s"),
    (
        Standing.SOON,
        f"{_RUNS} AND c.due_at > %(now)s AND c.due_at <= %(now)s::timestamptz + interval '{SOON.total_seconds()} s'",
    ),
    (Standing.BREACHED, "c.breached_at IS NOT NULL"),
    (Standing.ANSWER_OVERDUE, f"c.answer_due_on < {_TODAY}"),
    (Standing.ANSWER_SOON, f"c.answer_due_on BETWEEN {_TODAY} AND {_TODAY} + {ANSWER_SOON_DAYS}"),
    (Standing.WAITING, "c.status = 'waiting'"),
)
_FLAGS = ", ".join(f"count(*) FILTER (WHERE {condition}) AS m{key}" for key, condition in MATTERS)
_SPREAD = ", ".join(f"({key}, m{key})" for key, _condition in MATTERS)
# Partial index complaint_queue: open cases, of the named branches or of all. By tier and age, each with its matters.
OPEN_BY_TIER = f"""
SELECT c.branch_id, {_TODAY} AS day, c.tier, CASE {_AGE} ELSE {len(AGES)} END AS age, count(*) AS n, {_FLAGS}
FROM complaints_complaint c
JOIN insurers_branch b ON b.id = c.branch_id
JOIN insurers_region g ON g.id = b.region_id
WHERE c.status IN ('new', 'in_work', 'waiting') {{branches}}
GROUP BY 1, 2, 3, 4"""
_STOCK = f"""
WITH open AS MATERIALIZED ({OPEN_BY_TIER.format(branches="")}),
counted AS MATERIALIZED (
    SELECT branch_id, '{Measure.OPEN}' AS measure, day, (tier * {AGE_STEP} + age)::bigint AS key, n FROM open
    UNION ALL
    SELECT o.branch_id, '{Measure.STANDING}', o.day, spread.key, sum(spread.n)
    FROM open o CROSS JOIN LATERAL (VALUES {_SPREAD}) AS spread (key, n)
    GROUP BY o.branch_id, o.day, spread.key
),
kept AS (
    INSERT INTO complaints_dailycount AS old (branch_id, measure, day, key, n)
    SELECT branch_id, measure, day, key, n FROM counted ORDER BY branch_id, measure, day, key
    ON CONFLICT (branch_id, measure, day, key) DO UPDATE SET n = excluded.n WHERE old.n <> excluded.n
)
UPDATE complaints_dailycount AS old SET n = 0
FROM insurers_branch b JOIN insurers_region g ON g.id = b.region_id
WHERE old.branch_id = b.id AND old.measure = ANY(%(stocks)s) AND old.day = {_TODAY} AND old.n > 0
    AND NOT EXISTS (SELECT FROM counted c WHERE c.branch_id = old.branch_id AND c.measure = old.measure
        AND c.key = old.key)"""
_STOCKED = "UPDATE complaints_countmark SET stocked_at = %(now)s WHERE name = %(name)s"


def look(now: datetime) -> int:
    """Count the sealed lines behind each mark, LINES × BATCHES at most; returns how far it moved on at most."""
    return max(_look(mark, now) for mark in _STATEMENTS)


def _look(mark: str, now: datetime) -> int:
    with transaction.atomic():
        _execute(_BEGIN, name=mark)
        found = _execute(_TURN, name=mark)
        return _count(mark, found[0][0], now, BATCHES) if found else 0


def stock(now: datetime) -> None:
    """Write down how many cases are open now, by branch, tier, age and matter: one pass over the open ones."""
    with transaction.atomic():
        _execute(_BEGIN)
        if _execute(_TURN):
            _execute(_STOCK, now=now, stocks=[measure.value for measure in STOCKS])
            _execute(_STOCKED, now=now)


def open_now(branch_ids: Sequence[int], now: datetime) -> list[tuple[Any, ...]]:
    """What stock() would write down of these branches: (branch, day, tier, age, count, then each matter)."""
    statement = OPEN_BY_TIER.format(branches="AND c.branch_id = ANY(%(branches)s)")
    return _execute(statement, branches=list(branch_ids), now=now)


def rebuild(now: datetime) -> int:
    """Forget every flow and count history and ratings anew; stocks stay. Returns the last line counted."""
    with transaction.atomic():
        for mark in _STATEMENTS:
            counted_up_to(mark)
        DailyCount.objects.of(FLOWS).delete()
        _execute(_RATED, case=None)
        return max(_count(mark, 0, now, None) for mark in _STATEMENTS)


def counted_up_to(mark: str) -> int:
    """The last line that is counted by this mark; it stays so until the caller's transaction ends."""
    _execute(_BEGIN, name=mark)
    ((last,),) = _execute(_WAIT, name=mark)
    return int(last)


def rated(complaint_id: int) -> None:
    """Count the rating of this case, in the transaction that keeps it."""
    _execute(_RATED, case=complaint_id)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("daily_counts", timedelta(minutes=1), look))
    rounds.ROUNDS.append(rounds.Round("open_counts", STOCK_EVERY, stock))


def bucket_minutes(bucket: int) -> float:
    """The middle of a bucket of times, in minutes."""
    return float(2 ** ((bucket + 0.5) / BUCKETS_A_DOUBLING))


def _count(mark: str, after: int, now: datetime, batches: int | None) -> int:
    """From `after` to what is sealed; returns how far the mark went."""
    final = chain.last_sealed(_HISTORY)
    done, last = 0, after
    while last < final and (batches is None or done < batches):
        ((until,),) = _execute(_PIECE, after=last, final=final, lines=LINES)
        if until is not None:
            for statement in _STATEMENTS[mark]:
                _execute(statement, after=last, until=until)
        done, last = done + 1, until or final
    _execute(_MOVE, name=mark, last=last, now=now)
    return last - after


def _execute(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"name": MARK, **values})
        return cursor.fetchall() if cursor.description else []


_HISTORY = chain.Source(table=History._meta.db_table, key="id", columns=())

__all__ = [
    "ADD_UP",
    "AGES",
    "OPEN_BY_TIER",
    "Standing",
    "bucket_minutes",
    "counted_up_to",
    "look",
    "open_now",
    "rated",
    "rebuild",
    "stock",
]
