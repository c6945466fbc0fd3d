"""What people do while the engine works, each in a process of its own (tests/faults/stage.py)."""

import os
import traceback
from collections.abc import Callable
from datetime import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omsportal.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from complaints.models import Complaint  # noqa: E402
from complaints.permissions import NotAllowed  # noqa: E402
from complaints.services import bulk, closing, hops, work  # noqa: E402
from complaints.services.transitions import SomebodyWasFirst  # noqa: E402
from insurers.models import Branch, WorkingHours  # noqa: E402
from insurers.services import calendar  # noqa: E402
from omsportal import env  # noqa: E402
from omsportal.celery import app  # noqa: E402
from omsportal.platform.clock import database_now  # noqa: E402
from representatives.models import User  # noqa: E402
from representatives.profiles import profile_of  # noqa: E402
from tests.factories import make_staff  # noqa: E402

#: The largest branches of the crowd get staff.
STAFFED = 20


def furnish(count: str) -> None:
    """Reference data, people of tiers 1 and 2, and so many open cases, every fourth held by one of them."""
    call_command("migrate", verbosity=0)
    call_command("load_reference")
    for branch in Branch.objects.of_insurers().order_by("pk")[:STAFFED]:
        for tier in (1, 2):
            make_staff(f"tier{tier}-branch{branch.pk}", tier, branch)
    call_command("seed_load", complaints=int(count))


def ring(task: str = "complaints.tasks.sweep") -> None:
    """What beat does, once."""
    app.send_task(task)


def resolve(case_id: str) -> None:
    """Whoever holds the case decides it, as the page does that showed it a moment ago."""
    case = Complaint.objects.get(pk=case_id)
    holder: User = case.assignee
    now = database_now()
    closing.resolve(
        complaint=case,
        outcome="justified",
        text="Да",
        by=holder,
        profile=profile_of(holder, now=now),
        now=now,
    )


def take_and_return(case_id: str) -> None:
    """Somebody of tier 2 takes the case and gives it back to tier 1."""
    case, now = Complaint.objects.get(pk=case_id), database_now()
    person = User.objects.get(username=f"tier2-branch{case.branch_id}")
    profile = profile_of(person, now=now)
    case = work.claim(complaint=case, by=person, profile=profile, now=now)
    hops.return_to_lower_tier(
        complaint=case, reason="incomplete", note="Нужен номер полиса", by=person, profile=profile, now=now
    )


def shorten_days(schedule_id: str) -> None:
    """From now on this schedule's days end at noon."""
    hours = WorkingHours.objects.filter(schedule_id=schedule_id)
    hours.update(ends=time(12))
    calendar.schedule_changed(schedule=hours[0].schedule, by_id=None, now=database_now())


def put_back_all(user_id: str) -> None:
    """Somebody marks everything they hold and puts it back, by a worker."""
    by = User.objects.get(pk=user_id)
    held = Complaint.objects.held_by(by.pk).in_work().values_list("number", "version")
    marked = bulk.Marked(versions=dict(held))
    bulk.ask(kind="release", marked=marked, arguments={}, by=by, now=database_now())


ACTS: dict[str, Callable[..., None]] = {
    act.__name__: act for act in (furnish, ring, resolve, take_and_return, shorten_days, put_back_all)
}


def perform(database_url: str, what: str, *about: str) -> tuple[str, str]:
    """ "done" or the name of the refusal, then the trouble if it was another one."""
    os.environ["DATABASE_URL"] = database_url
    settings.DATABASES["default"].update(
        env.database("DATABASE_URL", session_options=settings.SESSION_OPTIONS)
    )
    try:
        ACTS[what](*about)
    except (SomebodyWasFirst, NotAllowed) as refusal:
        return type(refusal).__name__, ""
    except Exception:
        return "", traceback.format_exc()
    else:
        return "done", ""
    finally:
        connections.close_all()
