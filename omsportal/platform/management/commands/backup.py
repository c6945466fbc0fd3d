"""Write database, files and heads of the chain into a directory, while the portal runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from omsportal.platform import backup
from omsportal.platform.clock import database_now


class Command(BaseCommand):
    help = (
        "Back up database, sealed files and heads of the chain into an empty directory; keys are not in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="a new or empty directory")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            told = backup.back_up(options["directory"], database_now())
        except (backup.CannotBackUp, OSError) as error:
            raise CommandError(str(error)) from error
        text = _(
            "Backup made: {rows} rows, {files} files. To read it one needs DIGEST_KEY and these keys: {keys}."
        )
        keys = ", ".join(sorted(told["sealing_keys"])) or "–"
        self.stdout.write(text.format(rows=sum(told["rows"].values()), files=told["files"], keys=keys))
