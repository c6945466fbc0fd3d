"""A head's morning and a fund's review of its region, in a real browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from complaints.escalation import daily_counts, moves
from complaints.models import Complaint
from insurers.models import Branch
from omsportal.platform import chain, jobs
from omsportal.platform.clock import database_now
from representatives.models import HelpAccess, Leave, User
from tests.factories import make_category, make_complaint, make_fund, make_region, make_staff
from tests.journeys.looking import violations
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def desk(seat: Seat, people: dict[str, User]) -> Callable[[str], Page]:
    """desk("head"): the browser of somebody signed in."""
    return lambda name: seat(people[name])


def clean(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than the window, on a tablet neither."""
    assert violations(page) == [], page.url
    for width in (768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_heads_morning(
    desk: Callable[[str], Page], branch: Branch, people: dict[str, User], now: datetime
) -> None:
    """The operator has called in sick: leave entered, work moved, month and roster looked at."""
    make_staff("colleague", 1, branch)
    cases = [make_complaint(branch, now=now, held_by=people["operator"]) for _ in range(2)]
    chain.seal(now)
    daily_counts.look(now)
    page = desk("head")
    page.goto("/staff/dashboard/")
    expect(page.locator(".figures")).to_contain_text("Открытые обращения")
    page.get_by_text("Те же цифры таблицей").first.click()
    clean(page)
    page.get_by_role("link", name="Сотрудники", exact=True).click()
    page.get_by_role("link", name="Operator").click()
    page.get_by_label("Кому передать всё, что в работе").select_option(label="Colleague, свободен")
    press(page, "Передать всё")
    expect(page.get_by_role("main").locator("..")).to_contain_text("Передано 2 обращения.")
    page.locator("summary", has_text="Внести отпуск").click()
    today = f"{now.astimezone(branch.zone):%Y-%m-%d}"
    page.get_by_label("Первый день отпуска").fill(today)
    page.get_by_label("Последний день отпуска").fill(today)
    clean(page)
    press(page, "Внести отпуск")
    expect(page.get_by_text("Отпуск внесён")).to_be_visible()
    page.goto("/staff/leaves/")
    expect(page.locator(".month__away")).to_have_count(1)
    clean(page)
    page.get_by_role("link", name="График дежурств").click()
    expect(page.locator(".tag--danger").first).to_be_visible()
    holders = Complaint.objects.filter(pk__in=[case.pk for case in cases])
    assert {case.assignee.username for case in holders} == {"colleague"}
    assert Leave.objects.get().representative.user == people["operator"]


@pytest.mark.slow
def test_a_funds_review(
    desk: Callable[[str], Page], branch: Branch, people: dict[str, User], now: datetime
) -> None:
    """A late case gets help from where the patient is treated; one without an insurer goes to its insurer."""
    make_region("73", "Ульяновская область")
    far = make_fund("73", now=now)
    late = make_complaint(branch, now=now - 9 * DAY, category=make_category("quality", arrival_tier=3))
    moves.move_named_due(ids=[late.pk], now=now)
    lost = make_complaint(make_fund(now=now), now=now)
    page = desk("fund")
    page.goto("/staff/region/")
    clean(page)
    page.get_by_role("link", name=late.number).click()
    page.get_by_role("link", name="Помощь другого региона").click()
    page.get_by_label("Кто поможет").select_option(value=str(far.pk))
    page.get_by_label("Причина").select_option("treated_there")
    clean(page)
    press(page, "Дать доступ")
    expect(page.get_by_text("Филиал может читать обращение")).to_be_visible()
    assert HelpAccess.objects.get().branch == far
    page.goto("/staff/region/?list=nobody")
    page.locator(".queue").get_by_role("link").first.click()
    press(page, "Взять в работу")
    page.goto(f"/staff/cases/{lost.number}/forward/")
    page.get_by_label("В какой орган").select_option(value=str(branch.pk))
    page.locator("#forward_reason").select_option("wrong_addressee")
    press(page, "Переслать")
    page.goto("/staff/region/?list=forwards")
    later = Complaint.objects.get(branch=branch, status="new", tier=1)
    expect(page.get_by_role("main")).to_contain_text(later.number)
    expect(page.get_by_role("main")).to_contain_text("0 дней из 7")
    clean(page)


def test_a_rule_is_tried_out_and_takes_effect(
    desk: Callable[[str], Page], branch: Branch, people: dict[str, User], now: datetime
) -> None:
    """Specialists shall decide in three working days instead of five: first the numbers, then the cases."""
    case = make_complaint(branch, tier=2, now=now)
    page = desk("insurer_admin")
    page.goto("/staff/rules/")
    page.get_by_role("link", name="Изменить срок").click()
    page.get_by_label("Уровень").select_option("2")
    page.get_by_label("Решение в течение").fill("3")
    page.locator("[name=resolution_unit]").select_option("working_day")
    press(page, "Проверить")
    expect(page.get_by_text("Идёт подсчёт")).to_be_visible()
    jobs.run_next(database_now())
    expect(page.get_by_text("Срок станет раньше: 1, из них сразу просрочены: 0")).to_be_visible()
    clean(page)
    assert Complaint.objects.get(pk=case.pk).due_at == case.due_at
    press(page, "Ввести в действие")
    expect(page.get_by_text("действует", exact=True)).to_be_visible()
    jobs.run_next(database_now())
    assert Complaint.objects.get(pk=case.pk).due_at < case.due_at


@pytest.mark.slow
def test_accounts_are_looked_after(desk: Callable[[str], Page], people: dict[str, User]) -> None:
    """Two people invited by a list, one account closed."""
    page = desk("insurer_admin")
    for address in ("/staff/rules/", "/staff/rules/new/", "/staff/people/invite/"):
        page.goto(address)
        clean(page)
    page = desk("head")
    page.goto("/staff/people/accounts/")
    clean(page)
    page.get_by_role("link", name="Пригласить по списку").click()
    page.get_by_label("Или вставьте строки сюда").fill(
        "ФИО;E-mail;Уровень\nНовикова Анна;nova@example.org;1\nБез Почты;;1\nСветлов Игорь;sv@example.org;2\n"
    )
    press(page, "Показать, что получится")
    expect(page.get_by_text("Строка 3")).to_be_visible()
    clean(page)
    press(page, "Пригласить 2 человек")
    page.get_by_role("link", name="Operator").click()
    clean(page)
    page.get_by_text("Закрыть учётную запись").first.click()
    page.get_by_label("Причина").last.select_option("left")
    press(page, "Закрыть учётную запись")
    expect(page.get_by_text("все сеансы закончены")).to_be_visible()
    clean(page)
    assert not User.objects.get(pk=people["operator"].pk).is_active
