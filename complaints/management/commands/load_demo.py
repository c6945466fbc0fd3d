"""`manage.py load_demo`: staff, policies and appeals of an invented region, for a demo only."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.demo.loading import NotADemo, NotEmpty, load_demo
from complaints.demo.samples import APPEALS, POLICIES
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = "Fill an empty database of a demo portal (DEMO=1) with invented staff, policies and appeals."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            loaded = load_demo(now=database_now())
        except NotADemo as error:
            raise CommandError(str(error)) from error
        except NotEmpty:
            self.stdout.write("Учебные данные уже загружены: ничего не изменилось.")
            return
        self.stdout.write(json.dumps(asdict(loaded)))
        for policy in POLICIES:
            birth = policy.birth_on.strftime("%d.%m.%Y")
            self.stdout.write(f"Полис {policy.number}: {policy.surname} {policy.first_name}, {birth}")
        for appeal in APPEALS:
            self.stdout.write(f"Обращение {appeal.number}, код доступа {appeal.access_code}")
