"""What a changed schedule, calendar day or rule would do to open cases: tried out and rolled back.

Computed tables are shadowed by temporary ones of the same name, so that nobody waits for a trial and no old
rows are left behind; the statements are those of the recount itself.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from complaints.escalation import calendar_changes, recount, recount_sql
from complaints.models import Complaint, EscalationRule, RuleEdition
from complaints.services import rule_changes
from insurers.models import CalendarDay, WorkingHours, WorkingSchedule
from insurers.services import working_time
from omsportal.platform import dry_runs, jobs
from omsportal.platform.clock import database_now
from omsportal.platform.dry_runs import Change
from representatives.roles import Tier

CALENDAR_PREVIEW, RULES_PREVIEW = "calendar.preview", "rules.preview"
#: Nothing is locked here, so batches may be larger than those of a recount.
BATCH = 10_000
_SHADOW = "CREATE TEMP TABLE {name} (LIKE public.{name} INCLUDING ALL) ON COMMIT DROP"
_COUNTS = ("seen", "later", "earlier", "overdue", "kept")


def try_calendar(change: Change, progress: jobs.Progress) -> dict[str, Any]:
    """What a day or the hours of a schedule would move: the tiers' moments, and the dates of the law."""
    with dry_runs.rolled_back():
        touched, days = _schedules_of(change), _days_of(change)
        dry_runs.apply(change)
        touched |= _schedules_of(change)
        shadow_working_time()
        return moved(touched, calendar_changes.branches_by(sorted(touched)), days, progress)


def shadow_working_time() -> None:
    """From here to the end of the transaction whatever is computed anew stays here."""
    _shadow("insurers_workingspan", "insurers_workingaxis")


def moved(
    schedules: Iterable[int], branches: list[int], days: set[tuple[int | None, date]], progress: jobs.Progress
) -> dict[str, Any]:
    """What these schedules, computed anew, would move in these branches; the dates of the law with the days.

    Inside a transaction that is rolled back, in the shadow of working time.
    """
    _rebuild(schedules)
    ids = recount.find(recount_sql.IDS, {"branches": branches})
    found = _look(ids, progress, recount_sql.OWN_EDITION, {"earlier": None})
    return found | ({"answers": _look_at_answers(days)} if days else {})


def try_rules(change: Change, progress: jobs.Progress) -> dict[str, Any]:
    """What rules of an edition would move, and how many cases would keep the earlier ones."""
    with dry_runs.rolled_back():
        editions = RuleEdition.objects.filter(pk__in=_editions_of(change))
        before = {edition.pk: rule_changes.rules_of(edition) for edition in editions}
        dry_runs.apply(change)
        _shadow("complaints_effectiverule")
        found = _found()
        for edition in RuleEdition.objects.filter(pk__in=before):
            arguments = rule_changes.compare(edition=edition, earlier=before[edition.pk], now=database_now())
            if arguments is not None:
                _join(found, _look_at_rules(arguments, progress))
        return found


def _look_at_answers(days: set[tuple[int | None, date]]) -> dict[str, int]:
    """Whose date of the law would move with these days of regions; None: of the country."""
    ids = {id_ for region_id, day in days for id_ in calendar_changes.answers_concerned(region_id, [day])}
    now = database_now()
    found = Counter({"later": 0, "earlier": 0, "overdue": 0, "passed": 0})
    for batch in recount.batches(array("q", sorted(ids))):
        found.update(calendar_changes.look_at_answers(batch, now=now))
    return dict(found)


def _look_at_rules(arguments: dict[str, Any], progress: jobs.Progress) -> dict[str, Any]:
    which = rule_changes.which_cases(arguments) | {"editions": [arguments["edition"]]}
    # A case that would grow in a tier further up is counted as kept too.
    if arguments["earlier"]:
        which["tiers"] = [tier.value for tier in Tier]
    own = recount_sql.OWN_EDITION
    grows = (
        f"EXISTS (SELECT 1 FROM insurers_branch b WHERE b.id = row.branch_id AND {rule_changes.WOULD_GROW})"  # noqa: S608
    )
    edition = f"CASE WHEN {grows} THEN %(earlier)s ELSE {own} END" if arguments["earlier"] else own
    about = {"edition": arguments["edition"], "earlier": arguments["earlier"]}
    return _look(recount.find(recount_sql.IDS_OF_KEYS, which), progress, edition, about)


