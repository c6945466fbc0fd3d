"""Drafts of phones, offices and posts whose moment has come: the timer publishes them for who chose it."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, OperationalError

from complaints.escalation import rounds
from complaints.reports.staff.organisations import revision_of
from insurers.models import Revision
from insurers.services import moments
from representatives.models import User
from representatives.profiles import profile_of

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=15)
#: What may be wrong with one draft; the end of a worker's time is none of it.
OF_ONE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DatabaseError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
#: PostgreSQL: somebody held a row for longer than the timer waits.
_NOT_FREE = "55P03"


def look(now: datetime) -> int:
    """Publish what is due, each draft in a transaction of its own; returns how many.

    One that fails is tried again at the next turns and holds no other back; its error is raised at the end.
    After ten minutes it is left with the reason and an alarm.
    """
    done, failed = 0, None
    for revision_id in moments.due(now):
        try:
            done += bool(moments.publish_due(revision_id=revision_id, may=_still_may(now), now=now))
        except OF_ONE as error:  # the others are published
            if not _is_held(error):
                log.exception("draft %s could not be published at its moment", revision_id)
                moments.give_up(revision_id=revision_id, now=now)
                failed = error
    if failed is not None:
        raise failed
    return done


def _still_may(now: datetime) -> moments.May:
    """The same question as for whoever opens the draft: is it theirs to look after?"""

    def may(draft: Revision) -> bool:
        person = User.objects.filter(pk=draft.scheduled_by_id or 0).first()
        return person is not None and revision_of(profile_of(person, now=now), draft.pk) is not None

    return may


def _is_held(error: Exception) -> bool:
    return isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", "") == _NOT_FREE


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("moments", LOOK_EVERY, look, apart=True))
