"""What a list can be narrowed to, and the views a person has saved."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, DateField, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.escalation.daily_counts import ANSWER_SOON_DAYS, SOON
from complaints.models import Category, SavedList
from complaints.reports.staff.places import working_branches
from complaints.reports.staff.stand_ins import NOW, stand_in
from complaints.states import CLOCK_RUNS
from insurers.models import Branch, MedicalOrganisation, Region
from omsportal.platform import ready_sql
from omsportal.platform.folding import folded
from omsportal.platform.ready_sql import ID
from representatives.models import Representative
from representatives.profiles import Profile

Choice = tuple[str, str]
#: Stands for a holder in an address.
NOBODY = "nobody"
MOST_CLINICS = 6
OVERDUE, ENDS_SOON, BREACHED, ANSWER_OVERDUE, ANSWER_SOON = (
    "overdue",
    "soon",
    "breached",
    "answer",
    "answer_soon",
)
#: What is the matter with a case, as the dashboard counts it (daily_counts.MATTERS).
MATTERS: tuple[tuple[str, Promise], ...] = (
    (OVERDUE, _("tier's time has run out")),
    (ENDS_SOON, _("tier's time ends within the hour")),
    (BREACHED, _("last tier late")),
    (ANSWER_OVERDUE, _("answer by law overdue")),
    (ANSWER_SOON, _("answer by law within 3 days")),
)
#: No clock on earth is further from UTC.
_FURTHEST = timedelta(hours=14)
_ANSWER_SOON = timedelta(days=ANSWER_SOON_DAYS)
_LONGEST_ID = 19
#: Stand for what differs between two who narrow a list by the same attributes (omsportal.platform.ready_sql).
_IDS = {"branch": ID + 1, "clinic": ID + 2, "assignee": ID + 3}
_CODES = {"category": "the theme", "region": "the region", "channel": "the channel"}
_DAYS = {"age": 100_000, "younger": 200_000}


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a link."""

    pk: int
    title: str
    tab: str
    query: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The choices of each field of the filter, by its name; empty unless they were asked for."""

    views: list[View]
    choices: Mapping[str, list[Choice]]


def narrowing(profile: Profile, day: date, *, with_choices: bool) -> Narrowing:
    """One query for all of it."""
    if not with_choices:
        return Narrowing(_views(profile), {})
    asker = stand_in(profile)
    answer = ready_sql.fetch(
        ("choices", asker.shape), {**asker.real, NOW.date(): day}, lambda: (_every_choice(asker.profile), ())
    )
    found: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for kind, value, label, more, extra in answer.rows:
        found[kind].append((value, label, more, extra))
    saved = [View(int(pk), title, tab, query) for pk, title, tab, query in _sorted(found.pop("view", []))]
    choices = {
        kind: [(value, label) for value, label, *_rest in _sorted(rows)] for kind, rows in found.items()
    }
    return Narrowing(saved, choices)


def _views(profile: Profile) -> list[View]:
    """For a list whose filter is closed: asked with every look at it."""
    answer = ready_sql.fetch(
        "saved views", {ID: profile.user_id},
        lambda: (SavedList.objects.of(ID).order_by(), ("pk", "title", "tab", "query")),
    )  # fmt: skip
    return sorted((View(*row) for row in answer.rows), key=lambda view: folded(view.title))


def _every_choice(profile: Profile) -> QuerySet[Any, Any]:
    """Saved views, reference data, and the people of the own branches: hundreds of rows."""
    views = SavedList.objects.of(profile.user_id).order_by()
    branches = working_branches(profile)
    people = Representative.objects.filter(branches__in=branches.values("pk"), user__is_active=True)
    asked = [
        _rows("branch", branches.order_by(), "title"),
        _rows("category", Category.objects.valid_on(NOW.date()).order_by(), "title", value="slug"),
        _rows("region", Region.objects.order_by(), "name", value="code"),
        _rows("assignee", people.order_by().distinct(), "user__full_name", value="user_id"),
    ]
    return _rows("view", views, "title", more="tab", extra="query").union(*asked, all=True)


def _rows(
    kind: str, rows: Any, label: str, *, value: str = "pk", more: str = "", extra: str = ""
) -> QuerySet[Any, Any]:
    text = CharField()
    asked: QuerySet[Any, Any] = rows.values_list(
        Value(kind, output_field=text), Cast(F(value), text), Cast(F(label), text),
        Cast(F(more), text) if more else Value("", output_field=text),
        Cast(F(extra), text) if extra else Value("", output_field=text),
    )  # fmt: skip
    return asked


def _sorted(rows: list[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """Ё beside Е."""
    return sorted(rows, key=lambda row: folded(row[1]))


def wanted_of(chosen: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What the rows are asked for, from the checked values of an address."""
    asked: dict[str, Any] = {name: chosen[name] for name in ("channel", "urgency") if chosen.get(name)}
    if chosen.get("branch"):
        asked["branch"] = int(chosen["branch"])
    if chosen.get("category"):
        asked["category"] = Subquery(Category.objects.filter(slug=chosen["category"]).values("pk")[:1])
    if chosen.get("region"):
        asked["region_of_care"] = Subquery(Region.objects.filter(code=chosen["region"]).values("pk")[:1])
    if chosen.get("clinic"):
        asked["medical_organisation"] = int(chosen["clinic"])
    if chosen.get("age"):
        asked["registered_at__lte"] = now - timedelta(days=int(chosen["age"]))
    if chosen.get("younger"):
        asked["registered_at__gt"] = now - timedelta(days=int(chosen["younger"]))
    if chosen.get("tier"):
        asked["tier"] = int(chosen["tier"])
    asked |= _matter(chosen.get("matter", ""), now)
    if chosen.get("assignee"):
        nobody = chosen["assignee"] == NOBODY
        asked |= {"assignee__isnull": True} if nobody else {"assignee": int(chosen["assignee"])}
    return asked


