"""`manage.py anonymise` erases everything that is due now; `--dry-run` only counts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.services import retention
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = "Erases personal data whose time is over: by kind, with its term, what was due and what is held."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        now, is_dry = database_now(), bool(options["dry_run"])
        for term in retention.terms(now=now):
            due = held = gone = 0
            for piece in retention.walk(term):
                due, held = due + len(piece.due), held + piece.held
                if not is_dry:
                    with transaction.atomic():
                        gone += retention.erase(term, piece, now=now)
            line = _("%(what)s: kept until %(before)s; due %(due)d, held %(held)d") % {
                "what": term.row.what, "before": f"{term.before:%d.%m.%Y}", "due": due, "held": held,
            }  # fmt: skip
            self.stdout.write(line if is_dry else line + ", " + _("erased %(count)d") % {"count": gone})
