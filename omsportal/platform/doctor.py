"""`manage.py doctor` asks these: each examination looks at one thing and says in plain words what to do.

Nothing here changes anything and no secret is told. Upper layers register examinations of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import Error
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omsportal.platform.clock import database_now

logger = logging.getLogger(__name__)


class Grade(StrEnum):
    """Bad: people are hurt now, or will be soon. Warning: it works, and somebody should look."""

    GOOD = "ok"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it."""

    grade: Grade
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """What an examination may use: the database's clock, and where a trial message may go."""

    now: datetime
    send_to: str = ""


Examination = Callable[[Visit], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class _Registered:
    title: str | Promise
    examination: Examination


_examinations: dict[str, _Registered] = {}


def register(name: str, title: str | Promise, examination: Examination) -> None:
    """Add an examination; it may ask the database."""
    _examinations[name] = _Registered(title, examination)


def titles() -> dict[str, str]:
    return {name: str(registered.title) for name, registered in _examinations.items()}


def good(text: str) -> Finding:
    return Finding(Grade.GOOD, text)


def warning(text: str, advice: str) -> Finding:
    return Finding(Grade.WARNING, text, advice)


def bad(text: str, advice: str) -> Finding:
    return Finding(Grade.BAD, text, advice)


def examine(*, send_to: str = "", only: Iterable[str] = ()) -> Iterator[tuple[str, Finding]]:
    """All findings with the name of their examination. Without a database the only finding is that."""
    try:
        visit = Visit(database_now(), send_to)
    except Error as error:
        yield "database", _away(error)
        return
    chosen = set(only) or set(_examinations)
    for name, registered in _examinations.items():
        if name in chosen:
            for finding in _found(registered.examination, visit):
                yield name, finding


def _away(error: Exception) -> Finding:
    logger.debug("no database", exc_info=error)
    advice = _("Start PostgreSQL, compare DATABASE_URL with it, look at its log; then ask again.")
    return bad(_("The database does not answer (%(error)s).") % {"error": type(error).__name__}, advice)


def _found(examination: Examination, visit: Visit) -> Iterator[Finding]:
    """An examination that breaks is a finding; what the error says may hold a secret and is not told."""
    try:
        yield from examination(visit)
    except Exception as error:
        logger.debug("an examination broke", exc_info=error)
        text = _("This could not be examined: %(error)s.") % {"error": type(error).__name__}
        yield bad(text, _("Run it with --verbosity 2: the log then says where it broke."))


GRADES = {
    Grade.GOOD: gettext_lazy("well"),
    Grade.WARNING: gettext_lazy("look at it"),
    Grade.BAD: gettext_lazy("mend it"),
}
