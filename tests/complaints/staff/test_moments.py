"""A moment beside “Publish now”: what is typed wrong, what colleagues see, and the patient's page then."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from complaints.reports.staff.organisation_drafts import clock_words
from complaints.services import publishing
from insurers.models import Branch, Hotline, Insurer, Noun, Revision
from insurers.services import revisions
from insurers.services.organisation_values import Owner, values_of
from insurers.services.revisions import Seen
from omsportal.platform.models import Alarm
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_staff

pytestmark = pytest.mark.django_db

LIST = "/staff/organisations/"


@pytest.fixture
def head(client_of: ClientOf) -> Client:
    return client_of("head")


@pytest.fixture
def draft(branch: Branch, people: dict[str, User], now: datetime) -> Revision:
    """Another number for a phone of the branch."""
    return drafted(branch, people["head"], now, branch=branch)


def drafted(owner: Owner, by: User, now: datetime, **whose: Any) -> Revision:
    line = Hotline.objects.create(purpose="duty", phone="+74852313828", after_hours="none", **whose)
    stands = values_of(line, Noun.HOTLINE)
    return revisions.save_draft(
        noun=Noun.HOTLINE, owner=owner, row=line, draft=None, values=stands | {"phone": "+74852200001"},
        seen=Seen(None, stands), by_id=by.pk, now=now,
    )  # fmt: skip


def tomorrow(now: datetime) -> datetime:
    """At half past eight in Yaroslavl."""
    local = now.astimezone(ZoneInfo("Europe/Moscow")) + timedelta(days=1)
    return local.replace(hour=8, minute=30, second=0, microsecond=0)


def choose(client: Client, draft: Revision, at: datetime | None = None, **typed: Any) -> Any:
    known = {"day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"} if at else {}
    address = f"{LIST}drafts/{draft.pk}/moment/"
    return client.post(address, {"version": draft.version} | known | typed)


def page_of(client: Client, draft: Revision) -> str:
    return client.get(f"{LIST}drafts/{draft.pk}/").content.decode()


def test_a_draft_with_a_moment_is_on_the_patients_page_from_then_on(
    client_of: ClientOf, draft: Revision, branch: Branch, now: datetime
) -> None:
    cache.clear()
    head, at = client_of("head"), tomorrow(now)
    public = f"/call/?region={branch.region.code}&insurer=sogaz-med"
    assert "31-38-28" in Client().get(public).content.decode()
    assert choose(head, draft, at).status_code == 302
    for who in ("head", "insurer_admin"):  # colleagues see it, and who chose it
        page = page_of(client_of(who), draft)
        assert "Опубликуется сам" in page
        assert "Ярославская область: время московское" in page
        assert "Head" in page
        for address in (LIST, f"{LIST}branches/{branch.pk}/hotline/"):
            assert "опубликуется" in client_of(who).get(address).content.decode()
    publishing.look(at - timedelta(seconds=1))
    assert "20-00-01" not in Client().get(public).content.decode()
    publishing.look(at)
    after = Client().get(public).content.decode()
    assert ("20-00-01" in after, "31-38-28" in after) == (True, False)
    history = head.get(f"{LIST}hotline/{draft.row_id}/history/").content.decode()
    assert "Head, в назначенный момент" in history
    assert "Черновик опубликован в назначенный момент" in page_of(head, draft)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"day": "", "time": "08:30"}, "day"),
        ({"day": "2090-01-01", "time": ""}, "time"),
        ({"day": "завтра", "time": "08:30"}, "day"),
        ({"day": "2090-01-01", "time": "утром"}, "time"),
        ({"day": "2020-01-01", "time": "08:30"}, "day"),
        ({"day": "2090-01-01", "time": "08:30"}, "day"),
        ({"day": "0001-01-01", "time": "00:00"}, "day"),
        ({"day": "9999-12-31", "time": "23:59"}, "day"),
    ],
)
def test_a_moment_that_cannot_be_is_told_beside_its_field_and_stays_typed(
    typed: dict[str, str], told: str, head: Client, draft: Revision
) -> None:
    answer = choose(head, draft, **typed)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {told}
    page = answer.content.decode()
    assert f'id="id_{told}_error"' in page
    assert all(f'value="{value}"' in page for value in typed.values() if value)
    draft.refresh_from_db()
    assert draft.publish_at is None


def test_people_may_type_a_moment_as_they_write_it(head: Client, draft: Revision, now: datetime) -> None:
    at = tomorrow(now)
    assert choose(head, draft, day=f"{at:%d.%m.%Y}", time="8.30").status_code == 302
    draft.refresh_from_db()
    assert draft.publish_at == at


def test_the_second_to_choose_sees_what_the_first_chose_and_keeps_what_they_typed(
    client_of: ClientOf, draft: Revision, now: datetime
) -> None:
    at = tomorrow(now)
    choose(client_of("insurer_admin"), draft, at)
    answer = choose(client_of("head"), draft, at + timedelta(days=1))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Опубликуется сам" in page
    assert f'value="{at + timedelta(days=1):%Y-%m-%d}"' in page
    draft.refresh_from_db()
    assert draft.publish_at == at


def test_it_is_taken_back_twice_without_harm(head: Client, draft: Revision, now: datetime) -> None:
    choose(head, draft, tomorrow(now))
    cancel = f"{LIST}drafts/{draft.pk}/moment/cancel/"
    assert "Сам черновик не опубликуется" in head.post(cancel, follow=True).content.decode()
    assert "уже не назначен" in head.post(cancel, follow=True).content.decode()
    publishing.look(tomorrow(now))
    assert "Опубликовать сейчас" in page_of(head, draft)


def test_why_it_was_not_published_stands_on_its_page_and_in_the_lists(
    client_of: ClientOf, draft: Revision, people: dict[str, User], branch: Branch, now: datetime
) -> None:
    choose(client_of("head"), draft, tomorrow(now))
    User.objects.filter(pk=people["head"].pk).update(is_active=False)
    publishing.look(tomorrow(now))
    admin = client_of("insurer_admin")
    assert "больше нет прав" in page_of(admin, draft)
    assert "в свой момент не опубликован" in admin.get(LIST).content.decode()
    alarms = admin.get("/staff/alarms/").content.decode()
    assert "не опубликован в назначенный момент" in alarms
    assert f'href="{LIST}drafts/{draft.pk}/"' in alarms


def test_of_a_phone_for_the_whole_country_the_administrators_of_its_insurer_are_told_and_nobody_else(
    client_of: ClientOf, people: dict[str, User], branch: Branch, now: datetime
) -> None:
    assert branch.insurer is not None
    other = make_branch("reso-med", now=now).insurer
    people["other_admin"] = make_staff("other_admin", administers=other)
    draft = drafted(branch.insurer, people["insurer_admin"], now, insurer=branch.insurer)
    choose(client_of("insurer_admin"), draft, tomorrow(now))
    publishing.look(tomorrow(now) + timedelta(days=2))
    seen = Alarm.objects.get(receiver_branch_id=None)
    address, told = "/staff/alarms/", "не опубликован в назначенный момент"
    for who in ("head", "fund", "other_admin"):
        assert told not in client_of(who).get(address).content.decode()
        assert client_of(who).post(f"{address}{seen.pk}/acknowledge/").status_code == 404
    admin = client_of("insurer_admin")
    answer = admin.get(address)
    assert [tab["count"] for tab in answer.context["tabs"] if tab["is_alarming"]] == ["1"]
    page = answer.content.decode().split("<h1>")[1]
    for shown in (told, f'href="{LIST}drafts/{draft.pk}/"', branch.insurer.short_name):
        assert shown in page
    assert admin.post(f"{address}{seen.pk}/acknowledge/").status_code == 302
    seen.refresh_from_db()
    assert seen.acknowledged_by_id == people["insurer_admin"].pk
    admin.post(f"{LIST}drafts/{draft.pk}/discard/")
    assert told not in admin.get(address).content.decode()


def test_whoever_opens_the_draft_to_change_it_hears_that_the_moment_goes(
    head: Client, draft: Revision, now: datetime
) -> None:
    choose(head, draft, tomorrow(now))
    page = head.get(f"{LIST}hotline/{draft.row_id}/")
    assert "назначен момент публикации" in page.content.decode()


def test_other_clocks_are_told_by_their_distance_from_moscow(branch: Branch, now: datetime) -> None:
    owners: list[Branch | Insurer] = [branch.insurer]
    for code, zone in (("25", "Asia/Vladivostok"), ("39", "Europe/Kaliningrad")):
        owners.append(make_branch("sogaz-med", code, now=now))
        owners[-1].region.time_zone = zone
    with translation.override("ru"):
        words = [clock_words(owner, now).split(": ")[-1] for owner in owners]
    assert words == ["время московское", "время московское +7 ч", "время московское −1 ч"]
