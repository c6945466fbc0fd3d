"""`manage.py check_files`: does every stored file open, and is it what its row says?"""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.services import store_keeping


class Command(BaseCommand):
    help = (
        "Open every stored file and compare size and digest with its row; one file is in memory at a time. "
        "Prints one JSON object; bad files are named by id, one a line. Exit code 1 when there are any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="go on after this file")

    def handle(self, *_args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        last = options["after"]
        for pk, fault in store_keeping.check(after=last):
            last = pk
            counts["checked"] += 1
            if fault is not None:
                counts[fault.what] += 1
                self.stderr.write(f"file {fault.attachment_id}: {fault.what}")
        said = {name: counts[name] for name in ("checked", *store_keeping.FAULTS)}
        self.stdout.write(json.dumps({**said, "last_id": last}))
        if sum(counts.values()) > counts["checked"]:
            raise CommandError("Some files are not what their rows say: see the runbook of files_missing.")
