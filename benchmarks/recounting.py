"""Recounting open cases after a calendar change: against a bare UPDATE, by one schedule, and what pages feel."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median, quantiles

from django.db import connection
from django.test import Client

from benchmarks import bare
from benchmarks.report import RUNS, figure, medians
from benchmarks.world import empty
from complaints.escalation.calendar_changes import branches_by
from complaints.models import Complaint
from insurers.models import Branch, CalendarDay, DayKind, WorkingSchedule
from insurers.services import calendar
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import JobState
from representatives.models import Representative, User
from representatives.roles import Presence, Tier

NAME = "escalation"
PAGES = ("/", "/call/", "/insurers/", "/staff/")
_WORKER = """
import django; django.setup()
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
jobs.run_next(database_now())
"""


def run(requests: int) -> None:
    count = Complaint.objects.open().count()
    _toggle()
    _work()  # the crowd's dates are made up: from here on they are counted
    ours, bound = medians(lambda: _whole(count), lambda: _bare(count))
    figure(NAME, "recount of all open, baseline bare UPDATE", ours, "rows/s", baseline=bound, open=count)
    _toggle()
    _work()
    _one_schedule(count, count / ours)
    _pages(count, requests)


def _toggle() -> None:
    """The next ordinary weekday becomes a day off for the country, or a working day again."""
    now = database_now()
    day = now.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    there = CalendarDay.objects.filter(date=day, region=None)
    if there.exists():
        there.delete()
    else:
        CalendarDay.objects.create(date=day, kind=DayKind.DAY_OFF, title="bench")
    calendar.day_changed(region_id=None, days=[day], by_id=None, now=now)


def _work() -> dict[str, int]:
    job = jobs.run_next(database_now())
    assert job is not None, "no job waits"
    assert job.state == JobState.DONE, job.error
    return dict(job.result or {})


def _whole(count: int) -> float:
    _tidy()
    _toggle()
    began = time.perf_counter()
    result = _work()
    seconds = time.perf_counter() - began
    assert result["seen"] == count, result
    assert result["moved"] > count / 2, result
    return result["moved"] / seconds


def _bare(count: int) -> float:
    _tidy()
    began = time.perf_counter()
    shifted = bare.shift_all()
    seconds = time.perf_counter() - began
    assert shifted > count / 2, shifted
    # The next recount puts the moments back.
    return shifted / seconds


def _one_schedule(count: int, whole_seconds: float) -> None:
    """The schedule of a branch of ordinary size; the baseline is its share of the whole."""
    schedule = _ordinary_schedule()
    share = Complaint.objects.open().filter(branch__in=branches_by([schedule.pk])).count()
    seconds = []
    for _run in range(RUNS):
        calendar.schedule_changed(schedule=schedule, by_id=None, now=database_now())
        began = time.perf_counter()
        _work()
        seconds.append(time.perf_counter() - began)
    figure(NAME, "recount of one schedule, baseline its share of the whole", median(seconds), "s",
           baseline=whole_seconds * share / count, open=count, cases=share,
           schedules=Branch.objects.of_insurers().count())  # fmt: skip


def _ordinary_schedule() -> WorkingSchedule:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schedule_id FROM (SELECT b.schedule_id, count(*) AS n FROM complaints_complaint c"
            " JOIN insurers_branch b ON b.id = c.branch_id GROUP BY 1) AS sizes ORDER BY n"
        )
        rows = cursor.fetchall()
    return WorkingSchedule.objects.get(pk=rows[len(rows) // 2][0])


def _pages(count: int, requests: int) -> None:
    """Pages asked one after another, first with nothing else to do, then while a worker recounts."""
    client = Client(headers={"host": "localhost"})
    client.force_login(_operator())
    calm = _p95(client, lambda asked: asked >= requests)
    _tidy()
    _toggle()
    worker = subprocess.Popen([sys.executable, "-c", _WORKER])
    busy = _p95(client, lambda _asked: worker.poll() is not None)
    assert worker.returncode == 0
    for page in PAGES:
        figure(NAME, "p95 of a page during a recount, baseline before", busy[page], "ms",
               baseline=calm[page], page=page, open=count)  # fmt: skip


def _p95(client: Client, done: Callable[[int], bool]) -> dict[str, float]:
    spent: dict[str, list[float]] = {page: [] for page in PAGES}
    for page in PAGES:
        client.get(page)
    asked = 0
    while not done(asked) or asked < len(PAGES) * 2:
        for page in PAGES:
            began = time.perf_counter()
            assert client.get(page).status_code == 200, page
            spent[page].append((time.perf_counter() - began) * 1000)
            asked += 1
    return {page: quantiles(values, n=20)[18] for page, values in spent.items()}


def _operator() -> User:
    busiest = Complaint.objects.values_list("branch", flat=True).first()
    user, new = User.objects.get_or_create(username="bench", defaults={"full_name": "Bench", "is_demo": True})
    if new:
        person = Representative.objects.create(user=user, tier=Tier.CONTACT_CENTRE, presence=Presence.FREE)
        person.branches.add(busiest)
    return user


def _tidy() -> None:
    with connection.cursor() as cursor:
        empty(cursor, "complaints_history, platform_outbox, platform_alarm")
        cursor.execute("VACUUM ANALYZE complaints_complaint")
        cursor.execute("CHECKPOINT")
