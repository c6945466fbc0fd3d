"""Run by the Python of django-helpdesk's own environment: its escalation on the same server. Prints one JSON object.

python escalating.py OPEN DUE RUNS [DUE RUNS …]
"""

import json
import sys
import time
from datetime import timedelta

import django


def main(count: int, *pairs: int) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if "helpdesk_ticket" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    seed(count)
    print(json.dumps({"cases": [case(due, runs) for due, runs in zip(pairs[::2], pairs[1::2], strict=True)]}))


def case(due: int, runs: int) -> dict:
    """So many tickets due, escalated so many times."""
    from django.core.management import call_command

    seconds, statements = [], []
    for _run in range(runs):
        make_due(due)
        began, counted = time.perf_counter(), Counted()
        with counted.watch():
            call_command("escalate_tickets")
        seconds.append(time.perf_counter() - began)
        statements.append(counted.statements)
    return {"seconds": seconds, "statements": statements, "escalated": escalated()}


class Counted:
    """Counts statements."""

    statements = 0

    def watch(self):
        from django.db import connection

        return connection.execute_wrapper(self._count)

    def _count(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


def seed(count: int) -> None:
    from django.utils import timezone
    from helpdesk.models import Queue, Ticket

    queue, _new = Queue.objects.get_or_create(slug="q", defaults={"title": "Q", "escalate_days": 1})
    there, now = Ticket.objects.count(), timezone.now()
    for start in range(there, count, 10_000):
        Ticket.objects.bulk_create(
            Ticket(queue=queue, title=f"t{place}", status=1, priority=3, created=now, description="x" * 60)
            for place in range(start, min(start + 10_000, count))
        )


def make_due(due: int) -> None:
    from django.db import connection
    from django.utils import timezone
    from helpdesk.models import FollowUp, Ticket

    FollowUp.objects.all().delete()
    now = timezone.now()
    first = Ticket.objects.order_by("id").values("id")[:due]
    Ticket.objects.exclude(priority=3, last_escalation=None).update(priority=3, last_escalation=None)
    Ticket.objects.filter(created__lt=now - timedelta(days=1)).update(created=now)
    Ticket.objects.filter(id__in=first).update(created=now - timedelta(days=3))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE helpdesk_ticket")


def escalated() -> int:
    from helpdesk.models import Ticket

    return Ticket.objects.filter(priority=2).count()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
