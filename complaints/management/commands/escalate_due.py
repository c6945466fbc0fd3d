"""`manage.py escalate_due`: one complete sweep by hand; prints what it did as one JSON object."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from complaints.escalation.sweep import sweep
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = "Move every due case now, as the timer does, and print the counts as JSON."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  (Django's signature)
        swept = sweep(now=database_now())
        counts = {
            "escalated": swept.escalated,
            "alarms": swept.alarms,
            "statements": swept.statements,
            "seconds": swept.seconds,
        }
        self.stdout.write(json.dumps(counts))