def _look(ids: "array[int]", progress: jobs.Progress, edition: str, about: dict[str, Any]) -> dict[str, Any]:
    """Count in batches; progress goes out over a connection of its own."""
    found, rare, now = _found(), [], database_now()
    plain = recount_sql.look(recount_sql.PLAIN_PLANNED, edition)
    replayed = recount_sql.look(recount_sql.RARE_PLANNED, edition)
    with dry_runs.Aside(progress) as aside:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH].tolist()
            counted, unusual = _read(plain, {**about, "ids": batch, "now": now})
            rare += unusual
            _join(found, counted)
            aside.report(start + len(batch), len(ids))
        for start in range(0, len(rare), BATCH):
            counted, _unusual = _read(replayed, {**about, "ids": rare[start : start + BATCH], "now": now})
            _join(found, counted | {"seen": 0, "kept": 0})
    return _named(found)


def _read(statement: str, parameters: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        seen, rare, later, earlier, overdue, kept, sample = cursor.fetchone()
    counts = dict(zip(_COUNTS, (seen, later, earlier, overdue, kept), strict=True))
    return counts | {"sample": json.loads(sample) if sample else []}, rare


def _found() -> dict[str, Any]:
    return {**dict.fromkeys(_COUNTS, 0), "sample": []}


def _join(found: dict[str, Any], more: dict[str, Any]) -> None:
    for name in _COUNTS:
        found[name] += more[name]
    lines = sorted(found["sample"] + more["sample"], key=lambda line: -line["moved"])
    found["sample"] = lines[: recount_sql.SAMPLE]


def _named(found: dict[str, Any]) -> dict[str, Any]:
    numbers = dict(
        Complaint.objects.filter(pk__in=[line["id"] for line in found["sample"]]).values_list("pk", "number")
    )
    lines = [{"number": numbers[line.pop("id")], **line} for line in found["sample"]]
    return found | {"sample": lines}


def _shadow(*names: str) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(_SHADOW.format(name=name))


def _rebuild(schedules: Iterable[int]) -> None:
    # Cases of schedules without hours fall back to plain time, as they do with the timer.
    working_time.rebuild_many(schedules, database_now(), lock=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE insurers_workingspan")


def _schedules_of(change: Change) -> set[int]:
    """By the rows as they are now: asked before and after the change, because a day may move its region."""
    found = {row["pk"] for row in _saved(change, WorkingSchedule) if row["pk"]}
    found |= {row["fields"]["schedule"] for row in _saved(change, WorkingHours)}
    regions = {row["fields"]["region"] for row in _saved(change, CalendarDay)}
    regions |= set(
        CalendarDay.objects.filter(pk__in=_keys(change, CalendarDay)).values_list("region", flat=True)
    )
    for region_id in regions:
        found |= set(WorkingSchedule.objects.touched_by(region_id).values_list("pk", flat=True))
    found |= set(_deleted(change, WorkingSchedule))
    return found


def _days_of(change: Change) -> set[tuple[int | None, date]]:
    """Region and date of each day of the calendar that would change, as it is now and as it would be."""
    wanted = {
        (row["fields"]["region"], date.fromisoformat(row["fields"]["date"]))
        for row in _saved(change, CalendarDay)
    }
    now = CalendarDay.objects.filter(pk__in=_keys(change, CalendarDay))
    return wanted | set(now.values_list("region", "date"))


def _editions_of(change: Change) -> set[int]:
    found = {row["pk"] for row in _saved(change, RuleEdition) if row["pk"]}
    found |= {row["fields"]["edition"] for row in _saved(change, EscalationRule)}
    keys = _keys(change, EscalationRule)
    return found | set(EscalationRule.objects.filter(pk__in=keys).values_list("edition", flat=True))


def _saved(change: Change, model: Any) -> list[dict[str, Any]]:
    return [row for row in change["save"] if row["model"] == model._meta.label_lower]


def _deleted(change: Change, model: Any) -> list[int]:
    return [key for label, key in change["delete"] if label == model._meta.label]


def _keys(change: Change, model: Any) -> list[int]:
    return [row["pk"] for row in _saved(change, model) if row["pk"]] + _deleted(change, model)


def register() -> None:
    """Called once, when the app is ready."""
    dry_runs.register(CALENDAR_PREVIEW, try_calendar)
    dry_runs.register(RULES_PREVIEW, try_rules)
