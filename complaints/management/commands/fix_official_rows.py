"""`manage.py fix_official_rows`: cases that ended without a row of the official form get theirs."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand

from complaints.services import official_rows


class Command(BaseCommand):
    help = (
        "Write the row of the official form into decided and ended appeals that have none: those from before "
        "rows were fixed, and those whose theme had no row. A row that is there never changes. May be "
        "interrupted and run again. Prints one JSON object."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        began = time.monotonic()
        filled = official_rows.fill()
        self.stdout.write(json.dumps({"filled": filled, "seconds": round(time.monotonic() - began, 2)}))
