"""Bring a backup back into an empty database and an empty store of files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from omsportal.platform import restoring


class Command(BaseCommand):
    help = "Restore a backup into an empty database and empty FILES_DIR, and verify counts, chain and files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="what `backup` wrote")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            told = restoring.restore(options["directory"])
        except (restoring.CannotRestore, OSError) as error:
            raise CommandError(str(error)) from error
        text = _("Restored as of {moment}: {rows} rows, {files} files; counts and chain are the same.")
        rows = sum(told["rows"].values())
        self.stdout.write(text.format(moment=told["made_at"], rows=rows, files=told["files"]))
