"""The editor of phones, offices and posts: who sees what, what is told beside which field, who was first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints.escalation import stale_phones
from complaints.escalation.stale_phones import CONFIRMED_FOR
from complaints.reports.staff import export_places
from complaints.reports.staff import organisations as report
from insurers.models import Branch, Hotline, Insurer, MedicalOrganisation, Noun, Office, Revision
from omsportal.platform.clock import database_now
from representatives.models import TierRight, User
from representatives.roles import Action, Tier
from tests.complaints.staff.conftest import ClientOf
from tests.factories import LONG_AGO, make_branch, make_staff, profile

pytestmark = pytest.mark.django_db

LIST = "/staff/organisations/"
TYPED = {
    "purpose": "duty", "phone": "8 (4852) 31-38-28, доб. 123", "hours": "пн-чт 8-17; пт 8-16",
    "after_hours": "voicemail", "calls_recorded": "yes",
}  # fmt: skip


@pytest.fixture
def head(client_of: ClientOf) -> Client:
    return client_of("head")


@pytest.fixture
def line(branch: Branch, people: dict[str, User]) -> Hotline:
    return Hotline.objects.create(branch=branch, purpose="duty", phone="+74852313828", after_hours="none")


def new_phone(branch: Branch) -> str:
    return f"{LIST}branches/{branch.pk}/hotline/new/"


def sent(client: Client, at: str, /, **typed: Any) -> Any:
    """As a browser sends the form: with what was on the screen."""
    page = client.get(at)
    return client.post(at, {**TYPED, "seen": page.context["form"]["seen"].value(), **typed})


def publish(client: Client, revision: Revision) -> Any:
    return client.post(f"{LIST}drafts/{revision.pk}/publish/", {"version": revision.version})


def test_a_phone_goes_from_its_draft_to_what_patients_see(head: Client, branch: Branch) -> None:
    cache.clear()
    region = f"/call/?region={branch.region.code}&insurer=sogaz-med"
    answer = sent(head, new_phone(branch))
    draft = Revision.objects.get()
    assert answer["Location"] == f"{LIST}drafts/{draft.pk}/"
    preview = head.get(answer["Location"]).content.decode()
    assert "8\N{NO-BREAK SPACE}(4852)\N{NO-BREAK SPACE}31-38-28" in preview
    assert "пн–чт 08:00–17:00, пт 08:00–16:00" in preview
    assert "31-38-28" not in Client().get(region).content.decode()
    publish(head, draft)
    public = Client().get(region).content.decode()
    assert "31-38-28" in public
    assert "123" in public


def test_whoever_reads_english_reads_hours_in_english(head: Client, branch: Branch, now: datetime) -> None:
    sent(head, new_phone(branch))
    draft = Revision.objects.get()
    english = {"accept-language": "en"}
    page = head.get(f"{LIST}drafts/{draft.pk}/", headers=english).content.decode()
    assert (page.count("Mon–Thu 08:00–17:00, Fri 08:00–16:00") > 1, "пн–" in page) == (True, False)
    publish(head, draft)
    for address in (f"{LIST}branches/{branch.pk}/hotline/", "/staff/hours/"):
        page = head.get(address, headers=english).content.decode()
        assert ("Mon–" in page, "пн–" in page) == (True, False), address
    (line,) = report.described(Noun.HOTLINE, Hotline.objects.with_owners(), now)
    with translation.override("en"):
        assert "Mon–Thu 08:00–17:00, Fri 08:00–16:00" in export_places._place_cells(line)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"phone": "31-38-28"}, "phone"),
        ({"phone": "+375 17 226-00-00"}, "phone"),
        ({"phone": "+7 727 258-00-00"}, "phone"),
        ({"hours": "когда как"}, "hours"),
        ({"hours": "пн 20–8"}, "hours"),
        ({"starts_on": "2020-01-01"}, "starts_on"),
        ({"starts_on": "2090-02-01", "ends_on": "2090-01-01"}, "ends_on"),
        ({"purpose": ""}, "purpose"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"hours": "пн–пт 9–18 по Москве"}, "hours"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_in_the_summary(
    typed: dict[str, str], field: str, head: Client, branch: Branch
) -> None:
    page = sent(head, new_phone(branch), **typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    text = page.content.decode()
    assert f'href="#id_{field}"' in text
    assert all(value in text for value in typed.values())
    assert not Revision.objects.exists()


def test_the_same_phone_twice_is_told_beside_the_phone(head: Client, branch: Branch, line: Hotline) -> None:
    page = sent(head, new_phone(branch), phone="+7 4852 313828")
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"phone"}


@pytest.mark.parametrize(
    "words", ["31-38-28", "8 (4852) 31", "+7 (485) 231", "84852313828", "Ярославск", "согаз"]
)
def test_it_is_found_however_it_is_typed(words: str, head: Client, line: Hotline) -> None:
    page = head.get(LIST, {"q": words})
    assert page.status_code == 200
    overview = page.context["overview"]
    assert [row.row for row in overview.found or []] == [line] or [row.branch for row in overview.lines] == [
        line.branch
    ]


def test_the_second_is_shown_field_by_field_what_the_first_did(
    client_of: ClientOf, branch: Branch, line: Hotline
) -> None:
    address = f"{LIST}hotline/{line.pk}/"
    anna, boris = client_of("head"), client_of("insurer_admin")
    seen = boris.get(address).context["form"]["seen"].value()
    sent(anna, address, phone="8 (4852) 20-00-01", hours="")
    publish(anna, Revision.objects.get())
    answer = boris.post(address, {**TYPED, "phone": "8 (4852) 31-38-28", "seen": seen})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Head" in text
    assert [change.name for change in answer.context["meanwhile"]] == [
        "phone", "after_hours", "calls_recorded",
    ]  # fmt: skip
    form = answer.context["form"]
    assert (form["hours"].value(), form["phone"].value()) == (
        "пн–чт 08:00–17:00, пт 08:00–16:00", "8\N{NO-BREAK SPACE}(4852)\N{NO-BREAK SPACE}20-00-01",
    )  # fmt: skip
    line.refresh_from_db()
    assert line.phone.as_e164 == "+74852200001"
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert boris.post(address, again).status_code == 302


def test_whoever_comes_second_goes_on_with_the_draft_of_the_first(client_of: ClientOf, line: Hotline) -> None:
    address = f"{LIST}hotline/{line.pk}/"
    boris = client_of("insurer_admin")
    seen = boris.get(address).context["form"]["seen"].value()
    sent(client_of("head"), address, after_hours="machine")
    answer = boris.post(address, {**TYPED, "phone": "8 (4852) 20-00-01", "after_hours": "none", "seen": seen})
    assert answer.status_code == 409
    assert Revision.objects.count() == 1
    form = answer.context["form"]
    assert (form["after_hours"].value(), form["phone"].value().replace("\N{NO-BREAK SPACE}", " ")) == (
        "machine", "8 (4852) 20-00-01 доб. 123",
    )  # fmt: skip


def test_a_draft_that_was_published_meanwhile_keeps_what_is_typed(client_of: ClientOf, line: Hotline) -> None:
    head = client_of("head")
    sent(head, f"{LIST}hotline/{line.pk}/", hours="")
    draft = Revision.objects.get()
    address = f"{LIST}drafts/{draft.pk}/change/"
    seen = head.get(address).context["form"]["seen"].value()
    publish(client_of("insurer_admin"), draft)
    answer = head.post(address, {**TYPED, "hours": "ежедневно 9-18", "seen": seen})
    assert answer.status_code == 409
    assert answer.context["form"]["hours"].value() == "ежедневно 09:00–18:00"
    assert answer.context["address"] == f"{LIST}hotline/{line.pk}/"
    assert "опубликован" in head.get(f"{LIST}drafts/{draft.pk}/").content.decode()


def test_what_was_typed_into_a_new_phone_goes_on_in_the_phone_that_was_published(
    client_of: ClientOf, branch: Branch
) -> None:
    head = client_of("head")
    sent(head, new_phone(branch))
    draft = Revision.objects.get()
    address = f"{LIST}drafts/{draft.pk}/change/"
    seen = head.get(address).context["form"]["seen"].value()
    publish(client_of("insurer_admin"), draft)
    answer = head.post(address, {**TYPED, "hours": "ежедневно 9-18", "seen": seen})
    form = answer.context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    assert head.post(answer.context["address"], again).status_code == 302
    assert Revision.objects.drafts().get().row_id == Hotline.objects.get().pk


def test_a_week_of_seven_different_days_is_understood(head: Client, branch: Branch) -> None:
    names = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
    week = ", ".join(f"{name} 08:0{n}–12:00 и 13:00–14:00 и 15:00–17:00" for n, name in enumerate(names))
    assert len(week) > 200
    assert sent(head, new_phone(branch), hours=week).status_code == 302
    publish(head, Revision.objects.get())
    assert Hotline.objects.get().hours_text == week
    assert Hotline.objects.get().schedule.hours.count() == 21


def test_a_draft_over_a_row_that_changed_is_shown_and_not_published(head: Client, line: Hotline) -> None:
    sent(head, f"{LIST}hotline/{line.pk}/", phone="8 (4852) 31-38-28")
    draft = Revision.objects.get()
    Hotline.objects.filter(pk=line.pk).update(source="письмо")
    answer = publish(head, draft)
    assert answer.status_code == 409
    assert [change.name for change in answer.context["page"].meanwhile] == ["source"]
    form = head.get(f"{LIST}drafts/{draft.pk}/change/").context["form"]
    assert form["source"].value() == "письмо"
    sent(head, f"{LIST}drafts/{draft.pk}/change/", source="письмо", phone="8 (4852) 31-38-28")
    draft.refresh_from_db()
    assert publish(head, draft).status_code == 302


def test_a_change_is_put_back_by_another_change(head: Client, line: Hotline) -> None:
    sent(head, f"{LIST}hotline/{line.pk}/", phone="8 (4852) 20-00-01")
    publish(head, Revision.objects.get())
    page = head.get(f"{LIST}hotline/{line.pk}/history/")
    changed, made = page.context["lines"]
    assert [change.name for change in changed.changes][:2] == ["phone", "hours"]
    assert (changed.by, made.event_id) == ("Head", None)
    answer = head.post(f"{LIST}hotline/{line.pk}/history/{changed.event_id}/restore/")
    draft = Revision.objects.drafts().get()
    assert answer["Location"] == f"{LIST}drafts/{draft.pk}/"
    publish(head, draft)
    line.refresh_from_db()
    assert (line.phone.as_e164, line.hours_text, line.after_hours) == ("+74852313828", "", "none")
    assert len(head.get(f"{LIST}hotline/{line.pk}/history/").context["lines"]) == 3


def test_what_nobody_called_for_ninety_days_is_called_and_confirmed(head: Client, line: Hotline) -> None:
    today = database_now().date()
    old = today - CONFIRMED_FOR
    Hotline.objects.filter(pk=line.pk).update(confirmed_on=old)
    assert head.get(LIST).context["overview"].stale == 0
    older = Hotline.objects.create(
        branch=line.branch, purpose="duty", phone="+74852200001", confirmed_on=old - timedelta(days=1)
    )
    never = Hotline.objects.create(branch=line.branch, purpose="duty", phone="+74852200002")
    assert [row.row for row in head.get(f"{LIST}calls/").context["lines"]] == [never, older]
    answer = head.post(f"{LIST}calls/{never.pk}/confirm/", {"phone": never.dialled}, follow=True)
    assert [row.row for row in answer.context["lines"]] == [older]
    (confirmed, _made) = head.get(f"{LIST}hotline/{never.pk}/history/").context["lines"]
    assert (confirmed.what, confirmed.by) == ("подтверждено звонком", "Head")


def test_a_call_to_a_number_that_was_changed_meanwhile_confirms_nothing(head: Client, line: Hotline) -> None:
    shown = head.get(f"{LIST}calls/").content.decode()
    assert f'name="phone" value="{line.dialled}"' in shown
    Hotline.objects.filter(pk=line.pk).update(phone="+74852200009")
    answer = head.post(f"{LIST}calls/{line.pk}/confirm/", {"phone": line.dialled}, follow=True)
    assert "номер изменили на 8\xa0(4852)\xa020-00-09" in answer.content.decode()
    assert Hotline.objects.get(pk=line.pk).confirmed_on is None


def test_a_phone_for_the_whole_country_is_shown_as_on_its_first_day(
    client_of: ClientOf, branch: Branch
) -> None:
    admin = client_of("insurer_admin")
    first = database_now() + timedelta(days=20)
    answer = sent(admin, f"{LIST}insurers/{branch.insurer_id}/new/", starts_on=f"{first:%Y-%m-%d}", zone="")
    preview = admin.get(answer["Location"]).context["page"].preview
    assert [number.hotline for number in preview.numbers] == [preview.row]


def test_the_alarm_about_phones_leads_to_the_list_and_goes_with_the_last_of_them(
    head: Client, client_of: ClientOf, line: Hotline
) -> None:
    stale_phones.look(database_now())
    for client in (head, client_of("insurer_admin")):
        assert f'href="{LIST}calls/"' in client.get("/staff/alarms/").content.decode()
    assert "phones_unconfirmed" not in client_of("rival").get("/staff/alarms/").content.decode()
    head.post(f"{LIST}calls/{line.pk}/confirm/", {"phone": line.dialled})
    stale_phones.look(database_now())
    assert f'href="{LIST}calls/"' not in head.get("/staff/alarms/").content.decode()


def test_an_office_and_a_post_in_a_clinic_are_looked_after_too(head: Client, branch: Branch) -> None:
    address = f"{LIST}branches/{branch.pk}/office/new/"
    sent(head, address, address="ул. Свободы, 1", hours="по записи", phone="")
    publish(head, Revision.objects.get())
    assert (Office.objects.get().hours_text, Office.objects.get().phone) == ("по записи", None)
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="1", name="Больница № 1", short_name="Больница № 1"
    )
    address = f"{LIST}branches/{branch.pk}/clinic_post/new/"
    sent(head, address, place="холл", medical_organisation=clinic.pk)
    publish(head, Revision.objects.drafts().get())
    shown = Client().get(f"/insurers/?region={branch.region.code}").content.decode()
    assert "ул. Свободы, 1" in shown
    assert "холл" in shown
    assert 'href="tel:+74852313828,,123"' in shown
    assert "31-38-28 доб. 123" in shown


def test_a_draft_from_before_extensions_of_places_is_published_as_it_is(head: Client, branch: Branch) -> None:
    office = Office.objects.create(branch=branch, address="ул. Свободы, 1", phone="+74852313828")
    sent(head, f"{LIST}office/{office.pk}/", address="ул. Свободы, 2", phone="8 (4852) 31-38-28")
    draft = Revision.objects.get()
    for values in (draft.values, draft.seen):
        del values["extension"]
    draft.save()
    publish(head, draft)
    office.refresh_from_db()
    assert (office.address, office.extension) == ("ул. Свободы, 2", "")


def test_only_the_own_branch_the_own_insurer_the_own_region(
    client_of: ClientOf, people: dict[str, User], branch: Branch, line: Hotline, now: datetime
) -> None:
    """A head of another insurer finds nothing of ours; the fund finds all of its region, none of another."""
    rival = make_branch("reso-med", now=now)
    far = make_branch("sogaz-med", "73", now=now)
    make_staff("rival_head", heads=rival)
    stranger = Client()
    stranger.force_login(User.objects.get(username="rival_head"))
    sent(client_of("head"), f"{LIST}hotline/{line.pk}/", phone="8 (4852) 31-38-28")
    draft = Revision.objects.get()
    for address in (
        f"branches/{branch.pk}/hotline/", f"branches/{branch.pk}/office/new/", f"hotline/{line.pk}/",
        f"hotline/{line.pk}/history/", f"drafts/{draft.pk}/", f"drafts/{draft.pk}/change/",
        f"insurers/{branch.insurer_id}/",
    ):  # fmt: skip
        assert stranger.get(LIST + address).status_code == 404, address
    for address in (
        f"calls/{line.pk}/confirm/", f"drafts/{draft.pk}/publish/", f"drafts/{draft.pk}/discard/",
        f"drafts/{draft.pk}/moment/", f"drafts/{draft.pk}/moment/cancel/",
        f"hotline/{line.pk}/withdraw/",
    ):  # fmt: skip
        assert stranger.post(LIST + address).status_code == 404, address
    assert stranger.get(LIST, {"q": "31-38-28"}).context["overview"].found == []
    names = {who: branches_of(people[who]) for who in ("head", "insurer_admin", "fund")}
    fund = Branch.objects.fund_of_region(branch.region)
    assert names == {"head": {branch}, "insurer_admin": {branch, far}, "fund": {branch, rival, fund}}


def branches_of(user: User) -> set[Branch]:
    return set(report.edited_branches(profile(user)))


def test_a_row_of_rights_gives_it_to_a_tier(people: dict[str, User], branch: Branch) -> None:
    assert not report.may_edit(profile(people["specialist"]))
    TierRight.objects.create(
        tier=Tier.SPECIALISTS, action=Action.EDIT_ORGANISATIONS, extent="full", valid_from=LONG_AGO
    )
    assert report.may_edit(profile(people["specialist"]))
    assert branches_of(people["specialist"]) == {branch}


def test_phones_of_the_whole_country_are_the_administrators(
    client_of: ClientOf, branch: Branch, people: dict[str, User]
) -> None:
    admin = client_of("insurer_admin")
    address = f"{LIST}insurers/{branch.insurer_id}/new/"
    sent(admin, address, phone="8-800-100-07-02", hours="круглосуточно", purpose="contact_centre")
    publish(admin, Revision.objects.get())
    line = Hotline.objects.get()
    assert (line.insurer, str(line), line.schedule.round_the_clock) == (
        branch.insurer, "8\N{NO-BREAK SPACE}(800)\N{NO-BREAK SPACE}100-07-02", True,
    )  # fmt: skip
    assert admin.get(f"{LIST}insurers/{branch.insurer_id}/").context["shelf"].lines[0].row == line


def test_the_lists_of_a_country_cost_the_same_queries(client_of: ClientOf, now: datetime) -> None:
    admin = client_of("insurer_admin")
    insurer = Insurer.objects.get(code="sogaz-med")

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(address).status_code == 200
        return len(captured)

    Hotline.objects.create(branch=make_branch(now=now), purpose="duty", phone="+74852313828")
    few = queries(LIST), queries(f"{LIST}calls/")
    for code in range(10, 10 + report.PAGE_SIZE + 5):
        branch = make_branch(insurer.code, str(code), now=now)
        Hotline.objects.create(branch=branch, purpose="duty", phone=f"+74852{code}0000")
    assert (queries(LIST), queries(f"{LIST}calls/")) == few
    page = admin.get(LIST).context["overview"].branches
    further = admin.get(LIST, {"cursor": page.next_cursor}).context["overview"].branches
    assert (len(page.rows), len(further.rows)) == (report.PAGE_SIZE, 6)
    assert admin.get(LIST, {"cursor": "nonsense"}).status_code == 200
