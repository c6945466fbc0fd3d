"""`manage.py doctor`: is the portal well, and if not, what to do; exit code 1 when something is bad."""

import json
import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.module_loading import autodiscover_modules

from omsportal.platform import doctor
from omsportal.platform.doctor import Finding, Grade

MARKS = {Grade.GOOD: "✓", Grade.WARNING: "!", Grade.BAD: "✗"}


class Command(BaseCommand):
    help = "Look at everything the portal needs and say in plain words what to do. Changes nothing."
    requires_system_checks = ()  # the doctor looks at them itself

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "only", nargs="*", metavar="EXAMINATION", help="only these, for instance: mail clock"
        )
        parser.add_argument("--json", action="store_true", help="for machines")
        parser.add_argument("--en", action="store_true", help="in English")
        parser.add_argument("--send-to", default="", metavar="ADDRESS", help="send a trial mail there")

    def handle(self, *_: Any, only: list[str], send_to: str, **options: Any) -> None:
        autodiscover_modules("examinations")
        unknown = set(only) - set(doctor.titles())
        if unknown:
            raise CommandError(f"There is {', '.join(doctor.titles())}, not {', '.join(sorted(unknown))}.")
        if options["verbosity"] > 1:
            logging.getLogger(doctor.__name__).setLevel(logging.DEBUG)
        with translation.override("en" if options["en"] else translation.get_language()):
            found = list(doctor.examine(send_to=send_to, only=only))
            self.stdout.write(_as_json(found) if options["json"] else _as_text(found))
        if any(finding.grade is Grade.BAD for _name, finding in found):
            raise SystemExit(1)


def _as_json(found: list[tuple[str, Finding]]) -> str:
    rows = [
        {"about": name, "grade": finding.grade, "text": finding.text, "advice": finding.advice}
        for name, finding in found
    ]
    well = not any(finding.grade is Grade.BAD for _name, finding in found)
    return json.dumps({"ok": well, "findings": rows}, ensure_ascii=False)


def _as_text(found: list[tuple[str, Finding]]) -> str:
    """One line for each finding, what to do under it, and how it stands at the end."""
    titles = doctor.titles()
    lines = []
    for name, finding in found:
        lines.append(f"{MARKS[finding.grade]} {titles.get(name, name)}: {finding.text}")
        if finding.advice:
            lines.append(f"    → {finding.advice}")
    counts = {grade: sum(finding.grade is grade for _name, finding in found) for grade in Grade}
    summary = ", ".join(f"{doctor.GRADES[grade]}: {count}" for grade, count in counts.items())
    return "\n".join([*lines, "", summary])
