"""Calendar, hours, rights, terms of keeping: prepared, tried out, in force, put back; and by whom."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from complaints.models import Card, Complaint, Deadline, SettingChange
from complaints.reports.staff.settings import shown, year
from complaints.services import closing, retention
from complaints.services import setting_changes as service
from complaints.services.setting_calendar import as_decreed, value_for
from complaints.services.setting_sheets import Sheet
from insurers.models import Branch, CalendarDay, WorkingSchedule
from insurers.services import working_time
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from representatives.models import TierRight, User
from representatives.profiles import profile_of
from tests.complaints.staff.conftest import ClientOf
from tests.factories import LONG_AGO, make_branch, make_complaint, make_region, make_staff

DAY = timedelta(days=1)
COUNTRY = "russia"


@pytest.fixture
def soon(branch: Branch, now: datetime) -> date:
    """A working day within the five that tier 2 has. The branch keeps the days off of its region."""
    WorkingSchedule.objects.filter(pk=branch.schedule_id).update(follows_calendar=True, region=branch.region)
    working_time.rebuild(branch.schedule, now)
    day = now.date() + 2 * DAY
    while day.weekday() > 4:
        day += DAY
    return day


@pytest.fixture
def case(branch: Branch, people: dict[str, User], soon: date, now: datetime) -> Complaint:
    """Of tier 2, which has five working days."""
    return make_complaint(branch, tier=2, now=now)


def work() -> None:
    while jobs.run_next(database_now()):
        pass


def seen_on(client: Client, address: str) -> str:
    """What the form says that it showed."""
    found = re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())
    assert found, address
    return found[1]


def prepare(client: Client, address: str, **typed: Any) -> SettingChange:
    """What is typed, sent from the page as it is now."""
    answer = client.post(address, {"seen": seen_on(client, address)} | typed)
    assert answer.status_code == 302, answer.content.decode()
    return SettingChange.objects.latest("pk")


def day_off(client: Client, day: date, place: str = "76", **typed: Any) -> SettingChange:
    known = {"kind": "day_off", "title": "Праздник области"}
    return prepare(client, f"/staff/calendar/{place}/{day}/", **(known | typed))


def act(client: Client, change: SettingChange, name: str, version: int | None = None) -> int:
    """One press on the page of the change; what it asks for is worked off."""
    version = SettingChange.objects.get(pk=change.pk).version if version is None else version
    typed = {"act": name, "version": version}
    status = client.post(f"/staff/settings/{change.pk}/settle/", typed).status_code
    work()
    return int(status)


def in_force(client: Client, change: SettingChange) -> None:
    assert act(client, change, "try") == 302
    assert act(client, change, "in_force") == 302
    assert SettingChange.objects.get(pk=change.pk).state == "published"


def page(client: Client, change: SettingChange) -> str:
    return " ".join(client.get(f"/staff/settings/{change.pk}/").content.decode().split())


def due(case: Complaint) -> datetime:
    return Complaint.objects.get(pk=case.pk).due_at


def newest_event(model: str, label: str = "insert") -> Any:
    return apps.get_model(model).objects.filter(pgh_label=label).latest("pgh_id")


def test_a_day_off_of_a_region_is_tried_out_and_then_moves_open_cases(
    client_of: ClientOf, case: Complaint, soon: date, people: dict[str, User]
) -> None:
    fund = client_of("fund")
    change = day_off(fund, soon)
    assert act(fund, change, "in_force") == 422
    assert act(fund, change, "try") == 302
    assert "Позже: 1. Раньше: 0, из них сразу просрочены: 0" in page(fund, change)
    assert due(case) == case.due_at
    assert not CalendarDay.objects.exists()
    assert act(fund, change, "in_force") == 302
    assert due(case) > case.due_at
    assert newest_event("insurers.CalendarDayEvent").pgh_context["user"] == people["fund"].pk
    assert "Праздник области" in client_of("head").get(f"/staff/calendar/76/{soon.year}/").content.decode()


def test_a_change_is_put_back_by_a_draft_like_every_other(
    client_of: ClientOf, case: Complaint, soon: date
) -> None:
    fund = client_of("fund")
    in_force(fund, change := day_off(fund, soon))
    fund.post(f"/staff/settings/{change.pk}/back/")
    back = SettingChange.objects.latest("pk")
    assert CalendarDay.objects.exists()
    in_force(fund, back)
    assert not CalendarDay.objects.exists()
    assert due(case) == case.due_at
    assert fund.post(f"/staff/settings/{back.pk + 1}/back/").status_code == 404


def test_a_region_of_another_fund_keeps_its_days(client_of: ClientOf, soon: date, now: datetime) -> None:
    other = make_branch("reso-med", make_region("73", "Ульяновская область", "Europe/Samara").code, now=now)
    fund = client_of("fund")
    assert fund.get(f"/staff/calendar/73/{soon}/").status_code == 403
    assert fund.post(f"/staff/calendar/73/{soon}/", {"kind": "day_off", "title": "Чужой"}).status_code == 403
    assert other.region.code == "73"
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize(
    ("who", "region", "country"),
    [("head", 403, 403), ("insurer_admin", 403, 403), ("fund", 200, 403), ("admin", 200, 200)],
)
def test_days_are_changed_by_whose_they_are(
    client_of: ClientOf, soon: date, who: str, region: int, country: int
) -> None:
    assert client_of(who).get(f"/staff/calendar/76/{soon}/").status_code == region
    assert client_of(who).get(f"/staff/calendar/{COUNTRY}/{soon}/").status_code == country


def test_a_draft_of_others_is_not_there(client_of: ClientOf, soon: date) -> None:
    change = day_off(client_of("fund"), soon)
    for who in ("head", "insurer_admin", "rival", "operator"):
        assert client_of(who).get(f"/staff/settings/{change.pk}/").status_code == 404
        assert act(client_of(who), change, "discard") == 404
    assert (
        "Праздник области" not in client_of("head").get(f"/staff/calendar/76/{soon.year}/").content.decode()
    )


def test_the_second_of_two_overwrites_nothing_and_keeps_what_was_typed(
    client_of: ClientOf, soon: date
) -> None:
    admin, address = client_of("admin"), f"/staff/calendar/76/{soon}/"
    before = seen_on(admin, address)
    day_off(client_of("fund"), soon)
    answer = admin.post(address, {"seen": before, "kind": "short", "title": "Предпраздничный"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Праздник области" in text
    assert 'value="Предпраздничный"' in text
    change = prepare(admin, address, kind="short", title="Предпраздничный")
    assert change.values == {soon.isoformat(): ["short", None, "Предпраздничный"]}


def test_what_changed_in_force_meanwhile_is_shown_and_taken_over(
    client_of: ClientOf, soon: date, branch: Branch, case: Complaint
) -> None:
    fund, other = client_of("fund"), soon + 40 * DAY
    change = day_off(fund, soon)
    act(fund, change, "try")
    if other.year != soon.year:
        other = soon - 40 * DAY
    CalendarDay.objects.create(date=other, region=branch.region, kind="short", title="Администрация")
    assert act(fund, change, "in_force") == 409
    assert "Администрация" in page(fund, change)
    assert act(fund, change, "go_on") == 302
    in_force(fund, change)
    assert CalendarDay.objects.filter(region=branch.region).count() == 2


def test_an_older_version_on_the_screen_puts_nothing_in_force(client_of: ClientOf, soon: date) -> None:
    fund = client_of("fund")
    change = day_off(fund, soon)
    act(fund, change, "try")
    day_off(fund, soon, kind="short")
    assert act(fund, change, "in_force", version=1) == 409
    assert act(fund, change, "in_force") == 422  # this version was not tried out
    assert not CalendarDay.objects.exists()


def test_an_empty_year_says_so_and_is_loaded_from_the_decrees(client_of: ClientOf, now: datetime) -> None:
    admin, year = client_of("admin"), now.year + 1
    assert "нет выходных дней" in admin.get(f"/staff/calendar/{COUNTRY}/{year}/").content.decode()
    CalendarDay.objects.create(date=date(year, 1, 1), kind="working", title="Решение людей")
    admin.post(f"/staff/calendar/{COUNTRY}/{year}/load/")
    change = SettingChange.objects.get()
    assert len(change.values) == len(as_decreed(year))
    assert change.values[f"{year}-01-01"][0] == "working"
    assert client_of("fund").post(f"/staff/calendar/{COUNTRY}/{year}/load/").status_code == 403
    assert admin.post(f"/staff/calendar/76/{year}/load/").status_code == 404


def test_a_day_like_its_weekday_is_said_where_somebody_else_says_otherwise(
    branch: Branch, now: datetime
) -> None:
    holiday = date(now.year, 6, 12)
    country, region = Sheet("calendar", year=now.year), Sheet("calendar", region=branch.region, year=now.year)
    assert value_for(country, holiday, "usual", None, "Работаем") == [
        "working",
        holiday.weekday(),
        "Работаем",
    ]
    assert value_for(region, holiday, "usual", None, "") is None
    CalendarDay.objects.create(date=holiday, kind="day_off", title="День России")
    assert value_for(region, holiday, "usual", None, "") == ["working", holiday.weekday(), ""]
    assert value_for(country, holiday + DAY, "usual", None, "") is None


def test_the_hours_of_one_branch_change_and_those_who_shared_its_schedule_keep_theirs(
    client_of: ClientOf, branch: Branch, case: Complaint, now: datetime
) -> None:
    head, neighbour = client_of("head"), make_branch("reso-med", now=now)
    theirs = make_complaint(neighbour, tier=2, now=now)
    assert neighbour.schedule_id == branch.schedule_id
    address = f"/staff/hours/{branch.pk}/"
    answer = head.post(address, {"seen": seen_on(head, address), "hours": "как-нибудь"})
    assert answer.status_code == 422
    assert 'value="как-нибудь"' in answer.content.decode()
    change = prepare(head, address, hours="пн-пт 9-12")
    assert Branch.objects.get(pk=branch.pk).schedule_id == branch.schedule_id
    act(head, change, "try")
    assert "Просмотрено открытых обращений: 1." in page(head, change)
    assert due(case) == case.due_at
    act(head, change, "in_force")
    assert "пн–пт 09:00–12:00" in head.get("/staff/hours/").content.decode()
    assert due(case) != case.due_at
    assert due(theirs) == theirs.due_at
    assert client_of("rival").get(address).status_code == 404
    assert head.get(f"/staff/hours/{neighbour.pk}/").status_code == 404


def rights_of(user: User) -> dict[str, str]:
    return dict(profile_of(User.objects.get(pk=user.pk), now=database_now()).rights)


def chosen(client: Client, **changed: str) -> dict[str, str]:
    """The whole table as it stands on the page, with these cells changed."""
    text = client.get("/staff/rights/").content.decode()
    cells = re.findall(r'<select class="select" name="(\w+)".*?</select>', text, re.DOTALL)
    found = dict.fromkeys(cells, "")
    for row in TierRight.objects.valid_on(database_now().date()):
        found[f"{row.tier}_{row.action}"] = row.extent
    return found | changed


def test_a_right_is_given_from_today_on_and_the_past_stays(
    client_of: ClientOf, people: dict[str, User], now: datetime
) -> None:
    admin = client_of("admin")
    change = prepare(
        admin, "/staff/rights/", **chosen(admin, **{"1_forward": "full", "2_close_complaint": ""})
    )
    assert "forward" not in rights_of(people["operator"])
    assert act(admin, change, "in_force") == 302
    assert rights_of(people["operator"])["forward"] == "full"
    assert "close_complaint" not in rights_of(people["specialist"])
    ended = TierRight.objects.get(tier=2, action="close_complaint")
    assert ended.valid_to == now.date() - DAY
    admin.post(f"/staff/settings/{change.pk}/back/")
    assert act(admin, SettingChange.objects.latest("pk"), "in_force") == 302
    assert rights_of(people["specialist"])["close_complaint"] == "without_review"
    assert "forward" not in rights_of(people["operator"])


def test_nobody_is_locked_out_of_the_work(client_of: ClientOf, people: dict[str, User]) -> None:
    admin = client_of("admin")
    nobody = {f"{tier}_register": "" for tier in (1, 2, 3, 4)}
    for cells in (nobody, nobody | {"4_register": "full"}):
        typed = {"seen": seen_on(admin, "/staff/rights/")} | chosen(admin, **cells)
        answer = admin.post("/staff/rights/", typed)
        assert answer.status_code == 422
        assert "больше не смог бы" in answer.content.decode()
    assert not SettingChange.objects.exists()


def test_others_read_the_table_of_rights_and_change_nothing(client_of: ClientOf) -> None:
    for who, status in {
        "head": 200,
        "insurer_admin": 200,
        "fund": 200,
        "operator": 403,
        "rival": 403,
    }.items():
        assert client_of(who).get("/staff/rights/").status_code == status
        assert client_of(who).post("/staff/rights/", {"1_forward": "full"}).status_code == 403


@pytest.fixture
def terms(now: datetime) -> None:
    known = {"group": "retention", "value": 5, "unit": "year", "basis": "закон", "valid_from": LONG_AGO}
    Deadline.objects.create(code="KEEP_APPEAL", what="обращения", **known)
    Deadline.objects.create(code="KEEP_FILES", what="файлы", **known)


def kept(**changed: Any) -> dict[str, Any]:
    known = {f"{code}_{part}": value for code in ("KEEP_APPEAL", "KEEP_FILES") for part, value in
             {"value": 5, "unit": "year"}.items()}  # fmt: skip
    return known | changed


def in_force_years(code: str) -> int:
    return int(Deadline.objects.valid_on(database_now().date()).get(code=code).value)


def test_a_shorter_term_needs_a_second_person(
    client_of: ClientOf, terms: None, people: dict[str, User], now: datetime
) -> None:
    admin, second = client_of("admin"), Client()
    second.force_login(make_staff("second_admin", is_superuser=True, is_staff=True))
    change = prepare(admin, "/staff/keeping/", **kept(KEEP_APPEAL_value=2))
    act(admin, change, "try")
    assert "обращения: сразу будет стёрто 0" in page(admin, change).lower()
    assert act(admin, change, "in_force") == 422
    assert in_force_years("KEEP_APPEAL") == 5
    assert act(second, change, "in_force") == 302
    assert in_force_years("KEEP_APPEAL") == 2
    row = Deadline.objects.get(code="KEEP_APPEAL", value=5)
    assert row.valid_to == now.date() - DAY


def test_what_a_shorter_term_would_erase_is_counted_before_it_is_erased(
    client_of: ClientOf, terms: None, branch: Branch, people: dict[str, User], now: datetime
) -> None:
    case = closing.withdraw(complaint=make_complaint(branch, now=now - 30 * DAY), now=now - 29 * DAY)
    admin, second = client_of("admin"), Client()
    second.force_login(make_staff("second_admin", is_superuser=True, is_staff=True))
    typed = kept(KEEP_APPEAL_value=10, KEEP_APPEAL_unit="calendar_day")
    change = prepare(admin, "/staff/keeping/", **typed)
    act(admin, change, "try")
    assert "сразу будет стёрто 1, по нынешнему сроку 0" in page(second, change)
    retention.look(database_now())
    assert Card.objects.get(pk=case.pk).anonymised_at is None
    assert act(second, change, "in_force") == 302
    retention.look(database_now())
    assert Card.objects.get(pk=case.pk).anonymised_at is not None


def test_whoever_only_looks_at_a_draft_has_not_prepared_it(
    client_of: ClientOf, terms: None, people: dict[str, User]
) -> None:
    admin, second = client_of("admin"), Client()
    second.force_login(make_staff("second_admin", is_superuser=True, is_staff=True))
    change = prepare(admin, "/staff/keeping/", **kept(KEEP_APPEAL_value=2))
    act(admin, change, "try")
    prepare(second, "/staff/keeping/", **kept(KEEP_APPEAL_value=2))
    assert act(admin, change, "in_force") == 422
    Deadline.objects.filter(code="KEEP_FILES").update(value=7)
    assert act(second, change, "in_force") == 409
    assert act(second, change, "go_on") == 302
    assert act(admin, change, "try") == 302
    assert act(admin, change, "in_force") == 422
    assert in_force_years("KEEP_APPEAL") == 5
    assert act(second, change, "in_force") == 302
    assert in_force_years("KEEP_APPEAL") == 2


def test_a_longer_term_is_put_in_force_by_whoever_prepared_it(client_of: ClientOf, terms: None) -> None:
    admin = client_of("admin")
    in_force(admin, prepare(admin, "/staff/keeping/", **kept(KEEP_FILES_value=6)))
    assert in_force_years("KEEP_FILES") == 6
    answer = admin.post(
        "/staff/keeping/", kept(KEEP_FILES_value=101) | {"seen": seen_on(admin, "/staff/keeping/")}
    )
    assert answer.status_code == 422
    assert client_of("head").post("/staff/keeping/", kept()).status_code == 403


def test_a_year_costs_few_queries_however_many_days_it_has(
    branch: Branch, people: dict[str, User], now: datetime, django_assert_max_num_queries: Any
) -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(date=date.fromisoformat(iso), kind=value[0], works_as=value[1], title=value[2])
        for iso, value in as_decreed(now.year).items()
    )
    admin = people["admin"]
    profile = profile_of(admin, now=now)
    with django_assert_max_num_queries(6):
        found = year(Sheet("calendar", year=now.year), admin, profile, now)
    assert sum(len(month.weeks) for month in found.months) > 50
    assert found.decreed == []
    assert shown(found.sheet, admin, profile, now).draft is None
    assert service.draft_of(found.sheet) is None
