"""Readers drawn at random: what is asked by kept statements is what the plain rule gives each of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from complaints.models import Complaint
from complaints.reports.staff import filtering, lists, looking
from complaints.reports.staff.beside import ALIKE_WITHIN, MOST, beside
from complaints.reports.staff.lists import Tab
from complaints.reports.staff.stand_ins import NOW, stand_in
from complaints.reports.staff.tabs import NEWEST_FIRST, order_of
from insurers.models import MedicalOrganisation
from omsportal.platform import ready_sql
from omsportal.platform.pagination import page
from representatives.profiles import Profile
from representatives.roles import Tier
from tests.complaints.crowd import copies
from tests.factories import make_branch, make_category, make_complaint, make_fund, make_rules, make_staff

LISTS = [tab for tab in Tab if tab is not Tab.ALARMS]
CASES, PAGE = 70, lists.PAGE_SIZE
#: How often a statement is prepared, and not sent as a text; how often somebody looks beside a case,
#: or reads on.
PREPARED, BESIDE, FURTHER = 0.7, 0.4, 0.3
#: Lines of a page where somebody reads on, and how many attributes narrow a list at most.
SHORT_PAGE, MOST_NARROWED = 3, 2
#: Rows that are looked at for a page, where not all are.
LOOKED_AT = 5
#: One in `make test`, the others in `make test-all`.
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 10))]


@dataclass(frozen=True)
class Kind:
    """How many places of each sort somebody has; of those they stand in for, the tiers."""

    tier: int | None = None
    own: int = 0
    headed: int = 0
    covered: tuple[int, ...] = ()
    insurers: int = 0
    helped: int = 0


#: Each has a neighbour that differs in one thing alone.
KINDS = (
    Kind(tier=2, own=1),
    Kind(tier=2, own=2),
    Kind(tier=3, own=2),
    Kind(tier=2, own=1, covered=(2,)),
    Kind(tier=2, own=1, headed=1),
    Kind(tier=2, own=1, helped=3),
    Kind(tier=4, own=1, covered=(1, 3)),
    Kind(tier=4, own=1, covered=(2, 3)),
    Kind(headed=1),
    Kind(headed=1, insurers=1),
)


@dataclass(frozen=True)
class World:
    """Ids of all there is, and one case with a card."""

    branches: list[int]
    funds: list[int]
    insurers: list[int]
    users: list[int]
    cases: list[int]
    known: Complaint


def spread(chance: Random, *values: Any) -> str:
    """A column: one of these for each copy."""
    drawn = ", ".join("NULL" if value is None else f"'{value}'" for value in chance.choices(values, k=CASES))
    return f"(ARRAY[{drawn}])[i]"


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def world(now: datetime, seed: int) -> World:
    """Cases of two regions, two insurers and their funds, in every state a list may hold."""
    chance = Random(seed)
    make_rules()
    branches = [make_branch(insurer, region, now=now) for region in ("76", "77")
                for insurer in ("sogaz-med", "reso-med")]  # fmt: skip
    funds = [make_fund(region, now=now) for region in ("76", "77")]
    users = [make_staff(f"reader{place}").pk for place in range(4)]
    known = make_complaint(branches[0], now=now)
    themes = [known.category_id, make_category("other").pk]
    clinic = MedicalOrganisation.objects.create(
        region=branches[0].region, code="1", name="Больница № 1", short_name="Больница № 1"
    )
    Complaint.objects.filter(pk=known.pk).update(medical_organisation=clinic)
    places = [branch.pk for branch in (*branches, *funds)]
    due, ago = "row.due_at + i * interval '1 minute'", f"{spread(chance, 0, 2, 40)}::int * interval '1 day'"
    copies(
        known, CASES,
        branch_id=f"{spread(chance, *places)}::bigint", tier=f"{spread(chance, 1, 2, 3, 4)}::smallint",
        urgency=spread(chance, "ordinary", "ordinary", "urgent"), due_at=due, escalate_at=due,
        channel=spread(chance, "site", "phone"), category_id=f"{spread(chance, *themes)}::bigint",
        received_at=f"row.received_at - {ago}", registered_at=f"row.registered_at - {ago}",
        answer_due_on=f"row.answer_due_on - {spread(chance, 0, 24, 27)}::int",
    )  # fmt: skip
    _befall(chance, users, now)
    cases = list(Complaint.objects.order_by("pk").values_list("pk", flat=True))
    _bar(chance, cases, users)
    insurers = sorted({branch.insurer_id or 0 for branch in branches})
    known = Complaint.objects.with_card().get(pk=known.pk)
    return World([each.pk for each in branches], [each.pk for each in funds], insurers, users, cases, known)


def _befall(chance: Random, users: list[int], now: datetime) -> None:
    stopped = {"escalate_at": None, "warn_at": None}
    paused = {"paused_at": now, "wait_until": now + timedelta(days=1), "remaining_seconds": 60}
    decided = {"outcome": "clarified", "resolved_at": now + timedelta(minutes=1)}
    states: list[dict[str, Any]] = [
        {}, {},
        {"status": "in_work"}, {"status": "in_work"},
        {"breached_at": now, **stopped},
        {"status": "in_work", "breached_at": now, **stopped},
        {"status": "waiting", **paused, **stopped},
        {"status": "resolved", **decided, **stopped},
        {"status": "answered", **decided, **stopped, "answered_at": now + timedelta(minutes=2)},
    ]  # fmt: skip
    for pk in Complaint.objects.order_by("pk").values_list("pk", flat=True)[1:]:
        state = chance.choice(states)
        holder = {"assignee_id": chance.choice(users)} if "status" in state else {}
        Complaint.objects.filter(pk=pk).update(**state, **holder)


def _bar(chance: Random, cases: list[int], users: list[int]) -> None:
    barring = Complaint.barred_users.through
    pairs = {(chance.choice(cases), chance.choice(users)) for _pair in range(30)}
    barring.objects.bulk_create(
        barring(complaint_id=case, user_id=user, why="complained_of") for case, user in sorted(pairs)
    )


def drawn(kind: Kind, world: World, chance: Random, at: datetime) -> Profile:
    own = chance.sample(world.funds if kind.tier == Tier.FUND else world.branches, kind.own)
    others = chance.sample(sorted({*world.branches, *world.funds} - {*own}), kind.headed + len(kind.covered))
    headed, covered = others[: kind.headed], others[kind.headed :]
    return Profile(
        chance.choice(world.users), at, kind.tier,
        branch_ids=frozenset(own), headed_branch_ids=frozenset(headed),
        covered=frozenset(zip(covered, kind.covered, strict=True)),
        insurer_ids=frozenset(chance.sample(world.insurers, kind.insurers)),
        helped_case_ids=frozenset(chance.sample(world.cases, kind.helped)),
    )  # fmt: skip


def plain(tab: Tab, reader: Profile) -> list[int]:
    """By the rule alone, sorted as a whole."""
    order = order_of(tab)
    way = (f"-{order}", "-pk") if tab in NEWEST_FIRST else (order, "pk")
    rows = lists.rows_of(tab, reader, {}).order_by(*way)
    return list(rows.values_list("pk", flat=True)[:PAGE])


def look_at_list(tab: Tab, reader: Profile) -> None:
    lane = Complaint.objects.urgent_lane_of(reader).order_by("due_at", "pk")
    shown = lists.listing(tab, reader, {}, "")
    assert [row.pk for row in shown.page.rows] == plain(tab, reader), (tab, reader)
    assert [row.pk for row in shown.lane] == list(lane.values_list("pk", flat=True)), reader


def narrowings(world: World, chance: Random) -> dict[str, str]:
    """Some of what a list may be narrowed by, as it stands in an address."""
    values = {
        "branch": str(chance.choice(world.branches)), "category": chance.choice(("waiting", "other")),
        "channel": chance.choice(("site", "phone")), "urgency": chance.choice(("urgent", "ordinary")),
        "region": chance.choice(("76", "77")), "clinic": str(world.known.medical_organisation_id),
        "age": chance.choice(("1", "30")), "younger": chance.choice(("1", "30")),
        "tier": str(chance.choice((1, 2, 3))), "matter": chance.choice(filtering.MATTERS)[0],
        "assignee": chance.choice((filtering.NOBODY, str(chance.choice(world.users)))),
    }  # fmt: skip
    return {name: values[name] for name in chance.sample(sorted(values), chance.randint(1, MOST_NARROWED))}


def look_further(tab: Tab, reader: Profile, chosen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page to the end, and one back; each as the rule alone gives it, with the digest of its rows."""
    rows = lists.rows_of(tab, reader, filtering.wanted_of(chosen, reader.at))
    with monkeypatch.context() as patched:
        patched.setattr(lists, "PAGE_SIZE", SHORT_PAGE)
        cursor, back = "", ""
        while True:
            shown = lists.listing(tab, reader, chosen, cursor).page
            expected = page(
                rows, field=order_of(tab), size=SHORT_PAGE, cursor=cursor, descending=tab in NEWEST_FIRST
            )
            assert shown.rows == expected.rows, (tab, reader, chosen)
            assert bool(shown.next_cursor) == bool(expected.next_cursor)
            assert bool(shown.previous_cursor) == bool(expected.previous_cursor)
            look_at_stamp(tab, reader, chosen, cursor, patched)
            if back or not shown.next_cursor:
                break
            back = shown.previous_cursor
            cursor = back or shown.next_cursor


