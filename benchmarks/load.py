"""The whole portal under a day's pressure: filing with photos, patients who follow, operators who work, cases that
fall due all the time; locust asks, in an environment of its own (benchmarks/crowd).

All of it shares one machine: servers, bells, PostgreSQL, Valkey and locust itself.
"""

import io
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from PIL import Image

from benchmarks import people, world
from benchmarks.deployment import Deployment, deployment, errors_of
from benchmarks.report import figure
from benchmarks.staff import session_of, worker
from insurers.models import Branch
from omsportal.platform.clock import database_now
from omsportal.supervisor import side_environment
from representatives.roles import Tier

NAME = "load"
SECONDS = {"small": 20, "full": 300}
CROWD = {"small": 5_000, "full": 100_000}
BRANCHES = 25
FILED_A_SECOND, FILERS = 5, 10
PATIENTS, OPERATORS = {"small": 100, "full": 200}, 50
#: Seconds between two presses of one operator, on average.
PAUSE = 6.0
#: Cases falling due each second.
PACE = 2
#: Everybody comes within so many seconds; what is asked meanwhile is not counted.
COMING = 8
SAMPLE_EVERY = 2.0
Told = list[dict[str, Any]]
LOCUSTFILE = Path(__file__).with_name("crowd") / "locustfile.py"


@dataclass(slots=True)
class Watch:
    """The memory of the processes, looked at all the time."""

    portal: Deployment
    samples: list[dict[str, float]] = field(default_factory=list)

    @contextmanager
    def looking(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self._look, args=[over])
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _look(self, over: threading.Event) -> None:
        while not over.wait(SAMPLE_EVERY):
            self.samples.append(self.portal.memory())


def run(scale: str) -> None:
    world.add_branches(BRANCHES)
    world.add_crowd(CROWD[scale])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    world.make_due(0)
    seconds = SECONDS[scale]
    plan = _plan(seconds, PATIENTS[scale])
    with deployment() as portal:
        watch = Watch(portal)
        with watch.looking():
            _fall_due(seconds)
            told = ask(portal, plan, seconds, everybody=FILERS + PATIENTS[scale] + OPERATORS)
            time.sleep(2 * settings.TICK_SECONDS)
    _tell_pages(told, scale)
    _tell_memory(watch, scale)
    _tell_hops(seconds, scale)
    errors = errors_of(Path(settings.DATA_DIR), portal.processes)
    figure(NAME, "errors in the logs of the processes", len(errors), "lines", first=errors[:1])


def _plan(seconds: int, patients: int) -> Path:
    """Who there is, as a file for locust."""
    data = Path(settings.DATA_DIR)
    writer = people.writer(Branch.objects.by_codes("sogaz-med", "76"))
    photo = data / "photo.jpg"
    photo.write_bytes(_photo())
    return written(
        photo=str(photo),
        drafts=writer.drafts((seconds + COMING + 10) * FILED_A_SECOND),
        patients=[people.reader(place) for place in range(patients)],
        operators=operators(OPERATORS, BRANCHES),
    )


def written(**crowd: Any) -> Path:
    """The file that benchmarks/crowd reads; who is not named is not there."""
    whole = {
        "photo": os.devnull, "drafts": [], "patients": [], "operators": [], "pause": PAUSE,
        "filers": FILERS, "filed_a_second": FILED_A_SECOND, "token": people.TOKEN,
        "session": settings.SESSION_COOKIE_NAME,
    } | crowd  # fmt: skip
    plan = Path(settings.DATA_DIR) / "crowd.json"
    plan.write_text(json.dumps(whole))
    return plan


def operators(count: int, branches: int) -> list[str]:
    """Sessions of so many operators, dealt out to so many branches."""
    chosen = list(Branch.objects.of_insurers().order_by("pk").values_list("pk", flat=True)[:branches])
    return [
        session_of(worker(f"operator{place}", Tier.CONTACT_CENTRE, chosen[place % branches]))
        for place in range(count)
    ]


def _photo() -> bytes:
    """As large as a phone's photo of a paper after the phone has made it smaller: 1600 by 1200."""
    noise = Image.frombytes("L", (400, 300), random.Random(76).randbytes(400 * 300))
    whole, photo = io.BytesIO(), noise.resize((1600, 1200)).convert("RGB")
    photo.save(whole, "JPEG", quality=80)
    return whole.getvalue()


