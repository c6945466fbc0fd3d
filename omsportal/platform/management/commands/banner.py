"""`manage.py banner`: tell everybody who opens a page, also while the database is away."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omsportal.platform import outages
from omsportal.platform.outages import LONGEST, SEVERITIES, Outage

MOSCOW = ZoneInfo("Europe/Moscow")
_SPAN = re.compile(r"\+(\d{1,4})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
HOW = "write +90m, +2h, +1d, or a moment as 2026-03-14T20:00 (Moscow time without a zone)"


class Command(BaseCommand):
    help = "Show a banner on every page: set TEXT --until WHEN [--en TEXT] [--severity …], clear, show."
    requires_system_checks = ()  # also while the database or a key is missing

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        setting = acts.add_parser("set", help="show a text instead of the one shown now")
        setting.add_argument(
            "text", help="in Russian, plain words: what does not work, until when, what to do"
        )
        setting.add_argument("--until", required=True, help=HOW)
        setting.add_argument("--en", default="", help="the same in English")
        setting.add_argument("--severity", choices=SEVERITIES, default="warning")
        acts.add_parser("clear", help="take it away")
        acts.add_parser("show", help="what is shown now")

    def handle(self, *_: Any, act: str, **options: Any) -> None:
        now = datetime.now(UTC)
        if act == "set":
            outage = _outage(now, **{name: options[name] for name in ("text", "en", "until", "severity")})
            try:
                outages.announce(outage)
            except OSError as refused:
                raise CommandError(f"{outages.path()} cannot be written ({refused.strerror}).") from refused
        elif act == "clear" and not outages.clear():
            self.stdout.write("There was no banner.")
            return
        self.stdout.write(_described(outages.current(now)))


def _outage(now: datetime, *, text: str, en: str, until: str, severity: str) -> Outage:
    end = _moment(until, now)
    if end <= now:
        raise CommandError(f"--until {until} is over already: {HOW}.")
    texts = {"ru": " ".join(text.split()), "en": " ".join(en.split())}
    if not texts["ru"] or max(map(len, texts.values())) > LONGEST:
        raise CommandError(f"The text needs 1 to {LONGEST} characters: a banner is read in passing.")
    return Outage(severity, end, {language: words for language, words in texts.items() if words}, now)


def _moment(words: str, now: datetime) -> datetime:
    span = _SPAN.fullmatch(words)
    if span:
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        moment = datetime.fromisoformat(words)
    except ValueError as unreadable:
        raise CommandError(f"--until {words!r} cannot be read: {HOW}.") from unreadable
    return moment if moment.tzinfo else moment.replace(tzinfo=MOSCOW)


def _described(outage: Outage | None) -> str:
    if outage is None:
        return "No banner is shown."
    end = outage.until.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M")
    words = "\n".join(f"  {language}: {text}" for language, text in outage.texts.items())
    return f"Shown on every page until {end} Moscow time ({outage.severity}):\n{words}"
