"""A draft beside what is published: what differs, who was first, how patients will see it, and history."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insurers.models import AfterHours, Branch, MedicalOrganisation, Noun, Purpose, Revision
from insurers.reports import Entry, NumberToCall, directory, hours_said, numbers_to_call
from insurers.services.organisation_values import Owner, Row, Values, differing, noun_of, owner_of, values_of
from insurers.services.revisions import Refused, row_of, tried, zone_of
from omsportal.platform.phones import phone_text
from representatives.models import User

MOSCOW = "Europe/Moscow"
#: Lines of a history on its page; older ones are in the table.
MOST_LINES = 50

#: Names of fields, as forms and tables have them.
LABELS: dict[str, Any] = {
    "purpose": gettext_lazy("What the phone is for"),
    "phone": gettext_lazy("Phone"),
    "extension": gettext_lazy("Extension"),
    "hours": gettext_lazy("Working hours"),
    "holidays": gettext_lazy("Works on public holidays too"),
    "zone": gettext_lazy("By whose clock"),
    "after_hours": gettext_lazy("Outside these hours"),
    "after_hours_note": gettext_lazy("Note on calls outside these hours"),
    "calls_recorded": gettext_lazy("Are calls recorded?"),
    "source": gettext_lazy("Where this is known from"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
    "address": gettext_lazy("Address"),
    "medical_organisation": gettext_lazy("Clinic"),
    "place": gettext_lazy("Where to find it"),
}
RECORDED: dict[str, Any] = {
    "": gettext_lazy("not known"), "yes": gettext_lazy("yes"), "no": gettext_lazy("no"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its name as people read it, and the values on both sides."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The pages of patients as they will be at the moment when the draft begins."""

    at: datetime
    row: Row
    numbers: Sequence[NumberToCall]
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything about one draft. `errors`: why it cannot be published as it is, now or at its moment."""

    revision: Revision
    row: Row | None
    by: str
    changes: list[Change]
    meanwhile: list[Change]
    preview: Preview | None
    errors: list[str]
    scheduled_by: str


@dataclass(frozen=True, slots=True)
class PastLine:
    """One line of the history: who, when, what; `event_id` of one that can be undone.

    `at_its_moment`: the timer did it, at the moment that this person had chosen.
    """

    at: datetime
    by: str
    what: str
    changes: list[Change]
    event_id: int | None
    at_its_moment: bool = False


def draft_page(revision: Revision, now: datetime) -> DraftPage:
    row = row_of(revision)
    stands = values_of(row, revision.noun) if row else {}
    meanwhile = changes(revision.noun, revision.seen, stands) if revision.seen is not None else []
    preview, errors = None, []
    names = names_of([revision.changed_by_id, revision.scheduled_by_id])
    chosen = revision.publish_at if revision.is_scheduled else None
    try:
        preview = _preview(revision, max(now, chosen) if chosen else now)
    except Refused as refused:
        errors = [str(message) for message in refused.errors.values()]
    return DraftPage(
        revision, row, names.get(revision.changed_by_id, ""),
        changes(revision.noun, stands, revision.values), meanwhile, preview, errors,
        names.get(revision.scheduled_by_id or 0, ""),
    )  # fmt: skip


def changes(noun: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Field by field, in the order of the form."""
    clinics = _clinics(before, after)
    return [
        Change(name, str(LABELS[name]), _shown(name, before, clinics), _shown(name, after, clinics))
        for name in differing(noun, before, after)
        if before.get(name) or after.get(name)
    ]


def history(row: Row) -> list[PastLine]:
    """The newest first. What one change did can be put back; the first line has nothing before it."""
    noun = noun_of(row)
    events = list(_events(row).order_by("-pgh_id")[: MOST_LINES + 1])
    names = names_of(_who(event) for event in events)
    lines = []
    for place, event in enumerate(events[:MOST_LINES]):
        earlier = events[place + 1] if place + 1 < len(events) else None
        lines.append(_past(noun, event, earlier, names))
    return lines


def values_before(row: Row, event_id: int) -> Values | None:
    """What the row shall be when this one change is put back: its fields as before, the others as now.

    None for a line that is no change of this row, or that changed nothing the editor has.
    """
    noun = noun_of(row)
    event = _events(row).filter(pgh_id=event_id, pgh_label="update").first()
    earlier = _events(row).filter(pgh_id__lt=event_id).order_by("-pgh_id").first() if event else None
    if event is None or earlier is None:
        return None
    before, after = values_of(earlier, noun), values_of(event, noun)
    names = differing(noun, before, after)
    return values_of(row, noun) | {name: before[name] for name in names} if names else None


