"""`manage.py fill_search`: write the words that search finds cases by; `--again` for every case anew."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from complaints.services import search_filling
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = (
        "Fill the index of searched words until nothing is due, and print how many cases; may be interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="read every case anew, not only what is due")

    def handle(self, *_args: Any, **options: Any) -> None:
        now, began = database_now(), time.monotonic()
        if options["again"]:
            filled = search_filling.fill_all_again(now=now)
        else:
            filled = search_filling.fill_due(now=now, budget=float("inf"))
        self.stdout.write(json.dumps({"filled": filled, "seconds": round(time.monotonic() - began, 2)}))
