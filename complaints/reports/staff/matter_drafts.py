"""A draft of a theme, a page of advice or a waiting time: what differs, what it does, and history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.models import Amendment, Category, Complaint, Deadline, Matter
from complaints.reports.staff.organisation_drafts import Change, PastLine, names_of
from complaints.services.amendments import row_of, tried
from complaints.services.matter_values import (
    CARE,
    MODELS,
    Row,
    Values,
    day_of,
    differing,
    noun_of,
    values_of,
)
from insurers.services.revisions import Refused

#: Lines of a history on its page; older ones are in the table.
MOST_LINES = 50
#: Open appeals looked at for what a theme would change; more are told as "at least".
LOOKED_AT = 20_000
NOON = time(12)
MOSCOW = ZoneInfo("Europe/Moscow")
TEN_DAYS = timedelta(days=10)

_LABELS: dict[str, Any] = {
    "code": gettext_lazy("Word in the address"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
}
_OF_TERMS: dict[str, Any] = {
    "code": gettext_lazy("Kind of care"),
    "what": gettext_lazy("What people wait for"),
    "value": gettext_lazy("Not longer than"),
    "unit": gettext_lazy("Counted in"),
    "basis": gettext_lazy("By which rule"),
    "basis_en": gettext_lazy("By which rule, in English"),
    "needs_check": gettext_lazy("Uncertain: patients get no verdict"),
    "source_note": gettext_lazy("Where this is known from"),
}


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything about one draft. `errors`: why it cannot be published as it is."""

    amendment: Amendment
    row: Row | None
    by: str
    changes: list[Change]
    meanwhile: list[Change]
    effects: list[str]
    errors: list[str]


def label_of(noun: str, name: str) -> str:
    """The name of a field as forms and tables have it."""
    told = (_OF_TERMS if noun == Matter.TERM else {}).get(name) or _LABELS.get(name)
    return str(told or capfirst(str(MODELS[noun]._meta.get_field(name).verbose_name)))  # type: ignore[union-attr]  # a column


def draft_page(amendment: Amendment, now: datetime) -> DraftPage:
    """The draft tried once, nothing of which stays."""
    row = row_of(amendment)
    stands = values_of(row, amendment.noun) if row else {}
    before = amendment.seen or {}
    errors = []
    try:
        with tried(amendment=amendment, now=now):
            pass
    except Refused as refused:
        errors = [str(message) for message in refused.errors.values()]
    return DraftPage(
        amendment, row, names_of([amendment.changed_by_id]).get(amendment.changed_by_id, ""),
        changes(amendment.noun, stands, amendment.values),
        changes(amendment.noun, before, stands) if row and before != stands else [],
        effects(amendment, row), errors,
    )  # fmt: skip


