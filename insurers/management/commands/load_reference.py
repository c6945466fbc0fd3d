"""`manage.py load_reference`: regions, insurers, funds, phones, hours and the production calendar."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from insurers.services.reference import load_reference
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = "Add missing regions, insurers, funds, phones and calendar days; compute working time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(json.dumps(asdict(load_reference(now=database_now()))))
