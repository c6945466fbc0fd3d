"""Drafts of phones, offices and posts: what patients see before, at and after publishing; who is second."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from insurers.models import (
    Branch,
    ClinicPost,
    Hotline,
    Insurer,
    MedicalOrganisation,
    Noun,
    Office,
    Revision,
    WorkingSchedule,
)
from insurers.reports import directory, numbers_to_call
from insurers.services import revisions
from insurers.services.organisation_values import Values, values_of
from insurers.services.revisions import MovedOn, Refused, Seen, Settled
from insurers.services.working_time import rebuild_all
from tests.insurers.conftest import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TODAY = date(2026, 3, 18)
SOON = date(2026, 4, 1)
ANNA, BORIS = 1, 2
LINE: Values = {
    "purpose": "rights_protection", "phone": "+74852313828", "extension": "", "hours": "пн–пт 09:00–18:00",
    "holidays": False, "zone": "", "after_hours": "voicemail", "after_hours_note": "",
    "calls_recorded": "yes", "source": "письмо", "starts_on": "", "ends_on": "",
}  # fmt: skip
ROOM: Values = {"address": "ул. Свободы, 1", "hours": "", "phone": "", "starts_on": "", "ends_on": ""}

Drafted = Callable[..., Revision]


@pytest.fixture
def drafted(branch: Branch) -> Drafted:
    """drafted(row=None, phone="+7…"): a draft of that row, or of a new phone of the branch."""

    def make(row: Any = None, *, noun: Noun = Noun.HOTLINE, by: int = ANNA, **fields: Any) -> Revision:
        stands = values_of(row, noun) if row else None
        usual = {Noun.HOTLINE: LINE, Noun.OFFICE: ROOM}.get(noun, {})
        return revisions.save_draft(
            noun=noun, owner=fields.pop("owner", branch), row=row, draft=None,
            values=(stands or dict(usual)) | fields, seen=Seen(None, stands), by_id=by, now=NOW,
        )  # fmt: skip

    return make


def published(draft: Revision, *, by: int = ANNA, now: datetime = NOW) -> Any:
    return revisions.publish(revision=draft, version=draft.version, by_id=by, now=now)


@pytest.fixture
def line(drafted: Drafted) -> Hotline:
    return published(drafted())


def seen_by_patients(branch: Branch, now: datetime = NOW) -> list[str]:
    return [
        str(number.phone.as_e164)
        for number in numbers_to_call(region=branch.region, insurer=branch.insurer, now=now)
    ]


def test_a_draft_is_nothing_that_patients_see(drafted: Drafted, branch: Branch) -> None:
    draft = drafted()
    assert seen_by_patients(branch) == []
    published(draft)
    assert seen_by_patients(branch) == ["+74852313828"]


def test_trying_a_draft_shows_it_inside_and_leaves_nothing(drafted: Drafted, branch: Branch) -> None:
    draft = drafted()
    before = WorkingSchedule.objects.count()
    with revisions.tried(revision=draft, now=NOW):
        assert seen_by_patients(branch) == ["+74852313828"]
        assert directory(region=branch.region, now=NOW).insurers[0].numbers
    assert seen_by_patients(branch) == []
    assert WorkingSchedule.objects.count() == before


def test_a_typed_week_becomes_hours_that_answer(line: Hotline, branch: Branch) -> None:
    (number,) = numbers_to_call(region=branch.region, insurer=branch.insurer, now=NOW)
    assert number.answers_now is True
    (evening,) = numbers_to_call(region=branch.region, insurer=branch.insurer, now=NOW + timedelta(hours=9))
    assert evening.answers_now is False
    assert line.schedule is not None
    assert line.schedule.time_zone == "Europe/Moscow"


def test_equal_hours_share_a_schedule_and_others_never_touch_it(line: Hotline, drafted: Drafted) -> None:
    second = published(drafted(purpose="duty"))
    assert second.schedule_id == line.schedule_id
    published(drafted(second, hours="пн–пт 10:00–16:00"))
    line.refresh_from_db()
    assert (line.schedule_id == second.schedule_id, line.hours_text) == (True, "пн–пт 09:00–18:00")


def test_a_schedule_that_was_given_other_hours_is_not_taken_by_its_code(
    line: Hotline, drafted: Drafted
) -> None:
    assert line.schedule is not None
    line.schedule.hours.filter(weekday=0).delete()
    assert published(drafted(purpose="duty")).schedule_id != line.schedule_id


def test_a_change_at_once_is_public_at_once(line: Hotline, drafted: Drafted, branch: Branch) -> None:
    published(drafted(line, phone="+74852000001"))
    assert seen_by_patients(branch) == ["+74852000001"]


def test_a_planned_change_becomes_public_on_its_day_by_itself(
    line: Hotline, drafted: Drafted, branch: Branch
) -> None:
    planned = published(drafted(line, phone="+74852000001", starts_on=SOON.isoformat()))
    before, on_the_day = NOW + (SOON - TODAY - DAY), NOW + (SOON - TODAY)
    assert seen_by_patients(branch) == ["+74852313828"]
    assert seen_by_patients(branch, before) == ["+74852313828"]
    assert seen_by_patients(branch, on_the_day) == ["+74852000001"]
    line.refresh_from_db()
    assert (line.valid_to, planned.valid_from) == (SOON - DAY, SOON)


def test_a_withdrawn_plan_leaves_everything_as_it_was(
    line: Hotline, drafted: Drafted, branch: Branch
) -> None:
    planned = published(drafted(line, phone="+74852000001", starts_on=SOON.isoformat()))
    drafted(planned, phone="+74852000002", by=BORIS)
    revisions.withdraw_planned(row=planned, noun=Noun.HOTLINE, by_id=ANNA, now=NOW)
    assert seen_by_patients(branch, NOW + (SOON - TODAY)) == ["+74852313828"]
    line.refresh_from_db()
    assert line.valid_to is None
    assert not Revision.objects.drafts().exists()


def test_a_plan_that_was_changed_before_its_day_is_still_withdrawn_whole(
    line: Hotline, drafted: Drafted
) -> None:
    planned = published(drafted(line, phone="+74852000001", starts_on=SOON.isoformat()))
    changed = published(drafted(planned, phone="+74852000002"))
    assert changed.pk == planned.pk
    revisions.withdraw_planned(row=changed, noun=Noun.HOTLINE, by_id=ANNA, now=NOW)
    line.refresh_from_db()
    assert line.valid_to is None


def test_what_has_begun_is_not_withdrawn(line: Hotline) -> None:
    with pytest.raises(Settled):
        revisions.withdraw_planned(row=line, noun=Noun.HOTLINE, by_id=ANNA, now=NOW)


def test_the_same_phone_for_the_same_purpose_at_a_time_is_told_beside_the_phone(
    line: Hotline, drafted: Drafted
) -> None:
    with pytest.raises(Refused) as refused:
        drafted()
    assert set(refused.value.errors) == {"phone"}
    drafted(purpose="duty")
    published(drafted(line, ends_on=TODAY.isoformat()))
    drafted(starts_on=SOON.isoformat())


def test_the_second_is_told_what_the_first_has_published(line: Hotline, drafted: Drafted) -> None:
    seen = Seen(None, values_of(line, Noun.HOTLINE))
    published(drafted(line, phone="+74852000001"))
    with pytest.raises(MovedOn) as moved:
        revisions.save_draft(
            noun=Noun.HOTLINE, owner=line.owner, row=line, draft=None, values={**LINE, "hours": ""},
            seen=seen, by_id=BORIS, now=NOW,
        )  # fmt: skip
    assert (moved.value.seen["phone"], moved.value.current["phone"]) == ("+74852313828", "+74852000001")


def test_two_who_begin_at_once_meet_in_one_draft(line: Hotline, drafted: Drafted) -> None:
    drafted(line, phone="+74852000001")
    with pytest.raises(MovedOn) as moved:
        drafted(line, hours="", by=BORIS)
    assert moved.value.current["phone"] == "+74852000001"
    assert Revision.objects.drafts().count() == 1


def test_a_draft_of_what_was_changed_meanwhile_is_not_published(line: Hotline, drafted: Drafted) -> None:
    draft = drafted(line, hours="")
    Hotline.objects.filter(pk=line.pk).update(after_hours="none")  # in the stock administration
    with pytest.raises(MovedOn) as moved:
        published(draft)
    assert moved.value.current["after_hours"] == "none"
    line.refresh_from_db()
    assert line.hours_text


def test_a_confirmation_by_phone_is_no_change_of_what_somebody_edits(line: Hotline, drafted: Drafted) -> None:
    draft = drafted(line, hours="")
    assert revisions.confirm(hotline=line, called=line.dialled, by_id=BORIS, now=NOW)
    assert not revisions.confirm(hotline=line, called=line.dialled, by_id=ANNA, now=NOW)
    published(draft)
    line.refresh_from_db()
    assert (line.hours_text, line.confirmed_on) == ("", TODAY)


def test_a_call_to_the_number_of_before_confirms_nothing(line: Hotline) -> None:
    called = line.dialled
    Hotline.objects.filter(pk=line.pk).update(phone="+74852000009", confirmed_on=None)
    with pytest.raises(MovedOn) as moved:
        revisions.confirm(hotline=line, called=called, by_id=BORIS, now=NOW)
    assert "00-00-09" in moved.value.current["phone"]
    line.refresh_from_db()
    assert line.confirmed_on is None


def test_another_version_of_the_draft_than_was_on_screen_is_not_published(drafted: Drafted) -> None:
    draft = drafted()
    seen, other = Seen(draft.values, None), {**LINE, "phone": "+74852000001"}
    revisions.save_draft(
        noun=Noun.HOTLINE, owner=draft.branch, row=None, draft=draft, values=other, seen=seen,
        by_id=BORIS, now=NOW,
    )  # fmt: skip
    with pytest.raises(MovedOn):
        published(draft)
    assert not Hotline.objects.exists()


def test_a_draft_is_settled_once(drafted: Drafted) -> None:
    draft = drafted()
    revisions.discard(revision=draft, by_id=ANNA, now=NOW)
    with pytest.raises(Settled):
        published(draft)
    with pytest.raises(Settled):
        revisions.discard(revision=draft, by_id=ANNA, now=NOW)
    draft.refresh_from_db()
    assert (draft.settled_by_id, draft.settled_at) == (ANNA, NOW)


def test_a_new_number_is_unconfirmed_until_somebody_has_called_it(line: Hotline, drafted: Drafted) -> None:
    assert line.confirmed_on is None
    published(drafted(line, called=True))
    line.refresh_from_db()
    assert line.confirmed_on == TODAY
    published(drafted(line, phone="+74852000001"))
    line.refresh_from_db()
    assert line.confirmed_on is None


def test_the_history_says_who(line: Hotline, drafted: Drafted) -> None:
    published(drafted(line, hours=""), by=BORIS)
    events = apps.get_model("insurers", "HotlineEvent").objects.order_by("pgh_id")
    assert [event.pgh_context["user"] for event in events] == [ANNA, BORIS]


def test_a_phone_of_the_whole_country_answers_only_when_its_clock_is_known(
    drafted: Drafted, insurer: Insurer
) -> None:
    line = published(drafted(owner=insurer))
    assert (line.schedule, line.hours_text) == (None, "пн–пт 09:00–18:00")
    published(drafted(line, owner=insurer, zone="Europe/Moscow"))
    line.refresh_from_db()
    assert line.schedule.time_zone == "Europe/Moscow"
    published(drafted(line, owner=insurer, hours="круглосуточно"))
    line.refresh_from_db()
    assert line.schedule.round_the_clock


def test_hours_that_nobody_changed_keep_their_schedule(
    drafted: Drafted, branch: Branch, office: WorkingSchedule
) -> None:
    old = Hotline.objects.create(
        branch=branch, purpose="duty", phone="+74852313828", schedule=office, hours_text="по будням, до шести"
    )
    rebuild_all(NOW)
    published(drafted(old, source="письмо"))
    old.refresh_from_db()
    assert (old.schedule, old.hours_text) == (office, "по будням, до шести")


def test_an_office_is_planned_and_ends_on_its_days(drafted: Drafted, branch: Branch) -> None:
    published(drafted(noun=Noun.OFFICE, ends_on=(SOON - DAY).isoformat()))
    published(drafted(noun=Noun.OFFICE, starts_on=SOON.isoformat(), hours="пн–пт 09:00–18:00"))

    def hours(now: datetime) -> list[str]:
        (entry,) = directory(region=branch.region, now=now).insurers
        return [office.hours_text for office in entry.offices]

    assert hours(NOW) == [""]
    assert hours(NOW + (SOON - TODAY)) == ["пн–пт 09:00–18:00"]
    with pytest.raises(Refused) as refused:
        drafted(noun=Noun.OFFICE)
    assert set(refused.value.errors) == {"address"}
    assert Office.objects.count() == 2


def test_a_post_in_a_clinic_is_moved(drafted: Drafted, branch: Branch) -> None:
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="1", name="Больница № 1", short_name="Больница № 1"
    )
    place = {"medical_organisation": clinic.pk, "place": "холл", "hours": "", "phone": "", "starts_on": ""}
    post = published(drafted(noun=Noun.CLINIC_POST, ends_on="", **place))
    moved = published(drafted(post, noun=Noun.CLINIC_POST, place="кабинет 5", starts_on=SOON.isoformat()))
    post.refresh_from_db()
    assert (post.place, post.valid_to, moved.place) == ("холл", SOON - DAY, "кабинет 5")
    assert ClinicPost.objects.valid_on(SOON).get() == moved
