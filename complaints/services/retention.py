"""How long what is kept, and throwing it away afterwards: a bounded piece at each look, the oldest first.

The terms are reference rows (`Deadline`, group "retention") that administrators change; without a row in
force nothing of that kind is erased. Appeals are walked in the order in which they came: a look
costs its window, a walk what is due and what is held, however many appeals there are.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from complaints.escalation import rounds
from complaints.models import Attachment, Card, Deadline, DeadlineUnit, LegalHold, PatientSession
from complaints.privacy_querysets import ended_before, not_held
from complaints.services import anonymising
from omsportal.platform import heartbeats
from omsportal.platform.models import Heartbeat, Outbox
from representatives import kept_forms

log = logging.getLogger(__name__)

GROUP = "retention"
WINDOW = 200
ROUND = "retention"


class Kept(StrEnum):
    """What has a term; the value is the code of its reference row."""

    APPEALS = "KEEP_APPEAL"
    ANONYMOUS = "KEEP_ANONYMOUS"
    FILES = "KEEP_FILES"
    SESSIONS = "KEEP_SESSIONS"
    NOTICES = "KEEP_NOTICES"


@dataclass(frozen=True, slots=True)
class Term:
    """What ended before `before` is not kept any longer."""

    kind: Kept
    row: Deadline
    before: datetime


@dataclass(slots=True)
class Piece:
    """One window: which rows are due, how many are over but held, and where the next window begins.

    `after` is 0 when nothing further can be due."""

    due: list[int] = field(default_factory=list)
    held: int = 0
    after: int = 0


def terms(*, now: datetime) -> list[Term]:
    """Those in force today, in the order of Kept."""
    rows = {row.code: row for row in Deadline.objects.terms_of(GROUP).valid_on(now.date())}
    found = []
    for kind in Kept:
        row = rows.get(kind.value)
        term = term_of(row, now=now) if row is not None else None
        if term is not None:
            found.append(term)
        else:
            log.error("no usable term for %s: nothing of it is erased", kind.value)
    return found


def term_of(row: Deadline, *, now: datetime) -> Term | None:
    """By this row, whether it is in force or not; None: its unit counts nothing that is kept."""
    before = _before(row, now)
    return Term(Kept(row.code), row, before) if before is not None else None


def look(now: datetime) -> dict[Kept, int]:
    """Erase the next window of every kind; the place is kept between looks. How many rows of each."""
    done = {}
    for term in terms(now=now):
        name = f"{ROUND}.{term.kind.value}"
        last: dict[str, Any] = (
            Heartbeat.objects.filter(name=name).values_list("detail", flat=True).first() or {}
        )
        piece = _piece(term, int(last.get("after", 0)))
        done[term.kind] = _erase(term, piece.due, now)
        if piece.after != last.get("after", 0):
            heartbeats.beat(name, now, {"after": piece.after})
    return done


def walk(term: Term) -> Iterator[Piece]:
    """All windows with anything due, from the beginning. Changes nothing."""
    after = 0
    while True:
        piece = _piece(term, after)
        yield piece
        if not piece.after:
            return
        after = piece.after


def erase(term: Term, piece: Piece, *, now: datetime) -> int:
    """Erase what is due in a window; how many rows really went."""
    return _erase(term, piece.due, now)


def _before(row: Deadline, now: datetime) -> datetime | None:
    match row.unit:
        case DeadlineUnit.YEAR:
            return _years_ago(now, row.value)
        case DeadlineUnit.CALENDAR_DAY:
            return now - timedelta(days=row.value)
        case _:
            return None


def _years_ago(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:  # the 29th of February
        return moment.replace(year=moment.year - years, day=28)


def _piece(term: Term, after: int) -> Piece:
    return _PIECES[term.kind](term.before, after)


def _cards(before: datetime, after: int) -> Piece:
    return _of_cards(Card.objects.with_personal_data(), before, after)


def _anonymous_cards(before: datetime, after: int) -> Piece:
    return _of_cards(Card.objects.with_personal_data().anonymous(), before, after)


def _of_cards(cards: Any, before: datetime, after: int) -> Piece:
    window = list(cards.after(after).values_list("pk", "complaint__registered_at")[:WINDOW])
    return _judged(window, Card.objects.all(), "complaint", before)


def _files(before: datetime, after: int) -> Piece:
    kept = Attachment.objects.filter(removed_at=None, complaint__isnull=False, pk__gt=after).order_by("pk")
    window = list(kept.values_list("pk", "complaint__registered_at")[:WINDOW])
    return _judged(window, Attachment.objects.all(), "complaint", before)


def _judged(window: list[tuple[int, datetime]], rows: QuerySet[Any], case: str, before: datetime) -> Piece:
    """A later one was registered later: behind a window that ends after `before` nothing can be due."""
    over = rows.filter(pk__in=[pk for pk, _at in window]).filter(ended_before(before, case=case))
    due = list(over.filter(not_held(LegalHold, case=case)).order_by("pk").values_list("pk", flat=True))
    is_last = len(window) < WINDOW or window[-1][1] >= before
    return Piece(due, over.count() - len(due), 0 if is_last else window[-1][0])


def _sessions(before: datetime, after: int) -> Piece:
    return _by_age(PatientSession.objects.all(), "expires_at", before, after)


def _notices(before: datetime, after: int) -> Piece:
    """Those for which a person has still to decide stay."""
    return _by_age(Outbox.objects.all(), "created_at", before, after, keep=_needs_a_person)


def _by_age(
    rows: QuerySet[Any], moment: str, before: datetime, after: int, keep: Callable[[Any], bool] | None = None
) -> Piece:
    window = list(rows.filter(pk__gt=after).order_by("pk")[:WINDOW])
    over = [row for row in window if getattr(row, moment) < before]
    due = [row.pk for row in over if keep is None or not keep(row)]
    is_last = len(window) < WINDOW or not over
    return Piece(due, len(over) - len(due), 0 if is_last else window[-1].pk)


def _needs_a_person(notice: Outbox) -> bool:
    return notice.sent_at is None and notice.skipped_at is None and notice.left_at is None


def _erase(term: Term, due: list[int], now: datetime) -> int:
    match term.kind:
        case Kept.APPEALS | Kept.ANONYMOUS:
            return sum(anonymising.anonymise(complaint_id=pk, now=now) for pk in due)
        case Kept.FILES:
            return anonymising.erase_files(Attachment.objects.filter(pk__in=due, removed_at=None), now=now)
        case _:
            _MODELS[term.kind].objects.filter(pk__in=due).delete()
            return len(due)


_PIECES: Mapping[Kept, Callable[[datetime, int], Piece]] = {
    Kept.APPEALS: _cards,
    Kept.ANONYMOUS: _anonymous_cards,
    Kept.FILES: _files,
    Kept.SESSIONS: _sessions,
    Kept.NOTICES: _notices,
}
_MODELS: Mapping[Kept, Any] = {
    Kept.SESSIONS: PatientSession,
    Kept.NOTICES: Outbox,
}


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round(ROUND, timedelta(minutes=1), look))
    rounds.ROUNDS.append(rounds.Round("kept_forms", timedelta(hours=1), kept_forms.purge))
