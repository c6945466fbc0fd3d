"""`manage.py fix_official_rows`: cases that ended without a row of the official form get theirs."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from complaints.services import official_rows


class Command(BaseCommand):
    help = (
        "Write the row of the official form into decided and ended appeals that have none: those from before "
        "rows were fixed, and those whose theme had no row. They are counted into the figures of their days "
        "at once. A row that is there never changes. May be interrupted and run again. Prints one JSON "
        "object: cases that got a row, those of them counted here (the round counts the others), seconds."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        began = time.monotonic()
        done = asdict(official_rows.fill())
        self.stdout.write(json.dumps({**done, "seconds": round(time.monotonic() - began, 2)}))
