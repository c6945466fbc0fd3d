"""`manage.py seed_load --complaints N --due ROWS`: a crowd of open appeals for benchmarks, in a demo only."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.demo.crowd import NothingToSeedWith, seed
from complaints.demo.loading import NotADemo
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = "Add N open appeals to a demo database (DEMO=1), ROWS of them due now; print JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--complaints", type=int, required=True, help="how many appeals to add")
        parser.add_argument("--due", type=int, default=0, help="how many of them are due now")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            seeded = seed(complaints=options["complaints"], due=options["due"], now=database_now())
        except (NotADemo, NothingToSeedWith, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(asdict(seeded)))
