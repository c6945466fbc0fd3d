"""Write down how personal data are protected."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from omsportal.platform import protection


class Command(BaseCommand):
    help = "Write docs/sealed-fields.md from the models' declarations; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when something is wrong"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        models = protection.own_models()
        faults = protection.faults(models)
        text = protection.document(models)
        target: Path = settings.BASE_DIR / "docs/sealed-fields.md"
        if options["check"] and not (target.exists() and target.read_text(encoding="utf-8") == text):
            faults.append(
                "docs/sealed-fields.md is not up to date: run manage.py sealed_fields and commit it"
            )
        if faults:
            raise CommandError("\n".join(faults))
        if not options["check"]:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
