"""What the database itself has written down about an account, a right or a key, in words for a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from representatives.models import Representative, User

#: The newest lines of one source; more nobody reads on a page.
MOST = 200
_WHOLE = {"insert", "update", "delete"}
_LABELS: dict[str, str | Promise] = {
    "insert": gettext_lazy("made"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("removed"),
    "branch_given": gettext_lazy("a branch was given"),
    "branch_taken": gettext_lazy("a branch was taken away"),
    "factor_added": gettext_lazy("a second factor was added"),
    "factor_taken": gettext_lazy("a second factor was taken away"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change: when, by whom, what, and which fields. Values are not among it."""

    at: datetime
    by: str
    what: str
    fields: str = ""


def lines_of(row: Model) -> list[Line]:
    """Everything that was written down about the row, the newest first."""
    own = list(row.events.order_by("-pgh_id")[: MOST + 1])  # type: ignore[attr-defined]  # made by pghistory
    found = chain(_compared(own), *(((event, "") for event in rows[:MOST]) for rows in _beside(row)))
    events = sorted(found, key=lambda pair: pair[0].pgh_created_at, reverse=True)
    names = _names({_who(event) for event, _fields in events})
    return [_line(event, fields, names, type(row)) for event, fields in events]


def _beside(row: Model) -> list[QuerySet[Any]]:
    """Tables of pairs that belong to the row."""
    if isinstance(row, Representative):
        served = apps.get_model("representatives", "ServedBranchEvent")
        return [served._default_manager.filter(representative_id=row.pk).order_by("-pgh_id")]
    if isinstance(row, User):
        factors = apps.get_model("representatives", "SecondFactorEvent")
        return [factors._default_manager.filter(user_id=row.pk).order_by("-pgh_id")]
    return []


def _compared(events: Sequence[Any]) -> Iterable[tuple[Any, str]]:
    """Each event with the names of what differs from the one before it; the newest comes first."""
    whole = [event for event in events if event.pgh_label in _WHOLE]
    before = {event.pgh_id: earlier for event, earlier in pairwise(whole)}
    for event in events:
        earlier = before.get(event.pgh_id) if event.pgh_label == "update" else None
        yield event, ", ".join(_differences(event, earlier)) if earlier else ""


def _differences(event: Any, before: Any) -> list[str]:
    fields = [field for field in event._meta.concrete_fields if not field.name.startswith("pgh_")]
    differs = [field for field in fields if getattr(event, field.attname) != getattr(before, field.attname)]
    return [str(field.verbose_name) for field in differs]


def _line(event: Any, fields: str, names: dict[int, str], model: type[Model]) -> Line:
    label = _LABELS.get(event.pgh_label)
    if label is None:  # only the name of the field is kept
        return Line(
            event.pgh_created_at, _by(event, names), str(_LABELS["update"]), _verbose(model, event.pgh_label)
        )
    return Line(event.pgh_created_at, _by(event, names), str(label), fields)


def _verbose(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)


def _who(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _by(event: Any, names: dict[int, str]) -> str:
    """A person, a command on the server, or whoever had the password of the database."""
    context = event.pgh_context or {}
    if "command" in context:
        return f"manage.py {context['command']}"
    return names.get(_who(event) or 0, "") or _("not through a page")


def _names(ids: set[int | None]) -> dict[int, str]:
    found = User.objects.in_bulk([pk for pk in ids if pk is not None])
    return {pk: f"{user} ({user.username})" for pk, user in found.items()}
