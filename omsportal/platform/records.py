"""Who changed what and when, kept by the database itself in append-only tables that become part of the chain.

No value of a person is kept: of a name, a contact or a password only that it changed. Who did it travels in
the row, not in a table of its own that could be rewritten.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def recorded(*, without: Iterable[str] = (), only_named: Iterable[str] = ()) -> Callable[[Model], Model]:
    """Every insert, change and removal of a row leaves a line, whatever program made it.

    A change of the columns `without` leaves none; one of those `only_named` is labelled with their name.
    """
    named = tuple(only_named)
    changes = (pghistory.UpdateEvent(name, condition=pgtrigger.AnyChange(name)) for name in named)
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), *changes)
    track: Callable[[Model], Model] = pghistory.track(*events, exclude=[*without, *named], append_only=True)
    return track


def given_and_taken(given: str, taken: str, *, without: Iterable[str] = ()) -> Callable[[Model], Model]:
    """For a table of pairs: a line when a row comes and when it goes, under these labels."""
    events = (pghistory.InsertEvent(given), pghistory.DeleteEvent(taken))
    track: Callable[[Model], Model] = pghistory.track(
        *events, exclude=list(without), obj_field=None, append_only=True
    )
    return track
