"""`manage.py recount_days`: the figures of heads and funds counted anew from the history."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from complaints.escalation import daily_counts
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = (
        "Forget the daily figures and count them anew from the sealed history and the ratings, in one "
        "transaction: pages show the old figures until it is done. How many cases were open on past days "
        "stays as it was written down. Prints one JSON object."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        last = daily_counts.rebuild(database_now())
        self.stdout.write(json.dumps({"counted_up_to": last}))
