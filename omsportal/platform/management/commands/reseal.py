"""Move everything that is sealed to the newest key, or say what still uses which key."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from omsportal.platform import rotation, sealed
from omsportal.platform.rotation import Outcome, Place


class Command(BaseCommand):
    help = (
        "Seal every value and file anew by the first of SEALING_KEYS, while the portal runs; may be broken "
        "off and started again. --check only counts; exit code 1 while anything uses another key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, only count")

    def handle(self, *_args: Any, **options: Any) -> None:
        newest = sealed.newest_key_id()
        left: Counter[str] = Counter()
        for place in rotation.places():
            if not options["check"]:
                self._reseal(place)
            keys = place.used_keys()
            self.stdout.write(_line(place, keys))
            left += Counter({key_id: count for key_id, count in keys.items() if key_id != newest})
        if left:
            raise CommandError(_unfinished(left))
        self.stdout.write(_("Everything is sealed by the key {key}: older keys may go.").format(key=newest))

    def _reseal(self, place: Place) -> None:
        def report(outcome: Outcome) -> None:
            self.stderr.write(f"{place.name}: {outcome.resealed}")

        outcome = place.reseal(report)
        if outcome.unopened:
            text = _("{place}: {count} values do not open, their key is missing or they are damaged.")
            self.stderr.write(text.format(place=place.name, count=outcome.unopened))


def _line(place: Place, keys: Counter[str]) -> str:
    return f"{place.name}: " + (", ".join(f"{key} {count}" for key, count in sorted(keys.items())) or "0")


def _unfinished(left: Counter[str]) -> str:
    keys = ", ".join(f"{key} {count}" for key, count in sorted(left.items()))
    known = sealed.keyring()
    missing = ", ".join(sorted(key for key in left if key not in known))
    text = _("Still sealed by older keys: {keys}. Keep those keys.").format(keys=keys)
    if missing:
        text += " " + _("Not among SEALING_KEYS: {keys}. Put them back.").format(keys=missing)
    return text