def _fall_due(seconds: int) -> None:
    """PACE cases each second, from when everybody is there until the end: of tier 2, so that no operator holds one."""
    begins = database_now() + timedelta(seconds=COMING)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complaint AS c SET tier = 2, due_at = moment, escalate_at = moment FROM ("
            " SELECT id, %s::timestamptz + row_number() OVER (ORDER BY id DESC) * interval '1 second' / %s AS moment"
            " FROM complaints_complaint WHERE tier = 1 AND status = 'new' AND due_at > now() + interval '80 days'"
            " ORDER BY id DESC LIMIT %s) AS chosen WHERE c.id = chosen.id",
            [begins, PACE, PACE * seconds],
        )
        assert cursor.rowcount == PACE * seconds, cursor.rowcount


def ask(
    portal: Deployment, plan: Path, seconds: int, *, everybody: int, coming: int = COMING,
    kinds: Sequence[str] = (),
) -> Told:  # fmt: skip
    """What locust counted after everybody had come: people of these kinds (of benchmarks/crowd), or of all."""
    home = side_environment.install("locust")
    done = subprocess.run(
        [
            str(home / "bin" / "python"), "-m", "locust", "--headless", "--json", "--loglevel=ERROR", "--reset-stats",
            f"--locustfile={LOCUSTFILE}", f"--host=http://127.0.0.1:{portal.pages}", f"--users={everybody}",
            f"--spawn-rate={everybody / coming}", f"--run-time={seconds + coming}s", "--stop-timeout=20", *kinds,
        ],
        capture_output=True, text=True, check=False, env={**os.environ, "CROWD": str(plan)},
    )  # fmt: skip
    if done.returncode not in (
        0,
        1,
    ):  # 1: some answers were not what they should be; the figures tell how many
        raise RuntimeError(f"locust did not run:\n{done.stderr[-2000:]}")
    told: Told = json.loads(done.stdout)
    for wrong, times in json.loads(plan.with_suffix(".errors").read_text()).items():
        print(f"{times} × {wrong}", file=sys.stderr)
    return told


def _tell_pages(told: Told, scale: str) -> None:
    about = {"complaints": CROWD[scale], "seconds": SECONDS[scale]}
    for page in sorted(told, key=lambda each: str(each["name"])):
        figure(NAME, f"p95 of {page['name']}", percentile([page], 0.95), "ms", asked=page["num_requests"],
               errors=page["num_failures"], median=percentile([page], 0.5), **about)  # fmt: skip
    figure(NAME, "p95 of all requests", percentile(told, 0.95), "ms",
           asked=sum(page["num_requests"] for page in told),
           errors=sum(page["num_failures"] for page in told), **about)  # fmt: skip


def percentile(pages: Told, share: float) -> float:
    """Milliseconds; locust keeps how many answers took how long."""
    counted: dict[float, int] = {}
    for page in pages:
        for took, times in page["response_times"].items():
            counted[float(took)] = counted.get(float(took), 0) + times
    wanted, seen = share * sum(counted.values()), 0
    for took in sorted(counted):
        seen += counted[took]
        if seen >= wanted:
            return took
    raise RuntimeError("nothing was asked")


def _tell_memory(watch: Watch, scale: str) -> None:
    """The baseline is the first third after everybody had come: by then everything was imported."""
    calm = watch.samples[int(COMING / SAMPLE_EVERY) :]
    early, late = calm[len(calm) // 3], calm[-int(2 * settings.TICK_SECONDS / SAMPLE_EVERY) - 1]
    figure(NAME, "memory of all processes at the end, baseline a third of the way", sum(late.values()), "MB",
           baseline=sum(early.values()), seconds=SECONDS[scale],
           grown={name: round(late[name] - early[name], 1) for name in late})  # fmt: skip


def _tell_hops(seconds: int, scale: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - due_before)::float FROM complaints_history"
            " WHERE event = 'escalated'"
        )
        lags = [row[0] for row in cursor.fetchall()]
    assert len(lags) == PACE * seconds, (len(lags), PACE * seconds)
    figure(NAME, "the latest hop after its due moment, baseline the tick", max(lags), "s",
           baseline=float(settings.TICK_SECONDS), hops=len(lags), complaints=CROWD[scale])  # fmt: skip
