"""Set-based working-time arithmetic, as fragments of larger statements. Text only; values are parameters.

The same text serves one case on a page and ten thousand in a sweep. The near window is read from the arrays
of insurers_workingaxis (one small row per schedule, no table of spans is touched); whatever leaves the window
is found in insurers_workingspan, by its index on (schedule_id, seconds_before). Beyond the computed horizon
the answer is NULL: the caller flags it, nothing is extrapolated. Sessions run in UTC.
"""

# Working time since the first span, as of a moment: the last span that began, and what of it has passed.
# Served by the unique index on (schedule_id, starts_at).
_PASSED = """(
    SELECT span.seconds_before + extract(epoch FROM least({moment}, span.ends_at) - span.starts_at)
    FROM insurers_workingspan span
    WHERE span.schedule_id = {schedule} AND span.starts_at <= {moment}
    ORDER BY span.starts_at DESC
    LIMIT 1
)"""

# Each LATERAL step keeps its OFFSET 0: flattened into one expression, width_bucket would run several times.
# The far step asks inside itself whether it is needed: as a condition of the join it would be computed first.
_DUE = """
LEFT JOIN insurers_workingaxis {name}_axis ON {name}_axis.schedule_id = {schedule}
LEFT JOIN LATERAL (
    SELECT width_bucket({start}, {name}_axis.starts) AS bucket OFFSET 0
) {name}_from ON true
LEFT JOIN LATERAL (
    SELECT {name}_axis.axis[{name}_from.bucket]
        + (least({start}, {name}_axis.ends[{name}_from.bucket]) - {name}_axis.starts[{name}_from.bucket])
        + {seconds} * interval '1 second' AS target
    OFFSET 0
) {name}_target ON true
LEFT JOIN LATERAL (
    SELECT width_bucket({name}_target.target - interval '1 microsecond', {name}_axis.axis) AS bucket OFFSET 0
) {name}_to ON true
LEFT JOIN LATERAL (
    SELECT {name}_axis.starts[{name}_to.bucket]
        + ({name}_target.target - {name}_axis.axis[{name}_to.bucket]) AS due_at
    OFFSET 0
) {name}_near ON {name}_near.due_at <= {name}_axis.ends[{name}_to.bucket]
LEFT JOIN LATERAL (
    SELECT span.starts_at + (passed.seconds - span.seconds_before) * interval '1 second' AS due_at
    FROM (SELECT {passed} + {seconds} AS seconds WHERE {name}_near.due_at IS NULL OFFSET 0) passed
    JOIN LATERAL (
        SELECT * FROM insurers_workingspan later
        WHERE later.schedule_id = {schedule} AND later.seconds_before < ceil(passed.seconds)::bigint
        ORDER BY later.seconds_before DESC
        LIMIT 1
    ) span ON span.starts_at + (passed.seconds - span.seconds_before) * interval '1 second' <= span.ends_at
) {name}_far ON true
"""

# The mirror of _DUE: back from a moment. The window answers only for a moment inside it.
_BEFORE = """
LEFT JOIN insurers_workingaxis {name}_axis ON {name}_axis.schedule_id = {schedule}
    AND {moment} <= {name}_axis.ends[cardinality({name}_axis.ends)]
LEFT JOIN LATERAL (
    SELECT width_bucket({moment}, {name}_axis.starts) AS bucket OFFSET 0
) {name}_from ON true
LEFT JOIN LATERAL (
    SELECT {name}_axis.axis[{name}_from.bucket]
        + (least({moment}, {name}_axis.ends[{name}_from.bucket]) - {name}_axis.starts[{name}_from.bucket])
        - {seconds} * interval '1 second' AS target
    OFFSET 0
) {name}_target ON true
LEFT JOIN LATERAL (
    SELECT width_bucket({name}_target.target, {name}_axis.axis) AS bucket OFFSET 0
) {name}_to ON true
LEFT JOIN LATERAL (
    SELECT {name}_axis.starts[{name}_to.bucket]
        + ({name}_target.target - {name}_axis.axis[{name}_to.bucket]) AS moment
    OFFSET 0
) {name}_near ON true
LEFT JOIN LATERAL (
    SELECT span.starts_at + (passed.seconds - span.seconds_before) * interval '1 second' AS moment
    FROM (
        SELECT {passed} - {seconds} AS seconds
        WHERE {name}_near.moment IS NULL AND {moment} <= (
            SELECT ends_at FROM insurers_workingspan last
            WHERE last.schedule_id = {schedule}
            ORDER BY last.starts_at DESC
            LIMIT 1
        )
        OFFSET 0
    ) passed
    JOIN LATERAL (
        SELECT * FROM insurers_workingspan earlier
        WHERE earlier.schedule_id = {schedule} AND earlier.seconds_before <= floor(passed.seconds)::bigint
        ORDER BY earlier.seconds_before DESC
        LIMIT 1
    ) span ON true
) {name}_far ON true
"""


def due_joins(*, name: str, start: str, seconds: str, schedule: str) -> str:
    """LEFT JOINs that compute when `seconds` of working time after `start` have passed; they drop no row.

    `start` (timestamptz), `seconds` (integer, at least 1) and `schedule` (its id) are SQL expressions over
    the tables joined before; `name` prefixes the aliases. The moment is `due_value(name)`. Time that runs out
    exactly with a span is due at the end of that span: at 18:00, not at 09:00 of the next day.
    """
    passed = _PASSED.format(moment=start, schedule=schedule)
    return _DUE.format(name=name, start=start, seconds=seconds, schedule=schedule, passed=passed)


def due_value(name: str) -> str:
    """The expression of the due moment; NULL when the schedule is unknown or its horizon is left."""
    return f"coalesce({name}_near.due_at, {name}_far.due_at)"


def before_joins(*, name: str, moment: str, seconds: str, schedule: str) -> str:
    """LEFT JOINs that compute from when on only `seconds` of working time are left to a moment.

    The inverse of `due_joins`, with the same expressions, dropping no row; the result is
    `before_value(name)`. What lies exactly between two spans is the opening, not the closing: at 09:00 of the
    next day, not at 18:00. So adding and subtracting undo each other for every moment of work: a due one in
    (opening, closing], a start in [opening, closing).
    """
    passed = _PASSED.format(moment=moment, schedule=schedule)
    return _BEFORE.format(name=name, moment=moment, seconds=seconds, schedule=schedule, passed=passed)


def before_value(name: str) -> str:
    """The expression of that moment; NULL when the schedule is unknown or its horizon is left."""
    return f"coalesce({name}_near.moment, {name}_far.moment)"


def passed_value(*, moment: str, schedule: str) -> str:
    """The expression of working seconds between the schedule's first span and a moment; NULL before it."""
    return _PASSED.format(moment=moment, schedule=schedule)
