"""Filling the index of searched words: after the commit, from a list of what is due that the database keeps.

Triggers of card and thread put the case of whatever was written on the list, in the same transaction. Filling
is idempotent and may run several times at once. What is on the list search does not find yet.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from complaints.escalation import rounds
from complaints.lemmas import lemmas_of, words
from complaints.lexemes import What, lexeme, place, vector, week_of
from complaints.models import Card, CaseWords, Complaint, Message, Search, Surname, WordsDue
from omsportal.platform import metrics, sealed
from omsportal.platform.folding import folded
from omsportal.platform.metrics import Sample

log = logging.getLogger(__name__)

#: Cases of one transaction.
PIECE = 200
#: A round takes no more of them: it is made between two sweeps.
PIECE_OF_A_ROUND = 20
#: A run takes no further piece after so many seconds; below a task's limit.
BUDGET_SECONDS = 20.0
#: A card that does not open is looked at again after this.
PATIENCE = timedelta(days=1)
#: What was looked for (never the words) is kept as long as this.
KEEP_SEARCHES = timedelta(days=400)
MOST_COUNTED = 10_000
_NAMES = ("surname", "first_name", "patronymic")

# By primary key. They are taken off the list before their cards are read: a card written meanwhile waits for
# the end of this transaction and puts its case on the list again. The next ones are chosen once: of an IN
# old statistics make a plan that chooses anew for each row of the list.
_TAKE = """
WITH next AS MATERIALIZED (
    SELECT complaint_id FROM complaints_wordsdue WHERE retry_at IS NULL OR retry_at <= %(now)s
    ORDER BY complaint_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
DELETE FROM complaints_wordsdue due USING next WHERE due.complaint_id = next.complaint_id
RETURNING due.complaint_id
"""
_PUT_OFF = """
INSERT INTO complaints_wordsdue (complaint_id, retry_at) VALUES (%(id)s, %(at)s)
ON CONFLICT (complaint_id) DO UPDATE SET retry_at = excluded.retry_at
"""
# Index card_surname_birth, partial index card_other_applicant.
_FORGET_SURNAMES = """
DELETE FROM complaints_surname known WHERE known.key = ANY(%(keys)s)
    AND NOT EXISTS (SELECT FROM complaints_card WHERE patient_surname_key = known.key)
    AND NOT EXISTS (SELECT FROM complaints_card
        WHERE applicant_surname_key = known.key AND applicant_surname_key <> patient_surname_key)
"""
_QUEUE_ALL = """
INSERT INTO complaints_wordsdue (complaint_id)
SELECT complaint_id FROM complaints_card WHERE anonymised_at IS NULL ON CONFLICT DO NOTHING
"""
_COUNT = """
SELECT count(*), count(retry_at) FROM (SELECT retry_at FROM complaints_wordsdue LIMIT %(most)s) AS due
"""


def fill_due(*, now: datetime, budget: float = BUDGET_SECONDS) -> int:
    """Fill until nothing is due or the time is over; how many cases. Each piece counts at once."""
    done, until = 0, time.monotonic() + budget
    while filled := fill(now=now):
        done += filled
        if time.monotonic() >= until:
            break
    return done


@transaction.atomic
def fill(*, now: datetime, most: int = PIECE) -> int:
    """Write the words of the next cases that are due; how many were taken off the list."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "most": most})
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        _write(ids, now)
    return len(ids)


def fill_all_again(*, now: datetime) -> int:
    """Put every case on the list and fill; how many. For a changed way of reading words."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE_ALL)
    return fill_due(now=now, budget=float("inf"))


def forget(*, complaint_id: int, surnames: Iterable[str]) -> None:
    """Nothing is found of a case any more. Call it in the transaction that empties the card, after that."""
    CaseWords.objects.filter(pk=complaint_id).delete()
    WordsDue.objects.filter(pk=complaint_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_SURNAMES, {"keys": [key for key in surnames if key]})


def look(now: datetime) -> None:
    """A round: some of what is due, should no worker do it, and what searches leave behind."""
    fill(now=now, most=PIECE_OF_A_ROUND)
    Search.objects.outworn(now).update(sealed=None)
    old = Search.objects.made_before(now - KEEP_SEARCHES).order_by("made_at").values("pk")[:PIECE]
    Search.objects.filter(pk__in=old).delete()


def _write(ids: Sequence[int], now: datetime) -> None:
    cards = Card.objects.filter(pk__in=ids, anonymised_at=None)
    threads: dict[int, list[Message]] = {}
    for message in Message.objects.written_in(ids):
        threads.setdefault(message.complaint_id, []).append(message)
    rows, surnames = [], set()
    for card in cards.select_related("complaint__medical_organisation"):
        try:
            rows.append(
                CaseWords(complaint_id=card.pk, lexemes=vector(_lexemes(card, threads.get(card.pk, []))))
            )
        except sealed.Unsealable as error:
            log.error("the words of case %s cannot be read: %s", card.pk, error)
            _put_off(card.pk, now)
            continue
        surnames |= {card.patient_surname_key, card.applicant_surname_key} - {""}
    options: Any = {"update_conflicts": True, "unique_fields": ["complaint"], "update_fields": ["lexemes"]}
    CaseWords.objects.bulk_create(rows, **options)
    # In one order, so that two runs at once do not wait for each other in a ring.
    Surname.objects.bulk_create([Surname(key=key) for key in sorted(surnames)], ignore_conflicts=True)


def _put_off(complaint_id: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PUT_OFF, {"id": complaint_id, "at": now + PATIENCE})


def _lexemes(card: Card, thread: Sequence[Message]) -> Iterator[str]:
    """Raises Unsealable."""
    case, content = card.complaint, card.sealed
    yield place(case.branch_id, week_of(case.registered_at))
    told = [_said(content, "details", "story"), *(str(message.sealed["text"]) for message in thread)]
    for word in {word for text in told for word in lemmas_of(text)}:
        yield lexeme(What.STORY, word)
    for word in lemmas_of(_clinic_of(case, content)):
        yield lexeme(What.CLINIC, word)
    for part in ("patient", "applicant"):
        for name in _NAMES:
            text = _said(content, part, name)
            for word in {folded(text), *words(text)} - {""}:
                yield lexeme(What.NAME, word)


def _clinic_of(case: Complaint, content: dict[str, Any]) -> str:
    clinic = case.medical_organisation
    known = f"{clinic.short_name} {clinic.name}" if clinic else ""
    return f"{known} {_said(content, 'details', 'clinic')}"


def _said(content: dict[str, Any], part: str, name: str) -> str:
    return str((content.get(part) or {}).get(name) or "")


def _figures(now: datetime) -> Iterator[Sample]:  # noqa: ARG001  a collector's signature
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"most": MOST_COUNTED})
        due, failed = cursor.fetchone()
    yield Sample("search_words_due", due, help="Cases that search does not find by words yet, 10000 at most")
    yield Sample("search_words_unreadable", failed, help="Those of them whose card does not open")


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("search", timedelta(seconds=30), look))
    metrics.register(_figures)
