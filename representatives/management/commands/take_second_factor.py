"""`manage.py take_second_factor`: for whoever lost theirs and has no administrator to ask."""

from argparse import ArgumentParser
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError

from omsportal.platform.clock import database_now
from representatives import factors
from representatives.models import User


class Command(BaseCommand):
    help = "Take the second factor away from an account and end its sessions. The person is told by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login")

    @pghistory.context(command="take_second_factor")
    def handle(self, *_args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["login"]).first()
        if person is None:
            raise CommandError(f"There is no account {options['login']!r}.")
        if not factors.reset(person, now=database_now()):
            raise CommandError(f"{person.username} has no second factor.")
        self.stdout.write(f"{person.username} is signed out and sets up a new second factor at sign-in.")
