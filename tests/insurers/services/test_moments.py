"""Drafts that wait for a moment: which can be chosen, what becomes of them then, and what takes it away."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps

from insurers.models import Branch, Hotline, Insurer, Noun, Revision, Stopped
from insurers.services import moments, revisions
from insurers.services.organisation_values import values_of
from insurers.services.revisions import MovedOn, Refused, Seen
from omsportal.platform.models import Alarm
from tests.insurers.conftest import NOW
from tests.insurers.services import test_revisions as usual
from tests.insurers.services.test_revisions import (
    ANNA,
    BORIS,
    DAY,
    TODAY,
    Drafted,
    published,
    seen_by_patients,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
THEN = NOW + 3 * HOUR
drafted = usual.drafted


def scheduled(draft: Revision, *, at: datetime = THEN, by: int = ANNA) -> Revision:
    return moments.schedule(revision=draft, version=draft.version, at=at, by_id=by, now=NOW)


def turn(now: datetime = THEN, *, may: bool = True) -> list[bool | None]:
    """One turn of the timer."""
    return [moments.publish_due(revision_id=pk, may=lambda _: may, now=now) for pk in moments.due(now)]


def saved(draft: Revision, by: int = BORIS, **fields: object) -> Revision:
    row = revisions.row_of(draft)
    seen = Seen(draft.values, values_of(row, draft.noun) if row else None)
    return revisions.save_draft(
        noun=Noun(draft.noun), owner=draft.owner, row=row, draft=draft, values=draft.values | fields,
        seen=seen, by_id=by, now=NOW + HOUR,
    )  # fmt: skip


def test_it_is_published_at_its_moment_once_and_for_who_chose_it(drafted: Drafted, branch: Branch) -> None:
    draft = scheduled(drafted(by=BORIS))
    assert turn(THEN - timedelta(seconds=1)) == []
    assert seen_by_patients(branch) == []
    assert (turn(), turn()) == ([True], [])
    assert seen_by_patients(branch) == ["+74852313828"]
    draft.refresh_from_db()
    assert (draft.state, draft.settled_by_id, draft.settled_at, draft.publish_at) == (
        "published", ANNA, THEN, THEN,
    )  # fmt: skip
    event = apps.get_model("insurers", "HotlineEvent").objects.get()
    assert event.pgh_context == {"user": ANNA, "at_its_moment": True}


@pytest.mark.parametrize(
    ("at", "fields", "field"),
    [
        (NOW, {}, "time"),
        (NOW - HOUR, {}, "time"),
        (NOW - DAY, {}, "day"),
        (NOW + moments.FARTHEST + HOUR, {}, "day"),
        (NOW + 2 * DAY, {"ends_on": (TODAY + DAY).isoformat()}, "day"),
        (THEN, {"starts_on": (TODAY + DAY).isoformat()}, "day"),
    ],
)
def test_a_moment_that_makes_no_sense_is_told_beside_it(
    at: datetime, fields: dict[str, str], field: str, drafted: Drafted
) -> None:
    draft = drafted(**fields)
    with pytest.raises(Refused) as refused:
        scheduled(draft, at=at)
    assert set(refused.value.errors) == {field}
    draft.refresh_from_db()
    assert draft.publish_at is None


def test_a_moment_waits_until_the_last_day_and_a_year_ahead(drafted: Drafted) -> None:
    scheduled(drafted(ends_on=(TODAY + DAY).isoformat()), at=NOW + DAY)
    scheduled(drafted(purpose="duty"), at=NOW + moments.FARTHEST)


def test_a_change_of_the_draft_takes_the_moment_away(drafted: Drafted) -> None:
    draft = scheduled(drafted())
    same = saved(draft)
    assert same.is_scheduled
    changed = saved(same, source="приказ")
    assert (changed.is_scheduled, changed.stopped_why, turn()) == (False, Stopped.CHANGED, [])
    assert scheduled(changed).is_scheduled
    assert turn() == [True]


def test_it_is_taken_back_and_the_draft_stays(drafted: Drafted) -> None:
    draft = scheduled(drafted())
    moments.unschedule(revision=draft, now=NOW)
    with pytest.raises(moments.NotScheduled):
        moments.unschedule(revision=draft, now=NOW)
    assert turn() == []
    assert Revision.objects.drafts().get().publish_at is None


def test_whoever_publishes_at_once_or_discards_leaves_nothing_for_the_timer(drafted: Drafted) -> None:
    published(scheduled(drafted()))
    revisions.discard(revision=scheduled(drafted(purpose="duty")), by_id=ANNA, now=NOW)
    assert turn() == []
    assert set(Revision.objects.values_list("publish_at", flat=True)) == {None}


def test_the_second_is_told_that_somebody_chose_a_moment(drafted: Drafted) -> None:
    draft = drafted()
    scheduled(draft)
    for press in (scheduled, published):
        with pytest.raises(MovedOn):
            press(draft, by=BORIS)
    assert Revision.objects.get().scheduled_by_id == ANNA


def moved_on(draft: Revision, drafted: Drafted) -> None:
    Hotline.objects.filter(pk=draft.row_id).update(after_hours="none")  # in the stock administration


def taken(draft: Revision, drafted: Drafted) -> None:
    published(drafted(purpose="duty", phone="+74852000001"))


@pytest.mark.parametrize(
    ("meanwhile", "late", "may", "why"),
    [
        (moved_on, HOUR, True, Stopped.MOVED_ON),
        (taken, HOUR, True, Stopped.REFUSED),
        (None, HOUR, False, Stopped.NO_RIGHT),
        (None, moments.TOO_LATE + HOUR, True, Stopped.LATE),
    ],
)
def test_what_cannot_be_published_stays_with_its_reason_and_an_alarm_until_somebody_settles_it(
    meanwhile: Callable[[Revision, Drafted], None] | None, late: timedelta, may: bool, why: Stopped,
    drafted: Drafted, branch: Branch,
) -> None:  # fmt: skip
    line = published(drafted(purpose="duty"))
    draft = scheduled(drafted(line, phone="+74852000001"))
    if meanwhile:
        meanwhile(draft, drafted)
    assert (turn(THEN + late, may=may), turn(THEN + late)) == ([False], [])
    draft.refresh_from_db()
    assert (draft.state, draft.stopped_why, draft.is_scheduled) == ("draft", why, False)
    line.refresh_from_db()
    assert str(line.phone.as_e164) == "+74852313828"
    alarm = Alarm.objects.open().get()
    assert (alarm.kind, alarm.subject_id, alarm.receiver_branch_id) == ("moment_missed", draft.pk, branch.pk)
    revisions.discard(revision=draft, by_id=ANNA, now=THEN + late)
    assert not Alarm.objects.open().exists()


def test_it_is_not_published_after_its_last_day(drafted: Drafted, branch: Branch) -> None:
    """The timer stood still over midnight."""
    scheduled(drafted(ends_on=TODAY.isoformat()))
    assert turn(THEN + 12 * HOUR) == [False]
    assert Revision.objects.get().stopped_why == Stopped.LATE


def test_a_phone_of_the_whole_country_is_first_in_the_list_and_its_alarm_has_no_branch(
    drafted: Drafted, insurer: Insurer
) -> None:
    missed = scheduled(drafted(owner=insurer))
    turn(may=False)
    drafted(purpose="duty")
    alarm = Alarm.objects.open().get()
    assert (alarm.subject_id, alarm.receiver_branch_id) == (missed.pk, None)
    assert alarm.payload == {"why": "no_right", "insurer": insurer.short_name}
    assert Revision.objects.drafts().stopped_first().first() == missed


def test_a_call_counts_for_the_day_on_which_it_was_made(drafted: Drafted) -> None:
    scheduled(drafted(called=True), at=NOW + 5 * DAY)
    assert turn(NOW + 5 * DAY) == [True]
    assert Hotline.objects.get().confirmed_on == TODAY