def look_through(tab: Tab, reader: Profile, chosen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows at a time: each that fits once, in the order of the list."""
    way = ("-answered_at", "-pk") if tab in NEWEST_FIRST else (order_of(tab), "pk")
    rows = lists.rows_of(tab, reader, filtering.wanted_of(chosen, reader.at)).order_by(*way)
    with monkeypatch.context() as patched:
        patched.setattr(lists, "PAGE_SIZE", SHORT_PAGE)
        patched.setattr(looking, "LOOKED_AT", LOOKED_AT)
        patched.setattr(looking, "LOOKED_FURTHER", LOOKED_AT + 1)
        shown, cursor = [], ""
        while True:
            page = lists.listing(tab, reader, chosen, cursor).page
            shown += page.rows
            cursor = page.next_cursor
            if not cursor:
                break
    assert shown == list(rows), (tab, reader, chosen)


def look_at_stamp(
    tab: Tab, reader: Profile, chosen: dict[str, str], cursor: str, patched: pytest.MonkeyPatch
) -> None:
    """The digest, written with this reader's own values."""
    ready = lists._read_stamp(lists.asked_for(tab, chosen, cursor, reader.at), stand_in(reader))
    patched.setattr(lists, "NOW", reader.at)
    place = lists._window(tab, cursor)
    own = lists.Asked(tab, filtering.wanted_of(chosen, reader.at), place, None, {}, place)
    rows, names = lists._stamped(own, reader)
    patched.setattr(lists, "NOW", NOW)
    assert [(ready,)] == list(rows.values_list(*names)), (tab, reader, chosen)


def look_at_choices(reader: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the filter offers, written with this reader's own values."""
    found = filtering.narrowing(reader, reader.at.date(), with_choices=True).choices
    with monkeypatch.context() as patched:
        patched.setattr(filtering, "NOW", reader.at)
        rows = filtering._every_choice(reader)
    expected = [(kind, value, label) for kind, value, label, _more, _extra in rows if kind != "view"]
    assert sorted((kind, *each) for kind, each_of in found.items() for each in each_of) == sorted(expected)


def look_at_cases(reader: Profile, world: World, chance: Random) -> None:
    seen = Complaint.objects.visible_to(reader)
    for case in Complaint.objects.filter(pk__in=chance.sample(world.cases, 4)):
        assert (lists.case_of(reader, case.number) is not None) == seen.filter(pk=case.pk).exists(), reader


def look_beside(reader: Profile, known: Complaint, now: datetime) -> None:
    around, mine = beside(known, known.card, reader, now), Complaint.objects.visible_to(reader)
    for found, rows in (
        (around.alike, mine.alike(known, since=now - ALIKE_WITHIN)),
        (around.previous, mine.of_the_patient(known.card)),
    ):
        everybody = set(rows.values_list("pk", flat=True))
        assert {each.pk for each in found} <= everybody, reader
        assert len(found) == min(MOST, len(everybody)), reader


def look_at_summary(reader: Profile, now: datetime, chance: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same question, written with this reader's own values."""
    tab, asked = chance.choice(LISTS), []
    fetch = ready_sql.fetch

    def both(shape: Any, real: Any, write: Any) -> ready_sql.Answer:
        asked.append(fetch(shape, real, write))
        return asked[-1]

    with monkeypatch.context() as patched:
        patched.setattr(ready_sql, "fetch", both)
        lists.summary(tab, reader, {}, now)
        patched.setattr(lists, "NOW", now)
        place = lists._window(tab, "")
        own = lists.Asked(tab, {}, place, None, {}, place)
        rows, names = lists._summarised(own, reader)
    assert asked[0].rows == list(rows.values_list(*names)), (tab, reader)


def test_whoever_asks_gets_what_the_rule_gives_them(
    world: World, seed: int, now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, shapes = Random(seed), set()
    for kind in chance.sample(KINDS * 2, len(KINDS) * 2):
        settings.PREPARED_STATEMENTS = chance.random() < PREPARED
        moment = now + timedelta(days=chance.choice((0, 0, 40)), minutes=chance.randrange(600))
        reader = drawn(kind, world, chance, moment)
        shapes.add(stand_in(reader).shape)
        look_at_list(chance.choice(LISTS), reader)
        if chance.random() < FURTHER:
            look_further(chance.choice(LISTS), reader, {}, monkeypatch)
            look_further(chance.choice(LISTS), reader, narrowings(world, chance), monkeypatch)
            look_through(chance.choice(LISTS), reader, narrowings(world, chance), monkeypatch)
            look_at_choices(reader, monkeypatch)
        look_at_summary(reader, moment, chance, monkeypatch)
        look_at_cases(reader, world, chance)
        if chance.random() < BESIDE:
            look_beside(reader, world.known, moment)
    assert len(shapes) == len(KINDS)
