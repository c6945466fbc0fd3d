"""`manage.py load_reference`: everything an installation starts with, and nothing a second time."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from omsportal.platform import reference
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = "Add missing reference rows of every app; rows that are there, edited or not, stay as they are."

    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = dict(reference.load_all(now=database_now()))
        self.stdout.write(json.dumps(loaded))