def who_was_first(draft: Revision | None, row: Row | None) -> tuple[str, datetime] | None:
    """Who changed the draft, or where there is none the published row, last, and when."""
    if draft is not None:
        return names_of([draft.changed_by_id]).get(draft.changed_by_id, ""), draft.changed_at
    event = _events(row).order_by("-pgh_id").first() if row else None
    return (_by(event, names_of([_who(event)])), event.pgh_created_at) if event else None


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """No query for nobody."""
    return {pk: str(user) for pk, user in User.objects.in_bulk({pk for pk in ids if pk}).items()}


def clock_words(owner: Owner, now: datetime) -> str:
    """By whose clock moments are meant: the region, and how far it is from Moscow."""
    if not isinstance(owner, Branch):
        return _("Moscow time")
    moscow, here = (
        now.astimezone(zone).utcoffset() or timedelta() for zone in (ZoneInfo(MOSCOW), owner.zone)
    )
    hours = round((here - moscow).total_seconds() / 3600)
    ahead = f"+{hours}" if hours > 0 else f"−{-hours}"
    words = _("Moscow time %(hours)s h") % {"hours": ahead} if hours else _("Moscow time")
    return f"{owner.region.name}: {words}"


def _preview(revision: Revision, now: datetime) -> Preview:
    """Read while the draft is as good as published; nothing of that stays."""
    with tried(revision=revision, now=now) as row:
        owner = owner_of(row)
        at = _moment(owner, row.valid_from, now)
        if not isinstance(owner, Branch):
            return Preview(at, row, numbers_to_call(region=None, insurer=owner, now=at), None)
        numbers = numbers_to_call(region=owner.region, insurer=owner.insurer, now=at)
        whole = directory(region=owner.region, now=at)
        entries = [*whole.insurers, *([whole.fund] if whole.fund else [])]
        entry = next((entry for entry in entries if entry.branch.pk == owner.pk), None)
        return Preview(at, row, numbers if noun_of(row) == Noun.HOTLINE else [], entry)


def _moment(owner: Owner, begins: date | None, now: datetime) -> datetime:
    """Now, or the same hour of the day on which it begins."""
    local = now.astimezone(zone_of(owner))
    if begins is None or begins <= local.date():
        return now
    return datetime.combine(begins, time(local.hour, local.minute), tzinfo=local.tzinfo)


def _past(noun: str, event: Any, earlier: Any, names: Mapping[int, str]) -> PastLine:
    what = {"insert": _("entered"), "delete": _("taken out before it began")}.get(
        event.pgh_label, _("changed")
    )
    differs = changes(noun, values_of(earlier, noun), values_of(event, noun)) if earlier else []
    if earlier and getattr(event, "confirmed_on", None) != getattr(earlier, "confirmed_on", None):
        what = _("confirmed by a call") if event.confirmed_on and not differs else what
    can_undo = bool(differs) and event.pgh_label == "update"
    return PastLine(
        event.pgh_created_at, _by(event, names), what, differs, event.pgh_id if can_undo else None,
        bool((event.pgh_context or {}).get("at_its_moment")),
    )  # fmt: skip


def _events(row: Row) -> Any:
    model = apps.get_model("insurers", f"{type(row).__name__}Event")
    return model._default_manager.filter(pgh_obj_id=row.pk)


def _who(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _by(event: Any, names: Mapping[int, str]) -> str:
    return names.get(_who(event) or 0) or _("not through a page")


def _clinics(*sides: Mapping[str, Any]) -> dict[Any, str]:
    ids = {side.get("medical_organisation") for side in sides} - {None, ""}
    return {pk: str(row) for pk, row in MedicalOrganisation.objects.in_bulk(ids).items()} if ids else {}


_SHOWN: dict[str, Callable[[Any], str]] = {
    "purpose": lambda value: str(Purpose(value).label),
    "phone": phone_text,
    "hours": hours_said,
    "after_hours": lambda value: str(AfterHours(value).label),
    "holidays": lambda _value: _("yes"),
    "zone": lambda value: _("Moscow time") if value == MOSCOW else str(value),
    "starts_on": lambda value: date_format(date.fromisoformat(value), "j E Y"),
    "ends_on": lambda value: date_format(date.fromisoformat(value), "j E Y"),
}


def _shown(name: str, values: Mapping[str, Any], clinics: Mapping[Any, str]) -> str:
    """A value as people read it; a dash for none."""
    value = values.get(name)
    if name == "calls_recorded" and value is not None:
        return str(RECORDED[value])
    if value in (None, "", False):
        return "–"
    if name == "medical_organisation":
        return clinics.get(value, "–")
    return _SHOWN[name](value) if name in _SHOWN else str(value)