def changes(noun: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Field by field, in the order of the form."""
    themes = _themes(before, after)
    return [
        Change(
            name, label_of(noun, name), _shown(noun, name, before, themes), _shown(noun, name, after, themes)
        )
        for name in differing(noun, before, after)
        if (before.get(name) or after.get(name)) and not (noun == Matter.TERM and name == "code")
    ]


def effects(amendment: Amendment, row: Row | None) -> list[str]:
    """What a changed theme means for appeals, a shorter waiting time of the country for regions."""
    if amendment.noun == Matter.TERM and amendment.region is None:
        return _outrun(amendment)
    if amendment.noun != Matter.THEME:
        return []
    if row is None:
        return [_("Nobody has this theme yet. It gets the common limits of time when it is published.")]
    changed = set(differing(Matter.THEME, values_of(row, Matter.THEME), amendment.values))
    said = []
    if "needs_second_person" in changed and amendment.values["needs_second_person"]:
        said.append(_("Open appeals too: each answer needs a second person from then on."))
    elif "needs_second_person" in changed:
        said.append(_("Open appeals too: answers need no second person any more."))
    if changed & {"arrival_tier", "about_insurer", "default_kind"}:
        said.append(_("Kind, tier and addressee hold for new appeals only: open ones stay where they are."))
    if "ends_on" in changed and amendment.values["ends_on"]:
        said.append(_("After that day nobody can choose the theme; open appeals keep it."))
    if changed & {"title", "plain_title"}:
        said.append(_("Open appeals show the new words at once."))
    return [_open_appeals(row), *said] if said else []


def history(row: Row) -> list[PastLine]:
    """The newest first. What one change did can be put back; the first line has nothing before it."""
    events = list(_events(row).order_by("-pgh_id")[: MOST_LINES + 1])
    names = names_of(_who(event) for event in events)
    pairs = zip(events, [*events[1:], None], strict=True)
    return [_past(noun_of(row), event, earlier, names) for event, earlier in pairs][:MOST_LINES]


def values_before(row: Row, event_id: int) -> Values | None:
    """What the row shall be when this one change is put back: its fields as before, the others as now.

    None for a line that is no change of this row, or that changed nothing the editor has.
    """
    noun = noun_of(row)
    event = _events(row).filter(pgh_id=event_id, pgh_label="update").first()
    earlier = _events(row).filter(pgh_id__lt=event_id).order_by("-pgh_id").first() if event else None
    if event is None or earlier is None:
        return None
    before = values_of(earlier, noun)
    names = differing(noun, before, values_of(event, noun))
    return values_of(row, noun) | {name: before[name] for name in names} if names else None


def who_was_first(draft: Amendment | None, row: Row | None) -> tuple[str, datetime] | None:
    """Who changed the draft, or where there is none the published row, last, and when."""
    if draft is not None:
        return names_of([draft.changed_by_id]).get(draft.changed_by_id, ""), draft.changed_at
    event = _events(row).order_by("-pgh_id").first() if row else None
    return (_by(event, names_of([_who(event)])), event.pgh_created_at) if event else None


def moment_of(amendment: Amendment, now: datetime) -> datetime:
    """Now, or noon of the day on which it begins."""
    begins = day_of(amendment.values["starts_on"])
    zone = amendment.region.zone if amendment.region else MOSCOW
    if begins is None or begins <= now.astimezone(zone).date():
        return now
    return datetime.combine(begins, NOON, tzinfo=zone)


def example(amendment: Amendment, at: datetime) -> dict[str, str]:
    """What a patient might ask: somebody waits since ten days before."""
    region = amendment.region
    since = at.astimezone(region.zone if region else MOSCOW).date() - TEN_DAYS
    code = amendment.values["code"]
    return {"kind": code, "since": since.isoformat(), "region": region.code if region else ""}


def _outrun(amendment: Amendment) -> list[str]:
    """Regions that have set themselves more time than the country would have; if uncertain, it voids none."""
    wanted = amendment.values
    if wanted["needs_check"]:
        return []
    own = Deadline.objects.terms_of(CARE).not_over(day_of(wanted["starts_on"]) or date.min)
    longer = own.filter(code=wanted["code"], unit=wanted["unit"], value__gt=wanted["value"])
    names = sorted(str(row.region) for row in longer.exclude(region=None).select_related("region"))
    if not names:
        return []
    told = _(
        "Regions whose own waiting time is longer and would count no more: %(names)s. Their funds are told."
    )
    return [told % {"names": ", ".join(names)}]


def _open_appeals(row: Row) -> str:
    """Counted among the oldest by the date of the law (index complaint_answer_due), and no further."""
    open_ = Complaint.objects.open().order_by("answer_due_on", "id")
    themes = list(open_.values_list("category", flat=True)[:LOOKED_AT])
    count = themes.count(row.pk)
    if len(themes) == LOOKED_AT:
        return _("Open appeals of this theme: at least %(count)s.") % {"count": count}
    return ngettext("%d open appeal has this theme.", "%d open appeals have this theme.", count) % count


def _past(noun: str, event: Any, earlier: Any, names: Mapping[int, str]) -> PastLine:
    what = {"insert": _("entered"), "delete": _("taken out before it began")}.get(
        event.pgh_label, _("changed")
    )
    differs = changes(noun, values_of(earlier, noun), values_of(event, noun)) if earlier else []
    can_undo = bool(differs) and event.pgh_label == "update"
    return PastLine(
        event.pgh_created_at, _by(event, names), what, differs, event.pgh_id if can_undo else None
    )


def _events(row: Row) -> Any:
    model = apps.get_model("complaints", f"{type(row).__name__}Event")
    return model._default_manager.filter(pgh_obj_id=row.pk)


def _who(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _by(event: Any, names: Mapping[int, str]) -> str:
    return names.get(_who(event) or 0) or _("not through a page")


def _themes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[Any, str]:
    ids = {side.get("theme") for side in (before, after)} - {None, ""}
    return {pk: str(row) for pk, row in Category.objects.in_bulk(ids).items()} if ids else {}


def _shown(noun: str, name: str, values: Mapping[str, Any], themes: Mapping[Any, str]) -> str:
    """A value as people read it; a dash for none."""
    value = values.get(name)
    if value in (None, "", False, []):
        return "–"
    if value is True:
        return _("yes")
    if name == "theme":
        return themes.get(value, "–")
    if name in ("starts_on", "ends_on"):
        return date_format(date.fromisoformat(value), "j E Y")
    if isinstance(value, list):
        return "\n".join(f"{place}. {line}" for place, line in enumerate(value, 1))
    if name == "code":
        return str(value)
    choices: Any = getattr(MODELS[noun]._meta.get_field(name), "flatchoices", ())
    return str(dict(choices).get(value, value))
