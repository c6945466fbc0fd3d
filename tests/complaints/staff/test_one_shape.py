"""Two people of one kind ask with one statement, and each sees their own."""

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from complaints.models import Complaint
from complaints.reports.staff import lists
from complaints.reports.staff.beside import beside
from complaints.reports.staff.lists import Tab
from complaints.reports.staff.stand_ins import stand_in
from insurers.models import Branch, MedicalOrganisation
from representatives.models import User
from representatives.profiles import Profile
from tests.factories import make_branch, make_category, make_complaint, make_staff, profile


@pytest.fixture(params=[True, False], ids=["prepared", "as texts"], autouse=True)
def way(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.PREPARED_STATEMENTS = request.param


@pytest.fixture
def pair(branch: Branch, people: dict[str, User], now: datetime) -> tuple[Profile, Profile]:
    """Operators of two insurers, each with one branch."""
    other = make_staff("other", 1, make_branch("reso-med", now=now))
    here, there = (profile(user, on=now.date()) for user in (people["operator"], other))
    assert stand_in(here).shape == stand_in(there).shape
    return here, there


def test_neither_sees_what_is_the_others(
    branch: Branch, pair: tuple[Profile, Profile], now: datetime
) -> None:
    here, there = pair
    mine, theirs = make_complaint(branch, now=now), make_complaint(make_branch("reso-med", now=now), now=now)
    for tab in (Tab.QUEUE, Tab.ALL):
        for reader, case in ((here, mine), (there, theirs), (here, mine)):
            assert [row.pk for row in lists.listing(tab, reader, {}, "").page.rows] == [case.pk]
            assert lists.summary(tab, reader, {}, now).counts[tab] == 1
    assert lists.case_of(here, mine.number) == mine
    assert lists.case_of(there, mine.number) is None
    assert lists.case_of(there, theirs.number) == theirs


def test_a_barred_person_does_not_see_what_a_colleague_sees(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    colleague = make_staff("colleague", 1, branch)
    case = make_complaint(branch, now=now)
    case.barred_users.add(people["operator"], through_defaults={"why": "complained_of"})
    barred, free = (profile(user, on=now.date()) for user in (people["operator"], colleague))
    assert stand_in(barred).shape == stand_in(free).shape
    assert [row.pk for row in lists.listing(Tab.QUEUE, free, {}, "").page.rows] == [case.pk]
    assert lists.listing(Tab.QUEUE, barred, {}, "").page.rows == []
    assert lists.case_of(barred, case.number) is None


def test_other_rights_or_places_are_another_shape(
    people: dict[str, User], now: datetime, pair: tuple[Profile, Profile]
) -> None:
    names = ("operator", "specialist", "expert", "head", "fund", "fund_operator", "insurer_admin")
    shapes = {stand_in(profile(people[name], on=now.date())).shape for name in names}
    assert len(shapes) == len(names)


def test_it_is_the_same_kind_of_work_whichever_branch_was_entered_first(now: datetime) -> None:
    def covers(own: int, *others: tuple[int, int]) -> Profile:
        return Profile(1, now, tier=4, branch_ids=frozenset({own}), covered=frozenset(others))

    one, two = covers(1, (2, 1), (3, 2)), covers(9, (8, 1), (7, 2))
    assert stand_in(one).shape == stand_in(two).shape
    assert {stand_in(two).real[place] for place in stand_in(one).profile.branch_ids} == {9}
    assert (
        len({stand_in(covers(1, *pairs)).shape for pairs in ([(2, 1)], [(2, 2)], [(2, 1), (2, 2)], [])}) == 4
    )


def test_the_stamp_follows_the_moment_of_each_asking(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    case = make_complaint(branch, now=now)
    reader = profile(people["operator"], on=now.date())
    early, late = (
        lists.summary(Tab.QUEUE, reader, {}, moment).stamp
        for moment in (now, case.due_at + timedelta(seconds=1))
    )
    assert early != late
    assert lists.summary(Tab.QUEUE, reader, {}, now).stamp == early


def test_a_filter_is_asked_again_with_other_values(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    far, days = make_branch("sogaz-med", "77", now=now), timedelta(days=5)
    clinics = [
        MedicalOrganisation.objects.create(
            region=place.region, code="1", name="Больница", short_name="Больница"
        )
        for place in (branch, far)
    ]
    one, other = (
        make_complaint(branch, now=now),
        make_complaint(far, now=now, category=make_category("other")),
    )
    for case, place, name, clinic in ((one, branch, "head", clinics[0]), (other, far, "expert", clinics[1])):
        Complaint.objects.filter(pk=case.pk).update(
            region_of_care=place.region, medical_organisation=clinic, assignee=people[name], status="in_work"
        )
    Complaint.objects.filter(pk=other.pk).update(
        channel="phone",
        received_at=now - days,
        registered_at=now - days,
        due_at=one.due_at + days,
        escalate_at=one.due_at + days,
    )
    values = {
        "branch": (str(branch.pk), str(far.pk)), "category": ("waiting", "other"),
        "channel": ("site", "phone"),
        "region": ("76", "77"), "clinic": tuple(str(clinic.pk) for clinic in clinics),
        "assignee": (str(people["head"].pk), str(people["expert"].pk)),
    }  # fmt: skip

    def shown(chosen: dict[str, str], at: datetime = now) -> list[int]:
        reader = Profile(people["head"].pk, at, headed_branch_ids=frozenset({branch.pk, far.pk}))
        return [row.pk for row in lists.listing(Tab.ALL, reader, chosen, "").page.rows]

    for name, (first, second) in values.items():
        assert [shown({name: value}) for value in (first, second)] == [[one.pk], [other.pk]], name
    assert [shown({"age": value}) for value in ("1", "7")] == [[other.pk], []]
    assert [shown({"younger": value}) for value in ("7", "1")] == [[one.pk, other.pk], [one.pk]]
    late = (now, one.due_at + timedelta(seconds=1), one.due_at + 2 * days)
    assert [shown({"matter": "overdue"}, at) for at in late] == [[], [one.pk], [one.pk, other.pk]]


def test_what_stands_beside_a_case_is_of_that_case(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    reader = profile(people["operator"], on=now.date())
    first, second = (make_complaint(branch, now=now) for _case in range(2))
    stranger = make_complaint(
        branch, now=now, patient={"surname": "Иная", "first_name": "Анна", "birth_on": "1990-01-02"}
    )
    around = {
        case.pk: [each.pk for each in beside(case, case.card, reader, now).previous]
        for case in (first, stranger, second)
    }
    for case in Complaint.objects.filter(pk__in=[first.pk, second.pk, stranger.pk]).select_related("card"):
        others = Complaint.objects.visible_to(reader).of_the_patient(case.card)
        assert around[case.pk] == list(others.values_list("pk", flat=True)[:5])
