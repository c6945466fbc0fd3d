"""Say whether history, read log and the changes of reference data are what they were when sealed."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omsportal.platform import chain_check, chain_heads
from omsportal.platform.chain_check import Fault, Tally, Wrong

_WORDS = {
    Wrong.CHANGED: gettext_lazy("rows were changed"),
    Wrong.REMOVED: gettext_lazy("rows were removed"),
    Wrong.INSERTED: gettext_lazy("rows were put in afterwards"),
    Wrong.DIGEST: gettext_lazy("the digest of the rows does not fit"),
    Wrong.LINK: gettext_lazy("the link of the chain was changed or forged"),
    Wrong.CHAIN: gettext_lazy("a link before this one is missing or was put in"),
    Wrong.RANGE: gettext_lazy("numbers without a link, or with two"),
    Wrong.TABLE: gettext_lazy("the table or one of its columns is gone"),
    Wrong.HEAD: gettext_lazy("a head that was written down is not in the chain"),
    Wrong.GUARD: gettext_lazy("the trigger that refuses changes is missing or switched off"),
}
#: More numbers would hide the rest.
SHOWN = 20


class Command(BaseCommand):
    help = "Find changed, removed or inserted rows of append-only tables; exit code 1 if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="only what was sealed since then: 2026-03-18 or 2026-03-18T09:00")
        parser.add_argument(
            "--heads",
            type=Path,
            help="directory with heads written down earlier, DATA_DIR/seals if not given",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        tally = Tally()
        heads = options["heads"] or chain_heads.directory()
        faults = 0
        for fault in chain_check.verify(since=_moment(options["since"]), heads=heads, tally=tally):
            faults += 1
            self.stdout.write(_line(fault))
        self.stdout.write(
            _("Looked at: {links} links, {rows} rows.").format(links=tally.links, rows=tally.rows)
        )
        waiting = sum(chain_check.unsealed().values())
        self.stdout.write(_("Not sealed yet: {count} numbers.").format(count=waiting))
        if faults:
            raise CommandError(
                _("Findings: {count}. What to do: docs/operations.md, Verify.").format(count=faults)
            )
        self.stdout.write(_("Everything is as it was sealed."))


def _line(fault: Fault) -> str:
    ids = ", ".join(map(str, fault.ids[:SHOWN])) + (" …" if len(fault.ids) > SHOWN else "")
    where = f"{fault.table} {fault.from_id}–{fault.to_id}" if fault.to_id else fault.table
    return f"{where}: {_WORDS[fault.what]}" + (f" ({ids})" if ids else "")


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = parse_datetime(text)
    if moment is None and (day := parse_date(text)) is not None:
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  made aware below
    if moment is None:
        raise CommandError(_("--since is a date or a moment: 2026-03-18 or 2026-03-18T09:00."))
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
