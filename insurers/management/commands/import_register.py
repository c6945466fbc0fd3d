"""`manage.py import_register insurers|clinics FILE`: official registers, shown first, written with --yes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from insurers import import_words
from insurers.models import Region, RegistryImport, RegistryKind
from insurers.services import registers
from insurers.services.register_plan import Plan
from omsportal.platform.clock import database_now
from omsportal.platform.tables import TableBroken


class Command(BaseCommand):
    help = (
        "Compare the official register of insurers (F002) or clinics (F003), XML or CSV, with ours: what is "
        "new, changed, over. With --yes the good lines go in; nothing is deleted, it ends."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[RegistryKind.INSURERS.value, RegistryKind.CLINICS.value])
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", nargs="*", help="clinics of these regions only: 76 33")
        parser.add_argument("--replace", action="store_true", help="the file is all there is: the rest ends")
        parser.add_argument("--yes", action="store_true", help="write it")

    def handle(self, *_args: Any, **options: Any) -> None:
        regions = options["region"] or Region.objects.values_list("code", flat=True)
        found = RegistryImport(
            kind=options["kind"], branch_ids=[], region_codes=list(regions), replace=options["replace"],
            requested_by_id=0, requested_at=database_now(), size=0,
        )  # fmt: skip
        try:
            with options["file"].open("rb") as file, transaction.atomic():
                carry = registers.carry_out if options["yes"] else registers.try_out
                plan = carry(found, file)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except TableBroken as error:
            raise CommandError(import_words.why_broken({"broken": error.code, "line": error.line})) from error
        self._tell(plan)

    def _tell(self, plan: Plan) -> None:
        for line, column, reason in import_words.fault_lines(plan.as_json()["faults"]):
            self.stderr.write(f"{line}: {column}: {reason}")
        for what, titles in plan.listed.items():
            for title in titles:
                self.stdout.write(f"{what}: {title}")
        for title in plan.spared:
            self.stdout.write(_("Does not end, a bad line may be about it: %(title)s") % {"title": title})
        for text in plan.phones:
            self.stdout.write(_("Phones to look at: %(text)s") % {"text": text})
        self.stdout.write(f"{plan.added} + {plan.changed} ~ {plan.unchanged} = {plan.ended} − {plan.bad} !")
