"""The legal clock: 59-ФЗ in calendar days, never paused, never restarted. Pure arithmetic, no Django."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo

#: 59-ФЗ art. 12 part 1, should the dated row be missing.
ANSWER_DAYS = 30
#: 59-ФЗ art. 8 part 3: to pass an appeal on to whoever has to answer it, should the dated row be missing.
FORWARD_DAYS = 7
SATURDAY = 5
#: Working days to call back whoever left a voice message, should the dated row be missing.
CALL_BACK_DAYS = 1
#: 59-ФЗ art. 12 part 2: one extension of at most 30 days.
MOST_EXTENSION_DAYS = 30
#: How long after the answer an applicant may say that it did not help; screen and server ask `may_ask_again`.
REOPEN_DAYS = 30


def answer_due_on(registered_on: date, *, days: int, is_day_off: Callable[[date], bool]) -> date:
    """The last day to answer: `days` calendar days after registration (59-ФЗ art. 12 part 1).

    The day of registration is not counted. A due date on a day off moves to the working day before
    (the insurer's duty is stricter than the civil code's roll forward), but never before registration.
    """
    due = registered_on + timedelta(days=days)
    while is_day_off(due) and due > registered_on:
        due -= timedelta(days=1)
    return due


def ask_again_until(answered_at: datetime, zone: tzinfo) -> date:
    """The last day, all of it, on which "it did not help" is possible; days are those of the branch."""
    return answered_at.astimezone(zone).date() + timedelta(days=REOPEN_DAYS)


def may_ask_again(answered_at: datetime, now: datetime, zone: tzinfo) -> bool:
    return now.astimezone(zone).date() <= ask_again_until(answered_at, zone)