@dataclass(frozen=True, slots=True)
class StoodIn:
    """A filter to ask with, at the moment NOW; `shape` is equal for filters that differ in `real` only."""

    chosen: Mapping[str, str]
    shape: Hashable
    real: Mapping[Any, Any]


def stood_in(chosen: Mapping[str, str], now: datetime) -> StoodIn:
    """The checked values of an address; tier, urgency and matter stay: by them the planner goes."""
    asked: dict[str, str] = {}
    real: dict[Any, Any] = {
        NOW: now, NOW + SOON: now + SOON, (NOW + _FURTHEST).date(): (now + _FURTHEST).date(),
        NOW + _ANSWER_SOON: now + _ANSWER_SOON,
    }  # fmt: skip
    for name, value in chosen.items():
        asked[name] = value
        if name in _IDS and value != NOBODY:
            asked[name] = str(_IDS[name])
            real[_IDS[name]] = int(value)
        elif name in _CODES:
            asked[name] = _CODES[name]
            real[_CODES[name]] = value
        elif name in _DAYS:
            asked[name] = str(_DAYS[name])
            real[NOW - timedelta(days=_DAYS[name])] = now - timedelta(days=int(value))
    return StoodIn(asked, tuple(sorted(asked.items())), real)


def _matter(matter: str, now: datetime) -> dict[str, Any]:
    """A moment bounds the range of the index; the day of the law is judged by the calendar of the region."""
    if matter in {OVERDUE, ENDS_SOON}:
        ends = {"due_at__lte": now} if matter == OVERDUE else {"due_at__gt": now, "due_at__lte": now + SOON}
        return {"status__in": tuple(CLOCK_RUNS), **ends}
    if matter == BREACHED:
        return {"breached_at__isnull": False}
    if matter == ANSWER_OVERDUE:
        return {"answer_due_on__lte": (now + _FURTHEST).date(), "answer_due_on__lt": _day_there(now)}
    if matter == ANSWER_SOON:
        return {"answer_due_on__gte": _day_there(now), "answer_due_on__lte": _day_there(now + _ANSWER_SOON)}
    return {}


def _day_there(moment: datetime) -> Subquery:
    """Which day it is then in the region of the case's branch."""
    day = Func(
        F("region__time_zone"), Value(moment), template="(timezone(%(expressions)s))::date",
        output_field=DateField(),
    )  # fmt: skip
    return Subquery(Branch.objects.filter(pk=OuterRef("branch_id")).order_by().values(day=day))


def clinics_named(words: str, *, region_code: str, today: date) -> list[MedicalOrganisation]:
    """The clinics in whose name every word occurs, of one region if it is given; the one that is named
    exactly so, else six at most."""
    known = MedicalOrganisation.objects.valid_on(today).named_like(words).order_by("name_key")
    if region_code:
        known = known.filter(region__code=region_code)
    found = list(known[:MOST_CLINICS])
    exact = [clinic for clinic in found if folded(clinic.short_name) == folded(words)]
    return exact if len(exact) == 1 else found


def clinic_of(clinic_id: str) -> MedicalOrganisation | None:
    if not (clinic_id.isascii() and clinic_id.isdigit() and len(clinic_id) < _LONGEST_ID):
        return None
    return MedicalOrganisation.objects.filter(pk=int(clinic_id)).first()
