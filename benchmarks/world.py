"""What is measured on: insurers' branches with a schedule each, a crowd of open appeals, some of them due."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from complaints.services import search_again
from insurers.models import Branch, BranchKind, Insurer, Region, WorkingHours, WorkingSchedule
from insurers.services import working_time
from omsportal.platform.clock import database_now

WEEKDAYS = range(5)
Place = tuple[Insurer, Region]

_RESET = """
UPDATE complaints_complaint SET tier = 1, status = 'new', assignee_id = NULL, breached_at = NULL, warned = 0,
    due_at = CASE WHEN id <= %(last)s THEN %(now)s - interval '1 minute' ELSE %(now)s + interval '90 days' END,
    escalate_at = CASE WHEN id <= %(last)s THEN %(now)s - interval '1 minute' ELSE %(now)s + interval '90 days' END,
    warn_at = %(now)s + interval '45 days'
WHERE tier <> 1 OR escalate_at IS NULL OR escalate_at < %(now)s + interval '80 days'
    OR (escalate_at <= %(now)s) <> (id <= %(last)s)
"""
_LAST_OF = """
SELECT coalesce(max(id), 0) FROM (SELECT id FROM complaints_complaint ORDER BY id LIMIT %s) AS first
"""


def add_branches(count: int) -> None:
    """So many branches in all, each with working hours of its own: a country has 300 of them."""
    places = [
        (insurer, region) for region in Region.objects.order_by("code") for insurer in Insurer.objects.all()
    ]
    known = Branch.objects.of_insurers().count()
    _open(_free(places)[: max(0, count - known)])


def add_branches_of(insurer: Insurer | None, count: int) -> None:
    """So many branches of one insurer, one in each region."""
    assert insurer is not None
    known = Branch.objects.filter(insurer=insurer).count()
    places = [(insurer, region) for region in Region.objects.order_by("code")]
    _open(_free(places)[: max(0, count - known)])


def _free(places: list[Place]) -> list[Place]:
    known = set(Branch.objects.of_insurers().values_list("insurer_id", "region_id"))
    return [(insurer, region) for insurer, region in places if (insurer.pk, region.pk) not in known]


def _open(places: list[Place]) -> None:
    now = database_now()
    for insurer, region in places:
        schedule = WorkingSchedule.objects.create(
            code=f"bench-{insurer.code}-{region.code}",
            title="bench",
            time_zone=region.time_zone,
            region=region,
        )
        WorkingHours.objects.bulk_create(
            WorkingHours(schedule=schedule, weekday=day, starts=time(9), ends=time(18)) for day in WEEKDAYS
        )
        working_time.rebuild(schedule, now)
        Branch.objects.create(
            kind=BranchKind.INSURER, insurer=insurer, region=region, schedule=schedule, title=schedule.code
        )
    from complaints.services.rules import expand_all

    expand_all()


def add_crowd(count: int) -> None:
    # As the first round of a new portal: nothing here was read by an earlier edition of the search.
    search_again.look(database_now())
    call_command("seed_load", complaints=count, due=0, stdout=io.StringIO())


def copied(name: str) -> str:
    """A second database on the same server, with all that is in this one now; its name."""
    this = str(connection.settings_dict["NAME"])
    with on("postgres"), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {this}")
    return name


@contextmanager
def on(database: str) -> Iterator[None]:
    """All of this process goes to that database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def empty(cursor: CursorWrapper, tables: str) -> None:
    """Also append-only ones: only the superuser that a benchmark is can set their triggers aside."""
    cursor.execute("SET session_replication_role = replica")
    cursor.execute(f"TRUNCATE {tables}")
    cursor.execute("RESET session_replication_role")


def make_due(due: int) -> None:
    """The first `due` cases are overdue in tier 1, all others far from it; what earlier runs wrote is thrown
    away, and a vacuum follows, as autovacuum would."""
    with connection.cursor() as cursor:
        empty(cursor, "platform_outbox, platform_alarm, complaints_history")
        cursor.execute(_LAST_OF, [due])
        (last,) = cursor.fetchone()
        cursor.execute(_RESET, {"last": last, "now": database_now()})
        cursor.execute("VACUUM ANALYZE complaints_complaint")
        cursor.execute("CHECKPOINT")
