"""`manage.py import_policies FILE…`: registries of insurers, with a bar, all or nothing."""

import csv
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from insurers import import_words
from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from insurers.services.policy_import import ColumnsMissing, day_of, recipe_for
from insurers.services.policy_stage import Agreed, Found, Stage, TooMany, stage
from omsportal.platform.clock import database_now
from omsportal.platform.progress import Bar
from omsportal.platform.tables import Table, TableBroken

#: Lines of the second file are numbered after so many; no file has more.
FILE = 10**10


class Command(BaseCommand):
    help = (
        "Load registries of policies (CSV in UTF-8 or windows-1251, `;` or `,`, columns by name, gz or not). "
        "Several files are one registry. All of it is written, or nothing; bad lines are listed by line and "
        "reason, the good ones go in; a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument(
            "--branch", help="all lines are of this branch: sogaz-med-76; else they name insurer and region"
        )
        parser.add_argument(
            "--replace", action="store_true", help="the files are all there is: policies that they lack end"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask, also when unusually many end")
        parser.add_argument("--check", action="store_true", help="only say what would happen")
        parser.add_argument("--report", type=Path, help="write bad lines there: file, line, column, reason")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *_args: Any, **options: Any) -> None:
        branches = self._branches(options["branch"])
        day, files = day_of(database_now()), options["files"]
        with stage() as staged:
            for place, path in enumerate(files):
                self._read(staged, path, branches, place, options["processes"])
            found = staged.judge(replace=options["replace"], day=day)
            self._report(found, files, options["report"])
            self.stdout.write(told(found))
            if options["check"]:
                return
            agreed = self._agreed(found, is_sure=options["yes"])
            try:
                written = staged.write(replace=options["replace"], day=day, agreed=agreed)
            except TooMany as error:  # somebody else wrote between the question and now
                raise CommandError(told(error.found)) from error
        self.stdout.write(self.style.SUCCESS(_("Loaded.") + " " + counts(written)))

    def _branches(self, name: str | None) -> BranchQuerySet:
        every = Branch.objects.with_names()
        if name is None:
            return every
        insurer, _dash, region = name.rpartition("-")
        is_fund = insurer == "fund"
        found = every.funds() if is_fund else every.filter(insurer__code=insurer)
        if not (found := found.filter(region__code=region)).exists():
            raise CommandError(
                _("There is no branch %(name)s. Write insurer and region: sogaz-med-76.") % {"name": name}
            )
        return found

    def _read(self, staged: Stage, path: Path, branches: BranchQuerySet, place: int, processes: int) -> None:
        bar = Bar(path.name, sys.stderr)
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                table = Table(file)
                recipe = recipe_for(table, branches, day=day_of(database_now()))
                staged.fill(
                    table, recipe, processes=processes, after=place * FILE,
                    tell=lambda lines, read: bar.show(lines, lines * size // max(read, 1)),
                )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except TableBroken as error:
            self._refuse(path, {"broken": error.code, "line": error.line})
        except ColumnsMissing as error:
            self._refuse(path, {"broken": "columns", "columns": error.names})
        finally:
            bar.end()

    def _refuse(self, path: Path, findings: dict[str, Any]) -> None:
        raise CommandError(f"{path}: {import_words.why_broken(findings)} {_('Nothing was loaded.')}")

    def _report(self, found: Found, files: list[Path], path: Path | None) -> None:
        """The first lines in the terminal, all that are kept in the report."""
        lines = [
            (files[fault.line // FILE].name, fault.line % FILE, import_words.column(fault.column),
             import_words.wrong(fault.code))
            for fault in found.faults
        ]  # fmt: skip
        for name, line, column, reason in lines[:20]:
            self.stderr.write(f"{name}:{line}: {column}: {reason}")
        if path is not None:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=";").writerows(lines)

    def _agreed(self, found: Found, *, is_sure: bool) -> Agreed:
        """Asks at a terminal; without one only `--yes` lets unusually many end or move."""
        if not is_sure and sys.stdin.isatty():
            answer = input(_("Load it? Type yes:") + " ").strip().lower()
            if answer not in {"yes", "y", "да"}:
                raise CommandError(_("Nothing was loaded."))
        elif found.is_unusual and not is_sure:
            raise CommandError(
                _("Unusually many would end or change the insurer. If that is right, add --yes.")
            )
        return Agreed(found.ending, found.moved)


def told(found: Found) -> str:
    return counts(found) + (f" {_('Unusually many end or change the insurer.')}" if found.is_unusual else "")


def counts(found: Found) -> str:
    """In one line."""
    parts = (
        (_("lines"), found.lines), (_("new"), found.created), (_("changed"), found.changed),
        (_("unchanged"), found.unchanged), (_("from another insurer"), found.moved),
        (_("ending"), found.ending), (_("bad"), found.bad), (_("repeated"), found.repeated),
    )  # fmt: skip
    return ", ".join(f"{title}: {count:,}" for title, count in parts)
